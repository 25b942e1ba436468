"""Follow-up: from exit to return, and from youth care to support. Not here: counting."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.histories.activation import support_months
from demad.histories.segments import STRATA_COLUMNS, age_band
from demad.tables.months import month_of
from demad.tables.observation import Observation
from demad.tables.people import APPLICATION, SUPPORT
from demad.tables.terms import ACTIVATION, PRIOR_DURATIONS, RETURN_REASONS, SUPPORTS

_YEAR = 12
_NAMED_SUPPORTS = ("installation_premium", "reference_address", "guidance")


def exits(spells: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Return one row per exit after which a return is possible: length of follow-up, and whether the person returned.

    The clock starts after the last covered month; with ``gap`` bridged months the first possible return is
    in month gap + 2. Exits without follow-up stay in the table, because they count as exits.

    Parameters
    ----------
    spells
        SPELL, including left-censored spells: their duration before exit is unknown, but their return is not.
    observation
        Follow-up ends with the settled month M - L.

    Returns
    -------
    ``variant``, ``month`` (of the exit), ``reason``, ``prior_duration``, ``months_followed``, ``returned``,
    ``to_work``, ``to_activation`` and the strata of the spell.
    """
    settled = observation.settled_month
    months_away = pl.col("next_start") - pl.col("end")
    returned = (pl.col("next_start") <= settled).fill_null(False)
    length = pl.col("end") - pl.col("start") + 1
    duration = pl.lit(PRIOR_DURATIONS[0])
    for longest, band in zip((6, 12, 24), PRIOR_DURATIONS[1:], strict=False):
        duration = pl.when(length > longest).then(pl.lit(band)).otherwise(duration)
    reason = pl.col("reason")
    return spells.filter(may_return(observation)).select(
        "variant",
        pl.col("end").alias("month"),
        "reason",
        pl.when("left_censored")
        .then(pl.lit("unknown"))
        .otherwise(duration)
        .cast(pl.Enum(PRIOR_DURATIONS))
        .alias("prior_duration"),
        pl.when(returned).then(months_away).otherwise(settled - pl.col("end")).alias("months_followed"),
        returned.alias("returned"),
        (reason == "work").alias("to_work"),
        reason.is_in(ACTIVATION).alias("to_activation"),
        *STRATA_COLUMNS,
    )


def may_return(observation: Observation) -> pl.Expr:
    """Whether a spell (SPELL) ended in the window with an exit after which a return is possible."""
    in_window = pl.col("end") >= observation.first_month
    return pl.col("exited") & pl.col("reason").is_in(RETURN_REASONS) & in_window


