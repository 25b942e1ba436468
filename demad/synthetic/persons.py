"""Draw persons of each kind: age, sex, nationality, household, origin and stop reason."""

from __future__ import annotations

import numpy as np

from demad.synthetic.curves import ADULT, EQUIVALENT, NEWCOMER, PACE_LEVEL, REFORM, STUDENT, UKRAINE
from demad.synthetic.profiles import Profile

SEXES = ("M", "V", "X")
NATIONALITIES = ("BE", "EU", "NEU")
ORIGINS = (
    "eerste",
    "werk",
    "einde_werkloosheid",
    "andere_uitkering",
    "ander_ocmw",
    "jeugdhulp",
    "andere",
)
CODES = (
    *("W1", "W2", "W3", "A60", "A61", "O1", "V1", "V2", "V3", "V4", "V5", "G1", "G2", "G3", "G4"),
    *("M1", "M2", "M3", "S1", "S2", "S3", "S4", "E1", "E2", "X1", "X2", "X3"),
)
CODE = {code: number for number, code in enumerate(CODES)}
RUNNING = -1

PERSON = np.dtype([("birth", "i4"), ("sex", "i1"), ("nationality", "i1"), ("household", "i1"), ("exempt", "?")])

# Shares at inflow (domain.md 5.2, divided over kinds so that the total mix is right).
_AGES = np.array([17, 18, 25, 35, 45, 55, 65, 78])
_AGE_SHARES = {
    ADULT: (0.003, 0.297, 0.27, 0.19, 0.135, 0.105, 0.0),
    STUDENT: (0.01, 0.93, 0.06, 0.0, 0.0, 0.0, 0.0),
    NEWCOMER: (0.002, 0.278, 0.36, 0.22, 0.10, 0.04, 0.0),
    EQUIVALENT: (0.002, 0.238, 0.34, 0.25, 0.10, 0.05, 0.02),
    UKRAINE: (0.0, 0.12, 0.22, 0.28, 0.16, 0.12, 0.10),
    REFORM: (0.0, 0.01, 0.10, 0.25, 0.33, 0.31, 0.0),
}
_WOMEN = {ADULT: 0.51, STUDENT: 0.55, NEWCOMER: 0.47, EQUIVALENT: 0.48, UKRAINE: 0.70, REFORM: 0.50}
_NATIONALITY = {
    ADULT: (0.69, 0.14, 0.17),
    STUDENT: (0.72, 0.06, 0.22),
    NEWCOMER: (0.0, 0.0, 1.0),
    EQUIVALENT: (0.0, 0.04, 0.96),
    UKRAINE: (0.0, 0.01, 0.99),
    REFORM: (0.76, 0.11, 0.13),
}
# Household 1, 2, 3 by kind: men, women.
_HOUSEHOLD = {
    ADULT: ((0.34, 0.52, 0.14), (0.31, 0.31, 0.38)),
    STUDENT: ((0.45, 0.52, 0.03), (0.44, 0.49, 0.07)),
    NEWCOMER: ((0.30, 0.45, 0.25), (0.28, 0.24, 0.48)),
    EQUIVALENT: ((0.36, 0.44, 0.20), (0.33, 0.25, 0.42)),
    UKRAINE: ((0.45, 0.33, 0.22), (0.30, 0.24, 0.46)),
    REFORM: ((0.46, 0.49, 0.05), (0.52, 0.37, 0.11)),
}
_EXEMPT = {ADULT: 0.09, STUDENT: 0.0, NEWCOMER: 0.03, EQUIVALENT: 0.04, UKRAINE: 0.04, REFORM: 0.12}
_ORIGIN = {
    ADULT: (0.25, 0.24, 0.13, 0.13, 0.08, 0.0, 0.17),
    STUDENT: (0.72, 0.06, 0.0, 0.02, 0.10, 0.0, 0.10),
    NEWCOMER: (0.62, 0.03, 0.0, 0.0, 0.20, 0.0, 0.15),
    EQUIVALENT: (0.65, 0.0, 0.0, 0.0, 0.20, 0.0, 0.15),
    UKRAINE: (0.85, 0.0, 0.0, 0.0, 0.10, 0.0, 0.05),
    REFORM: (0.0, 0.03, 0.93, 0.02, 0.0, 0.0, 0.02),
}
# Weights of the stop reasons by kind (5.5: work 30, art. 60/61 13, other benefit 18, means 11,
# move 12, conditions 8, end of study or own choice 7, death 1 over all kinds together).
_REASONS = {
    ADULT: {
        "W1": 27, "W2": 1.5, "W3": 2.5, "A60": 12.5, "A61": 1.5,
        "O1": 1.5, "V1": 8, "V2": 9, "V3": 3, "V4": 3, "V5": 1,
        "G1": 6, "G2": 1, "G3": 1, "G4": 4, "M1": 8, "M2": 1.5, "M3": 1.5,
        "S1": 3, "S2": 4, "S3": 1, "S4": 0.3, "E1": 0.5, "E2": 3,
        "X1": 1.3,
    },
    STUDENT: {
        "W1": 30, "A60": 1.5, "V1": 5, "V2": 1, "G1": 5, "G2": 2, "G4": 7,
        "M1": 11, "M2": 1, "S1": 3, "S2": 6, "E1": 24, "E2": 5,
        "X1": 0.1,
    },
    NEWCOMER: {
        "W1": 29, "W2": 0.5, "W3": 2, "A60": 18, "A61": 2, "O1": 1.5,
        "V1": 5, "V2": 4, "V3": 1, "V4": 0.5, "G1": 6, "G4": 3,
        "M1": 16, "M2": 2, "M3": 0.5, "S1": 2, "S2": 4, "S3": 0.5, "S4": 1,
        "E2": 2, "X1": 0.4,
    },
    EQUIVALENT: {
        "W1": 27, "A60": 8, "V2": 3, "V4": 1, "G1": 8, "G4": 4,
        "M1": 22, "M2": 8, "S2": 4, "S4": 12, "E2": 3, "X1": 0.6,
    },
    UKRAINE: {
        "W1": 40, "A60": 4, "V2": 1, "V4": 3, "G1": 8, "G4": 5,
        "M1": 14, "M2": 20, "S2": 3, "E2": 3, "X1": 0.6,
    },
    REFORM: {
        "W1": 22, "W3": 5, "A60": 9, "V1": 3, "V2": 20, "V3": 9, "V4": 8,
        "G1": 13, "G3": 1, "G4": 4, "M1": 4, "S1": 3, "S2": 4, "S3": 1,
        "E2": 2, "X1": 1.6,
    },
}  # fmt: skip


