"""Applications of the cities that register them: for every leefloon that began, and those that came to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from demad.synthetic.care_leavers import NEVER
from demad.synthetic.curves import FIRST, LAST, RMI
from demad.synthetic.decisions import AS_OF_DAY, first_day_number

if TYPE_CHECKING:
    from demad.synthetic.frames import Registered

MEAN_DAYS = {
    "antwerpen": 27,
    "brugge": 21,
    "gent": 24,
    "kortrijk": 19,
    "leuven": 22,
    "mechelen": 26,
    "roeselare": 20,
    "turnhout": 29,
}
"""Mean days to a decision in the cities that deliver applications; the other five do not. Assumptions."""
KINDS = ("leefloon", "equivalent", "steun", "andere")
OUTCOMES = ("toegekend", "geweigerd", "ingetrokken", "lopend")
REFUSALS = ("middelen", "werkbereidheid", "verblijf", "onvolledig", "andere")
_GRANTED, _REFUSED, _WITHDRAWN, _PENDING = range(4)
_REFUSAL_SHARES = (0.42, 0.10, 0.16, 0.24, 0.08)
# Per granted application: so many refused, withdrawn, and for other support. Assumptions.
_TO_NOTHING, _OTHER_SUPPORT = 0.28, 0.06
_WITHDRAWN_SHARE, _BY_LEAVERS = 0.15, 0.09
_SHAPE = 2.5  # of the gamma distribution of the days to a decision


def draw_applications(known: Registered, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw the applications of a city, in order of application.

    Returns
    -------
    Arrays of one length: ``person`` (number), ``applied`` and ``decided`` (days since 1970; ``decided`` is after the
    reference date where it is not known), and positions in `KINDS`, `OUTCOMES` and `REFUSALS` (-1: empty).
    """
    made = [_granted(known), *_to_nothing(known, rng), _of_leavers(known, rng)]
    person, applied, kind, outcome = (np.concatenate(parts) for parts in zip(*made, strict=True))
    days = rng.gamma(_SHAPE, MEAN_DAYS[known.city.slug] / _SHAPE, len(person)).astype(np.int32)
    decided = applied + days
    outcome = np.where(decided > AS_OF_DAY, _PENDING, outcome)
    reason = rng.choice(len(REFUSALS), size=len(person), p=_REFUSAL_SHARES)
    drawn = {
        "person": person,
        "applied": applied,
        "decided": decided,
        "kind": np.where(rng.random(len(person)) < 0.02, -1, kind),
        "outcome": outcome,
        "refusal": np.where(outcome == _REFUSED, reason, -1),
    }
    order = np.lexsort((kind, person, applied))
    order = order[(applied[order] >= first_day_number(np.array(FIRST))) & (applied[order] <= AS_OF_DAY)]
    return {name: column[order] for name, column in drawn.items()}


_Drawn = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _granted(known: Registered) -> _Drawn:
    """Every right that opens was asked for on its first day, as the law has it."""
    opening = np.flatnonzero(known.decisions.opens)
    spells = known.lives.spells[known.decisions.spell[opening]]
    kind = np.where(spells["law"] == RMI, 0, 1)
    return spells["person"], known.decisions.begin[opening], kind, np.full(len(spells), _GRANTED)


def _to_nothing(known: Registered, rng: np.random.Generator) -> list[_Drawn]:
    """Refused and withdrawn before a later right, and other support that was asked for."""
    person, begin, kind, _ = _granted(known)
    asked = np.flatnonzero(rng.random(len(person)) < _TO_NOTHING)
    before = begin[asked] - rng.integers(60, 400, len(asked))
    outcome = np.where(rng.random(len(asked)) < _WITHDRAWN_SHARE, _WITHDRAWN, _REFUSED)
    other = np.flatnonzero(rng.random(len(person)) < _OTHER_SUPPORT)
    later = begin[other] + rng.integers(10, 200, len(other))
    return [
        (person[asked], before, kind[asked], outcome),
        (person[other], later, rng.integers(2, 4, len(other)), np.full(len(other), _GRANTED)),
    ]


def _of_leavers(known: Registered, rng: np.random.Generator) -> _Drawn:
    """Young people from youth care who asked for a leefloon and did not get one."""
    leavers = known.leavers
    asked = np.flatnonzero((leavers.starts == NEVER) & (rng.random(len(leavers.starts)) < _BY_LEAVERS))
    clock = np.maximum(leavers.left, (leavers.persons["birth"] + 18) * 12)[asked]
    applied = first_day_number(np.minimum(clock, LAST)) + rng.integers(0, 300, len(asked))
    outcome = np.where(rng.random(len(asked)) < _WITHDRAWN_SHARE, _WITHDRAWN, _REFUSED)
    adult = clock <= LAST  # the others turn 18 after the reference date
    kind = np.zeros(len(asked), dtype=np.int64)
    return asked[adult], applied[adult].astype(np.int32), kind[adult], outcome[adult]
