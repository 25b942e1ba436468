"""Assumed dynamics of a leefloon: monthly hazards, stock over the years, waves.

Sources per constant: ``domain.md`` section 5; constants without a source are assumptions and say so.
Months are month numbers (``demad.tables.months``).
"""

from __future__ import annotations

from datetime import date

import numpy as np

from demad.synthetic.profiles import Profile
from demad.tables.months import month_number

SINCE = date(2015, 1, 1)
AS_OF = date(2026, 9, 30)
BURN_IN = month_number(date(2008, 1, 1))
FIRST = month_number(SINCE)
LAST = month_number(AS_OF)

ADULT, STUDENT, NEWCOMER, EQUIVALENT, UKRAINE, REFORM = range(6)
STEERED = (ADULT, STUDENT, NEWCOMER, EQUIVALENT)
RMI, RMH = 0, 1
LAW_OF_KIND = np.array([RMI, RMI, RMI, RMH, RMH, RMI], dtype=np.int8)

LONGEST = 720
# Exit hazard by month of the spell (5.3); students: an assumption, most leave in summer (5.5).
_STEPS = {
    ADULT: ((3, 0.075), (6, 0.070), (12, 0.055), (24, 0.040), (60, 0.025), (LONGEST, 0.016)),
    STUDENT: ((LONGEST, 0.030),),
    NEWCOMER: ((3, 0.030), (6, 0.045), (12, 0.055), (24, 0.045), (60, 0.030), (LONGEST, 0.018)),
    EQUIVALENT: ((3, 0.030), (6, 0.045), (12, 0.050), (LONGEST, 0.040)),
    UKRAINE: ((6, 0.018), (LONGEST, 0.021)),
    REFORM: ((3, 0.045), (6, 0.042), (12, 0.033), (24, 0.024), (60, 0.015), (LONGEST, 0.010)),
}
# Personal multipliers have a mean below one; this factor restores the mean hazard of the table.
PACE_LEVEL = 1.09

# Return hazard by month after the last covered month (5.4); months 1 and 2 would continue the same spell.
_RETURN_STEPS = ((2, 0.0), (3, 0.080), (6, 0.035), (12, 0.020), (24, 0.0095), (96, 0.0045))

# Relative level of the leefloon stock, 1 = end of 2025 (shape of 5.1; from 2021 on an assumption).
_LEVEL = (
    ("2008-01", 0.56), ("2012-01", 0.56), ("2014-06", 0.61), ("2015-06", 0.67), ("2016-06", 0.75),
    ("2017-06", 0.825), ("2018-06", 0.845), ("2019-06", 0.855), ("2020-03", 0.865), ("2020-09", 0.89),
    ("2021-09", 0.88), ("2022-06", 0.885), ("2023-06", 0.92), ("2024-06", 0.955), ("2025-12", 1.0),
    ("2026-09", 1.02),
)  # fmt: skip
# Students on a leefloon grew faster, and refugees came from 2015 on: share relative to that of 2025.
_STUDENT_LEVEL = (("2008-01", 0.70), ("2016-01", 0.74), ("2021-09", 1.0), ("2026-09", 1.02))
_NEWCOMER_LEVEL = (("2008-01", 0.45), ("2014-12", 0.50), ("2017-06", 1.0), ("2026-09", 1.0))
# Starts of the Ukraine wave and of the reform of 2026, as shares of the total (5.5).
_UKRAINE = (("2022-03", 0.02), ("2022-04", 0.16), ("2022-05", 0.20), ("2022-06", 0.15), ("2022-07", 0.10),
            ("2022-08", 0.05), ("2022-09", 0.045), ("2022-10", 0.04), ("2022-11", 0.035), ("2022-12", 0.03),
            ("2023-06", 0.010), ("2024-12", 0.005), ("2026-09", 0.003))  # fmt: skip
_REFORM = (0.06, 0.07, 0.11, 0.17, 0.16, 0.12, 0.14, 0.10, 0.07)
UKRAINE_SIZE = 0.27
REFORM_SIZE = 0.22


def exit_hazards() -> np.ndarray:
    """Probability to leave after k paid months: kinds x months, column 0 unused."""
    return np.stack([_stepped(_STEPS[kind], LONGEST + 1) for kind in sorted(_STEPS)])


def return_hazards() -> np.ndarray:
    """Probability to return in month m after the last covered month; position 0 unused."""
    return _stepped(_RETURN_STEPS, _RETURN_STEPS[-1][0] + 1)


def exit_season(month: int) -> np.ndarray:
    """Multiplier of the exit hazard per kind in this month: summer for students, Covid for all."""
    calendar = month % 12 + 1
    season = np.full(6, 1.1 if calendar in (8, 9, 10) else 0.97)
    season[STUDENT] = {6: 1.5, 7: 3.0, 8: 1.7, 9: 1.9}.get(calendar, 0.5)
    covid = month_number(date(2020, 3, 1)) <= month <= month_number(date(2020, 6, 1))
    return season * (0.62 if covid else 1.0)


def inflow_season(month: int) -> np.ndarray:
    """Multiplier of new inflow per kind in this month, with a yearly mean of about one."""
    calendar = month % 12 + 1
    season = np.full(6, {1: 1.15, 7: 0.9, 8: 0.9}.get(calendar, 1.005))
    season[STUDENT] = 2.0 if calendar in (9, 10) else 0.8
    covid = month_number(date(2020, 3, 1)) <= month <= month_number(date(2020, 5, 1))
    return season * (1.3 if covid else 1.0)


def targets(profile: Profile, scale: float) -> np.ndarray:
    """Target stock: months from ``BURN_IN`` to ``LAST`` + 1 x steered kinds."""
    months = np.arange(BURN_IN, LAST + 2)
    level = _interpolated(_LEVEL, months) * profile.stock * scale
    students = profile.students * _interpolated(_STUDENT_LEVEL, months)
    newcomers = profile.newcomers * _interpolated(_NEWCOMER_LEVEL, months)
    equivalent = np.full(len(months), profile.equivalent)
    return np.stack([1 - students - newcomers, students, newcomers, equivalent], axis=1) * level[:, None]


def wave(kind: int, profile: Profile, scale: float) -> np.ndarray:
    """Expected starts per month of a kind that arrives in a wave, from ``BURN_IN`` to ``LAST``."""
    months = np.arange(BURN_IN, LAST + 1)
    if kind == REFORM:
        starts = np.zeros(len(months))
        starts[-len(_REFORM) :] = _REFORM
        return starts * REFORM_SIZE * profile.reform * profile.stock * scale
    starts = np.where(months < _month(_UKRAINE[0][0]), 0.0, _interpolated(_UKRAINE, months))
    return starts * UKRAINE_SIZE * profile.ukraine * profile.stock * scale


def _stepped(steps: tuple[tuple[int, float], ...], length: int) -> np.ndarray:
    ends = np.array([end for end, _ in steps])
    chances = np.array([chance for _, chance in steps])
    return chances[np.minimum(np.searchsorted(ends, np.arange(length)), len(steps) - 1)]


def _interpolated(knots: tuple[tuple[str, float], ...], months: np.ndarray) -> np.ndarray:
    return np.interp(months, [_month(label) for label, _ in knots], [value for _, value in knots])


def _month(label: str) -> int:
    return month_number(date.fromisoformat(f"{label}-01"))
