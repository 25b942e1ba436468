"""What the numerator and the denominator of every published figure count, as the catalogue says it."""

from __future__ import annotations

import os
from dataclasses import dataclass

BASE = int(os.environ.get("DEMAD_ATTACK_BASE", "5"))
"""What counts are rounded to; another one for an installation that takes bundles."""
LARGEST_HIDDEN = 9 if BASE == 5 else 2 * BASE - 1
"""A count that is hidden is at most this, after rounding."""

STRATA = {
    "age": ("<25", "25-34", "35-44", "45-54", "55+"),
    "household": ("1", "2", "3"),
    "nationality": ("BE", "EU", "NEU", "unknown"),
    "sex": ("M", "V", "other"),
    "student": ("yes", "no", "unknown"),
}
GROUPS = {
    **STRATA,
    "reason": ("work", "activation_training", "other_benefit", "moved", "choice_or_conditions", "rest", "unknown"),
    "prior_duration": ("0-6", "7-12", "13-24", "25+", "unknown"),
    "zorgvorm": ("placed", "other_care"),
}
LAW_SERIES = ("main", "wide")

NEARLY_ALL = ("working_age", "student_known", "start_known")
"""Parts of the exact stock that are nearly all of it: what is rounded is those who are left."""
RESTS = (*NEARLY_ALL, "gpmi", "young")
"""Parts of the exact stock: those who are left are a count too."""
WITH_RESTS = LAW_SERIES if BASE >= 10 else LAW_SERIES[:1]
"""Series of which those who are left are rounded."""
_STOCKS = (
    "stock", "working_age", "young", "student", "student_known", "gpmi", "over_two_years", "start_known", "beyond",
    *(f"without_{part}" for part in RESTS),
)  # fmt: skip
_YEARS = ("persons", "mean", "agreed")
_APPLICATIONS = ("asked", "decided_30", "outcomes", "refused")
SAME_PEOPLE = {
    "young": ("age", "<25"),
    "student": ("student", "yes"),
    "student_known": ("student", "yes"),
    "without_student_known": ("student", "unknown"),
    "persons_10": ("ten_years", "total"),
    "came_back_10": ("ten_years", "total"),
}
"""Counts of the total that are rounded with the offset of a group."""
BANDS, LONGEST_BAND, BAND_LEFT = "years_on", "49-60", "25-48"
"""Of months on benefit: the total of the figure is a band, and one band is what the others leave of the stock."""
LEFT = {"<25": "<18", "55+": "65+"}
"""Who is not of 18 to 64, and of which group."""


