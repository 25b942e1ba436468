"""Persons of a calendar year with a GPMI: the share that federal money will depend on (`methods.md` section 7.5)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.indicators.caseload import YEAR, provisional_months
from demad.indicators.grid import Grid, Scope, dense, figures
from demad.indicators.shares import of_cities, share
from demad.indicators.told import PROJECTS
from demad.indicators.windows import months_of, within
from demad.quantities import POOLED
from demad.tables.quantities import GPMI_YEARS, YEARS


def gpmi_year_share(years: pl.DataFrame, gpmi_years: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Figures of `gpmi_year_share`, of the main series, for calendar years that are completely in W..M.

    A city that never tells a GPMI has no figure, and its people are not among those of all cities together: they would
    count as people without one.

    Parameters
    ----------
    years, gpmi_years
        YEARS and GPMI_YEARS.
    """
    told = [city.slug for city in scope.cities if PROJECTS not in city.untold and city.slug != POOLED]
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
