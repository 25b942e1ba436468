"""Attack the files of a release: ``python -m bench.releases ROOT`` (or ``--old`` for one of exactly printed counts).

What is read is ``cijfers.csv`` of the newest release of a root; the truth, to score, comes from its store. First it is
told which files hold a number that no figure has (`strangers`).
"""

from __future__ import annotations

import argparse
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from bench.attack import old
from bench.attack.attackers import of_outsider, truth_of
from bench.attack.solving import beginning, solve
from bench.attack.statements import COUNT
from bench.attack.system import system_of
from bench.truth import true_counts
from demad.store import Store
from demad.tables.figures import PUBLISHED_VALUE

_NUMBERS = ("value", "low", "high", "numerator", "denominator")
_PLACES, _MISSING = 6, -99_990  # Swing writes numbers below for what is hidden or not there
_SAME = ["variant", "indicator", "period", "breakdown", "group"]
_CELL = re.compile(r"<c\b([^>]*)>(?:<f>[^<]*</f>)?<v>([^<]*)</v>")


def newest(root: Path) -> Path:
    """The folder of the newest release."""
    return max(path for path in (root / "publication").iterdir() if path.name != "latest")


def figures(release: Path) -> pl.DataFrame:
    """The figures as anybody can read them."""
    return pl.read_csv(release / "cijfers.csv", schema_overrides=dict(PUBLISHED_VALUE.schema), infer_schema=False)


def strangers(release: Path) -> dict[str, list[str]]:
    """By kind of file, numbers that no figure gives, as ``file: number``.

    A figure gives its value, the ends of its interval and its counts; figures of several cities give their quartiles.
    """
    frame = pl.read_parquet(release / "cijfers.parquet")
    known = {
        round(value, _PLACES) for name in _NUMBERS for value in frame[name].drop_nulls().cast(pl.Float64).to_list()
    }
    known |= {round(value, _PLACES) for value in _quartiles(frame)}
    known |= {round(100 * value, _PLACES) for value in known}
    known |= _days()
    found: dict[str, list[str]] = {"swing": [], "workbook": []}
    for path in sorted((release / "swing").glob("*.csv")):
        rows = pl.read_csv(path, separator=";", infer_schema=False)
        for name in rows.columns[3:] if rows.columns[0] == "period" else ():
            numbers = rows[name].drop_nulls().str.replace(",", ".").cast(pl.Float64, strict=False).drop_nulls()
            found["swing"] += [
                f"{path.name}: {name} {one}" for one in numbers if one > _MISSING and round(one, _PLACES) not in known
            ]
    for path in sorted(release.glob("*/*.xlsx")):
        for sheet, number in _numbers(path):
            if round(number, _PLACES) not in known:
                found["workbook"].append(f"{path.name}: {sheet} {number}")
    return found


def _quartiles(frame: pl.DataFrame) -> Iterator[float]:
    """Quartiles of each figure over all cities, and over all but one."""
    shown = frame.filter(pl.col("city") != "all", pl.col("value").is_not_null())
    for values in shown.group_by(_SAME).agg("value")["value"]:
        sorted_values = np.sort(values.to_numpy())
        for chosen in (sorted_values, *(np.delete(sorted_values, place) for place in range(len(sorted_values)))):
            if len(chosen):
                yield from np.quantile(chosen, (0.25, 0.5, 0.75))


def _days() -> set[float]:
    """The last day of every month as a workbook keeps it: the end of a period, no figure."""
    first = date(1899, 12, 30)
    ends = (date(year + month // 12, month % 12 + 1, 1) for year in range(2010, 2040) for month in range(1, 13))
    return {float((end - first).days - 1) for end in ends}


def _numbers(workbook: Path) -> Iterator[tuple[str, float]]:
    """Every number of a workbook, by sheet; texts are kept elsewhere in it."""
    with zipfile.ZipFile(workbook) as packed:
        for name in packed.namelist():
            if name.startswith("xl/worksheets/"):
                for kind, number in _CELL.findall(packed.read(name).decode()):
                    if 't="' not in kind or 't="n"' in kind:
                        yield Path(name).stem, float(number)


def main() -> None:
    """Print what an outsider finds, and which numbers no figure has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--old", action="store_true")
    given = parser.parse_args()
    release, store = newest(given.root), Store(given.root)
    read = figures(release)
    names = store.names("tables")
    tables = {city: store.tables(f"tables/{city}") for city in names}
    if given.old:
        told = old.attack(read)
        true = pl.concat(true_counts(city, folded=False) for city in tables.values())
        beside = told.counts.join(true, on=COUNT, how="left", maintain_order="left")
        print(old.scored(told, beside["true"].fill_null(0).to_numpy(), read).as_row())
        return
    for kind, numbers in strangers(release).items():
        print(f"{kind}: {len(numbers)} numbers that no figure has", numbers[:5])
    system = system_of(read)
    true = pl.concat(true_counts(city) for city in tables.values())
    truth = truth_of(system, true, system.cells.with_columns(offset=pl.lit(0, pl.Int64)))  # an outsider needs none
    print(of_outsider(system, solve(system, beginning(system)), truth).as_row())


if __name__ == "__main__":
    main()
