"""Simulate how decisions are recorded: late, corrected, overlapping, incomplete.

Errors do not change the covered months, except for decisions not yet recorded when the extract was made: the newest
two or three months are incomplete, as in real data.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from demad.synthetic.curves import FIRST
from demad.synthetic.decisions import AS_OF_DAY, Decisions, first_day_number
from demad.synthetic.lives import Lives
from demad.synthetic.persons import CODE, CODES, RUNNING
from demad.synthetic.profiles import Profile

OPEN = np.iinfo(np.int32).max
NO_REASON, UNKNOWN_REASON = -1, len(CODES)
MADE_ON = AS_OF_DAY + 9
NOT_ENTERED = -1
# Shares of decisions or spells with an error; assumptions, except the orders of domain.md 1.1 and 5.5.
OVERLAPS, CORRECTIONS, DUPLICATES, ANNULMENTS, PLANNED_ENDS = 0.02, 0.02, 0.002, 0.004, 0.03


@dataclass(frozen=True, slots=True)
class Rows:
    """Arrays with one element per recorded row, in order of recording.

    ``end`` is ``OPEN`` where empty; ``reason`` a position in ``CODES``, ``NO_REASON`` or
    ``UNKNOWN_REASON``; ``gpmi`` may be ``NOT_ENTERED``; ``superseded`` marks rows that a later row
    replaces or annuls, ``annuls`` the row that takes a decision back.
    """

    spell: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    household: np.ndarray
    gpmi: np.ndarray
    student: np.ndarray
    suspended: np.ndarray
    reason: np.ndarray
    recorded: np.ndarray
    superseded: np.ndarray
    annuls: np.ndarray

    def __getitem__(self, places: np.ndarray) -> Rows:
        """The rows at these places."""
        return Rows(*(getattr(self, field.name)[places] for field in fields(self)))


def register(decisions: Decisions, lives: Lives, profile: Profile, rng: np.random.Generator) -> Rows:
    """Rows of dataset ``leefloon`` of one city, in order of recording.

    Returns
    -------
    Every decision with a day in or after ``FIRST`` that was recorded by ``MADE_ON``, and also wrong versions and
    copies.
    """
    final = _overlapping(_as_recorded(decisions, lives, profile, rng), rng)
    wrong, final = _corrected(final, rng)
    copies = final[np.flatnonzero(rng.random(len(final.begin)) < DUPLICATES)]
    copies = replace(copies, recorded=np.minimum(copies.recorded + 3, MADE_ON))
    mistaken, taken_back = _annulled(final, lives, rng)
    parts = (wrong, mistaken, final, taken_back, copies)
    together = Rows(*(np.concatenate([getattr(p, field.name) for p in parts]) for field in fields(Rows)))
    return together[np.argsort(together.recorded, kind="stable")]


def _as_recorded(decisions: Decisions, lives: Lives, profile: Profile, rng: np.random.Generator) -> Rows:
    """Decisions and stops recorded by ``MADE_ON``; a decision whose successor is unknown is still open."""
    n = len(lives.spells)
    late = rng.exponential(26, n) + np.where(rng.random(n) < 0.06, rng.exponential(40, n), 0)
    stop_late = np.where(lives.spells["reason"] == CODE["X2"], 0, rng.exponential(20, n))
    spell = decisions.spell
    recorded = (decisions.begin + late[spell]).astype(np.int32)
    known = recorded <= MADE_ON
    running = lives.spells["reason"][spell] == RUNNING
    stop_known = ~running & (decisions.end + stop_late[spell] <= MADE_ON)
    next_known = np.append(known[1:] & (spell[1:] == spell[:-1]), False)
    closed = np.where(decisions.closes, stop_known, next_known | decisions.broken)
    end = np.where(closed, decisions.end, OPEN)
    planned = decisions.closes & running & (rng.random(len(spell)) < PLANNED_ENDS)
    end = np.where(planned, AS_OF_DAY + rng.integers(1, 150, len(spell)), end)
    inside = known & (decisions.end >= first_day_number(np.array(FIRST)))
    rows = Rows(
        spell=spell,
        begin=decisions.begin,
        end=end.astype(np.int32),
        household=decisions.household,
        gpmi=decisions.gpmi,
        student=decisions.student,
        suspended=decisions.suspended,
        reason=_reasons(decisions, lives, closed, profile, rng),
        recorded=recorded,
        superseded=np.zeros(len(spell), dtype=bool),
        annuls=np.zeros(len(spell), dtype=bool),
    )
    return rows[np.flatnonzero(inside)]


def _reasons(
    decisions: Decisions, lives: Lives, closed: np.ndarray, profile: Profile, rng: np.random.Generator
) -> np.ndarray:
    """Stop reasons; some are empty or unknown."""
    n = len(lives.spells)
    own = lives.spells["reason"].astype(np.int8)
    hidden = np.where(rng.random(n) < 0.45, NO_REASON, UNKNOWN_REASON)
    own = np.where((rng.random(n) < profile.unknown) & (own != CODE["X2"]), hidden, own)
    stop = np.where(decisions.closes & closed, own[decisions.spell], NO_REASON)
    technical = decisions.broken & (rng.random(len(stop)) < 0.5)
    return np.where(technical, CODE["X3"], stop).astype(np.int8)


def _overlapping(rows: Rows, rng: np.random.Generator) -> Rows:
    """Let some decisions overlap the next one by days or weeks, never past its end."""
    n = len(rows.begin)
    follows = np.append((rows.spell[1:] == rows.spell[:-1]) & (rows.begin[1:] == rows.end[:-1] + 1), False)
    chosen = follows & (rng.random(n) < OVERLAPS)
    longer = np.minimum(rows.end.astype(np.int64) + rng.integers(1, 46, n), np.append(rows.end[1:], 0))
    longer = np.minimum(longer, np.where(rows.end < AS_OF_DAY, AS_OF_DAY, OPEN))
    return replace(rows, end=np.where(chosen, longer, rows.end).astype(np.int32))


def _corrected(rows: Rows, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Wrong first versions, and all rows with the corrections recorded later."""
    n = len(rows.begin)
    chosen = np.flatnonzero(rng.random(n) < CORRECTIONS)
    wrong, m = rows[chosen], len(chosen)
    kind = rng.random(m)
    later = wrong.end.astype(np.int64) + rng.integers(5, 60, m)
    shifted = np.where(wrong.end == OPEN, wrong.begin + 90, later)
    wrong = replace(
        wrong,
        household=np.where(kind < 0.5, wrong.household % 3 + 1, wrong.household).astype(np.int8),
        end=np.where((kind >= 0.5) & (kind < 0.8), shifted, wrong.end).astype(np.int32),
        gpmi=np.where(kind >= 0.8, NOT_ENTERED, wrong.gpmi).astype(np.int8),
        superseded=np.ones(m, dtype=bool),
    )
    recorded = rows.recorded.copy()
    recorded[chosen] = np.minimum(recorded[chosen] + rng.integers(10, 70, m), MADE_ON)
    return wrong, replace(rows, recorded=recorded)


def _annulled(rows: Rows, lives: Lives, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Restarts recorded by mistake after a last stop, and the rows that annul them."""
    person = lives.spells["person"]
    never_back = np.append(person[1:] != person[:-1], True)
    stopped = (rows.reason != NO_REASON) & (rows.end < AS_OF_DAY - 150) & never_back[rows.spell]
    chosen = np.flatnonzero(stopped & (rng.random(len(rows.begin)) < ANNULMENTS))
    begin = rows.end[chosen] + rng.integers(5, 60, len(chosen)).astype(np.int32)
    marked = np.ones(len(chosen), dtype=bool)
    mistaken = replace(
        rows[chosen],
        begin=begin,
        end=np.full(len(chosen), OPEN, dtype=np.int32),
        reason=np.full(len(chosen), NO_REASON, dtype=np.int8),
        recorded=begin + 10,
        superseded=marked,
    )
    return mistaken, replace(mistaken, end=begin - 1, recorded=begin + 45, annuls=marked)
