"""The series that a measure is judged on: events and exposure by city and quarter, from published and protected counts.

Not here: judging (`effect`).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from demad.disclosure import Policy, PublishedFigures
from demad.errors import UsageRefused
from demad.protection import ProtectedTables
from demad.quantities import POOLED
from demad.tables.terms import Status

Floats = npt.NDArray[np.float64]

MEASURES = MappingProxyType(
    {
        "outflow_count": "outflow",
        "outflow_rate": "outflow",
        "outflow_oe": "outflow",
        "outflow_work_oe": "work",
        "cif_work_12m": "work",
        "cif_activation_12m": "activation",
        "inflow_count": "inflow",
        "inflow_rate": "inflow",
    }
)
"""Indicator -> the events of a quarter that it rests on: exits, exits to work or to activation, new spells.

Other indicators have no series of quarters that do not overlap: windows of a year or more, or a stock, which holds
largely the same people from month to month (`methods.md` sections 1.8 and 4).
"""
_MONTHS = 3
_KNOWN = (Status.OK, Status.LOW_N)


@dataclass(frozen=True, slots=True)
class Panel:
    """Events and exposure of the cities by quarter.

    Parameters
    ----------
    measure
        ``outflow``, ``work``, ``activation`` or ``inflow``.
    cities, quarters
        Slugs, and 2025Q3 and so on, without a hole.
    events, exposure
        (cities, quarters): protected counts, and person-months on benefit (inflow: inhabitants of 18 to 64, times the
        months); NaN where a count is not shown.
    """

    measure: str
    cities: tuple[str, ...]
    quarters: tuple[str, ...]
    events: Floats
    exposure: Floats

    def row(self, city: str) -> int:
        """The place of a city; D-741 where it has no series."""
        if city not in self.cities:
            raise UsageRefused("D-741", "Deze stad heeft hiervoor geen kwartaalcijfers.", "Lever eerst gegevens.")
        return self.cities.index(city)


def panel_of(figures: PublishedFigures, tables: ProtectedTables, policy: Policy, indicator: str) -> Panel:
    """The quarterly series that an indicator rests on.

    Parameters
    ----------
    figures
        Published figures: what they hide is NaN here, and so is what is provisional.
    tables
        Protected tables of all cities, for exits by reason, which are published by year only. A count below the
        threshold of the policy is NaN, as if it were published.
    indicator
        A key of `MEASURES`.

    Raises
    ------
    UsageRefused
        D-740: this indicator has no quarters that can be compared. D-741: there are no figures by quarter.
    """
    measure = MEASURES.get(indicator)
    if measure is None:
        raise UsageRefused(
            "D-740",
            "Van deze indicator bestaan geen kwartalen die los van elkaar staan.",
            f"Kies uit: {', '.join(MEASURES)}.",
        )
    shown = figures.precise.filter(pl.col("city") != POOLED, variant="main", breakdown="total")
    base = "inflow_count" if measure == "inflow" else "outflow_count"
    quarterly = _published(shown, base)
    counted = quarterly if measure in ("inflow", "outflow") else _by_reason(tables, policy, measure, quarterly)
    beside = _inhabitants(shown) if measure == "inflow" else _person_months(shown)
    joined = counted.join(beside, on=["city", "quarter"], how="left").sort("city", "quarter")
    cities = shown.filter(indicator=base)["city"].unique().sort().to_list()  # also where every quarter is hidden
    quarters = joined["quarter"].unique().sort().to_list()
    if not quarters:
        raise UsageRefused("D-741", "Er zijn nog geen kwartaalcijfers.", "Voer eerst demad run uit.")
    grid = pl.DataFrame({"city": cities}).join(pl.DataFrame({"quarter": quarters}), how="cross")
    filled = grid.join(joined, on=["city", "quarter"], how="left").sort("city", "quarter")
    shape = len(cities), len(quarters)
    events, exposure = (
        filled[name].cast(pl.Float64).fill_null(np.nan).to_numpy().reshape(shape) for name in ("events", "exposure")
    )
    hole = np.isnan(events) | np.isnan(exposure)
    events, exposure = (np.where(hole, np.nan, values) for values in (events, exposure))
    return Panel(measure, tuple(cities), tuple(quarters), events, exposure)


def _published(shown: pl.DataFrame, id: str) -> pl.DataFrame:
    """``city``, ``quarter`` and ``events`` of a published count, where it is shown and settled."""
    rows = shown.filter(pl.col("period").str.contains("Q"), pl.col("status").is_in(_KNOWN), indicator=id)
    return rows.select("city", quarter="period", events="value").drop_nulls()


def _by_reason(tables: ProtectedTables, policy: Policy, measure: str, quarterly: pl.DataFrame) -> pl.DataFrame:
    """Exits for one reason: what is counted cumulatively over k adds up to one rounded count a quarter."""
    rows = tables["durations"].filter(variant="main", breakdown="total").rename({"period": "quarter"})
    summed = rows.group_by("city", "quarter").agg(pl.col(f"d_{measure}").sum().alias("events"))
    kept = summed.join(quarterly.select("city", "quarter"), on=["city", "quarter"], how="semi")
    return kept.filter(pl.col("events") >= policy.threshold).select("city", "quarter", "events")


def _person_months(shown: pl.DataFrame) -> pl.DataFrame:
    """The sum of the three stocks of a quarter, where all three are shown."""
    months = shown.filter(pl.col("value").is_not_null(), indicator="caseload_stock")
    return _whole_quarters(months, pl.col("value").sum())


def _inhabitants(shown: pl.DataFrame) -> pl.DataFrame:
    months = shown.filter(pl.col("denominator").is_not_null(), indicator="caseload_rate")
    return _whole_quarters(months, pl.col("denominator").sum())


def _whole_quarters(months: pl.DataFrame, summed: Any) -> pl.DataFrame:
    month = pl.col("period").str.slice(5, 2).cast(pl.Int32, strict=False)
    quarter = pl.col("period").str.slice(0, 4) + "Q" + ((month - 1) // _MONTHS + 1).cast(pl.String)
    of_months = months.filter(pl.col("period").str.contains("-")).with_columns(quarter=quarter)
    found = of_months.group_by("city", "quarter").agg(summed.alias("exposure"), pl.len().alias("months"))
    return found.filter(months=_MONTHS).drop("months")
