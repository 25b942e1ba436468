"""Compute every indicator of the catalogue; exact tables give exact figures, protected tables give protected ones."""

from __future__ import annotations

from typing import overload

import polars as pl

from demad.indicators.activation import activation_incidence, care_leavers_still_on, return_after_art60
from demad.indicators.after_exit import status_after_exit
from demad.indicators.applications import applications
from demad.indicators.care_exits import care_leavers_after_exit
from demad.indicators.caseload import caseload
from demad.indicators.connected import connected_stock
from demad.indicators.durations import durations
from demad.indicators.elsewhere import returns_anywhere
from demad.indicators.expected import observed_to_expected
from demad.indicators.flows import flows
from demad.indicators.gpmi import gpmi_start_3m, gpmi_year_share
from demad.indicators.grid import Scope, scope_of
from demad.indicators.lasting import lasting_outflow
from demad.indicators.long_stay import long_stay_exit
from demad.indicators.quality import data_quality
from demad.indicators.rates import caseload_rate, inflow_rate, outflow_rate
from demad.indicators.returns import returns
from demad.indicators.shares import activation_share, shares_of_flow, shares_of_stock
from demad.indicators.take_up import take_up
from demad.indicators.ten_years import instability_share
from demad.indicators.tracking import status_after_start
from demad.indicators.yardsticks import yardsticks
from demad.indicators.years_on import months_on
from demad.protection import ProtectedTables
from demad.quantities import ExactTables, QuantityTables
from demad.tables.figures import INDICATOR_VALUE
from demad.tables.kinds import ExactFigures, ProtectedFigures
from demad.tables.terms import VARIANTS


@overload
def evaluate(tables: ExactTables) -> ExactFigures: ...
@overload
def evaluate(tables: ProtectedTables) -> ProtectedFigures: ...
def evaluate(tables: ExactTables | ProtectedTables) -> ExactFigures | ProtectedFigures:
    """Return every computable figure, for each city and the pool.

    Parameters
    ----------
    tables
        The quantities of all cities, from `quantities.exact` or `protection.pool`.

    Returns
    -------
    INDICATOR_VALUE, sorted by key: one row per variant, indicator, city, period, breakdown and group, from the first
    computable period on. For a group without people a count is 0 and a share is not computable. Intervals of protected
    figures include the rounding variance.
    """
    scope = scope_of(tables)
    blocks = _all_series(tables, scope) if scope.cities else []
    frame = INDICATOR_VALUE.check(pl.concat([INDICATOR_VALUE.empty(), *blocks]).sort(INDICATOR_VALUE.key))
    if isinstance(tables, ProtectedTables):
        return ProtectedFigures(frame, yardsticks(tables, frame, totals))
    return ExactFigures(frame)


def totals(tables: QuantityTables, scope: Scope) -> pl.DataFrame:
    """INDICATOR_VALUE of the totals of the main series: figures with an interval, but observed to expected.

    Not `returns_anywhere`: which cities are near, and share a key, decides how many return elsewhere. Not
    `lasting_outflow`: a product of figures that are judged each by itself.
    """
    stocks, of_flow, population = tables["stocks"], tables["flows"], tables["population"]
    blocks = [
        *durations(tables["durations"], scope, variant="main"),
        *returns(tables["returns"], scope, variant="main"),
        *outflow_rate(of_flow, stocks, tables["years"], scope, variant="main"),
        *caseload_rate(stocks, population, scope, variant="main"),
        *inflow_rate(of_flow, population, scope, variant="main"),
        *shares_of_stock(stocks, scope, variant="main"),
        *shares_of_flow(of_flow, scope, variant="main"),
        *take_up(tables["take_up"], scope, variant="main"),
        activation_share(stocks, tables["art60"], scope, variant="main"),
        activation_incidence(tables["activation"], scope, variant="main"),
        care_leavers_still_on(tables["after_care"], scope, variant="main"),
        return_after_art60(tables["after_art60"], scope),
        *applications(tables["applications"], scope),
        gpmi_year_share(tables["years"], tables["gpmi_years"], scope),
        *status_after_start(tables["durations"], tables["tracked"], scope),
        *months_on(stocks, tables["years_on"], scope),
        gpmi_start_3m(tables["gpmi_starts"], scope),
        instability_share(tables["decades"], scope),
        *care_leavers_after_exit(tables["after_care"], tables["after_care_returns"], scope, variant="main"),
        *status_after_exit(tables["returns"], tables["after_exits"], scope),
        long_stay_exit(stocks, tables["long_stayers"], scope),
    ]
    return pl.concat([INDICATOR_VALUE.empty(), *blocks])


def _all_series(tables: QuantityTables, scope: Scope) -> list[pl.DataFrame]:
    blocks = []
    for variant in VARIANTS:
        blocks += durations(tables["durations"], scope, variant=variant)
        blocks += returns(tables["returns"], scope, variant=variant)
        blocks += outflow_rate(tables["flows"], tables["stocks"], tables["years"], scope, variant=variant)
    stocks, of_flow, population = tables["stocks"], tables["flows"], tables["population"]
    for variant in ("main", "wide"):
        blocks += caseload(stocks, tables["years"], scope, variant=variant)
        blocks += caseload_rate(stocks, population, scope, variant=variant)
        blocks += flows(of_flow, tables["origins"], scope, variant=variant)
        blocks += inflow_rate(of_flow, population, scope, variant=variant)
        blocks += shares_of_stock(stocks, scope, variant=variant)
        blocks += shares_of_flow(of_flow, scope, variant=variant)
        blocks += observed_to_expected(tables, scope, variant=variant)
        blocks += take_up(tables["take_up"], scope, variant=variant)
        blocks.append(activation_share(stocks, tables["art60"], scope, variant=variant))
        blocks.append(activation_incidence(tables["activation"], scope, variant=variant))
        blocks.append(care_leavers_still_on(tables["after_care"], scope, variant=variant))
        blocks += care_leavers_after_exit(tables["after_care"], tables["after_care_returns"], scope, variant=variant)
        blocks += lasting_outflow(tables, scope, variant=variant)
    blocks.append(return_after_art60(tables["after_art60"], scope))
    blocks += applications(tables["applications"], scope)
    blocks.append(gpmi_year_share(tables["years"], tables["gpmi_years"], scope))
    blocks += status_after_start(tables["durations"], tables["tracked"], scope)
    blocks += months_on(stocks, tables["years_on"], scope)
    blocks.append(gpmi_start_3m(tables["gpmi_starts"], scope))
    blocks.append(instability_share(tables["decades"], scope))
    blocks += status_after_exit(tables["returns"], tables["after_exits"], scope)
    blocks += connected_stock(stocks, tables["art60"], scope)
    blocks.append(long_stay_exit(stocks, tables["long_stayers"], scope))
    blocks += returns_anywhere(tables, scope)
    blocks.append(data_quality(tables["quality"], tables["span"]))
    return blocks