def draw_persons(kind: int, n: int, year: int, rng: np.random.Generator) -> np.ndarray:
    """``n`` persons of a kind who start in ``year``: records of dtype ``PERSON``."""
    persons = np.zeros(n, dtype=PERSON)
    band = _drawn(_AGE_SHARES[kind], n, rng)
    low, high = _AGES[band], np.maximum(_AGES[band + 1], _AGES[band] + 1)
    if kind == STUDENT:
        high = np.where(band == 1, 23, np.minimum(high, 29))
    persons["birth"] = year - (low + (rng.random(n) * (high - low)).astype(np.int64))
    sex = rng.random(n)
    persons["sex"] = np.where(sex < _WOMEN[kind], 1, np.where(sex > 0.9985, 2, 0))
    persons["nationality"] = _drawn(_NATIONALITY[kind], n, rng)
    shares = np.cumsum(np.array(_HOUSEHOLD[kind])[(persons["sex"] == 1).astype(int)], axis=1)
    persons["household"] = (rng.random(n)[:, None] > shares[:, :2]).sum(axis=1)
    older = 1.5 * (year - persons["birth"] >= 50) + 1.0 * (year - persons["birth"] < 50)
    persons["exempt"] = rng.random(n) < _EXEMPT[kind] * older
    return persons


def pace(persons: np.ndarray, kind: np.ndarray, year: int) -> np.ndarray:
    """Personal multiplier of the exit hazard (``domain.md`` section 5.3); one for students."""
    age = year - persons["birth"]
    factor = np.where(persons["household"] == 2, 0.8, 1.0) * np.where(persons["sex"] == 0, 1.05, 1.0)
    factor *= np.where(age < 25, 1.2, np.where(age >= 55, 0.6, 1.0)) * np.where(persons["exempt"], 0.5, 1.0)
    return np.where(kind == STUDENT, 1.0, factor * PACE_LEVEL)


def draw_origins(kind: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Origin of first-time starters of a kind: positions in ``ORIGINS``."""
    return _drawn(_ORIGIN[kind], n, rng).astype(np.int8)


def reason_shares(profile: Profile) -> np.ndarray:
    """Cumulative shares of the stop reasons: kinds x ``CODES``, with the city's odds of work applied."""
    weights = np.zeros((6, len(CODES)))
    for kind, given in _REASONS.items():
        for code, weight in given.items():
            weights[kind, CODE[code]] = weight * (profile.work if code[0] == "W" else 1.0)
    return np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)


def draw_reasons(kind: np.ndarray, shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A stop reason for each exit: positions in ``CODES``."""
    drawn = (rng.random(len(kind))[:, None] >= shares[kind]).sum(axis=1)
    return np.minimum(drawn, len(CODES) - 1).astype(np.int8)


def _drawn(shares: tuple[float, ...], n: int, rng: np.random.Generator) -> np.ndarray:
    """``n`` positions in ``shares``; many times faster than ``Generator.choice`` for small ``n``."""
    return np.searchsorted(np.cumsum(shares[:-1]), rng.random(n), side="right")
