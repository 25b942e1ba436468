"""Turn periods into covered months, and covered months into spells. Not here: counting."""

from __future__ import annotations

import polars as pl

from demad.histories.packed import Packing
from demad.tables.months import month_of
from demad.tables.observation import Observation
from demad.tables.people import MONTH, SPELL
from demad.tables.terms import AGES, GAPS, REASONS

STRATA_COLUMNS = ("age", "household", "nationality", "sex", "student")
_AGE_EDGES = (17, 24, 34, 44, 54, 64)
_GPMI_AGREED = ("general", "study", "study_work")


def person_numbers(periods: pl.DataFrame) -> pl.DataFrame:
    """The number that represents each person in MONTH and SPELL: ``person`` (String), ``number`` (UInt32), sorted."""
    starts = (pl.col("person") != pl.col("person").shift(1)).fill_null(True)
    return periods.select("person").filter(starts).select("person", number=pl.int_range(pl.len(), dtype=pl.UInt32))


def age_band(age: pl.Expr) -> pl.Expr:
    """Age band (Enum of `terms.AGES`) of an age in whole years."""
    band = pl.lit(AGES[0])
    for edge, name in zip(_AGE_EDGES, AGES[1:], strict=True):
        band = pl.when(age > edge).then(pl.lit(name)).otherwise(band)
    return band.cast(pl.Enum(AGES))


