"""Convert exact counts to protected ones; there is no other way (`methods.md` section 3.6)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.protection.city_rounding import CityRounding
from demad.protection.protected import ProtectedTables, sealed
from demad.quantities.formed import form
from demad.quantities.outlook import elapsed, flow_vintages, stock_vintages, told
from demad.records.secrets import Secret
from demad.tables.months import quarter_of
from demad.tables.outlook import FLOW_VINTAGES
from demad.tables.quantities import ART60, DECADES, FLOWS, LONG_STAYERS, YEARS_ON
from demad.tables.risk_quantities import (
    ACTIVATION,
    AFTER_ART60,
    AFTER_CARE,
    AFTER_CARE_RETURNS,
    AFTER_EXITS,
    APPLICATIONS,
    CASE_MIX,
    CASE_MIX_RETURNS,
    CAUSES,
    DURATIONS,
    GPMI_STARTS,
    RETURNS,
    TAKE_UP,
    TRACKED,
)
from demad.tables.schema import Table
from demad.tables.terms import FOLDED

BASE = 5
_YOUNG = ("<18", "18-24")
_PERIOD, _YEAR = pl.col("period"), pl.col("year").cast(pl.String)
_STRATUM = pl.concat_str("age", "household", "nationality", "band", separator="/")
_APART: Mapping[str, tuple[Table, Mapping[str, pl.Expr]]] = {
    "flows": (FLOWS, {"period": _PERIOD}),
    "long_stayers": (LONG_STAYERS, {"breakdown": pl.lit("long_stay"), "period": _YEAR}),
    "tracked": (TRACKED, {"breakdown": pl.lit("tracking"), "period": _PERIOD}),
    "after_exits": (AFTER_EXITS, {"breakdown": pl.lit("after_exit"), "group": pl.lit("total")}),
    "case_mix": (CASE_MIX, {"breakdown": pl.lit("case_mix"), "group": _STRATUM, "period": _PERIOD}),
    "case_mix_returns": (
        CASE_MIX_RETURNS,
        {"breakdown": pl.lit("case_mix_return"), "group": _STRATUM, "period": _PERIOD},
    ),
    "art60": (ART60, {"period": quarter_of(pl.col("month"))}),
    "years_on": (YEARS_ON, {"breakdown": pl.lit("years_on"), "group": pl.col("band"), "period": _YEAR}),
    "decades": (DECADES, {"breakdown": pl.lit("ten_years"), "period": _YEAR}),
}
"""Quantities of which each count is rounded by itself, and the cell that has the offset."""
_COHORTS = {
    "take_up": (TAKE_UP, "m"),
    "after_art60": (AFTER_ART60, "m"),
    "after_care_returns": (AFTER_CARE_RETURNS, "m"),
    "gpmi_starts": (GPMI_STARTS, "k"),
}
"""Quantities that follow people whom nobody joins, and their step."""


def protect(
    tables: Mapping[str, pl.DataFrame], secret: Secret, *, base: int = BASE, exact_stock: bool = True
) -> ProtectedTables:
    """Protect the additive tables of one city: combine small groups, form the quantities, round each of them.

    All quantities, causes and series of a cell (breakdown, group and period) share one offset, so that equal counts
    round equally and a part never exceeds its whole. Stocks, persons of a year, applications and events have separate
    offsets: what the exact stock reveals of the offset of its parts says nothing about entries and exits. In risk
    tables the cumulative counts are rounded, because errors with one shared offset do not average out over the steps.

    Parameters
    ----------
    tables
        `tables.counts.COUNT_TABLES` of one city, by name in lower case.
    secret
        The secret of the city. Equal tables and secret give equal protected tables.
    base
        Base of the rounding.
    exact_stock
        Whether the monthly stock of all persons of the main series stays exact.

    Returns
    -------
    ProtectedTables of the city. Cells in which every count is 0 have no row. Where the tables hold ``vintages``, the
    tables of `tables.outlook.OUTLOOK` are beside the quantities.
    """
    formed = form(tables, folds=FOLDED, young=_YOUNG, monthly=False, detail=True)
    by = CityRounding(secret, base)
    stocks = by.stocks(formed["stocks"], exact_stock=exact_stock)
    apart = {name: by.counts(formed[name], table, table.counts, **cell) for name, (table, cell) in _APART.items()}
    made = {
        **formed,
        **apart,
        **{name: by.cohorts(formed[name], table, step, "") for name, (table, step) in _COHORTS.items()},
        "stocks": stocks,
        "years": by.years(formed["years"], stocks),
        "gpmi_years": by.of_years(formed["gpmi_years"]),
        "origins": by.origins(formed["origins"], apart["flows"]),
        "durations": by.events(formed["durations"], DURATIONS, "k", ("d", *(f"d_{cause}" for cause in CAUSES))),
        "returns": by.cohorts(formed["returns"], RETURNS, "m", "", "_work", "_activation"),
        "activation": by.events(formed["activation"], ACTIVATION, "k", ("d", "d_activation")),
        "after_care": by.events(formed["after_care"], AFTER_CARE, "k", ("d",)),
        "applications": by.cohorts(formed["applications"], APPLICATIONS, "day", "", of=APPLICATIONS),
    }
    if "vintages" in tables:
        made |= _of_outlook(by, tables, exact_stock=exact_stock)
    return sealed(made, base)


def _of_outlook(by: CityRounding, tables: Mapping[str, pl.DataFrame], *, exact_stock: bool) -> dict[str, pl.DataFrame]:
    """What nowcasts and projections rest on: what each delivery told, and the stock by month of the spell."""
    of_months = told(tables["vintages"], tables["triangle"], tables["span"])
    flows = flow_vintages(of_months)
    return {
        "stock_vintages": by.stock_vintages(stock_vintages(of_months), exact_stock=exact_stock),
        "flow_vintages": by.counts(flows, FLOW_VINTAGES, FLOW_VINTAGES.counts, period=_PERIOD),
        "elapsed": by.elapsed(elapsed(tables["stock_elapsed"])),
    }