def take_up(
    leavers: pl.DataFrame,
    segments: Mapping[str, pl.DataFrame],
    numbers: pl.DataFrame,
    observation: Observation,
    *,
    spells: pl.DataFrame,
    supports: pl.DataFrame | None,
    applications: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return one row per care leaver and type of support: end of follow-up, and what ended it.

    Month 0 is the month in which youth care ended, or January of the year in which somebody turns 18 if that is later
    (only the birth year is known). Support that runs in month 0 is an event at m = 0. A move or death is a competing
    event, not censoring, because it is known what happened.

    Parameters
    ----------
    leavers, segments, numbers
        LEAVER, SEGMENT by series, and result of `segments.person_numbers` of the same city.
    observation
        Leavers with month 0 outside W..M-L are left out.
    spells, supports, applications
        SPELL, SUPPORT and APPLICATION. Of what was not delivered (None) the types that rest on it are not returned:
        ``any`` and ``known`` need support, ``applied`` and ``known`` need applications. They are then unknown, not 0.

    Returns
    -------
    ``support``, ``month`` (month 0), ``m`` (months after it), ``ended_by`` (event, moved, death, or null:
    censored) and the groups ``age``, ``sex``, ``zorgvorm``.
    """
    numbered = leavers.join(numbers, on="person", how="left")
    followed = _followed(numbered, observation)
    other = SUPPORT.empty() if supports is None else supports
    asked = APPLICATION.empty() if applications is None else applications
    months = {
        **_supported(followed, segments, other, observation),
        "kept": _kept(followed, spells),
    }
    applied = _applied(followed, asked)
    months["applied"] = pl.concat([months["leefloon"], applied.filter(kind="leefloon").drop("kind")])
    months["known"] = pl.concat([months["any"], applied.drop("kind")])
    unknown = [] if supports is not None else [*_NAMED_SUPPORTS, "any", "known"]
    unknown += [] if applications is not None else ["applied", "known"]
    types = tuple(name for name in SUPPORTS if name not in unknown)
    found = pl.concat(rows.select("person", "first", "last", support=pl.lit(name)) for name, rows in months.items())
    return _first_supports(types, followed, found)


def spells_after_care(
    spells: pl.DataFrame, leavers: pl.DataFrame, numbers: pl.DataFrame, observation: Observation
) -> pl.DataFrame:
    """Return the spells (main and wide, start known) of counted care leavers that began after their month 0."""
    followed = _followed(leavers.join(numbers, on="person"), observation)
    month_0 = followed.select(person="number", month_0="month")
    chosen = spells.filter(pl.col("variant").is_in(["main", "wide"]), ~pl.col("left_censored"))
    return chosen.join(month_0, on="person", maintain_order="left").filter(pl.col("start") > pl.col("month_0"))


def _followed(leavers: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    month_0 = pl.max_horizontal(month_of(pl.col("left_on")), (pl.col("birth_year") + 18) * 12)
    seen_until = month_of(pl.col("followed_until"))
    settled = observation.settled_month
    return (
        leavers.with_columns(month=month_0.cast(pl.Int32), seen_until=seen_until)
        .with_columns(
            until=pl.min_horizontal(pl.col("seen_until"), pl.lit(settled, dtype=pl.Int32)),
            competes=pl.col("follow_up_ended").is_not_null() & (pl.col("seen_until") <= settled),
            age=age_band(pl.col("month") // 12 - pl.col("birth_year")),
        )
        .filter(pl.col("month").is_between(observation.first_month, settled), pl.col("month") <= pl.col("until"))
        .rename({"care_form": "zorgvorm"})
    )


def _supported(
    followed: pl.DataFrame, segments: Mapping[str, pl.DataFrame], supports: pl.DataFrame, observation: Observation
) -> dict[str, pl.DataFrame]:
    """Stretches of each type of support of a leaver: ``person`` (String), ``first`` and ``last`` month."""
    people = followed.select("person", "number").filter(pl.col("number").is_not_null())
    main, wide = (
        segments[series]
        .select("start", "end", "student", "with_gpmi", number="person")
        .join(people, on="number")
        .select("person", "student", "with_gpmi", first="start", last="end")
        for series in ("main", "wide")
    )
    other = support_months(supports.join(followed.select("person"), on="person", how="semi"), observation)
    stretch = ["person", "first", "last"]
    return {
        "leefloon": main.select(stretch),
        "leefloon_student": main.filter(student="yes").select(stretch),
        "leefloon_or_equivalent": wide.select(stretch),
        "gpmi": main.filter("with_gpmi").select(stretch),
        **{name: other.filter(kind=name).select(stretch) for name in _NAMED_SUPPORTS},
        "any": pl.concat([wide.select(stretch), other.select(stretch)]),
    }


def _kept(followed: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    """Months in which a leefloon lasts more than a year, counted from month 0 if it began before."""
    own = followed.select("person", "number", month_0="month")
    main = spells.filter(variant="main").select("start", "end", number="person").join(own, on="number")
    lasting = main.select("person", first=pl.max_horizontal("start", "month_0") + _YEAR, last="end")
    return lasting.filter(pl.col("last") >= pl.col("first"))


def _applied(followed: pl.DataFrame, applications: pl.DataFrame) -> pl.DataFrame:
    """Months from an application to its decision: ``person``, ``kind``, ``first``, ``last``.

    One that is open lasts until it is last seen; one that ended on a day that is not known has one month.
    """
    ended = pl.col("outcome").is_in(["granted", "refused", "withdrawn"])
    last = pl.coalesce("decided_on", pl.when(ended).then("applied_on").otherwise("seen_until"))
    return applications.join(followed.select("person"), on="person", how="semi").select(
        "person", "kind", first=month_of(pl.col("applied_on")), last=month_of(last)
    )


def _first_supports(types: tuple[str, ...], followed: pl.DataFrame, supported: pl.DataFrame) -> pl.DataFrame:
    first = (
        supported.join(followed.select("person", month_0="month"), on="person")
        .filter(pl.col("last") >= pl.col("month_0"))
        .group_by("person", "support")
        .agg(first=pl.max_horizontal("first", "month_0").min())
    )
    in_time = (pl.col("first") <= pl.col("until")).fill_null(False)
    ended_by = (
        pl.when(in_time)
        .then(pl.lit("event"))
        .when("competes")
        .then(pl.col("follow_up_ended").cast(pl.String))
        .otherwise(None)
    )
    end = pl.when(in_time).then(pl.col("first")).otherwise(pl.col("until"))
    return (
        pl.DataFrame({"support": types})
        .join(followed, how="cross", maintain_order="left_right")
        .join(first, on=["person", "support"], how="left", maintain_order="left")
        .select(
            pl.col("support").cast(pl.Enum(SUPPORTS)),
            "month",
            m=(end - pl.col("month")).cast(pl.Int32),
            ended_by=ended_by.cast(pl.Enum(["event", "moved", "death"])),
            age="age",
            sex="sex",
            zorgvorm="zorgvorm",
        )
    )
