"""What a city never tells, seen from its counts: stop reasons, projects (GPMI), decisions. Not here: verdicts.

A source may know no reasons at all (the federal monthly statements). A share of exits to work of 0 % would then be
false, and so would a share of projects; they are not computable. The same holds of applications without any day of
decision, or any outcome. Of a city that tells some, every figure is computed
and the unknown reasons are placed (`placed`).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

ENOUGH = 30
"""Exits, persons in a month, or applications, from which nothing known means that nothing is told."""
REASONS, PROJECTS, DECISIONS, OUTCOMES = "reasons", "projects", "decisions", "outcomes"
OF_ENTRANTS = ("cif_work_12m", "cif_activation_12m", "cif_other_benefit_12m", "cif_moved_12m")
OF_LEAVERS = {"sustainable_work_6m": 6, "sustainable_work_12m": 12, "sustainable_work_24m": 24}
LASTING = ("sustainable_outflow_12m", "sustainable_from_entry_24m")
RESTING_ON_REASON = (*OF_ENTRANTS, *OF_LEAVERS, "sustainable_activation_12m", "outflow_work_oe", *LASTING)
_RESTING_ON = {
    "gpmi_share": PROJECTS,
    "gpmi_year_share": PROJECTS,
    "gpmi_start_3m": PROJECTS,
    "careleaver_gpmi_6m": PROJECTS,
    "application_within_30d": DECISIONS,
    "application_days_median": DECISIONS,
    "application_refused_share": OUTCOMES,
}


def never_told(tables: Mapping[str, pl.DataFrame]) -> Mapping[str, frozenset[str]]:
    """What each city never tells, of those that have enough people to see it.

    Parameters
    ----------
    tables
        STOCKS, FLOWS and APPLICATIONS, exact or protected.
    """
    total = {"variant": "main", "breakdown": "total"}
    flows = tables["flows"].filter(pl.col("period").str.contains("Q"), **total)
    exits = flows.group_by("city").agg(pl.col("outflow", "out_unknown").sum())
    silent = exits.filter(pl.col("outflow") >= ENOUGH, pl.col("out_unknown") >= pl.col("outflow"))
    stocks = tables["stocks"].filter(**total).group_by("city").agg(pl.col("stock", "gpmi").max())
    without = stocks.filter(pl.col("stock") >= ENOUGH, pl.col("gpmi") == 0)
    asked = (
        tables["applications"]
        .group_by("city")
        .agg(pl.col("n").filter(pl.col("day") == 0).sum(), pl.col("d_decided", "known").sum())
    )
    enough = asked.filter(pl.col("n") >= ENOUGH)
    found = {
        REASONS: set(silent["city"]),
        PROJECTS: set(without["city"]),
        DECISIONS: set(enough.filter(d_decided=0)["city"]),
        OUTCOMES: set(enough.filter(known=0)["city"]),
    }
    cities = set[str]().union(*found.values())
    return {city: frozenset(what for what, which in found.items() if city in which) for city in cities}


def rests_on(indicator: str, breakdown: str) -> str:
    """What a figure needs a city to tell: `REASONS`, `PROJECTS`, `DECISIONS`, `OUTCOMES`, or nothing."""
    if breakdown in ("reason", "start_status") or indicator in RESTING_ON_REASON:
        return REASONS
    return _RESTING_ON.get(indicator, "")
