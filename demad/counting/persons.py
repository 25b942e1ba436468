"""Count people into the smaller tables: YEAR_PERSONS, GPMI_YEAR, ART60_MONTHS, and POPULATION from inhabitants."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from demad.counting import cells
from demad.counting.cells import N_JOINT, Block, joint, margins, rows_of, running
from demad.histories.segments import SERIES
from demad.tables.counts import ART60_MONTHS, GPMI_YEAR, POPULATION, YEAR_PERSONS
from demad.tables.observation import Observation
from demad.tables.terms import GROUPS, WORKING_AGES

_OLDEST = 64


def count_year_persons(parts: Mapping[str, pl.DataFrame], observation: Observation, *, city: str) -> pl.DataFrame:
    """Count distinct persons with a covered month in each calendar year that is completely in W..M.

    The group is that of the person's last covered month of the year, so that groups add up to the total.

    Parameters
    ----------
    parts
        Result of `ages.by_age` for each series. A part counts in the years that it touches, but for the year in which
        the person's next segment begins.
    """
    years = _whole_years(observation)
    last_year = pl.min_horizontal(pl.col("end") // 12, pl.col("next_start") // 12 - 1)
    blocks = []
    for variant in SERIES:
        touched = parts[variant].select(first=pl.col("start") // 12, last=last_year)
        first, last = (year - years.start for year in cells.numbers(touched, "first", "last"))
        persons = running((N_JOINT, len(years)), joint(parts[variant]).to_numpy(), first, last)
        for breakdown, counts in margins(persons).items():
            axes = {"group": GROUPS[breakdown], "year": years}
            fixed = {"city": city, "variant": variant, "breakdown": breakdown}
            blocks.append(Block(fixed, axes, {"persons": counts}))
    return rows_of(YEAR_PERSONS, blocks)


def count_gpmi_year(main: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count distinct persons with a GPMI in a covered month of each calendar year that is completely in W..M.

    A person counts once a year, however many decisions with a GPMI touch it.

    Parameters
    ----------
    main
        SEGMENT of the main series, sorted by person and start.
    """
    years = _whole_years(observation)
    agreed = main.filter("with_gpmi").select("person", first=pl.col("start") // 12, last=pl.col("end") // 12)
    same_person = pl.col("person") == pl.col("person").shift(1)
    not_yet = pl.when(same_person).then(pl.max_horizontal("first", pl.col("last").shift(1) + 1)).otherwise("first")
    stretches = agreed.with_columns(first=not_yet).filter(pl.col("first") <= pl.col("last"))
    first, last = (year - years.start for year in cells.numbers(stretches, "first", "last"))
    (persons,) = running((1, len(years)), np.zeros(len(first), dtype=np.int64), first, last)
    return rows_of(GPMI_YEAR, [Block({"city": city}, {"year": years}, {"with_gpmi": persons})])


def _whole_years(observation: Observation) -> range:
    """Calendar years of which January and December are both in W..M."""
    return range(-(-observation.first_month // 12), (observation.last_month + 1) // 12)


def count_art60_months(
    runs: pl.DataFrame, wide: pl.DataFrame, numbers: pl.DataFrame, observation: Observation, *, city: str
) -> pl.DataFrame:
    """Count persons in art. 60 or 61 in each month W..M, and those of them without a leefloon of either law.

    Parameters
    ----------
    runs
        Result of `activation.art60_runs`.
    wide, numbers
        SEGMENT of the wide series, and result of `segments.person_numbers`.
    """
    months = range(observation.first_month, observation.last_month + 1)
    with_leefloon = (
        runs.join(numbers, on="person")
        .join(wide.select("start", "end", number="person"), on="number")
        .select(first=pl.max_horizontal("first", "start"), last=pl.min_horizontal("last", "end"))
        .filter(pl.col("first") <= pl.col("last"))
    )
    persons, beside = (_by_month(stretches, months) for stretches in (runs, with_leefloon))
    return rows_of(
        ART60_MONTHS, [Block({"city": city}, {"month": months}, {"persons": persons, "apart": persons - beside})]
    )


def _by_month(stretches: pl.DataFrame, months: range) -> np.ndarray:
    """How many stretches cover each month."""
    first, last = (month - months.start for month in cells.numbers(stretches, "first", "last"))
    return running((1, len(months)), np.zeros(len(first), dtype=np.int64), first, last)[0]


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
