"""How often is a city flagged wrongly, and how often is a better one found? ``python -m bench.flags --seeds 500``.

Thirteen cities of their real sizes and of unequal case mix leave at the same pace in every stratum and duration
band: whatever is flagged is flagged wrongly. Then one of them is truly 30 % better. The counts go the way of the
real ones: CASE_MIX_RISK, observed to expected at the pace of the other cities, verdict. `bench.verdicts` has other
figures, rounded counts and cities that truly differ.
"""

from __future__ import annotations

import argparse
from datetime import date
from itertools import product

import numpy as np
import polars as pl

from demad.benchmark import compare
from demad.catalogue import CATALOGUE
from demad.indicators.expected import observed_to_expected
from demad.indicators.grid import City, Scope
from demad.indicators.yardsticks import of_ratios
from demad.quantities import POOLED
from demad.tables.figures import YARDSTICK
from demad.tables.observation import Observation
from demad.tables.risk_quantities import CASE_MIX, CASE_MIX_RETURNS, DURATIONS, RETURNS
from demad.tables.terms import COARSE_AGES, COARSE_NATIONALITIES, DURATION_BANDS, GROUPS, HOUSEHOLDS

# Persons with a leefloon in a month (domain.md section 5): from Antwerp to the smallest.
SIZES = {
    "antwerpen": 9_800, "gent": 5_000, "oostende": 1_250, "leuven": 1_200, "brugge": 950, "mechelen": 850,
    "sint-niklaas": 800, "aalst": 750, "kortrijk": 750, "genk": 700, "hasselt": 650, "turnhout": 500,
    "roeselare": 430,
}  # fmt: skip
YEARS = (2022, 2023, 2024, 2025)
BETTER = 1.3
_JUDGED = ("outflow_oe", "outflow_work_oe")
_IN_BAND = np.array([0.14, 0.11, 0.16, 0.2, 0.12, 0.12, 0.1, 0.05])
_HAZARD = np.array([0.065, 0.06, 0.05, 0.038, 0.028, 0.02, 0.012, 0.006])
_TO_WORK = 0.35
_STRATA = list(product(COARSE_AGES, HOUSEHOLDS, COARSE_NATIONALITIES))
_MIX = np.array([age * home * nation for age, home, nation in product((2, 3, 2), (2, 3, 1), (3, 2))], dtype=float)
_PACE = np.array([age * home * nation for age, home, nation in product((1.3, 1.0, 0.7), (1, 1.1, 0.8), (1.1, 0.9))])


def flagged(seed: int, *, better: str | None = None) -> pl.DataFrame:
    """``indicator``, ``city``, ``verdict`` of the newest year of one draw."""
    chance = np.random.default_rng(seed)
    rows = pl.concat(_city(slug, size, chance, BETTER if slug == better else 1.0) for slug, size in SIZES.items())
    key = [name for name in CASE_MIX.key if name != "city"]
    pooled = rows.group_by(key).agg(pl.col(CASE_MIX.counts).sum()).with_columns(city=pl.lit(POOLED))
    risk = CASE_MIX.check(pl.concat([rows, pooled.select(rows.columns)]))
    empty = {"case_mix_returns": CASE_MIX_RETURNS.empty(), "returns": RETURNS.empty()}
    tables = {"case_mix": risk, "durations": _durations(risk), **empty}
    scope = Scope(_windows(), GROUPS, is_protected=False, offset_variance=0.0)
    values = pl.concat(observed_to_expected(tables, scope, variant="main"))
    beside = of_ratios(tables, scope).drop("factor").with_columns(variant=pl.lit("main"))
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in YARDSTICK.schema.items() if name not in beside]
    yardsticks = YARDSTICK.check(beside.with_columns(missing).select(list(YARDSTICK.columns)))
    judged = compare(values.with_columns(pl.col("value", "low", "high").round(2)), values, yardsticks, CATALOGUE)
    newest = judged.filter(pl.col("indicator").is_in(_JUDGED), period=f"{YEARS[-1]}Q4")
    return newest.select("indicator", "city", "verdict")


