"""The curves of `bench.speed` by lifelines, from the same spells: ``python lifelines_curves.py FOLDER``.

Runs in an environment with lifelines and polars; the project does not have them both. A spell is cut to the
window and enters late, as in our risk tables.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import polars as pl
from lifelines import KaplanMeierFitter
from lifelines.exceptions import StatError

LAST, MONTHS, STEPS, YEAR = 2025 * 12 + 11, 24, 60, 12
BREAKDOWNS = ("total", "age", "household", "nationality", "sex", "student")


def main() -> None:
    """Time the fits, and say how far they are from ours."""
    folder = Path(sys.argv[1])
    spells = pl.read_parquet(folder / "spells.parquet").filter(~pl.col("left_censored"))
    ours = pl.read_parquet(folder / "ours.parquet")
    started = time.perf_counter()
    start, first = pl.col("start"), LAST - MONTHS + 1
    seen = spells.with_columns(
        entered=pl.max_horizontal("entry", first - start),
        stopped=pl.min_horizontal("last", LAST - start + 1),
        total=pl.lit("total"),
    ).filter(pl.col("stopped") > pl.col("entered").clip(0))
    seen = seen.with_columns(
        entered=pl.col("entered").clip(0), left=pl.col("exited") & (pl.col("stopped") == pl.col("last"))
    )
    found, refused = [], 0
    for breakdown in BREAKDOWNS:
        for (city, group), rows in seen.group_by("city", pl.col(breakdown).cast(pl.String)):
            try:
                fit = KaplanMeierFitter().fit(
                    rows["stopped"].to_numpy(),
                    event_observed=rows["left"].to_numpy(),
                    entry=rows["entered"].to_numpy(),
                    timeline=range(STEPS + 1),
                )
            except StatError:  # it will not fit where the curve reaches 0
                refused += 1
                continue
            low, high = fit.confidence_interval_survival_function_.loc[YEAR]
            found.append((city, breakdown, group, float(fit.predict(YEAR)), float(low), float(high)))
    took = time.perf_counter() - started
    names = ("s12", "low", "high")
    theirs = pl.DataFrame(
        found, schema=["city", "breakdown", "group", *(f"{name}_theirs" for name in names)], orient="row"
    )
    both = ours.join(theirs, on=["city", "breakdown", "group"])
    apart = both.select(pl.max_horizontal((pl.col(name) - pl.col(f"{name}_theirs")).abs().max() for name in names))
    print(f"lifelines: {len(found)} curves with their bands, {refused} refused: {took:.2f} s")
    print(f"largest difference {apart.item():.1e}")


if __name__ == "__main__":
    main()
