"""Simulate spells per person: first and last month, and reason of exit. No dates, no decisions.

Month by month, for all persons of a city at once: starts (new, return, or from the other law), exits with a discrete
hazard, planned returns. New inflow steers each kind of person to its target stock with a time constant of a year, so
that level and growth are right at any scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demad.synthetic.care_leavers import NEVER, CareLeavers
from demad.synthetic.curves import (
    ADULT,
    BURN_IN,
    EQUIVALENT,
    LAST,
    LAW_OF_KIND,
    NEWCOMER,
    REFORM,
    RMI,
    STEERED,
    STUDENT,
    UKRAINE,
    exit_hazards,
    exit_season,
    inflow_season,
    return_hazards,
    targets,
    wave,
)
from demad.synthetic.persons import (
    CODE,
    CODES,
    ORIGINS,
    RUNNING,
    draw_origins,
    draw_persons,
    draw_reasons,
    pace,
    reason_shares,
)
from demad.synthetic.profiles import Profile

SPELL = np.dtype(
    [
        *[("person", "i4"), ("kind", "i1"), ("law", "i1"), ("start", "i4"), ("end", "i4"), ("clock", "i4")],
        *[("reason", "i1"), ("origin", "i1"), ("birth", "i4"), ("pace", "f4"), ("contract", "i4")],
    ]
)
STEERING = 1 / 12
# From this age on a pension or IGO replaces a leefloon (domain.md 1.4); an assumption: 66.
PENSION_AGE = 66
# Monthly probability to move to the other law, by kind: recognised as refugee, or no longer.
_LAW_CHANGE = np.array([0.0, 0.0, 0.0006, 0.010, 0.0012, 0.0])
_KIND_AFTER_CHANGE = np.array([ADULT, STUDENT, EQUIVALENT, NEWCOMER, NEWCOMER, REFORM], dtype=np.int8)
# Return hazard after each reason relative to the curve (domain.md 5.4); art. 60 is handled separately.
_RETURN_AFTER = {"W": 0.85, "A": 1.0, "O": 0.9, "V": 0.6, "G": 1.1, "M": 0.1, "S": 1.9, "E": 1.1, "X": 0.0}
_RETURN_FACTOR = np.array([_RETURN_AFTER[code[0]] for code in CODES])


@dataclass(frozen=True, slots=True)
class Lives:
    """``persons`` (dtype ``PERSON``, care leavers first) and ``spells`` (dtype ``SPELL``).

    A spell is a run of months under one law. ``reason`` is a position in ``CODES`` or ``RUNNING``
    with ``end`` = ``LAST``; ``contract`` the months an art. 60 or 61 contract lasts.
    """

    persons: np.ndarray
    spells: np.ndarray


class _Town:
    """The state of one city while it is simulated."""

    def __init__(self, profile: Profile, scale: float, leavers: CareLeavers, rng: np.random.Generator) -> None:
        self.profile, self.rng = profile, rng
        self.hazards, self.returns = exit_hazards() * profile.exits, return_hazards() * profile.returns
        self.shares = reason_shares(profile)
        self.targets = targets(profile, scale)
        self.waves = {kind: wave(kind, profile, scale) for kind in (UKRAINE, REFORM)}
        self.chunks, self.n_persons = [leavers.persons], len(leavers.persons)
        self.active, self.finished = np.zeros(0, dtype=SPELL), []
        self.planned: dict[int, list[np.ndarray]] = {}
        self.mean_exits = self.targets[0] * 0.037
        self._plan(_starters_from_care(leavers), leavers.starts[leavers.starts < NEVER])

    def begin(self) -> None:
        """A first stock, with elapsed durations in steady state."""
        for kind in STEERED:
            survival = np.cumprod(1 - self.hazards[kind, :361])
            n = round(float(self.targets[0, kind]))
            elapsed = self.rng.choice(361, size=n, p=survival / survival.sum())
            first = self.new(kind, n, BURN_IN)
            first["start"] = first["clock"] = BURN_IN - elapsed
            self.active = np.concatenate([self.active, first])

    def new(self, kind: int, n: int, month: int) -> np.ndarray:
        """Spells of ``n`` new persons that start in ``month``."""
        persons = draw_persons(kind, n, month // 12, self.rng)
        self.chunks.append(persons)
        spells = np.zeros(n, dtype=SPELL)
        spells["person"] = self.n_persons + np.arange(n)
        self.n_persons += n
        spells["kind"], spells["law"] = kind, LAW_OF_KIND[kind]
        spells["start"] = spells["clock"] = month
        spells["birth"] = persons["birth"]
        spells["pace"] = pace(persons, np.full(n, kind), month // 12)
        spells["origin"] = draw_origins(kind, n, self.rng)
        return spells

    def arrive(self, month: int) -> None:
        """Planned returns and changes of law, then as many new persons as the target requires."""
        planned = np.concatenate([np.zeros(0, dtype=SPELL), *self.planned.pop(month, [])])
        here = np.concatenate([self.active, planned])
        now, season = month - BURN_IN, inflow_season(month)
        stock = np.bincount(here["kind"], minlength=6)[: len(STEERED)]
        back = np.bincount(planned["kind"], minlength=6)[: len(STEERED)]
        wanted = self.targets[now]
        rate = self.mean_exits + self.targets[now + 1] - wanted - back + STEERING * (wanted - stock + back)
        counts = {kind: self.rng.poisson(max(rate[kind], 0) * season[kind]) for kind in STEERED}
        counts |= {kind: self.rng.poisson(starts[now]) for kind, starts in self.waves.items()}
        new = [self.new(kind, n, month) for kind, n in counts.items() if n]
        self.active = np.concatenate([here, *new])

    def leave(self, month: int) -> None:
        """Exits after this month, with reason and time of return; changes of law."""
        here, rng = self.active, self.rng
        k = month - here["clock"] + 1
        chance = self.hazards[here["kind"], k] * here["pace"] * exit_season(month)[here["kind"]]
        pensioned = (here["law"] == RMI) & (month // 12 - here["birth"] >= PENSION_AGE)
        draw = rng.random(len(here))
        leaves = draw < np.where(pensioned, 0.4, chance)
        passes = ~leaves & (draw > 1 - _LAW_CHANGE[here["kind"]])
        left, passed = here[leaves], here[passes]
        reasons = draw_reasons(left["kind"], self.shares, rng)
        left["end"], left["reason"] = month, np.where(pensioned[leaves], CODE["V4"], reasons)
        temporary = np.isin(left["reason"], (CODE["A60"], CODE["A61"]))
        left["contract"] = np.where(temporary, rng.integers(12, 25, len(left)), 0)
        passed["end"], passed["reason"] = month, CODE["X2"]
        self.finished += [left, passed]
        self.active = here[~(leaves | passes)]
        exits = np.bincount(left["kind"], minlength=6) + np.bincount(passed["kind"], minlength=6)
        self.mean_exits += (exits[: len(STEERED)] - self.mean_exits) / 12
        self._plan_returns(left, month)
        self._plan(_under_the_other_law(passed, month), np.full(len(passed), month + 1))

    def result(self) -> Lives:
        """All persons and spells; spells that have not ended are running."""
        running = self.active.copy()
        running["end"], running["reason"] = LAST, RUNNING
        spells = np.concatenate([*self.finished, running])
        return Lives(np.concatenate(self.chunks), spells[np.lexsort((spells["start"], spells["person"]))])

    def _plan_returns(self, left: np.ndarray, month: int) -> None:
        ahead = np.arange(len(self.returns))
        factor = np.repeat(_RETURN_FACTOR[left["reason"]][:, None], len(ahead), axis=1)
        contract = left["contract"][:, None]
        factor = np.where((contract > 0) & (ahead <= contract), 0.35, factor)
        factor = np.where((contract > 0) & (ahead > contract) & (ahead <= contract + 3), 1.8, factor)
        old = (month // 12 - left["birth"] >= PENSION_AGE - 1)[:, None]
        chance = np.where(old, 0, np.minimum(self.returns * factor, 0.9))
        away = np.cumprod(1 - chance, axis=1)
        months = (self.rng.random(len(left))[:, None] < away).sum(axis=1)
        comes = (months < len(ahead)) & (month + months <= LAST)
        self._plan(self._returning(left[comes], month + months[comes]), month + months[comes])

    def _returning(self, left: np.ndarray, starts: np.ndarray) -> np.ndarray:
        spells = left.copy()
        spells["start"] = spells["clock"] = starts
        no_student = (left["kind"] == STUDENT) & (self.rng.random(len(left)) < 0.6)
        spells["kind"] = np.where(no_student | (left["kind"] == REFORM), ADULT, left["kind"])
        spells["law"] = LAW_OF_KIND[spells["kind"]]
        worked = left["reason"] <= CODE["A61"]
        spells["origin"] = np.where(worked, ORIGINS.index("werk"), ORIGINS.index("andere"))
        return spells

    def _plan(self, spells: np.ndarray, starts: np.ndarray) -> None:
        for month in np.unique(starts[starts <= LAST]):
            self.planned.setdefault(int(month), []).append(spells[starts == month])


def simulate(profile: Profile, scale: float, leavers: CareLeavers, rng: np.random.Generator) -> Lives:
    """Simulate every month from ``BURN_IN`` to ``LAST``.

    Parameters
    ----------
    profile
        Assumptions about the city.
    scale
        Persons simulated per person of ``profile.stock``.
    leavers
        Care leavers; they become the first persons.
    rng
        The city's own stream.
    """
    town = _Town(profile, scale, leavers, rng)
    town.begin()
    for month in range(BURN_IN, LAST + 1):
        town.arrive(month)
        if month < LAST:
            town.leave(month)
    return town.result()


def _starters_from_care(leavers: CareLeavers) -> np.ndarray:
    who = np.flatnonzero(leavers.starts < NEVER)
    spells = np.zeros(len(who), dtype=SPELL)
    spells["person"], spells["kind"] = who, leavers.kind[who]
    spells["start"] = spells["clock"] = leavers.starts[who]
    spells["birth"] = leavers.persons["birth"][who]
    spells["pace"] = pace(leavers.persons[who], spells["kind"], 2020)
    spells["origin"] = ORIGINS.index("jeugdhulp")
    return spells


def _under_the_other_law(passed: np.ndarray, month: int) -> np.ndarray:
    spells = passed.copy()
    spells["start"] = month + 1
    spells["kind"] = _KIND_AFTER_CHANGE[passed["kind"]]
    spells["law"] = 1 - passed["law"]
    spells["origin"] = ORIGINS.index("andere")
    return spells
