"""Draw young people who leave youth care, and the month in which some of them start a leefloon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demad.synthetic.curves import ADULT, FIRST, LAST, STUDENT
from demad.synthetic.persons import PERSON, draw_persons
from demad.synthetic.profiles import Profile

FORMS = ("verblijf", "pleegzorg", "autonoom_wonen", "kleinschalig", "context", "ander")
_FORM_SHARES = (0.45, 0.15, 0.12, 0.06, 0.19, 0.03)
# Share that started a leefloon within m months after leaving (domain.md 3.4; linear between these months).
_REACH_MONTHS = (0, 3, 6, 12, 24)
_REACH = np.array(
    [
        (0.12, 0.20, 0.25, 0.32, 0.38),
        (0.05, 0.08, 0.10, 0.125, 0.15),
        (0.12, 0.20, 0.25, 0.32, 0.38),
        (0.12, 0.20, 0.25, 0.32, 0.38),
        (0.04, 0.06, 0.075, 0.10, 0.12),
        (0.04, 0.06, 0.075, 0.10, 0.12),
    ]
)
_AGES = (17, 18, 19, 20, 21, 22, 23, 24)
_AGE_SHARES = (0.12, 0.48, 0.18, 0.11, 0.06, 0.03, 0.01, 0.01)
NEVER = 1 << 20
ENDINGS = ("verhuis", "overlijden")


@dataclass(frozen=True, slots=True)
class CareLeavers:
    """Arrays with one element per leaver; ``persons`` are the first persons of the city.

    ``left`` is the month of leaving, ``left_day`` the day in it; ``starts`` the month in which a leefloon
    starts (``NEVER`` if none does), of kind ``kind``; ``followed`` the month in which follow-up ended
    (``NEVER``: it did not) because of ``ending``.
    """

    persons: np.ndarray
    form: np.ndarray
    left: np.ndarray
    left_day: np.ndarray
    starts: np.ndarray
    kind: np.ndarray
    followed: np.ndarray
    ending: np.ndarray


def draw_care_leavers(profile: Profile, scale: float, rng: np.random.Generator) -> CareLeavers:
    """Draw everybody who left youth care from ``FIRST`` to ``LAST``, in order of leaving."""
    rate = profile.leavers * scale / 12
    left = np.repeat(np.arange(FIRST, LAST + 1), rng.poisson(rate, LAST + 1 - FIRST))
    n = len(left)
    persons = draw_persons(STUDENT, n, 2000, rng) if n else np.zeros(0, dtype=PERSON)
    persons["birth"] = left // 12 - rng.choice(_AGES, size=n, p=_AGE_SHARES)
    form = rng.choice(len(FORMS), size=n, p=_FORM_SHARES)
    clock = np.maximum(left, (persons["birth"] + 18) * 12)
    followed = np.where(rng.random(n) < 0.06, clock + rng.integers(1, 31, n), NEVER)
    followed = np.where(followed <= LAST, followed, NEVER)
    starts = _starts(form, clock, persons["birth"], profile.reach, rng)
    starts = np.where((starts > LAST) | (starts > followed), NEVER, starts)
    return CareLeavers(
        persons=persons,
        form=form,
        left=left,
        left_day=np.where(rng.random(n) < 0.5, 31, rng.integers(1, 32, n)),
        starts=starts,
        kind=np.where(rng.random(n) < 0.4, STUDENT, ADULT).astype(np.int8),
        followed=followed,
        ending=(rng.random(n) < 0.05).astype(np.int8),
    )


def _starts(
    form: np.ndarray, clock: np.ndarray, birth: np.ndarray, reach: float, rng: np.random.Generator
) -> np.ndarray:
    """Month in which a leefloon starts; one that runs at leaving started up to two months before."""
    n = len(form)
    months_later = np.full(n, NEVER)
    draw = rng.random(n) / reach
    for number in range(len(FORMS)):
        chosen = form == number
        later = np.interp(draw[chosen], _REACH[number], _REACH_MONTHS, right=np.nan)
        months_later[chosen] = np.where(np.isnan(later), NEVER, np.ceil(np.nan_to_num(later)))
    before = np.maximum(clock - rng.integers(0, 3, n), (birth + 18) * 12)
    return np.where(months_later == NEVER, NEVER, np.where(months_later == 0, before, clock + months_later))
