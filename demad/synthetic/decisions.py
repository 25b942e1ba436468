"""Split spells into decisions with dates and attributes, without errors.

Every index, review, change of household, GPMI or study and every suspension makes a new decision
(``domain.md`` section 0.1). Errors of registration are added later (``registration``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from demad.synthetic.curves import AS_OF, FIRST, LAST, STUDENT
from demad.synthetic.lives import Lives
from demad.synthetic.persons import CODE, RUNNING
from demad.tables.months import first_day

CUT_FROM = FIRST - 16
# Months in which the amounts changed (domain.md 5.6; for 2013-2016 and 2021-2022 an assumption).
_INDEX_MONTHS = {
    *(2013 * 12 + 8, 2015 * 12 + 8, 2016 * 12 + 5, 2017 * 12 + 5, 2018 * 12 + 8, 2019 * 12 + 6),
    *(2020 * 12 + 2, 2021 * 12, 2021 * 12 + 6, 2022 * 12, 2022 * 12 + 2, 2022 * 12 + 4, 2022 * 12 + 7),
    *(2022 * 12 + 10, 2023 * 12, 2023 * 12 + 10, 2024 * 12, 2024 * 12 + 4, 2025 * 12 + 1, 2026 * 12 + 2),
}
_FIRST_DAY = np.array(
    [(first_day(month) - date(1970, 1, 1)).days for month in range(CUT_FROM - 600, LAST + 3)], dtype=np.int32
)
AS_OF_DAY = (AS_OF - date(1970, 1, 1)).days

NO_GPMI, GENERAL, STUDY, STUDY_WORK, EXEMPT = range(5)
GPMI = ("geen", "algemeen", "studie", "studie_werk", "vrijgesteld")
# Probability per month of a suspension, a change of household, a review.
_SUSPENSION, _HOUSEHOLD_CHANGE, _REVIEW = 0.0025, 0.006, 0.125


@dataclass(frozen=True, slots=True)
class Decisions:
    """Arrays with one element per decision, sorted by spell and time.

    ``spell`` is a position in ``Lives.spells``; ``begin`` and ``end`` are days since 1970
    (inclusive); ``opens`` and ``closes`` mark the first and last decision of a spell; ``broken``
    a decision that is followed by one missing month.
    """

    spell: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    household: np.ndarray
    gpmi: np.ndarray
    student: np.ndarray
    suspended: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    broken: np.ndarray


@dataclass(frozen=True, slots=True)
class _Months:
    """One element per month of a spell, from ``CUT_FROM`` on: ``opens`` marks the first month of a spell."""

    spell: np.ndarray
    month: np.ndarray
    opens: np.ndarray
    last: np.ndarray


def cut(lives: Lives, gaps: float, rng: np.random.Generator, *, merged_on: int | None = None) -> Decisions:
    """Return every decision with a day in or after ``FIRST``, and some older ones.

    ``gaps`` is the share of spells per year in which a month is missing; in month ``merged_on`` all decisions were
    renewed because municipalities merged.
    """
    months = _months(lives.spells)
    draw = rng.random(len(months.month), dtype=np.float32)
    missing = _missing(months, lives, gaps, rng)
    suspended = _spread(draw < _SUSPENSION, months.opens, rng) & ~missing
    moves = ~months.opens & (draw >= _SUSPENSION) & (draw < _SUSPENSION + _HOUSEHOLD_CHANGE)
    review = draw > 1 - _REVIEW
    household = _households(months, lives, moves, rng)
    gpmi, student = _plans(months, lives, rng)
    index = np.isin(months.month, [*_INDEX_MONTHS, -1 if merged_on is None else merged_on])
    same = (suspended, gpmi, student, missing)
    cuts = months.opens | index | review | moves | np.logical_or.reduce([_changes(values) for values in same])
    rows = np.flatnonzero(cuts)
    kept = ~missing[rows]
    after = np.append(rows[1:], len(cuts))
    broken = np.append(missing[rows[1:]] & ~months.opens[rows[1:]], False)
    begin, end = _days(months, lives, rows, after, index, missing, rng)
    chosen = rows[kept]
    return Decisions(
        spell=months.spell[chosen],
        begin=begin[kept],
        end=end[kept],
        household=household[chosen],
        gpmi=gpmi[chosen],
        student=student[chosen],
        suspended=suspended[chosen],
        opens=months.opens[chosen],
        closes=(months.month[after - 1] == months.last[rows])[kept],
        broken=broken[kept],
    )


def first_day_number(month: np.ndarray) -> np.ndarray:
    """Days since 1970 of the first day of each month number."""
    return _FIRST_DAY[month - (CUT_FROM - 600)]


def _months(spells: np.ndarray) -> _Months:
    chosen = np.flatnonzero(spells["end"] >= FIRST)
    start = np.maximum(spells["start"][chosen], CUT_FROM)
    lengths = spells["end"][chosen] - start + 1
    offsets = np.cumsum(lengths) - lengths
    month = np.arange(lengths.sum(), dtype=np.int32) - np.repeat(offsets - start, lengths).astype(np.int32)
    opens = np.zeros(len(month), dtype=bool)
    opens[offsets] = True
    return _Months(np.repeat(chosen.astype(np.int32), lengths), month, opens, np.repeat(spells["end"][chosen], lengths))


def _missing(months: _Months, lives: Lives, gaps: float, rng: np.random.Generator) -> np.ndarray:
    """Single months inside a spell without a decision: never two within three months."""
    hit = rng.random(len(months.month), dtype=np.float32) < gaps / 12
    inside = (months.month > np.maximum(lives.spells["start"][months.spell], CUT_FROM) + 1) & (
        months.month < months.last - 1
    )
    hit &= inside
    hit[1:] &= ~hit[:-1]
    hit[2:] &= ~hit[:-2]
    return hit


def _spread(starts: np.ndarray, opens: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A suspension lasts one month, half of them two, within the spell."""
    longer = np.zeros_like(starts)
    longer[1:] = starts[:-1] & ~opens[1:] & (rng.random(max(len(starts) - 1, 0), dtype=np.float32) < 0.5)
    return starts | longer


