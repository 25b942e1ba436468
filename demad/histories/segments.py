"""Turn the decisions of a person into segments: stretches of covered months, each with the attributes of one decision.

Months in which one decision is valid stay together; only months that several decisions share are laid out one by one.
Not here: spells.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from demad.tables.months import months_of
from demad.tables.observation import Observation
from demad.tables.people import SEGMENT
from demad.tables.terms import AGES, STRATA

SERIES = ("main", "wide")
STRATA_COLUMNS = tuple(STRATA)
AGE_EDGES = (17, 24, 34, 44, 54, 64)
_GPMI_AGREED = ("general", "study", "study_work")
MONTHS_ON_LINE = 2**20
"""Of each person on the line of all: more than a date can hold, so that 2**32 persons fit in an Int64."""


def person_numbers(periods: pl.DataFrame) -> pl.DataFrame:
    """The number that represents each person in SEGMENT and SPELL: ``person`` (String), ``number`` (UInt32), sorted."""
    starts = (pl.col("person") != pl.col("person").shift(1)).fill_null(True)
    return periods.select("person").filter(starts).select("person", number=pl.int_range(pl.len(), dtype=pl.UInt32))


def on_line(person: pl.Expr, month: pl.Expr) -> pl.Expr:
    """Place of a month on one line (Int64) on which the months of each person come after those of the one before."""
    return person.cast(pl.Int64) * MONTHS_ON_LINE + month


def lies_in(places: pl.Series, stretches: pl.DataFrame) -> pl.Series:
    """Whether a place on the line lies in some stretch.

    Parameters
    ----------
    stretches
        ``first`` and ``last`` place of each; they may overlap, but none goes on into another person.
    """
    until = stretches.sort("first").select("first", until=pl.col("last").cum_max())
    asked = pl.DataFrame({"place": places, "row": pl.int_range(len(places), eager=True)}).sort("place")
    found = asked.join_asof(until, left_on="place", right_on="first", strategy="backward").sort("row")
    return found.select((pl.col("until") >= pl.col("place")).fill_null(value=False)).to_series()


def decided(periods: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Return each decision with its first and last month on the line of all persons, in the order of PERIOD.

    Parameters
    ----------
    periods
        PERIOD, sorted by person and begin.
    observation
        A running decision runs to ``as_of``.
    """
    until = periods["end"].fill_null(observation.as_of)
    number = pl.col("person").rle_id()
    return periods.select(
        "begin",
        "end",
        "ending",
        "birth_year",
        *STRATA_COLUMNS[1:],
        "origin",
        rmi=pl.col("law") == "RMI",
        first=on_line(number, pl.lit(months_of(periods["begin"]))),
        last=on_line(number, pl.lit(months_of(until))),
        starts_by_15th=pl.col("begin").dt.day() <= 15,
        runs_past_15th=until.dt.day() >= 15,
        with_gpmi=pl.col("gpmi").is_in(_GPMI_AGREED),
        gpmi_signed=months_of(periods["gpmi_begin"]),
        first_begin_month=months_of(periods["first_begin"]),
    )


def covered(decisions: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return SEGMENT of each series: every month with a day of right, with the attributes of that month.

    Attributes come from one decision of the series: the one valid on the 15th, else the latest that covers
    a day of the month. If there are several: latest begin, then latest end (running is latest), then RMI before RMH.

    Parameters
    ----------
    decisions
        Result of `decided`.

    Returns
    -------
    SEGMENT by series, sorted by person and start. Empty in, empty out.
    """
    return {"main": _segments(decisions.filter("rmi")), "wide": _segments(decisions)}


def _segments(decisions: pl.DataFrame) -> pl.DataFrame:
    numbered = decisions.select(
        "first",
        "last",
        "starts_by_15th",
        "runs_past_15th",
        decision=pl.int_range(pl.len()),
        rank=_rank(),
        alone_from=pl.max_horizontal("first", pl.col("last").cum_max().shift(1) + 1),
        alone_to=pl.min_horizontal("last", pl.col("first").shift(-1) - 1),
    )
    alone = numbered.filter(pl.col("alone_from") <= pl.col("alone_to")).select(
        "decision", start="alone_from", end="alone_to"
    )
    found = alone.merge_sorted(_shared(numbered), key="start")
    attributes = decisions.select(name for name in SEGMENT.columns if name not in ("person", "start", "end"))
    places = found.select(
        person=(pl.col("start") // MONTHS_ON_LINE).cast(pl.UInt32),
        start=(pl.col("start") % MONTHS_ON_LINE).cast(pl.Int32),
        end=(pl.col("end") % MONTHS_ON_LINE).cast(pl.Int32),
    )
    return SEGMENT.check(pl.concat([places, attributes[found["decision"]]], how="horizontal"))


def _rank() -> pl.Expr:
    """Place of a decision in the order of preference: that of its row, but for two laws that begin on one day."""
    end = pl.col("end").fill_null(date.max)
    next_begins_too = (pl.col("first") == pl.col("first").shift(-1)) & (pl.col("begin") == pl.col("begin").shift(-1))
    goes_after = (next_begins_too & (end >= end.shift(-1))).fill_null(False).cast(pl.Int64)
    return pl.int_range(pl.len()) + goes_after - goes_after.shift(1, fill_value=0)


def _shared(numbered: pl.DataFrame) -> pl.DataFrame:
    """The months in which several decisions are valid, joined where the same one counts: decision, start and end."""
    before = numbered.with_columns(until=pl.min_horizontal("last", pl.col("alone_from") - 1), month="first")
    after = numbered.with_columns(until="last", month=pl.max_horizontal("alone_from", pl.col("alone_to") + 1))
    laid_out = (
        pl.concat([part.filter(pl.col("month") <= pl.col("until")) for part in (before, after)])
        .with_columns(month=pl.int_ranges("month", pl.col("until") + 1))
        .explode("month")
    )
    on_15th = (pl.col("starts_by_15th") | (pl.col("month") > pl.col("first"))) & (
        pl.col("runs_past_15th") | (pl.col("month") < pl.col("last"))
    )
    best = (
        laid_out.group_by("month")
        .agg(rank=(on_15th.cast(pl.Int64) * 2**32 + pl.col("rank")).max() % 2**32)
        .sort("month")
    )
    chosen = best.select("month", decision=numbered["rank"].gather(best["rank"]))
    goes_on = (pl.col("month") == pl.col("month").shift(1) + 1) & (pl.col("decision") == pl.col("decision").shift(1))
    begins = ~goes_on.fill_null(False)
    starts = chosen.filter(begins).select("decision", start="month")
    return starts.with_columns(chosen.filter(begins.shift(-1, fill_value=True)).select(end="month"))


def age_band(age: pl.Expr) -> pl.Expr:
    """Age band (Enum of `terms.AGES`) of an age in whole years."""
    return band_number(age).cat.to(pl.Enum(AGES))


def band_number(age: pl.Expr) -> pl.Expr:
    """Place of the age band (UInt8) in `terms.AGES`."""
    return pl.sum_horizontal(*((age > edge).cast(pl.UInt8) for edge in AGE_EDGES))
