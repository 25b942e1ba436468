"""Turn the extracts of a delivery into periods: resolve corrections, drop impossible rights, translate words.

Not here: reading and validating files (intake), months and spells (spells).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from demad.reference.stop_reasons import STOP_REASONS
from demad.tables.observation import Observation
from demad.tables.people import (
    APPLICATION,
    APPLICATION_KIND,
    CARE_FORM,
    ENDING,
    GPMI,
    HOUSEHOLD,
    LAW,
    LEAVER,
    NATIONALITY,
    ORIGIN,
    OUTCOME,
    PERIOD,
    SEX,
    SUPPORT,
    SUPPORT_KIND,
    YES_NO_UNKNOWN,
)

GPMI_WORDS = {
    "geen": "none",
    "algemeen": "general",
    "studie": "study",
    "studie_werk": "study_work",
    "vrijgesteld": "exempt",
}
ORIGIN_WORDS = {
    "eerste": "first",
    "werk": "work",
    "einde_werkloosheid": "unemployment_ended",
    "andere_uitkering": "other_benefit",
    "ander_ocmw": "other_ocmw",
    "jeugdhulp": "youth_care",
    "andere": "other",
}
SUPPORT_WORDS = {
    "art60": "art60",
    "art61": "art61",
    "opleiding": "training",
    "installatiepremie": "installation_premium",
    "referentieadres": "reference_address",
    "begeleiding": "guidance",
}
APPLICATION_WORDS = {"leefloon": "leefloon", "equivalent": "equivalent", "steun": "support", "andere": "other"}
OUTCOME_WORDS = {"toegekend": "granted", "geweigerd": "refused", "ingetrokken": "withdrawn", "lopend": "pending"}
FOLLOW_UP_WORDS = {"verhuis": "moved", "overlijden": "death"}


def resolve_periods(extract: pl.DataFrame, observation: Observation) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Resolve corrections; return the valid decisions and the rows removed per step.

    Of the rows with the same person, law and begin, the last recorded one replaces the others completely; only then are
    rows without a day of right removed. In the other order an annulment (a correction that ends before it begins) would
    leave the wrong decision valid.

    Parameters
    ----------
    extract
        LEEFLOON of `intake.contract`, in order of recording, required columns not null.
    observation
        Window of the delivery: an ``einde`` after ``as_of`` is set to ``as_of``; without full history, decisions that
        ended before ``since`` are dropped.

    Returns
    -------
    PERIOD, sorted by person, begin and law; and one row per step: ``check``, ``rows``, ``failed``.
    """
    latest = extract.unique(["persoon", "wet", "begin"], keep="last", maintain_order=True)
    ends_first = pl.col("einde").is_not_null() & (pl.col("einde") < pl.col("begin"))
    begins_late = pl.col("begin") > observation.as_of
    ended_before = pl.lit(not observation.full_history) & (pl.col("einde") < observation.since)
    lasting = latest.filter(~ends_first)
    begun = lasting.filter(~begins_late)
    seen = begun.filter(~ended_before.fill_null(False))
    periods = _in_english(seen, observation.as_of).sort("person", "begin", "law")
    steps = pl.DataFrame(
        {
            "check": ["replaced_or_repeated", "end_before_begin", "begin_after_as_of", "ended_before_since"],
            "rows": [extract.height, latest.height, lasting.height, begun.height],
            "failed": [
                extract.height - latest.height,
                latest.height - lasting.height,
                lasting.height - begun.height,
                begun.height - seen.height,
            ],
        },
        schema={"check": pl.String, "rows": pl.Int64, "failed": pl.Int64},
    )
    return PERIOD.check(periods), steps


