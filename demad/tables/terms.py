"""Closed lists of codes for keys and columns. Their order is the order of all output."""

from __future__ import annotations

from enum import StrEnum

VARIANTS = ("main", "wide", "gap0", "gap3")
GAPS = {"main": 1, "wide": 1, "gap0": 0, "gap3": 3}
SENSITIVITIES = ("gap0", "gap3")
SETTLEMENT_LAG = 1

AGES = ("<18", "18-24", "25-34", "35-44", "45-54", "55-64", "65+")
HOUSEHOLDS = ("1", "2", "3")
NATIONALITIES = ("BE", "EU", "NEU", "unknown")
SEXES = ("M", "V", "X", "unknown")
YES_NO = ("yes", "no", "unknown")
REASONS = (
    "work",
    "temporary_activation",
    "training",
    "other_benefit",
    "other_means",
    "moved",
    "conditions",
    "own_choice",
    "death",
    "unknown",
)
ACTIVATION = ("work", "temporary_activation", "training")
RETURN_REASONS = tuple(reason for reason in REASONS if reason not in ("moved", "death"))
ORIGINS = ("first", "work", "unemployment_ended", "other_benefit", "other_ocmw", "youth_care", "other")
PRIOR_DURATIONS = ("0-6", "7-12", "13-24", "25+", "unknown")
COARSE_AGES = ("<25", "25-44", "45+")
COARSE_NATIONALITIES = ("BE", "other")
DURATION_BANDS = {"1-3": 1, "4-6": 4, "7-12": 7, "13-24": 13, "25-36": 25, "37-60": 37, "61-120": 61, "121+": 121}
ELAPSED_MONTHS = (*range(1, 61), 61, 121)
"""Steps of a spell: 61 stands for 61-120, 121 for 121 and more."""
SNAPSHOTS = 24
"""Month ends at which TRIANGLE looks back on what was recorded by then."""
VINTAGE_REACH = 14
"""Months before M of which a vintage is used: what is later than that no delivery changes much."""
DELAYS = range(7)
"""Months from the end of a month to the end of the one by which it is told; 6 stands for 6 and more."""
RETURN_BANDS = {"1-3": 1, "4-6": 4, "7-12": 7}
MONTHS_TRACKED = (6, 12, 24)
START_STATUSES = ("back_on", "left_to_work", "left_otherwise")
MONTHS_ON = {"1-6": 6, "7-12": 12, "13-24": 24, "25-48": 48, "49-60": 60}
"""Bands of covered months among the last sixty, with the longest of each."""
LONGEST_ON = "49-60"
MOST_YEARS, FEWEST_YEARS = 10, 3
"""Calendar years in which somebody may have left and come back; with fewer there is no figure."""
MONTHS_AFTER_EXIT = (1, 3, 6, 12)
EXIT_STATUSES = ("leefloon_again", "equivalent", "art60", "other_support")
AFTER_EXIT = (*EXIT_STATUSES, "nothing")
"""What somebody has after an exit, in order of precedence: the first that holds counts."""
WORKING_AGES = ("18-24", "25-34", "35-44", "45-54", "55-64")
CARE_FORMS = ("verblijf", "pleegzorg", "autonoom_wonen", "kleinschalig", "context", "ander", "unknown")
SUPPORTS = (
    "leefloon",
    "leefloon_student",
    "leefloon_or_equivalent",
    "gpmi",
    "installation_premium",
    "reference_address",
    "guidance",
    "any",
    "known",
    "applied",
    "kept",
)
CASCADE = ("known", "applied", "kept")
"""Steps of care leavers that are followed like a support: known to the OCMW, applied, still on after twelve months."""

STRATA = {
    "age": AGES,
    "household": HOUSEHOLDS,
    "nationality": NATIONALITIES,
    "sex": SEXES,
    "student": YES_NO,
}
GROUPS = {
    "total": ("total",),
    **STRATA,
    "reason": REASONS,
    "origin": (*ORIGINS, "unknown"),
    "prior_duration": PRIOR_DURATIONS,
    "start_status": START_STATUSES,
    "months_on": tuple(band for band in MONTHS_ON if band != LONGEST_ON),
    "exit_status": EXIT_STATUSES,
    "connected": ("equivalent", "art60"),
    "zorgvorm": CARE_FORMS,
}
BREAKDOWNS = tuple(GROUPS)

FOLDED = {
    "age": {"<18": "<25", "18-24": "<25", "55-64": "55+", "65+": "55+"},
    "sex": {"X": "other", "unknown": "other"},
    "reason": {
        "temporary_activation": "activation_training",
        "training": "activation_training",
        "conditions": "choice_or_conditions",
        "own_choice": "choice_or_conditions",
        "other_means": "rest",
        "death": "rest",
    },
    "origin": {
        "first": "elsewhere",
        "other_benefit": "elsewhere",
        "other_ocmw": "elsewhere",
        "youth_care": "elsewhere",
        "other": "elsewhere",
    },
    "exit_status": {"equivalent": "equivalent_or_other", "other_support": "equivalent_or_other"},
    "zorgvorm": {
        "verblijf": "placed",
        "pleegzorg": "placed",
        "autonoom_wonen": "placed",
        "kleinschalig": "placed",
        "context": "other_care",
        "ander": "other_care",
        "unknown": "other_care",
    },
}
"""Groups that are published together because each has too few people (`methods.md` section 3.6, rule 6)."""

PUBLISHED_GROUPS = {
    **GROUPS,
    "age": ("<25", "25-34", "35-44", "45-54", "55+"),
    "sex": ("M", "V", "other"),
    "reason": (
        "work",
        "activation_training",
        "other_benefit",
        "moved",
        "choice_or_conditions",
        "rest",
        "unknown",
    ),
    "origin": ("unemployment_ended", "work", "elsewhere", "unknown"),
    "exit_status": ("leefloon_again", "art60", "equivalent_or_other"),
    "zorgvorm": ("placed", "other_care"),
    "zorgvorm_detail": CARE_FORMS,
}


class Status(StrEnum):
    """Of a figure; of several reasons the later one takes precedence."""

    OK = "ok"
    LOW_N = "low_n"
    PROVISIONAL = "provisional"
    SUPPRESSED = "suppressed"
    NOT_COMPUTABLE = "not_computable"
    NOT_COMPARABLE = "not_comparable"


STATUSES = tuple(status.value for status in Status)
