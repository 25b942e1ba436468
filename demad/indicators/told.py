"""What a city never tells, seen from its counts: stop reasons, or projects (GPMI). Not here: verdicts.

A source may know no reasons at all (the federal monthly statements). A share of exits to work of 0 % would then be
false, and so would a share of projects; they are not computable. Of a city that tells some, every figure is computed
and the unknown reasons are placed (`placed`).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

ENOUGH = 30
"""Exits, or persons in a month, from which nothing known means that nothing is told."""
REASONS, PROJECTS = "reasons", "projects"
OF_ENTRANTS = ("cif_work_12m", "cif_activation_12m", "cif_other_benefit_12m", "cif_moved_12m")
OF_LEAVERS = {"sustainable_work_6m": 6, "sustainable_work_12m": 12, "sustainable_work_24m": 24}
RESTING_ON_REASON = (*OF_ENTRANTS, *OF_LEAVERS, "sustainable_activation_12m", "outflow_work_oe")
_RESTING_ON_PROJECTS = ("gpmi_share", "gpmi_year_share", "careleaver_gpmi_6m")


def never_told(tables: Mapping[str, pl.DataFrame]) -> Mapping[str, frozenset[str]]:
    """What each city never tells, of those that have enough people to see it.

    Parameters
    ----------
    tables
        STOCKS and FLOWS, exact or protected.
    """
    total = {"variant": "main", "breakdown": "total"}
    flows = tables["flows"].filter(pl.col("period").str.contains("Q"), **total)
    exits = flows.group_by("city").agg(pl.col("outflow", "out_unknown").sum())
    silent = exits.filter(pl.col("outflow") >= ENOUGH, pl.col("out_unknown") >= pl.col("outflow"))
    stocks = tables["stocks"].filter(**total).group_by("city").agg(pl.col("stock", "gpmi").max())
    without = stocks.filter(pl.col("stock") >= ENOUGH, pl.col("gpmi") == 0)
    found = {REASONS: set(silent["city"]), PROJECTS: set(without["city"])}
    cities = found[REASONS] | found[PROJECTS]
    return {city: frozenset(what for what, which in found.items() if city in which) for city in cities}


def rests_on(indicator: str, breakdown: str) -> str:
    """What a figure needs a city to tell: `REASONS`, `PROJECTS`, or nothing."""
    if breakdown in ("reason", "start_status") or indicator in RESTING_ON_REASON:
        return REASONS
    return PROJECTS if indicator in _RESTING_ON_PROJECTS else ""
