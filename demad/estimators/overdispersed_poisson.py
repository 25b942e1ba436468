"""Over-dispersed Poisson model of a triangle, and its bootstrap (England and Verrall).

Not here: Mack's standard errors, which need no distribution (`chain_ladder`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demad.estimators.chain_ladder import development


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the model expects of every increment of a triangle of shape (I, J).

    Parameters
    ----------
    increments
        Fitted increments where a count is known, expected ones where it is not.
    residuals
        Pearson residuals of the known increments, NaN elsewhere.
    dispersion
        Sum of squared residuals over the degrees of freedom: 1 if the increments are Poisson.
    """

    increments: np.ndarray
    residuals: np.ndarray
    dispersion: float


def fitted(triangle: np.ndarray) -> Fitted:
    """The over-dispersed Poisson model, which has the same final counts as the chain ladder.

    An increment below 0 (more was undone than came in) is allowed: its variance is in proportion to the size of what
    is expected, whatever its sign.

    Parameters
    ----------
    triangle
        Cumulative counts, shape (I, J), NaN where not known; the known counts of an origin are a run from the first.
    """
    known = ~np.isnan(triangle)
    fit = _fit(triangle)
    seen = np.diff(triangle, axis=1, prepend=0.0)
    size = np.sqrt(np.abs(fit))
    residuals = np.where(known, np.divide(seen - fit, size, out=np.zeros_like(fit), where=known & (size > 0)), np.nan)
    freedom = int(known.sum()) - sum(triangle.shape) + 1
    dispersion = float(np.nansum(residuals**2) / freedom) if freedom > 0 else 0.0
    return Fitted(fit, residuals, dispersion)


def _fit(triangle: np.ndarray) -> np.ndarray:
    """Expected increments of known and unknown cells, from the last known counts backwards and forwards."""
    factor = development(triangle).factor
    growth = np.concatenate([[1.0], np.cumprod(factor)])
    latest = (~np.isnan(triangle)).sum(axis=1) - 1
    current = triangle[np.arange(len(triangle)), latest]
    cumulative = (current / growth[latest])[:, None] * growth[None, :]
    return np.diff(cumulative, axis=1, prepend=0.0)


def bootstrap(triangle: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Draws of the final count of every origin, shape (draws, I): a new triangle, its factors, and chance after it.

    Residuals are scaled by the degrees of freedom and drawn with replacement; those that are 0 by construction (the
    corners) are not drawn. What comes after the last known count has a gamma distribution with the expected size and
    the dispersion of the model. The known counts themselves are kept.

    Parameters
    ----------
    seed
        The same seed gives the same draws.

    Notes
    -----
    England, P. and Verrall, R. (2002), Stochastic claims reserving in general insurance, section 7 and appendix 3; as R
    ``ChainLadder::BootChainLadder(process.distr = "gamma")``.
    """
    rng, model, known = np.random.default_rng(seed), fitted(triangle), ~np.isnan(triangle)
    freedom = max(int(known.sum()) - sum(triangle.shape) + 1, 1)
    residuals = model.residuals[known] * np.sqrt(known.sum() / freedom)
    pool = residuals[np.abs(residuals) > 1e-9]
    if not len(pool):
        return np.tile(np.nansum(model.increments, axis=1), (draws, 1))
    latest = known.sum(axis=1) - 1
    current = triangle[np.arange(len(triangle)), latest]
    size = np.sqrt(np.abs(model.increments))
    found = np.empty((draws, len(triangle)))
    for draw in range(draws):
        noise = rng.choice(pool, size=triangle.shape)
        again = np.where(known, np.cumsum(model.increments + noise * size, axis=1), np.nan)
        expected = np.where(known, 0.0, _fit(again))
        found[draw] = current + _around(expected, model.dispersion, rng).sum(axis=1)
    return found


def _around(expected: np.ndarray, dispersion: float, rng: np.random.Generator) -> np.ndarray:
    """A gamma draw of each expected increment, with its sign; 0 stays 0."""
    size = np.abs(expected)
    if dispersion == 0:
        return expected
    return np.sign(expected) * rng.gamma(np.maximum(size, 1e-12) / dispersion, dispersion) * (size > 0)