def _households(months: _Months, lives: Lives, moves: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Household 1, 2, 3 in force per month: the first is that of the person, and every change goes to the next."""
    steps = np.where(moves, rng.integers(1, 3, len(moves), dtype=np.int8), 0).astype(np.int32)
    total = np.cumsum(steps)
    first = np.flatnonzero(months.opens)
    before = np.repeat(total[first], np.diff(np.append(first, len(total))))
    own = lives.persons["household"][lives.spells["person"][months.spell]]
    return ((own + total - before) % 3 + 1).astype(np.int8)


def _plans(months: _Months, lives: Lives, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """GPMI and student per month: a general GPMI from month 1-4 for most, study until it stops."""
    spells = lives.spells
    n, age = len(spells), spells["start"] // 12 - spells["birth"]
    chance = np.where(spells["start"] >= 2016 * 12 + 10, 0.72, np.where(age < 25, 0.65, 0.35))
    agreed = np.where(rng.random(n) < chance, spells["start"] + rng.integers(1, 5, n), LAST + 1)
    july = (spells["start"] // 12 + 1 + rng.integers(0, 3, n)) * 12 + 6
    stops = np.where(rng.random(n) < 0.12, july, LAST + 1)
    works = rng.random(n) < 0.3
    who = months.spell
    student = (spells["kind"] == STUDENT)[who] & (months.month < stops[who])
    gpmi = np.where(months.month >= agreed[who], GENERAL, NO_GPMI).astype(np.int8)
    gpmi = np.where(lives.persons["exempt"][spells["person"]][who], EXEMPT, gpmi)
    gpmi = np.where(student, np.where(works[who], STUDY_WORK, STUDY), gpmi)
    return gpmi.astype(np.int8), student


def _changes(values: np.ndarray) -> np.ndarray:
    changed = np.zeros(len(values), dtype=bool)
    changed[1:] = values[1:] != values[:-1]
    return changed


def _days(
    months: _Months,
    lives: Lives,
    rows: np.ndarray,
    after: np.ndarray,
    index: np.ndarray,
    missing: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """First and last day: some spells and reviews start within a month, half of the spells end within one."""
    n, opens = len(rows), months.opens[rows]
    spell = lives.spells[months.spell[rows]]
    closes = months.month[after - 1] == months.last[rows]
    other_law = spell["start"] > spell["clock"]
    truly_opens = opens & (spell["start"] == months.month[rows]) & ~other_law
    follows_gap = np.append(False, missing[rows[:-1]])
    inside = np.where(truly_opens, rng.random(n) < 0.45, rng.random(n) < 0.15)
    inside &= (truly_opens | ~(opens | index[rows])) & ~missing[rows] & ~follows_gap
    begin = first_day_number(months.month[rows]) + np.where(inside, rng.integers(1, 28, n), 0)
    end = np.append(begin[1:] - 1, 0)
    final = first_day_number(months.month[after - 1] + 1) - 1
    early = (spell["reason"] != CODE["X2"]) & (spell["reason"] != RUNNING) & (rng.random(n) < 0.5)
    room = final - np.maximum(begin, first_day_number(months.month[after - 1]))
    left_on = final - np.where(early, (rng.random(n) * (room + 1)).astype(np.int32), 0)
    return begin.astype(np.int32), np.where(closes, left_on, end).astype(np.int32)