def family_of(count: str) -> str:
    """Which counts of a group and period share an offset: stocks, persons of a year, applications, or all events."""
    families = {"stocks": _STOCKS, "years": _YEARS, "applications": _APPLICATIONS}
    return next((name for name, counts in families.items() if count in counts), "events")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure counts.

    Parameters
    ----------
    part, whole
        Names of the counts in its numerator and denominator; empty where that is no count of people.
    unit
        What the counts of a total stand by: month (m), quarter (q) or year (y). Groups stand by year.
    months
        Length of the window.
    per
        The printed denominator (of groups) is so many times the count.
    """

    part: str
    whole: str
    unit: str
    months: int
    per: int = 1


MEANINGS = {
    "caseload_stock": Meaning("stock", "", "m", 1),
    "caseload_distinct_year": Meaning("persons", "", "y", 12),
    "caseload_rate": Meaning("working_age", "", "m", 1),
    "youth_share": Meaning("young", "", "m", 1),
    "student_share": Meaning("student", "student_known", "m", 1),
    "long_term_share": Meaning("over_two_years", "start_known", "m", 1),
    "gpmi_share": Meaning("gpmi", "stock", "m", 1),
    "gpmi_year_share": Meaning("agreed", "persons", "y", 12),
    "inflow_count": Meaning("inflow", "", "q", 3),
    "inflow_rate": Meaning("inflow", "", "q", 12),
    "inflow_new_share": Meaning("in_new", "in_new_or_return", "q", 12),
    "inflow_unemployment_share": Meaning("in_unemployment", "in_origin_known", "q", 12),
    "outflow_count": Meaning("outflow", "", "q", 3),
    "outflow_rate": Meaning("outflow", "mean", "q", 12, 12),
    "outflow_unknown_share": Meaning("out_unknown", "outflow", "q", 12),
    "outflow_oe": Meaning("left_all", "", "q", 12),
    "outflow_work_oe": Meaning("left_work_all", "", "q", 12),
    "duration_median": Meaning("left_{}", "at_risk", "q", 24),
    "duration_rmst24": Meaning("left_24", "at_risk", "q", 24),
    "still_on_12m": Meaning("left_12", "at_risk", "q", 24),
    "still_on_24m": Meaning("left_24", "at_risk", "q", 36),
    "cif_work_12m": Meaning("left_work_12", "at_risk", "q", 24),
    "cif_activation_12m": Meaning("left_activation_12", "at_risk", "q", 24),
    "cif_other_benefit_12m": Meaning("left_other_benefit_12", "at_risk", "q", 24),
    "cif_moved_12m": Meaning("left_moved_12", "at_risk", "q", 24),
    "return_6m": Meaning("back_6", "out", "q", 24),
    "return_12m": Meaning("back_12", "out", "q", 36),
    "return_24m": Meaning("back_24", "out", "q", 48),
    "sustainable_work_6m": Meaning("back_work_6", "out_work", "q", 24),
    "sustainable_work_12m": Meaning("back_work_12", "out_work", "q", 36),
    "sustainable_work_24m": Meaning("back_work_24", "out_work", "q", 48),
    "sustainable_activation_12m": Meaning("exits_activation", "exits", "q", 36),
    "sustainable_outflow_12m": Meaning("out_work", "mean", "q", 12, 12),
    "sustainable_from_entry_24m": Meaning("left_work_24", "at_risk", "q", 36),
    "activation_share": Meaning("in_art60", "", "m", 12),
    "activation_cif_12m": Meaning("activated_12", "not_activated", "y", 24),
    "art60_return_12m": Meaning("back_after_art60_12", "out_after_art60", "y", 36),
    "careleaver_count": Meaning("leavers", "", "y", 12),
    "careleaver_leefloon_0m": Meaning("took_leefloon_0", "leavers", "y", 36),
    "careleaver_leefloon_12m": Meaning("took_leefloon_12", "leavers", "y", 36),
    "careleaver_any_support_6m": Meaning("took_any_6", "leavers", "y", 36),
    "careleaver_gpmi_6m": Meaning("took_gpmi_6", "leavers", "y", 36),
    "careleaver_still_on_24m": Meaning("left_care_24", "at_risk_care", "y", 60),
    "careleaver_lasting_24m": Meaning("left_care_24", "at_risk_care", "y", 60),
    "careleaver_return_12m": Meaning("back_care_12", "out_care", "y", 60),
    "careleaver_known_12m": Meaning("took_known_12", "leavers", "y", 36),
    "careleaver_applied_12m": Meaning("took_applied_12", "leavers", "y", 36),
    "careleaver_kept_12m": Meaning("took_kept_24", "leavers", "y", 36),
    "application_within_30d": Meaning("decided_30", "asked", "y", 12),
    "application_days_median": Meaning("", "asked", "y", 12),
    "application_refused_share": Meaning("refused", "outcomes", "y", 12),
    "gpmi_start_3m": Meaning("agreed_in_3", "not_activated", "y", 12),
    "months_on_5y": Meaning("on", "", "y", 12),
    "instability_share": Meaning("came_back_10", "persons_10", "y", 12),
}
"""By indicator. The change over a year, the yearly mean and the balance are read apart (`statements`)."""
