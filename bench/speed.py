"""How long do the figures take, and how much memory? ``python -m bench.speed --out FOLDER``.

Thirteen synthetic cities, 2015 to 2026. First their tables are counted and written to the folder, with the
spells; then a new process that holds nothing else computes every indicator, breakdown, interval and the whole
benchmark from the tables, and another protects them and makes the published figures. Last the curves of one window
from the spells: ours, and for a peer ``bench/lifelines_curves.py FOLDER``, which runs in an environment of its own
and fits the same ones.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from demad.benchmark import compare_cities
from demad.catalogue import CATALOGUE
from demad.counting import count_city, count_shard
from demad.counting.spell_risk import count_spell_risk
from demad.disclosure import Policy, publish
from demad.disclosure.gate import gate
from demad.estimators.survival import kaplan_meier
from demad.histories.periods import leavers, resolve_periods, supports
from demad.histories.segments import covered, decided
from demad.histories.shards import Shard
from demad.histories.spells import build_spells
from demad.indicators import evaluate
from demad.indicators.grid import scope_of
from demad.indicators.risk import risk_table
from demad.intake.contract.conform import conform
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.table import Reading
from demad.protection import offsets_known_elsewhere, pool, protect
from demad.quantities import POOLED, exact
from demad.quantities.risks import durations
from demad.records.secrets import seeded
from demad.reference.cities import breaks_of, load_cities
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.tables.counts import COUNT_TABLES
from demad.tables.observation import Observation
from demad.tables.terms import GROUPS, STRATA

WINDOW = Observation(SINCE, AS_OF, full_history=False)
STEPS, YEAR, WINDOW_MONTHS, WINDOW_LAST = 60, 12, 24, 2025 * 12 + 11


def write(folder: Path, people: int) -> None:
    """Count the cities and write ``tables/<city>/<table>.parquet`` and ``spells.parquet`` (main series)."""
    cities, spells = load_cities(None), []
    for slug, frames in extracts(people=people):
        typed = {
            name: as_text_columns(conform(Reading(frames[name], ()), name, cities[slug]).frame)
            for name in ("leefloon", "jeugdhulp", "steun", "bevolking")
        }
        periods, _ = resolve_periods(typed["leefloon"], WINDOW)
        laid = decided(periods, WINDOW)
        own = build_spells(covered(laid), laid, WINDOW)
        left, other = leavers(typed["jeugdhulp"], AS_OF), supports(typed["steun"])
        tables = count_city([count_shard(Shard(slug, WINDOW, periods, left, other))], inhabitants=typed["bevolking"])
        (folder / "tables" / slug).mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            table.write_parquet(folder / "tables" / slug / f"{name}.parquet")
        spells.append(own.filter(variant="main").with_columns(city=pl.lit(slug)))
    pl.concat(spells).write_parquet(folder / "spells.parquet")


def read(folder: Path) -> list[dict[str, pl.DataFrame]]:
    """The tables of every city."""
    names = [table.name.lower() for table in COUNT_TABLES]
    cities = sorted((folder / "tables").iterdir())
    return [{name: pl.read_parquet(city / f"{name}.parquet") for name in names} for city in cities]


def figures(folder: Path) -> None:
    """Print how long the exact figures take from the tables, and the most memory this process held."""
    given = read(folder)
    started = time.perf_counter()
    tables = exact(given)
    values = evaluate(tables).frame
    took = time.perf_counter() - started
    rows = sum(frame.height for frame in tables.tables.values())
    print(f"{rows} table rows, {values.height} exact figures: {took:.1f} s, {_memory():.0f} MB at most")


def published(folder: Path) -> None:
    """Print how long protected tables, their figures, the gate and the benchmark take, and the most memory."""
    given = read(folder)
    moments = [time.perf_counter()]
    secrets = {str(city["stock"]["city"][0]): seeded(str(number)) for number, city in enumerate(given)}
    tables = pool(protect(city, secret) for city, secret in zip(given, secrets.values(), strict=True))
    moments.append(time.perf_counter())
    values = evaluate(tables)
    moments.append(time.perf_counter())
    shown = publish(values, Policy(), gate(tables, None, offsets_known_elsewhere(tables, secrets)).groups)
    moments.append(time.perf_counter())
    compared = compare_cities(shown, CATALOGUE, breaks_of(None))["compared"]
    moments.append(time.perf_counter())
    steps = ("protected", "figures", "published", "benchmark")
    took = [later - before for before, later in pairwise(moments)]
    print(f"{shown.frame.height} published figures, {compared.height} compared")
    print(", ".join(f"{step} {seconds:.1f} s" for step, seconds in zip(steps, took, strict=True)))
    print(f"together {sum(took):.1f} s, {_memory():.0f} MB at most")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def curves(folder: Path) -> None:
    """Print how long the curves of 13 cities x 22 groups take from their spells: risk tables, curve and band."""
    spells = pl.read_parquet(folder / "spells.parquet")
    pooled = scope_of(exact(read(folder)))
    scope = pooled.of_city(city.slug != POOLED for city in pooled.cities)
    cities = scope.cities
    started = time.perf_counter()
    own = {slug: rows for (slug,), rows in spells.partition_by("city", as_dict=True, include_key=False).items()}
    risk = durations(pl.concat(count_spell_risk(own[city.slug], WINDOW, city=city.slug) for city in cities), {})
    last = np.array([WINDOW_LAST] * len(cities))
    found = []
    for breakdown in ("total", *STRATA):
        table = risk_table(
            risk, scope, variant="main", breakdown=breakdown, step="k", steps=range(1, STEPS + 1), columns=("n", "d")
        )
        counts = table.window(WINDOW_MONTHS, last).counts
        place = table.ends.index(WINDOW_LAST)
        curve = kaplan_meier(counts["n"][:, :, place], counts["d"][:, :, place])
        for (row, group), share in np.ndenumerate(curve.value[..., YEAR - 1]):
            bounds = (curve.low[row, group, YEAR - 1], curve.high[row, group, YEAR - 1])
            found.append((cities[row].slug, breakdown, GROUPS[breakdown][group], share, *bounds))
    took = time.perf_counter() - started
    print(f"{len(found)} curves with their bands, from {spells.height} spells: {took:.2f} s")
    schema = dict.fromkeys(("city", "breakdown", "group"), pl.String) | dict.fromkeys(
        ("s12", "low", "high"), pl.Float64
    )
    pl.DataFrame(found, schema=schema, orient="row").write_parquet(folder / "ours.parquet")


PARTS = {"figures": figures, "published": published, "curves": curves}


def main() -> None:
    """Write once, then measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--people", type=int, default=26_000)
    parser.add_argument("--only", choices=list(PARTS))
    given = parser.parse_args()
    if given.only:
        PARTS[given.only](given.out)
    else:
        write(given.out, given.people)
        for part in PARTS:
            subprocess.run([sys.executable, "-m", "bench.speed", "--out", str(given.out), "--only", part], check=True)


if __name__ == "__main__":
    main()
