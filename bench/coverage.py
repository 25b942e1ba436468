"""Do the 95 % intervals hold the truth? ``python -m bench.coverage --out FOLDER``.

The truth is a figure of thirteen synthetic cities a hundred times larger. A sample is a random hundredth of
their people, drawn person by person: thirteen small cities with every spell of the people in it. (Simulating
a small city anew would not do: the simulation steers its stock to a target, and chance with it.) For every
indicator with an interval: the share of intervals, over samples and cities, that hold the truth, and where
it is worst; for the exact intervals and for those of published figures, whose counts are rounded, groups included.
``--care-leavers`` draws twentieths, of the care leavers alone: of a hundredth they are too few.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import polars as pl

from demad.counting import count_city, count_shard
from demad.disclosure import Policy, publish
from demad.histories.periods import leavers, resolve_periods, supports
from demad.histories.shards import Shard
from demad.indicators import evaluate
from demad.intake.contract.conform import conform
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.table import Reading
from demad.protection import BASE, ProtectedTables, pool, protect
from demad.records.secrets import seeded
from demad.reference.cities import City, load_cities
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.tables.observation import Observation

WINDOW = Observation(SINCE, AS_OF, full_history=False)
TIMES_LARGER = 100
TWENTIETH = 20
SAMPLES_AT_ONCE = 25
_ENOUGH = 200  # intervals in a cell before its share says something
_FIGURE = ["indicator", "city", "period", "breakdown", "group"]
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many samples are drawn; each is one of ``parts`` parts, of everybody or of the care leavers alone."""

    samples: int
    parts: int
    only_leavers: bool


@dataclass(frozen=True, slots=True)
class People:
    """Everything of the people of one city."""

    periods: pl.DataFrame
    leavers: pl.DataFrame
    supports: pl.DataFrame
    inhabitants: pl.DataFrame


def count(folder: Path, slug: str, drawn: Drawn, people: int, seed: int) -> None:
    """Write the tables of one city, whole and in samples, to ``folder``: a city at a time, to stop and go on."""
    cities = load_cities(None)
    ((_, frames),) = extracts(people=people * TIMES_LARGER, seed=seed, cities=[slug])
    everybody = _people(cities[slug], frames)
    sampled = [_counted(some, f"{slug}@{number}") for number, some in enumerate(_parts(everybody, drawn))]
    for part, tables in (("whole", [_counted(everybody, slug)]), ("samples", sampled)):
        where = folder / part / slug
        where.mkdir(parents=True, exist_ok=True)
        for name in tables[0]:
            pl.concat([of_sample[name] for of_sample in tables]).write_parquet(where / f"{name}.parquet")


def coverage(folder: Path, drawn: Drawn) -> pl.DataFrame:
    """Intervals and those that hold the truth, per kind, indicator, breakdown, group and city.

    Kinds: ``exact`` intervals, and ``published`` ones, of counts rounded under a secret of each sample. Both are of the
    figures that are published: the truth and the exact intervals come from tables that are rounded to 1.
    """
    truth = _newest(evaluate(pool(_protected(_read(city), 1) for city in _folders(folder / "whole"))).frame)
    sampled = [_read(city) for city in _folders(folder / "samples")]
    found = []
    for first in range(0, drawn.samples, SAMPLES_AT_ONCE):
        numbers = [str(number) for number in range(first, first + SAMPLES_AT_ONCE)]
        of_batch = pl.col("city").str.split("@").list.last().is_in(numbers)
        batch = [{name: table.filter(of_batch) for name, table in city.items()} for city in sampled]
        apart = [one for tables in batch for one in _by_city(tables)]
        for kind, base in (("exact", 1), ("published", BASE)):
            figures = evaluate(pool(_protected(tables, base) for tables in apart))
            shown = publish(figures, Policy()).precise if base == BASE else figures.frame
            found.append(_newest(shown).with_columns(kind=pl.lit(kind)))
    cells = _held(pl.concat(found), truth, float(drawn.parts))
    return cells.filter(pl.col("indicator").str.starts_with("careleaver_")) if drawn.only_leavers else cells