def _in_english(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    return rows.select(
        pl.col("persoon").alias("person"),
        pl.col("wet").cast(LAW).alias("law"),
        "begin",
        pl.when(pl.col("einde") > as_of).then(pl.lit(as_of)).otherwise(pl.col("einde")).alias("end"),
        pl.col("categorie").cast(pl.String).cast(HOUSEHOLD).alias("household"),
        pl.col("geboortejaar").alias("birth_year"),
        pl.col("geslacht").fill_null("unknown").cast(SEX).alias("sex"),
        pl.col("nationaliteit").fill_null("unknown").cast(NATIONALITY).alias("nationality"),
        _yes_no("student").alias("student"),
        _translated("gpmi", GPMI_WORDS, "unknown").cast(GPMI),
        pl.col("gpmi_begin") if "gpmi_begin" in rows.columns else pl.lit(None, dtype=pl.Date).alias("gpmi_begin"),
        ending_of("stopreden").alias("ending"),
        pl.col("eerste_begin").alias("first_begin"),
        _translated("herkomst", ORIGIN_WORDS, None).cast(ORIGIN).alias("origin"),
    )


def ending_of(column: str) -> pl.Expr:
    """How a right ended (`tables.people.ENDING`): the group of its stop reason; unknown where empty."""
    groups = {code: group for code, (_, group) in STOP_REASONS.items()}
    return _translated(column, groups, "unknown").cast(ENDING)


def _yes_no(column: str) -> pl.Expr:
    known = pl.when(pl.col(column)).then(pl.lit("yes")).otherwise(pl.lit("no"))
    return pl.when(pl.col(column).is_null()).then(pl.lit("unknown")).otherwise(known).cast(YES_NO_UNKNOWN)


def _translated(column: str, words: dict[str, str], otherwise: str | None) -> pl.Expr:
    return pl.col(column).replace_strict(words, default=otherwise, return_dtype=pl.String)


def leavers(extract: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return LEAVER: one row per young person who left youth care; the last recorded row counts.

    Parameters
    ----------
    extract
        JEUGDHULP of `intake.contract`, in order of recording.
    as_of
        Newest day of that delivery: end of observation of a person without ``gevolgd_tot``.
    """
    rows = extract.unique("persoon", keep="last", maintain_order=True)
    frame = rows.select(
        pl.col("persoon").alias("person"),
        pl.col("geboortejaar").alias("birth_year"),
        pl.col("einde_jeugdhulp").alias("left_on"),
        pl.col("geslacht").fill_null("unknown").cast(SEX).alias("sex"),
        pl.col("zorgvorm").fill_null("unknown").cast(CARE_FORM).alias("care_form"),
        pl.col("gevolgd_tot").fill_null(as_of).alias("followed_until"),
        _translated("einde_gevolgd", FOLLOW_UP_WORDS, None)
        .cast(LEAVER.schema["follow_up_ended"])
        .alias("follow_up_ended"),
    )
    return LEAVER.check(frame.sort("person"))


def supports(extract: pl.DataFrame) -> pl.DataFrame:
    """Return SUPPORT: support other than leefloon; of one person, kind and begin the last recorded row counts."""
    frame = extract.select(
        pl.col("persoon").alias("person"),
        _translated("soort", SUPPORT_WORDS, None).cast(SUPPORT_KIND).alias("kind"),
        "begin",
        pl.col("einde").alias("end"),
    )
    lasting = pl.col("end").is_null() | (pl.col("end") >= pl.col("begin"))
    return SUPPORT.check(
        frame.filter(lasting)
        .unique(["person", "kind", "begin"], keep="last", maintain_order=True)
        .sort("person", "kind", "begin")
    )


def applications(extract: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return APPLICATION; of one person, day and kind the last recorded row counts.

    An application after ``as_of`` is left out, and one that was decided before it was made. A decision after ``as_of``
    is not known yet.

    Parameters
    ----------
    extract
        AANVRAGEN of `intake.contract`, in order of recording.
    as_of
        Newest day of that delivery: until then the applications are seen.
    """
    frame = extract.select(
        pl.col("persoon").alias("person"),
        pl.col("aangevraagd_op").alias("applied_on"),
        _translated("soort", APPLICATION_WORDS, "leefloon").cast(APPLICATION_KIND).alias("kind"),
        pl.when(pl.col("beslist_op") <= as_of).then("beslist_op").alias("decided_on"),
        pl.when((pl.col("beslist_op") > as_of).fill_null(value=False))
        .then(pl.lit("pending"))
        .otherwise(_translated("uitkomst", OUTCOME_WORDS, "unknown"))
        .cast(OUTCOME)
        .alias("outcome"),
        pl.lit(as_of).alias("seen_until"),
    )
    possible = pl.col("decided_on").is_null() | (pl.col("decided_on") >= pl.col("applied_on"))
    return APPLICATION.check(
        frame.unique(["person", "applied_on", "kind"], keep="last", maintain_order=True)
        .filter(possible, pl.col("applied_on") <= as_of)
        .sort("person", "applied_on", "kind")
    )
