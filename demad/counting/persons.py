"""Count YEAR_PERSONS from covered months, ART60_MONTHS from support months, and POPULATION from inhabitants."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Block, axis, rows_of, tally
from demad.histories.spells import STRATA_COLUMNS
from demad.tables.counts import ART60_MONTHS, POPULATION, YEAR_PERSONS
from demad.tables.observation import Observation
from demad.tables.terms import WORKING_AGES

_OLDEST = 64


def count_year_persons(months: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count distinct persons with a covered month in each calendar year that is completely in W..M.

    The group is that of the person's last covered month of the year, so that groups add up to the total.

    Parameters
    ----------
    months
        MONTH, sorted by series, person and month.
    """
    year = pl.col("month") // 12
    whole = (year * 12 >= observation.first_month) & (year * 12 + 11 <= observation.last_month)
    person_year = (pl.col("series"), pl.col("person"), year)
    last_of_year = pl.any_horizontal(part.ne_missing(part.shift(-1)) for part in person_year)
    counted = months.filter(whole & last_of_year)
    blocks = []
    for variant in ("main", "wide"):
        of_series = counted.filter(series=variant)
        if of_series.is_empty():
            continue
        years = of_series["month"].to_numpy().astype(np.int64) // 12
        labels = range(int(years.min()), int(years.max()) + 1)
        for breakdown in ("total", *STRATA_COLUMNS):
            groups = axis(of_series, breakdown)
            persons = tally((len(groups.groups), len(labels)), groups.codes, years - labels.start)
            fixed = {"city": city, "variant": variant, "breakdown": breakdown}
            blocks.append(Block(fixed, {"group": groups.groups, "year": labels}, {"persons": persons}))
    return rows_of(YEAR_PERSONS, blocks)


def count_art60_months(art60: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """ART60_MONTHS from `activation.art60_months`."""
    return ART60_MONTHS.check(art60.select(pl.lit(city).alias("city"), "month", "persons"))


def count_population(inhabitants: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Sum inhabitants of 18 to 64 into the total, the age bands and the sexes.

    Parameters
    ----------
    inhabitants
        Dataset ``bevolking``: ``jaar``, ``leeftijd_van``, ``leeftijd_tot``, ``geslacht``, ``aantal``. A row whose ages
        span several bands counts only for the total and its sex. Of repeated rows the last counts.
    """
    low, high = pl.col("leeftijd_van"), pl.col("leeftijd_tot")
    band = pl.lit(None, dtype=pl.String)
    for name in WORKING_AGES:
        youngest, oldest = (int(age) for age in name.split("-"))
        band = pl.when((low >= youngest) & (high <= oldest)).then(pl.lit(name)).otherwise(band)
    youngest = int(WORKING_AGES[0].split("-")[0])
    rows = (
        inhabitants.unique(["jaar", "leeftijd_van", "leeftijd_tot", "geslacht"], keep="last", maintain_order=True)
        .filter(low >= youngest, high <= _OLDEST)
        .select(
            year=pl.col("jaar").cast(pl.Int32),
            total=pl.lit("total"),
            age=band,
            sex=pl.col("geslacht").cast(pl.String),
            persons=pl.col("aantal").cast(pl.Int64),
        )
    )
    margins = [
        rows.filter(pl.col(name).is_not_null())
        .group_by("year", group=pl.col(name))
        .agg(pl.col("persons").sum())
        .with_columns(city=pl.lit(city), breakdown=pl.lit(name))
        for name in ("total", "age", "sex")
    ]
    return POPULATION.check(pl.concat(margins).select(list(POPULATION.columns)).sort(POPULATION.key))
