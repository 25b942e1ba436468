"""Tables with rows per person. They are the input of the additive tables and are used nowhere else."""

from __future__ import annotations

import polars as pl

from demad.tables.schema import Column, Table
from demad.tables.terms import CARE_FORMS, HOUSEHOLDS, NATIONALITIES, ORIGINS, REASONS, SEXES, VARIANTS, YES_NO

LAW = pl.Enum(["RMI", "RMH"])
HOUSEHOLD = pl.Enum(HOUSEHOLDS)
SEX = pl.Enum(SEXES)
NATIONALITY = pl.Enum(NATIONALITIES)
YES_NO_UNKNOWN = pl.Enum(YES_NO)
GPMI = pl.Enum(["none", "general", "study", "study_work", "exempt", "unknown"])
ENDING = pl.Enum([*REASONS, "admin"])
ORIGIN = pl.Enum(ORIGINS)
CARE_FORM = pl.Enum(CARE_FORMS)
SUPPORT_KIND = pl.Enum(["art60", "art61", "training", "installation_premium", "reference_address", "guidance"])

APPLICATION_KIND = pl.Enum(["leefloon", "equivalent", "support", "other"])
OUTCOME = pl.Enum(["granted", "refused", "withdrawn", "pending", "unknown"])

PERIOD = Table(
    "PERIOD",
    ("person", "law", "begin"),
    {
        "person": Column(pl.String, "pseudonym"),
        "law": Column(LAW, "RMI leefloon, RMH equivalent leefloon"),
        "begin": Column(pl.Date, "first day of right"),
        "end": Column(pl.Date, "last day of right, at most as_of; null: still running at as_of", nullable=True),
        "household": Column(HOUSEHOLD, "category 1, 2 or 3"),
        "birth_year": Column(pl.Int32, "calendar year"),
        "sex": Column(SEX, "unknown where empty"),
        "nationality": Column(NATIONALITY, "unknown where empty"),
        "student": Column(YES_NO_UNKNOWN, "unknown where empty"),
        "gpmi": Column(GPMI, "unknown where empty"),
        "gpmi_begin": Column(pl.Date, "day on which the GPMI was signed", nullable=True),
        "ending": Column(ENDING, "reason group of stopreden; unknown where empty; admin for X2 and X3"),
        "first_begin": Column(pl.Date, "first start ever at this OCMW", nullable=True),
        "origin": Column(ORIGIN, "where the person came from", nullable=True),
    },
)

RECORDED = Table(
    "RECORDED",
    ("person", "law", "begin", "known_from"),
    {
        "person": Column(pl.String, "pseudonym, the same as in PERIOD"),
        "law": PERIOD.columns["law"],
        "begin": PERIOD.columns["begin"],
        "end": Column(pl.Date, "last day of right as this row tells it; null: running", nullable=True),
        "ending": PERIOD.columns["ending"],
        "known_from": Column(pl.Int32, "month in which the row was recorded; that of begin where that is not told"),
        "known_until": Column(pl.Int32, "month in which a later row took its place", nullable=True),
    },
)

LEAVER = Table(
    "LEAVER",
    ("person",),
    {
        "person": Column(pl.String, "pseudonym, the same as in PERIOD"),
        "birth_year": Column(pl.Int32, "calendar year"),
        "left_on": Column(pl.Date, "last day of youth care"),
        "sex": Column(SEX, "unknown where empty"),
        "care_form": Column(CARE_FORM, "unknown where empty"),
        "followed_until": Column(pl.Date, "last day the person could be observed (empty: as_of)"),
        "follow_up_ended": Column(pl.Enum(["moved", "death"]), "why; null: nothing ended it", nullable=True),
    },
)

SUPPORT = Table(
    "SUPPORT",
    ("person", "kind", "begin"),
    {
        "person": Column(pl.String, "pseudonym, the same as in PERIOD"),
        "kind": Column(SUPPORT_KIND, "kind of support other than leefloon"),
        "begin": Column(pl.Date, "first day"),
        "end": Column(pl.Date, "last day; null: still running at as_of", nullable=True),
    },
)

APPLICATION = Table(
    "APPLICATION",
    ("person", "applied_on", "kind"),
    {
        "person": Column(pl.String, "pseudonym, the same as in PERIOD"),
        "applied_on": Column(pl.Date, "day of the application"),
        "kind": Column(APPLICATION_KIND, "leefloon where empty"),
        "decided_on": Column(pl.Date, "day it was decided or withdrawn; null: not known, or not yet", nullable=True),
        "outcome": Column(OUTCOME, "unknown where empty"),
        "seen_until": Column(pl.Date, "newest day of the delivery that holds the applications"),
    },
)

SEGMENT = Table(
    "SEGMENT",
    ("person", "start"),
    {
        "person": Column(pl.UInt32, "number of the person within the shard; never leaves it"),
        "start": Column(pl.Int32, "first month"),
        "end": Column(pl.Int32, "last month: all from start are covered"),
        "birth_year": Column(pl.Int32, "of the decision that counts in these months"),
        "household": Column(HOUSEHOLD, "idem"),
        "nationality": Column(NATIONALITY, "idem"),
        "sex": Column(SEX, "idem"),
        "student": Column(YES_NO_UNKNOWN, "idem"),
        "origin": Column(ORIGIN, "idem", nullable=True),
        "with_gpmi": Column(pl.Boolean, "a GPMI is agreed"),
        "gpmi_signed": Column(
            pl.Int32, "month in which it was signed, of the same decision; null: not told", nullable=True
        ),
        "first_begin_month": Column(pl.Int32, "month of first_begin", nullable=True),
    },
)

SPELL = Table(
    "SPELL",
    ("variant", "person", "start"),
    {
        "variant": Column(pl.Enum(VARIANTS), "the series and its gap rule"),
        "person": Column(pl.UInt32, "as in SEGMENT"),
        "start": Column(pl.Int32, "s, first covered month"),
        "end": Column(pl.Int32, "l, last covered month seen"),
        "left_censored": Column(pl.Boolean, "start unknown: cut history and start at the left edge"),
        "entry": Column(pl.Int32, "e: at risk after k paid months for entry < k <= last"),
        "last": Column(pl.Int32, "K: last transition seen"),
        "exited": Column(pl.Boolean, "left at k = last for one of the ten reasons, in a month that can be judged"),
        "reason": Column(
            pl.Enum([*REASONS, "admin", "law_change"]), "how it ended; null: not ended or not certain", True
        ),
        "recorded": Column(
            pl.Enum([*REASONS, "admin", "law_change"]), "the same to M - 1, certain or not; null: covered in M", True
        ),
        "next_start": Column(pl.Int32, "first month of the person's next spell of the variant", nullable=True),
        "inflow": Column(pl.Enum(["new", "return", "unknown"]), "kind of inflow; null for a left-censored start", True),
        "from_other_law": Column(pl.Boolean, "the month before start was covered by the other law"),
        "origin": Column(ORIGIN, "where the person came from, as at start", nullable=True),
        "age": Column(pl.Enum(["<18", "18-24", "25-34", "35-44", "45-54", "55-64", "65+"]), "frozen at start"),
        "household": Column(HOUSEHOLD, "frozen at start"),
        "nationality": Column(NATIONALITY, "frozen at start"),
        "sex": Column(SEX, "frozen at start"),
        "student": Column(YES_NO_UNKNOWN, "frozen at start"),
    },
)
