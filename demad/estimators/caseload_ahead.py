"""A stock by elapsed month, carried forward: who stays of those who are there, and who comes in and stays.

Drawn from the distributions of hazards and inflow, so that the draws hold chance and what is not known of both. Not
here: where hazards and inflow come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

SINGLE = 60
"""Elapsed months 1 to 60 are states of their own; two more hold 61-120 and 121 and more."""
STATES = SINGLE + 2
_IN_BAND = 60
"""Months that the state 61-120 lasts."""


@dataclass(frozen=True, slots=True)
class Hazards:
    """Monthly chance to leave in each state: exits and what they are out of, each of shape (62,).

    Parameters
    ----------
    exits, at_risk
        Counts over the same months.
    other
        Chance to leave for what exits do not hold (another law, a decision closed for administration, gaps).
    added
        Variance that rounding adds to a count of exits.
    """

    exits: np.ndarray
    at_risk: np.ndarray
    other: float = 0.0
    added: float = 0.0


@dataclass(frozen=True, slots=True)
class Inflow:
    """Who comes in over H months.

    Parameters
    ----------
    monthly
        Expected persons, shape (H,).
    drift
        How far the level may drift in a quarter: standard deviation of its logarithm.
    wave
        Persons who come besides, if a share of 1 of them comes; shape (H,).
    share
        Least, likeliest and largest share of the wave that comes.
    """

    monthly: np.ndarray
    drift: float = 0.0
    wave: np.ndarray | None = None
    share: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Draws of the stock after each month, shape (draws, H): of those who were there, and of who came in."""

    staying: np.ndarray
    coming: np.ndarray

    @property
    def stock(self) -> np.ndarray:
        """Everybody."""
        return self.staying + self.coming

    def band(self, level: float) -> np.ndarray:
        """Lower and upper ends of the band of each month that holds this share of the draws, shape (2, H)."""
        return np.quantile(self.stock, [0.5 - level / 2, 0.5 + level / 2], axis=0)


BANDS = (0, 3, 6, 12, 24, 36, 60, 61, 62)
"""First state of every band of states whose hazards lean on each other, and the end."""
_BORROWED = 20.0
"""People at risk with whose weight the hazard of its band enters that of a state."""


def smoothed(hazards: Hazards) -> np.ndarray:
    """Hazard of every state: its own, and that of its band with the weight of twenty people; 0 where nobody was."""
    found = np.zeros(STATES)
    for first, end in pairwise(BANDS):
        d, n = hazards.exits[first:end], hazards.at_risk[first:end]
        together = d.sum() / n.sum() if n.sum() else 0.0
        found[first:end] = (d + _BORROWED * together) / (n + _BORROWED)
    return found


def project(
    stock: np.ndarray,
    hazards: Hazards,
    inflow: Inflow,
    *,
    draws: int = 500,
    seed: int = 1,
    factor: np.ndarray | float = 1.0,
) -> Drawn:
    """Draw the stock of the coming months.

    Parameters
    ----------
    stock
        Persons by elapsed month, shape (62,).
    inflow
        Whose length is the number of months.
    factor
        What exits are multiplied by in a scenario, one for all states or of shape (62,).
    seed
        The same seed gives the same draws.

    Notes
    -----
    A month: who is in a state leaves with its hazard (binomial); the rest goes one state on (of 61-120 one in sixty);
    who comes in (Poisson) is in its first month. The hazards of a band share a gamma draw with the variance of the
    counts of its exits, rounding included; the level of the inflow walks a lognormal step each quarter; the
    share of a wave has a triangular distribution.
    """
    rng = np.random.default_rng(seed)
    rates = np.clip(smoothed(hazards)[None, :] * _uncertain(hazards, draws, rng) * factor + hazards.other, 0.0, 1.0)
    here = np.tile(np.rint(stock).astype(np.int64), (draws, 1))
    new = np.zeros_like(here)
    level, staying, coming = np.ones(draws), [], []
    wave = np.zeros(len(inflow.monthly)) if inflow.wave is None else inflow.wave
    share = rng.triangular(*inflow.share, draws) if wave.any() else np.zeros(draws)
    for month, expected in enumerate(inflow.monthly):
        here, new = (_aged(group - rng.binomial(group, rates), rng) for group in (here, new))
        if month % 3 == 0:
            level = level * np.exp(rng.normal(-(inflow.drift**2) / 2, inflow.drift, draws))
        new[:, 0] += rng.poisson(level * expected + share * wave[month])
        staying.append(here.sum(axis=1))
        coming.append(new.sum(axis=1))
    empty = np.zeros((draws, 0), dtype=np.int64)
    return Drawn(*(np.stack(part, axis=1) if part else empty for part in (staying, coming)))


def _uncertain(hazards: Hazards, draws: int, rng: np.random.Generator) -> np.ndarray:
    """What the hazards of every state are multiplied by in each draw, shape (draws, 62); mean 1."""
    found = np.ones((draws, STATES))
    for first, end in pairwise(BANDS):
        exits = float(hazards.exits[first:end].sum())
        if exits > 0:
            relative = (exits + hazards.added) / exits**2
            found[:, first:end] = rng.gamma(1 / relative, relative, size=(draws, 1))
    return found


def _aged(group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Everybody a month further: from state to state, out of 61-120 one in sixty."""
    aged = np.zeros_like(group)
    aged[:, 1:SINGLE] = group[:, : SINGLE - 1]
    over = rng.binomial(group[:, SINGLE], 1 / _IN_BAND)
    aged[:, SINGLE] = group[:, SINGLE] - over + group[:, SINGLE - 1]
    aged[:, SINGLE + 1] = group[:, SINGLE + 1] + over
    return aged
