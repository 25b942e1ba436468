"""Counted towns to make worlds of: the additive tables of synthetic cities of many sizes, as delivered and corrected.

``python -m bench.towns --out FOLDER`` counts those that are not there yet; worlds draw from them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from bench.corrections import corrected
from bench.truth import true_counts
from demad.counting import count_city, count_shard
from demad.histories.periods import applications, leavers, resolve_periods, supports
from demad.histories.shards import Shard
from demad.intake.contract.conform import conform
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.table import Reading
from demad.reference.cities import load_cities
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF
from demad.tables.observation import Observation

Tables = dict[str, pl.DataFrame]
VINTAGES = {"first": 0.0, "two": 0.02, "ten": 0.10}
"""Share of the people whose decisions a later delivery corrects."""

SETS = (
    *((seed, 200, 2021) for seed in (1, 2, 3)),
    *((seed, 300, 2021) for seed in (4, 5, 6)),
    *((seed, 500, 2021) for seed in (7, 8, 9)),
    *((seed, 900, 2021) for seed in (10, 11)),
    *((seed, 1500, 2021) for seed in (12, 13)),
    *((seed, 3000, 2021) for seed in (14, 15)),
    (16, 8000, 2021),
    (17, 30000, 2021),
    (18, 250, 2017),
    (19, 600, 2017),
    (20, 1200, 2017),
    (21, 4000, 2017),
    (22, 12000, 2017),
)
"""Seed, people a month in thirteen cities, and the year the window begins."""


def count(out: Path, seed: int, people: int, since: int) -> None:
    """Count the thirteen towns of one set, each in every vintage, to ``out/<since>/<seed>/<town>/<vintage>``."""
    for slug, frames in extracts(people=people, seed=seed):
        where = out / str(since) / f"{seed:02d}" / slug
        if (where / "ten" / "span.parquet").exists():
            continue
        for vintage, share in VINTAGES.items():
            _write(where / vintage, counted(slug, frames, date(since, 1, 1), share, seed))


def counted(slug: str, frames: Tables, since: date, share: float = 0.0, seed: int = 0) -> Tables:
    """The additive tables of one synthetic city; ``share`` of its people as a later delivery corrects them."""
    window = Observation(since, AS_OF, full_history=False)
    city = load_cities(None)[slug]
    typed = {
        name: as_text_columns(conform(Reading(frames[name], ()), name, city).frame)
        for name in ("leefloon", "jeugdhulp", "steun", "aanvragen", "bevolking")
        if name in frames
    }
    periods, _ = resolve_periods(typed["leefloon"], window)
    periods = corrected(periods, share, seed) if share else periods
    left, other = leavers(typed["jeugdhulp"], AS_OF), supports(typed["steun"])
    asked = applications(typed["aanvragen"], AS_OF) if "aanvragen" in typed else None
    return count_city([count_shard(Shard(slug, window, periods, left, other, asked))], inhabitants=typed["bevolking"])


def _write(where: Path, tables: Tables) -> None:
    where.mkdir(parents=True, exist_ok=True)
    for name in sorted(tables, key=lambda name: name == "span"):
        tables[name].write_parquet(where / f"{name}.parquet")


def towns(out: Path, since: int) -> list[Path]:
    """Every counted town of the sets that begin in one year."""
    return sorted(path.parent.parent for path in (out / str(since)).glob("*/*/ten/span.parquet"))


def read(town: Path, vintage: str, label: str) -> Tables:
    """The tables of one town under another name."""
    return dict(_relabelled(town / vintage, label))


def true(town: Path, vintage: str, label: str) -> pl.DataFrame:
    """The true counts of one town under another name; kept beside its tables, because counting takes time."""
    kept = town / vintage / "true-counts" / "all.parquet"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        counted = true_counts(read(town, vintage, town.name))
        half_written = kept.with_suffix(".part")
        counted.write_parquet(half_written)
        half_written.rename(kept)
    return pl.read_parquet(kept).with_columns(city=pl.lit(label))


def _relabelled(folder: Path, label: str) -> Iterator[tuple[str, pl.DataFrame]]:
    for path in sorted(folder.glob("*.parquet")):
        rows = pl.read_parquet(path)
        yield path.stem, rows.with_columns(city=pl.lit(label)) if "city" in rows.columns else rows


def main() -> None:
    """Count every set that is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    for seed, people, since in SETS:
        count(given.out, seed, people, since)
        print(seed, people, since, flush=True)


if __name__ == "__main__":
    main()
