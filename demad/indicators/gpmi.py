"""Persons of a calendar year with a GPMI, and entrants who soon have one (`methods.md` section 7.5)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.indicators.caseload import YEAR, provisional_months
from demad.indicators.flows import first_months
from demad.indicators.grid import Grid, Scope, dense, estimated, figures, last_transitions, much_wider
from demad.indicators.risk import risk_table
from demad.indicators.shares import of_cities, share
from demad.indicators.told import PROJECTS
from demad.indicators.windows import months_of, within
from demad.quantities import POOLED
from demad.quantities.risks import LONGEST_GPMI
from demad.tables.quantities import GPMI_YEARS, YEARS
from demad.tables.risk_quantities import GPMI_STARTS


def gpmi_year_share(years: pl.DataFrame, gpmi_years: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Figures of `gpmi_year_share`, of the main series, for calendar years that are completely in W..M.

    A city that never tells a GPMI has no figure, and its people are not among those of all cities together: they would
    count as people without one.

    Parameters
    ----------
    years, gpmi_years
        YEARS and GPMI_YEARS.
    """
    told = telling(scope)
    ends = [month for month in months_of(scope.cities) if month % YEAR == YEAR - 1]
    labels, late = [month // YEAR for month in ends], provisional_months(scope.cities, ends)
    total = {"breakdown": pl.lit("total"), "group": pl.lit("total")}
    of_main = of_cities(years.filter(variant="main"), YEARS, told)
    persons = dense(of_main, scope, "total", "year", labels, ["persons"])["persons"]
    agreed = of_cities(gpmi_years, GPMI_YEARS, told).with_columns(**total)
    with_gpmi = dense(agreed, scope, "total", "year", labels, ["with_gpmi"])["with_gpmi"]
    last = np.array([city.last_month for city in scope.cities])
    grid = Grid("main", "total", scope, [str(year) for year in labels], within(scope.cities, ends, YEAR, last))
    once = scope.rounding(1)
    return figures(indicator("gpmi_year_share"), grid, share(with_gpmi, persons, (once, once), provisional=late))


def gpmi_start_3m(gpmi_starts: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Figures of `gpmi_start_3m`, of those who began in a calendar year of which everybody is seen for three months.

    Aalen-Johansen: leaving without a GPMI competes. A city that never tells a GPMI is not in the sum of all cities.

    Parameters
    ----------
    gpmi_starts
        GPMI_STARTS.
    """
    definition = indicator("gpmi_start_3m")
    table = risk_table(
        of_cities(gpmi_starts, GPMI_STARTS, telling(scope)),
        scope,
        variant="main",
        breakdown="total",
        step="k",
        steps=range(LONGEST_GPMI + 1),
        columns=["n", "d", "d_gpmi"],
        yearly=True,
    )
    last = last_transitions(scope.cities, "main") - LONGEST_GPMI
    window = table.window(YEAR, last)
    n, agreed = window.counts["n"], window.counts["d_gpmi"]
    reached = cumulative_incidence(
        n, window.counts["d"], agreed, horizon=LONGEST_GPMI + 1, rounding=window.rounding, cohort=True
    )
    estimates = estimated(
        reached.value,
        reached.low,
        reached.high,
        numerator=agreed.sum(axis=-1),
        denominator=n[..., 0],
        computable=np.all(n > 0, axis=-1),
        widened=much_wider(reached.rounding, reached.variance),
    )
    known = first_months(scope.cities, "main", new_only=True)
    shown = within(scope.cities, table.ends, YEAR, last, known)
    years = [str(month // YEAR) for month in table.ends]
    return figures(definition, Grid("main", "total", scope, years, shown), estimates)


def telling(scope: Scope) -> list[str]:
    """The cities that ever tell a GPMI, or have too few people to see that they never do."""
    return [city.slug for city in scope.cities if PROJECTS not in city.untold and city.slug != POOLED]
