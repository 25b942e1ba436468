"""Turn segments into spells. Not here: counting."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.histories.segments import STRATA_COLUMNS, age_band, on_line
from demad.tables.observation import Observation
from demad.tables.people import SPELL
from demad.tables.terms import GAPS


def starts_spell(gap: int) -> pl.Expr:
    """Whether a row of one sorted series of SEGMENT begins a spell, if gaps of ``gap`` uncovered months are bridged."""
    other_person = pl.col("person") != pl.col("person").shift(1)
    return (other_person | (pl.col("start") - pl.col("end").shift(1) > gap + 1)).fill_null(True)


def build_spells(
    segments: Mapping[str, pl.DataFrame], decisions: pl.DataFrame, observation: Observation
) -> pl.DataFrame:
    """Return SPELL for the four variants: maximal runs of covered months, with how each began and ended.

    A spell whose last covered month is after O is censored, not ended: it is not yet certain that it ended. Otherwise
    the outflow of the newest months would be too high.

    Parameters
    ----------
    segments
        SEGMENT by series, sorted by person and start.
    decisions
        Result of `segments.decided` that gave these segments: the stop reason comes from the one that ends last.
    observation
        Gives W, O and the spells whose start is unknown.

    Returns
    -------
    SPELL, sorted by variant, person and start.
    """
    runs = {series: _runs(rows) for series, rows in segments.items()}
    runs = {
        "main": _with_other_law(_with_endings(runs["main"], decisions.filter("rmi")), runs["wide"]),
        "wide": _with_endings(runs["wide"], decisions).with_columns(law_before=pl.lit(False), law_after=pl.lit(False)),
    }
    variants = []
    for variant, gap in GAPS.items():
        spells = _bridged(runs["wide" if variant == "wide" else "main"], gap)
        variants.append(_judged(spells, variant, gap, observation))
    return SPELL.check(pl.concat(variants))


def _runs(segments: pl.DataFrame) -> pl.DataFrame:
    """Maximal runs of covered months, with the attributes of the first and their places on the line of all persons."""
    first, last = _firsts_and_lasts(segments, 0)
    runs = first.select(
        "person",
        "start",
        *STRATA_COLUMNS[1:],
        "origin",
        "first_begin_month",
        age=age_band(pl.col("start") // 12 - pl.col("birth_year")),
    ).with_columns(last["end"])
    return runs.with_columns(
        first=on_line(pl.col("person"), pl.col("start")), last=on_line(pl.col("person"), pl.col("end"))
    )


def _firsts_and_lasts(rows: pl.DataFrame, gap: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first and the last row of every spell."""
    begins = rows.select(starts_spell(gap)).to_series()
    return rows.filter(begins), rows.filter(begins.shift(-1, fill_value=True))


def _with_endings(runs: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """The stop reason of every run: of the decisions that end in its last month, that of the one that ends last."""
    latest = pl.col("last").cum_max()
    goes_on = pl.col("first").shift(-1) <= latest + 1
    end_of_run = pl.when(goes_on.fill_null(False)).then(None).otherwise(latest).backward_fill()
    reasons = (
        decisions.select("end", "begin", "rmi", "ending", "last", final=pl.col("last") == end_of_run)
        .filter("final", pl.col("end").is_not_null())
        .sort("last", "end", "begin", "rmi")
        .filter((pl.col("last") != pl.col("last").shift(-1)).fill_null(True))
        .select("last", pl.col("ending").cast(SPELL.schema["reason"]))
    )
    return runs.join(reasons, on="last", how="left", maintain_order="left").with_columns(
        pl.col("ending").fill_null("unknown")
    )


def _with_other_law(main: pl.DataFrame, wide: pl.DataFrame) -> pl.DataFrame:
    """Mark runs with a month covered by the other law directly before or after: there the wide series goes on."""
    return main.with_columns(
        law_before=~pl.col("first").is_in(wide["first"].implode()),
        law_after=~pl.col("last").is_in(wide["last"].implode()),
    )


def _bridged(runs: pl.DataFrame, gap: int) -> pl.DataFrame:
    """Join runs over gaps; a spell begins as its first run and ends as its last."""
    first, last = _firsts_and_lasts(runs, gap)
    spells = first.with_columns(last.select("end", "ending", "law_after"))
    following_same = pl.col("person") == pl.col("person").shift(-1)
    preceding_same = pl.col("person") == pl.col("person").shift(1)
    return spells.with_columns(
        next_start=pl.when(following_same).then(pl.col("start").shift(-1)),
        previous_end=pl.when(preceding_same).then(pl.col("end").shift(1)),
    )


def _judged(spells: pl.DataFrame, variant: str, gap: int, observation: Observation) -> pl.DataFrame:
    start, end, final = pl.col("start"), pl.col("end"), observation.last_transition(gap)
    window_start = observation.first_month
    left_censored = start <= observation.left_censored_until(gap)
    reason = pl.when("law_after").then(pl.lit("law_change", dtype=SPELL.schema["reason"])).otherwise("ending")
    certain = end <= final
    is_exit = certain & ~pl.col("law_after") & (pl.col("ending") != "admin")
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
        pl.when(certain).then(reason).alias("reason"),
        pl.when(end < observation.last_month).then(reason).alias("recorded"),
        "next_start",
        kind.cast(SPELL.schema["inflow"]).alias("inflow"),
        pl.col("law_before").alias("from_other_law"),
        "origin",
        *STRATA_COLUMNS,
    )


def bridged_months(spells: pl.DataFrame, segments: pl.DataFrame, gap: int) -> pl.DataFrame:
    """Return one row per stretch of uncovered months inside a spell: ``first`` and ``last``, and its strata.

    Parameters
    ----------
    spells, segments
        SPELL of one variant and SEGMENT of its series, both sorted; ``gap`` is that of the variant.
    """
    begins = starts_spell(gap)
    holes = segments.select(
        "person",
        within=~begins,
        begun=pl.when(begins).then("start").forward_fill(),
        first=pl.col("end").shift(1) + 1,
        last=pl.col("start") - 1,
    ).filter("within", pl.col("first") <= pl.col("last"))
    strata = spells.select("person", *STRATA_COLUMNS, begun="start")
    return holes.join(strata, on=["person", "begun"]).select("first", "last", *STRATA_COLUMNS)
