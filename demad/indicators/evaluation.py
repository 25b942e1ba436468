"""Every indicator of the catalogue on the pooled tables."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.indicators.activation import activation_incidence, care_leavers_still_on, return_after_art60
from demad.indicators.caseload import caseload
from demad.indicators.durations import durations
from demad.indicators.expected import observed_to_expected
from demad.indicators.flows import flows
from demad.indicators.grid import cities_of
from demad.indicators.quality import data_quality
from demad.indicators.rates import caseload_rate, inflow_rate, outflow_rate
from demad.indicators.returns import returns
from demad.indicators.shares import activation_share, shares_of_flow, shares_of_stock
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
        blocks += outflow_rate(tables["flow"], tables["stock"], cities, variant=variant)
    stock, flow, population = tables["stock"], tables["flow"], tables["population"]
    for variant in ("main", "wide"):
        blocks += caseload(stock, tables["year_persons"], cities, variant=variant)
        blocks += caseload_rate(stock, population, cities, variant=variant)
        blocks += flows(flow, cities, variant=variant)
        blocks += inflow_rate(flow, population, cities, variant=variant)
        blocks += shares_of_stock(stock, cities, variant=variant)
        blocks += shares_of_flow(flow, cities, variant=variant)
        blocks += observed_to_expected(tables["case_mix_risk"], cities, variant=variant)
        blocks += take_up(tables["care_leaver_risk"], cities, variant=variant)
        blocks.append(activation_share(stock, tables["art60_months"], cities, variant=variant))
        blocks.append(activation_incidence(tables["activation_risk"], cities, variant=variant))
        blocks.append(care_leavers_still_on(tables["care_leaver_spell_risk"], cities, variant=variant))
    blocks.append(return_after_art60(tables["after_art60_risk"], cities))
    blocks.append(data_quality(tables["quality"], tables["span"]))
    return INDICATOR_VALUE.check(pl.concat(blocks).sort(INDICATOR_VALUE.key))
