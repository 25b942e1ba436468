"""All tables that compare the cities, from one edition of published figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from demad.benchmark.compare import compare
from demad.benchmark.funnel import funnel
from demad.benchmark.peers import peers
from demad.benchmark.ranks import rank_intervals
from demad.benchmark.reasons import reason_bounds
from demad.benchmark.spread import spread
from demad.benchmark.trends import trends
from demad.benchmark.what_if import what_if
from demad.catalogue import Indicator
from demad.disclosure import PublishedFigures


def compare_cities(
    figures: PublishedFigures, catalogue: Sequence[Indicator], breaks: Mapping[str, Sequence[date]]
) -> dict[str, pl.DataFrame]:
    """Return ``compared``, ``spread``, ``funnel``, ``ranks``, ``peers``, ``what_if``, ``reason_bounds``, ``trends``.

    Parameters
    ----------
    figures
        Published ones alone: nothing that is hidden can be inferred from what is made of them.
    breaks
        Per city the days after which its series counts something else (`reference.cities.breaks_of`).
    """
    published = figures.frame
    usual = spread(figures.precise, catalogue)
    return {
        "compared": compare(published, figures.precise, figures.yardsticks, catalogue, usual),
        "spread": usual,
        "funnel": funnel(published, usual),
        "ranks": rank_intervals(published, catalogue),
        "peers": peers(figures.profiles),
        "what_if": what_if(figures.precise, catalogue),
        "reason_bounds": reason_bounds(published),
        "trends": trends(published, catalogue, breaks),
    }
