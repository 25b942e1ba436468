"""Control limits of a funnel plot, and overdispersion between units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, pdtr, pdtrik

WINSORISED = 0.1


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """phi (mean squared z), raw and winsorised, and the additive variance tau2 on the square-root scale."""

    phi: float
    phi_winsorised: float
    tau2: float


def poisson_limits(expected: np.ndarray, coverage: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits of O / E under chance alone: Poisson quantiles, interpolated between counts, divided by E.

    Without interpolation the limits are step functions, and small units switch in and out of the funnel.

    Parameters
    ----------
    expected
        E > 0; nan elsewhere.
    coverage
        0.95 or 0.998.

    Returns
    -------
    low, high in the shape of ``expected``; low is 0 if a count of 0 is within the limits.
    """
    e = np.asarray(expected, dtype=float)
    safe = np.where(e > 0, e, np.nan)
    tail = (1 - coverage) / 2
    return tuple(_interpolated(p, safe) / safe for p in (tail, 1 - tail))  # pyright: ignore[reportReturnType]


def _interpolated(probability: float, mean: np.ndarray) -> np.ndarray:
    """The quantile, interpolated between the last count below the probability and the first that reaches it."""
    above = np.ceil(pdtrik(probability, mean))
    one_less = np.maximum(above - 1, 0)
    upper = np.where(pdtr(one_less, mean) >= probability, one_less, above)
    reached, before = pdtr(upper, mean), np.where(upper >= 1, pdtr(np.maximum(upper - 1, 0), mean), 0.0)
    step = np.where(reached > before, (reached - probability) / np.where(reached > before, reached - before, 1), 0.0)
    return np.maximum(upper - step, 0.0)


def overdispersion(observed: np.ndarray, expected: np.ndarray) -> Overdispersion:
    """Estimate how much units differ beyond chance.

    Parameters
    ----------
    observed, expected
        Counts and positive expected counts of the units, shape (I,).

    Notes
    -----
    z = 2 (sqrt O - sqrt E), winsorised at 10 and 90 %; tau2 = (I phi - (I-1)) / (sum w - sum w^2 / sum w),
    w = 1/s^2, s = 1/(2 sqrt E), 0 when phi is small (Spiegelhalter 2005; as FunnelPlotR). Winsorising shrinks
    phi below 1 under chance alone, so look at the raw one too.
    """
    o, e = np.asarray(observed, dtype=float), np.asarray(expected, dtype=float)
    z = 2 * (np.sqrt(o) - np.sqrt(e))
    low, high = np.quantile(z, (WINSORISED, 1 - WINSORISED))
    units = len(z)
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    weights = 4 * e
    spread = weights.sum() - (weights**2).sum() / weights.sum()
    excess = units * phi - (units - 1)
    tau2 = float(excess / spread) if excess > 0 and spread > 0 else 0.0
    return Overdispersion(float(np.mean(z**2)), phi, tau2)


def widened_limits(expected: np.ndarray, tau2: float, coverage: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits of O / E including the variance between units: (1 -+ z sqrt(1/(4E) + tau2))^2, never below 0."""
    e = np.asarray(expected, dtype=float)
    half = ndtri((1 + coverage) / 2) * np.sqrt(1 / (4 * np.where(e > 0, e, np.nan)) + tau2)
    return np.maximum(1 - half, 0.0) ** 2, (1 + half) ** 2