def _folders(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def _by_city(tables: Tables) -> Iterator[Tables]:
    for city in tables["span"]["city"].to_list():
        yield {name: table.filter(city=city) for name, table in tables.items()}


def _protected(tables: Tables, base: int) -> ProtectedTables:
    return protect(tables, seeded(tables["span"]["city"].item()), base=base)


def _read(city: Path) -> Tables:
    return {path.stem: pl.read_parquet(path) for path in sorted(city.iterdir())}


def _held(samples: pl.DataFrame, truth: pl.DataFrame, parts: float) -> pl.DataFrame:
    # The inhabitants are the same for a hundredth of the people: their rates are a hundred times lower.
    per_inhabitant = pl.col("indicator").is_in(["caseload_rate", "inflow_rate"])
    scale = pl.when(per_inhabitant).then(parts).otherwise(1.0)
    known = truth.select(*_FIGURE, truth=pl.col("value") / scale)
    judged = samples.with_columns(pl.col("city").str.split("@").list.first()).join(known, on=_FIGURE)
    return (
        judged.filter(pl.col("low").is_not_null(), pl.col("truth").is_not_null())
        .group_by("kind", "indicator", "breakdown", "group", "city")
        .agg(
            pl.len(),
            held=pl.col("truth").is_between("low", "high").sum(),
            above=(pl.col("low") > pl.col("truth")).sum(),
            denominator=pl.col("denominator").mean(),
            width=(pl.col("high") - pl.col("low")).median(),
            truth=pl.col("truth").first(),
        )
        .sort("kind", "indicator", "breakdown", "group", "city")
    )


def _newest(values: pl.DataFrame) -> pl.DataFrame:
    """Every figure of the main series of one city, of the newest period of each indicator and breakdown."""
    chosen = values.filter(pl.col("city") != "all", variant="main")
    newest = chosen.group_by("indicator", "breakdown", "city").agg(period=pl.col("period").max())
    kept = chosen.join(newest, on=["indicator", "breakdown", "city", "period"])
    return kept.select(*_FIGURE, "value", "low", "high", "denominator")


def _people(city: City, frames: Tables) -> People:
    typed = {
        name: as_text_columns(conform(Reading(frames[name], ()), name, city).frame)
        for name in ("leefloon", "jeugdhulp", "steun", "bevolking")
    }
    periods, _ = resolve_periods(typed["leefloon"], WINDOW)
    return People(
        periods=periods,
        leavers=leavers(typed["jeugdhulp"], AS_OF),
        supports=supports(typed["steun"]),
        inhabitants=typed["bevolking"],
    )


def _parts(everybody: People, drawn: Drawn) -> Iterator[People]:
    """Random hundredths (twentieths) of the people: each hundred (twenty) of them holds everybody once."""
    periods = everybody.periods
    if drawn.only_leavers:
        periods = periods.join(everybody.leavers, on="person", how="semi", maintain_order="left")
    whole = {"periods": periods, "leavers": everybody.leavers, "supports": everybody.supports}
    for seed in range(-(-drawn.samples // drawn.parts)):
        part_of = pl.col("person").hash(seed) % drawn.parts
        part = {
            name: frame.with_columns(part=part_of).partition_by("part", as_dict=True, include_key=False)
            for name, frame in whole.items()
        }
        for place in range(min(drawn.parts, drawn.samples - seed * drawn.parts)):
            chosen = {name: frames.get((place,), whole[name].clear()) for name, frames in part.items()}
            yield People(inhabitants=everybody.inhabitants, **chosen)


def _counted(people: People, name: str) -> Tables:
    """The tables of one city, main series alone."""
    with ExitStack() as only:
        for module in ("flow", "spell_risk", "return_risk"):
            only.enter_context(patch(f"demad.counting.{module}.VARIANTS", ("main",)))
        for module in ("demad.histories.follow_up", "demad.counting.care_leaver_risk"):
            only.enter_context(patch(f"{module}.SUPPORTS", ("leefloon", "gpmi", "any")))
        shard = Shard(name, WINDOW, people.periods, people.leavers, people.supports)
        return count_city([count_shard(shard)], inhabitants=people.inhabitants)


def main() -> None:
    """Count a city at a time, each in a process of its own; then judge, and print one line an indicator."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--people", type=int, default=1300)
    parser.add_argument("--seed", type=int, default=10_000)
    parser.add_argument("--out", type=Path, required=True, help="folder for the tables and coverage.csv")
    parser.add_argument("--cities", default="", help="these cities, with commas; all where not given")
    parser.add_argument("--count", default="", help="only count this city")
    parser.add_argument("--care-leavers", action="store_true", help="larger samples, of care leavers alone")
    given = parser.parse_args()
    leavers_only = given.care_leavers
    drawn = Drawn(given.samples, TWENTIETH if leavers_only else TIMES_LARGER, leavers_only)
    if given.count:
        count(given.out, given.count, drawn, given.people, given.seed)
        return
    for slug in given.cities.split(",") if given.cities else load_cities(None):
        if not (given.out / "samples" / slug / "span.parquet").exists():
            subprocess.run([sys.executable, "-m", "bench.coverage", *sys.argv[1:], "--count", slug], check=True)
            print(slug, flush=True)
    cells = coverage(given.out, drawn)
    cells.write_csv(given.out / "coverage.csv")
    for line in summary(cells):
        print(line)


def summary(cells: pl.DataFrame) -> Iterator[str]:
    """One line an indicator, of totals and of groups: the share of intervals that hold the truth, and the worst."""
    of_cell = (pl.col("held") / pl.col("len")).alias("share")
    of_part = cells.with_columns(
        of_cell,
        part=pl.when(pl.col("breakdown") == "total").then(pl.lit("total")).otherwise(pl.lit("groups")),
    )
    rows = of_part.group_by("part", "indicator", "kind").agg(
        pl.col("len").sum(),
        share=pl.col("held").sum() / pl.col("len").sum(),
        worst=pl.col("share").filter(pl.col("len") >= _ENOUGH).min(),
    )
    both = rows.filter(kind="published").join(rows.filter(kind="exact"), on=["part", "indicator"], suffix="_exact")
    for row in both.sort("part", "indicator", descending=[True, False]).iter_rows(named=True):
        told = [
            f"{name} {row[f'share{kind}']:.3f} worst {row[f'worst{kind}'] or 0:.3f}"
            for name, kind in (("published", ""), ("exact", "_exact"))
        ]
        yield f"{row['part']:7} {row['indicator']:28} {row['len']:7}  {'   '.join(told)}"


if __name__ == "__main__":
    main()