def covered_months(periods: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Return MONTH: every month with a day of right, per series, with the attributes of that month.

    Attributes come from one decision of the series: the one valid on the 15th, else the latest that covers
    a day of the month. If there are several: latest begin, then latest end (running is latest), then RMI before RMH.

    Parameters
    ----------
    periods
        PERIOD, sorted by person.
    observation
        A running decision runs to ``as_of``.

    Returns
    -------
    MONTH, sorted by series, person and month. Empty in, empty out.
    """
    decisions = _ranked(periods, observation)
    packing = _packing(decisions)
    days = _decision_months(decisions, packing)
    return MONTH.check(
        pl.concat(
            [
                _with_attributes("main", days.filter("rmi"), decisions, packing),
                _with_attributes("wide", days, decisions, packing),
            ]
        )
    )


def _ranked(periods: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Sort decisions by preference, so that the row number alone decides between two."""
    until = pl.col("end").fill_null(observation.as_of)
    return (
        periods.with_columns(number=pl.col("person").rle_id(), rmi=pl.col("law") == "RMI")
        .sort("begin", "end", "rmi", nulls_last=True)
        .with_columns(
            rank=pl.int_range(pl.len(), dtype=pl.Int64),
            first_month=month_of(pl.col("begin")),
            last_month=month_of(until),
            starts_by_15th=pl.col("begin").dt.day() <= 15,
            runs_past_15th=until.dt.day() >= 15,
        )
    )


def _packing(decisions: pl.DataFrame) -> Packing:
    """Person, month, valid on the 15th, rank, as large as these decisions need."""
    latest = decisions.select(pl.max("number", "last_month").fill_null(0))
    number, month = latest.row(0)
    return Packing({"number": number + 1, "month": month + 1, "on_15th": 2, "rank": max(1, decisions.height)})


def _decision_months(decisions: pl.DataFrame, packing: Packing) -> pl.DataFrame:
    """One row per decision and month, packed in one sortable integer."""
    months = pl.int_ranges("first_month", pl.col("last_month") + 1, dtype=pl.Int32).alias("month")
    exploded = decisions.select(
        "number", "rmi", "rank", "first_month", "last_month", "starts_by_15th", "runs_past_15th", months
    ).explode("month")
    on_15th = (pl.col("starts_by_15th") | (pl.col("month") > pl.col("first_month"))) & (
        pl.col("runs_past_15th") | (pl.col("month") < pl.col("last_month"))
    )
    key = packing.packed(number=pl.col("number"), month=pl.col("month"), on_15th=on_15th, rank=pl.col("rank"))
    return exploded.select("rmi", key)


def _with_attributes(series: str, days: pl.DataFrame, decisions: pl.DataFrame, packing: Packing) -> pl.DataFrame:
    person_month = packing.down_to("month")
    best = days.select(pl.col("key").sort()).filter((person_month != person_month.shift(-1)).fill_null(True))
    chosen = best.select(
        number=packing.part("number").cast(pl.UInt32),
        month=packing.part("month").cast(pl.Int32),
        rank=packing.part("rank"),
    )
    of_decision = decisions.select(
        "birth_year", *STRATA_COLUMNS[1:], "gpmi", "origin", first_begin_month=month_of(pl.col("first_begin"))
    )[chosen["rank"]]
    return pl.concat([chosen.select("number", "month"), of_decision], how="horizontal").select(
        series=pl.lit(series).cast(MONTH.schema["series"]),
        person="number",
        month="month",
        age=age_band(pl.col("month") // 12 - pl.col("birth_year")),
        household="household",
        nationality="nationality",
        sex="sex",
        student="student",
        with_gpmi=pl.col("gpmi").is_in(_GPMI_AGREED),
        first_begin_month="first_begin_month",
        origin="origin",
    )


def starts_spell(gap: int) -> pl.Expr:
    """Whether a row of one sorted series of MONTH begins a spell, if gaps of ``gap`` uncovered months are bridged."""
    other_person = pl.col("person") != pl.col("person").shift(1)
    return (other_person | (pl.col("month") - pl.col("month").shift(1) > gap + 1)).fill_null(True)


def build_spells(months: pl.DataFrame, periods: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Return SPELL for the four variants: maximal runs of covered months, with how each began and ended.

    A spell whose last covered month is after O is censored, not ended: it is not yet certain that it ended. Otherwise
    the outflow of the newest months would be too high.

    Parameters
    ----------
    months
        MONTH, sorted by series, person and month.
    periods
        The PERIOD rows that gave these months: the stop reason comes from the decision that ends last.
    observation
        Gives W, O and the spells whose start is unknown.

    Returns
    -------
    SPELL, sorted by variant, person and start.
    """
    other_law = _months_of_other_law(periods, observation)
    series = {name: months.filter(series=name) for name in ("main", "wide")}
    endings = {name: _endings(periods, only_rmi=name == "main") for name in series}
    other_months = {"main": other_law, "wide": other_law.clear()}
    variants = []
    for variant, gap in GAPS.items():
        name = "wide" if variant == "wide" else "main"
        spells = _runs(series[name], gap).join(
            endings[name], left_on=["person", "end"], right_on=["number", "month"], how="left"
        )
        variants.append(_judged(_mark_other_law(spells, other_months[name]), variant, gap, observation))
    return SPELL.check(pl.concat(variants))


def _runs(months: pl.DataFrame, gap: int) -> pl.DataFrame:
    marked = months.with_columns(begins=starts_spell(gap), before=pl.col("month").shift(1))
    starts = marked.filter("begins").sort("person", "month")
    following_same = pl.col("person") == pl.col("person").shift(-1)
    preceding_same = pl.col("person") == pl.col("person").shift(1)
    last_seen = months.select(pl.col("month").last()).to_series()
    return starts.with_columns(
        start="month",
        end=pl.concat([pl.col("before").slice(1), pl.lit(last_seen)]) if starts.height else pl.col("month"),
        next_start=pl.when(following_same).then(pl.col("month").shift(-1)),
        previous_end=pl.when(preceding_same).then(pl.col("before")),
    ).drop("series", "month", "begins", "before", "with_gpmi")


def _endings(periods: pl.DataFrame, *, only_rmi: bool) -> pl.DataFrame:
    """The stop reason that applies if a person's last covered month is ``month``."""
    ended = periods.with_columns(number=pl.col("person").rle_id(), rmi=pl.col("law") == "RMI").filter(
        pl.col("end").is_not_null() & (pl.col("rmi") | pl.lit(not only_rmi))
    )
    return (
        ended.select("number", "end", "begin", "rmi", "ending", month=month_of(pl.col("end")))
        .sort("number", "end", "begin", "rmi")
        .unique(["number", "month"], keep="last", maintain_order=True)
        .select("number", "month", "ending")
    )


def _months_of_other_law(periods: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """The months covered by RMH: ``person`` (number) and ``month``."""
    until = month_of(pl.col("end").fill_null(observation.as_of)) + 1
    return (
        periods.with_columns(person=pl.col("person").rle_id())
        .filter(pl.col("law") == "RMH")
        .select("person", month=pl.int_ranges(month_of(pl.col("begin")), until, dtype=pl.Int32))
        .explode("month")
        .unique()
    )


def _mark_other_law(spells: pl.DataFrame, other_law: pl.DataFrame) -> pl.DataFrame:
    """Mark spells with a month covered by the other law directly before or after."""
    after = other_law.select("person", end=pl.col("month") - 1, law_after=True)
    before = other_law.select("person", start=pl.col("month") + 1, law_before=True)
    return (
        spells.join(after, on=["person", "end"], how="left")
        .join(before, on=["person", "start"], how="left")
        .with_columns(pl.col("law_after", "law_before").fill_null(False))
        .sort("person", "start")
    )


def _judged(spells: pl.DataFrame, variant: str, gap: int, observation: Observation) -> pl.DataFrame:
    start, end, final = pl.col("start"), pl.col("end"), observation.last_transition(gap)
    window_start = observation.first_month
    left_censored = start <= observation.left_censored_until(gap)
    reason = (
        pl.when("law_after").then(pl.lit("law_change")).otherwise(pl.col("ending").cast(pl.String).fill_null("unknown"))
    )
    certain = end <= final
    is_exit = certain & reason.is_in(REASONS)
    entry = pl.max_horizontal(pl.lit(0), window_start - start) if observation.full_history else pl.lit(0)
    seen_before = pl.lit(observation.full_history) | (start - 24 >= window_start)
    kind = (
        pl.when(left_censored)
        .then(None)
        .when(pl.col("first_begin_month") == start)
        .then(pl.lit("new"))
        .when(start - pl.col("previous_end") <= 24)
        .then(pl.lit("return"))
        .when(seen_before)
        .then(pl.lit("new"))
        .otherwise(pl.lit("unknown"))
    )
    return spells.select(
        pl.lit(variant).cast(SPELL.schema["variant"]).alias("variant"),
        "person",
        "start",
        "end",
        left_censored.alias("left_censored"),
        entry.cast(pl.Int32).alias("entry"),
        pl.min_horizontal(end - start + 1, final - start + 1).cast(pl.Int32).alias("last"),
        is_exit.alias("exited"),
        pl.when(certain).then(reason).cast(SPELL.schema["reason"]).alias("reason"),
        "next_start",
        kind.cast(SPELL.schema["inflow"]).alias("inflow"),
        pl.col("law_before").alias("from_other_law"),
        "origin",
        *STRATA_COLUMNS,
    )
