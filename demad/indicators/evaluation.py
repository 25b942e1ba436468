"""Every indicator of the catalogue on the pooled tables."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.indicators.caseload import caseload
from demad.indicators.durations import durations
from demad.indicators.flows import flows
from demad.indicators.grid import cities_of
from demad.indicators.returns import returns
from demad.indicators.take_up import take_up
from demad.tables.figures import INDICATOR_VALUE
from demad.tables.terms import VARIANTS


def evaluate(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return every figure that the tables can give, for each city and the pool.

    Parameters
    ----------
    tables
        Of `pooling.pool`.

    Returns
    -------
    INDICATOR_VALUE, sorted by its key: one row per variant, indicator, city, period, breakdown and group
    from the first computable period on. A group without people is 0 where it is a count and not computable
    where it is a share.
    """
    cities = cities_of(tables["span"])
    blocks = [INDICATOR_VALUE.empty()]
    if not cities:
        return blocks[0]
    for variant in VARIANTS:
        blocks += durations(tables["spell_risk"], cities, variant=variant)
        blocks += returns(tables["return_risk"], cities, variant=variant)
    for variant in ("main", "wide"):
        blocks += caseload(tables["stock"], cities, variant=variant)
        blocks += flows(tables["flow"], cities, variant=variant)
        blocks += take_up(tables["care_leaver_risk"], cities, variant=variant)
    return INDICATOR_VALUE.check(pl.concat(blocks).sort(INDICATOR_VALUE.key))