def _city(slug: str, size: int, chance: np.random.Generator, pace: float) -> pl.DataFrame:
    """Person-months and exits of one city in all years, its case mix its own."""
    mix = chance.dirichlet(_MIX)
    found = []
    for year in YEARS:
        n = chance.multinomial(size * 12, np.outer(mix, _IN_BAND / _IN_BAND.sum()).ravel())
        hazard = np.minimum(np.outer(_PACE, _HAZARD).ravel() * pace, 0.9)
        d = chance.binomial(n, hazard)
        found += [
            (slug, "main", str(year), *stratum, band, *counts)
            for (stratum, band), *counts in zip(
                product(_STRATA, DURATION_BANDS), n, d, chance.binomial(d, _TO_WORK), strict=True
            )
        ]
    rows = [(*row[:3], *row[3:7], *(int(count) for count in row[7:])) for row in found]
    return pl.DataFrame(rows, schema=CASE_MIX.schema, orient="row").filter(pl.col("n") > 0)


def _durations(risk: pl.DataFrame) -> pl.DataFrame:
    """The exits of each year as DURATIONS, all in its last quarter and in the first month on benefit."""
    sums = risk.group_by("city", "variant", "period").agg(pl.col("n", "d", "d_work").sum())
    given = {"breakdown": pl.lit("total"), "group": pl.lit("total"), "k": pl.lit(1, dtype=pl.Int32)}
    causes = {name: pl.lit(0, dtype=pl.Int64) for name in DURATIONS.counts if name not in sums.columns}
    rows = sums.with_columns(**given, **causes, period=pl.col("period") + "Q4")
    return DURATIONS.check(rows.select(list(DURATIONS.columns)))


def _windows() -> tuple[City, ...]:
    window = Observation(date(YEARS[0], 1, 1), date(YEARS[-1] + 1, 6, 30), full_history=False)
    summed = {**dict.fromkeys(SIZES, 1), POOLED: len(SIZES)}
    return tuple(
        City(slug, window.first_month, window.last_month, False, False, False, False, window, n)
        for slug, n in summed.items()
    )


def rates(seeds: int, *, better: str | None = None) -> pl.DataFrame:
    """Share of the draws in which each city is said to differ, at least perhaps, and to be better."""
    draws = pl.concat(flagged(seed, better=better) for seed in range(seeds))
    apart = pl.col("verdict").str.contains("^(clear|apart)_|^nearly$")
    return (
        draws.group_by("indicator", "city")
        .agg(
            apart=apart.mean(),
            beyond_95=(apart | pl.col("verdict").str.starts_with("maybe_")).mean(),
            found=pl.col("verdict").is_in(["clear_higher", "apart_higher"]).mean(),
        )
        .sort("indicator", "city")
    )


def main() -> None:
    """Print the false alarms, then the power for a large, a middling and the smallest city."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=500)
    seeds = parser.parse_args().seeds
    print(f"equal cities, {seeds} draws: share of the cities beyond 99.8 % and beyond 95 %")
    for id, apart, beyond in (
        rates(seeds).group_by("indicator").agg(pl.col("apart", "beyond_95").mean()).sort("indicator").iter_rows()
    ):
        print(f"  {id:24} {apart:.4f}  {beyond:.4f}")
    for better in ("antwerpen", "mechelen", "roeselare"):
        print(f"{better} truly 30 % better: found; some other city beyond 99.8 %")
        for id, found, others in (
            rates(seeds, better=better)
            .group_by("indicator")
            .agg(
                found=pl.col("found").filter(pl.col("city") == better).first(),
                others=pl.col("apart").filter(pl.col("city") != better).mean(),
            )
            .sort("indicator")
            .iter_rows()
        ):
            print(f"  {id:24} {found:.3f}  {others:.4f}")


if __name__ == "__main__":
    main()
