"""A city compared with the other cities and with itself a year before, in one table.

Never a rank: with thirteen cities of equal truth the smallest one is "best" most of the time.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.benchmark.change import change
from demad.benchmark.others import others
from demad.benchmark.spread import spread
from demad.benchmark.verdict import verdicts
from demad.catalogue import Indicator
from demad.quantities import POOLED
from demad.tables.figures import BENCHMARK, FIGURE_KEY

_QUARTILES = ("median", "lower_quartile", "upper_quartile", "median_all", "n_cities")


def compare(
    published: pl.DataFrame,
    precise: pl.DataFrame,
    yardsticks: pl.DataFrame,
    catalogue: Sequence[Indicator],
    usual: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Compare every published city value with the other cities and with the same city a year before.

    Parameters
    ----------
    published, precise
        PUBLISHED_VALUE, as printed and unrounded. What is drawn comes from the first, the
        median that sets the margin too; what is tested comes from the second.
    yardsticks
        YARDSTICK.
    usual
        SPREAD; made of ``precise`` where it is not given.

    Returns
    -------
    BENCHMARK: one row per published city value (not for ``all``).
    """
    drawn, cities = (frame.filter(pl.col("city") != POOLED) for frame in (published, precise))
    key = list(FIGURE_KEY)
    usual = spread(precise, catalogue) if usual is None else usual
    quartiles = others(drawn)
    judged = verdicts(cities, yardsticks, quartiles, usual, catalogue)
    moved = change(cities, catalogue)
    printed_before = change(drawn, catalogue).select(*key, "year_before")
    rows = (
        drawn.join(quartiles.select(*key, *_QUARTILES), on=key, how="left")
        .join(judged, on=key, how="left")
        .join(moved.drop("year_before"), on=key, how="left")
        .join(printed_before, on=key, how="left")
    )
    return BENCHMARK.check(rows.select(list(BENCHMARK.columns)).sort(FIGURE_KEY))
