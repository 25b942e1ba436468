"""Controlled interrupted time series: the events of a city beside those of other cities, before and after a date.

Given the events of city and controls together, those of the city are binomial: that is the Poisson model with an
effect of each quarter of its own, so that season and federal rules of all cities cancel. The statistics are those of
statsmodels (``demad[impact]``), the only place that asks for it. Definition: `methods.md` section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from demad.errors import UsageRefused

Floats = npt.NDArray[np.float64]
SEASONS = 4


@dataclass(frozen=True, slots=True)
class Series:
    """What one city is judged on: events and exposure of the city and of its controls together, by quarter.

    ``quarter``: the number of each quarter since year 0, so that quarters that are left out leave a hole.
    """

    quarter: npt.NDArray[np.int64]
    events: Floats
    exposure: Floats
    others: Floats
    others_exposure: Floats

    def only(self, chosen: npt.NDArray[np.bool_]) -> Series:
        """The quarters that are chosen."""
        return Series(
            self.quarter[chosen],
            self.events[chosen],
            self.exposure[chosen],
            self.others[chosen],
            self.others_exposure[chosen],
        )


@dataclass(frozen=True, slots=True)
class Step:
    """The change of level at a date, on the log scale: estimate, standard error, degrees of freedom.

    ``expected``: events of each quarter had nothing changed, with ``low`` and ``high`` of its 95 % band.
    """

    estimate: float
    error: float
    freedom: int
    expected: Floats
    low: Floats
    high: Floats


def poisson_fit(events: Floats, design: Floats, log_exposure: Floats | None = None) -> Any:
    """Quasi-Poisson with a log link and the dispersion of Pearson's chi-square; the oracle of Seatbelts holds it."""
    api = _statsmodels()
    model = api.GLM(events, design, family=api.families.Poisson(), offset=log_exposure)
    return model.fit(scale="X2")


def step(series: Series, first: int) -> Step:
    """The change of level from quarter ``first`` on.

    Parameters
    ----------
    series
        At least six quarters more than it has parameters.
    first
        Number of the first quarter after.
    """
    fitted, _ = _fit(series, [(series.quarter >= first).astype(float)])
    without = _design(series, [np.zeros(len(series.quarter))])
    at = fitted.params.shape[0] - 1
    error = max(_errors(fitted)[at], _newey_west(fitted)[at])
    middle = without @ fitted.params + _offset(series)
    covariance = np.asarray(fitted.cov_params())
    spread = np.sqrt(np.einsum("ij,jk,ik->i", without, covariance, without))
    reach = float(stats.t.ppf(0.975, int(fitted.df_resid)))
    scale = max(float(fitted.scale), 1.0)
    expected = series.others * np.exp(middle)
    chance = np.sqrt(scale / expected + spread**2)  # of a count around what is expected, and of the expectation
    low, high = expected * np.exp(-reach * chance), expected * np.exp(reach * chance)
    return Step(float(fitted.params[at]), float(error), int(fitted.df_resid), expected, low, high)


def step_alone(series: Series, first: int) -> float:
    """The estimate of `step`, without what says how sure it is."""
    fitted, _ = _fit(series, [(series.quarter >= first).astype(float)])
    return float(fitted.params[-1])


def sloped(series: Series, first: int, ahead: int) -> tuple[float, float]:
    """The change ``ahead`` quarters after ``first`` where the change may grow or fade: estimate and standard error."""
    since = np.maximum(series.quarter - first, 0).astype(float)
    fitted, _ = _fit(series, [(series.quarter >= first).astype(float), since])
    weights = np.zeros(fitted.params.shape[0])
    weights[-2:] = 1.0, ahead
    scale = max(1.0, 1.0 / float(fitted.scale))
    variance = max(
        float(weights @ np.asarray(fitted.cov_params()) @ weights) * scale,
        float(weights @ _newey_west_covariance(fitted) @ weights),
    )
    return float(weights @ fitted.params), float(np.sqrt(variance))


def foreseen_error(series: Series, first: int) -> float:
    """The standard error that a step will have, from the quarters before alone: no event after is looked at.

    The dispersion is that of the quarters before; the events after are those expected without a change.
    """
    before = series.only(series.quarter < first)
    fitted, _ = _fit(before, [])
    everywhere = _design(series, [])
    odds = np.exp(everywhere @ fitted.params + _offset(series))
    together = np.where(series.quarter < first, series.events + series.others, series.others * (1 + odds))
    share = odds / (1 + odds)
    design = _design(series, [(series.quarter >= first).astype(float)])
    information = design.T @ (design * (together * share * (1 - share))[:, None])
    scale = max(float(fitted.scale), 1.0)
    return float(np.sqrt(np.linalg.inv(information)[-1, -1] * scale))


def _fit(series: Series, changes: list[Floats]) -> tuple[Any, Floats]:
    api = _statsmodels()
    design, offset = _design(series, changes), _offset(series)
    both = np.column_stack([series.events, series.others])
    near = np.log((series.events + 0.5) / (series.others + 0.5)) - offset
    weight = np.sqrt(series.events + 0.5)
    start = np.linalg.lstsq(design * weight[:, None], near * weight)[0]  # close by: half the steps
    model = api.GLM(both, design, family=api.families.Binomial(), offset=offset)
    return model.fit(start_params=start, scale="X2"), design


def _design(series: Series, changes: list[Floats]) -> Floats:
    """A level, a line through time, the season of the city where it differs, and the changes."""
    time = (series.quarter - series.quarter.mean()) / SEASONS
    seasons = [(series.quarter % SEASONS == part).astype(float) for part in range(1, SEASONS)]
    return np.column_stack([np.ones(len(time)), time, *seasons, *changes])


def _offset(series: Series) -> Floats:
    return np.log(series.exposure / series.others_exposure)


def _errors(fitted: Any) -> Floats:
    """Never smaller than chance alone gives: a dispersion below 1 is chance too."""
    return np.asarray(fitted.bse) * np.sqrt(max(1.0, 1.0 / float(fitted.scale)))


def _newey_west(fitted: Any) -> Floats:
    return np.sqrt(np.maximum(np.diag(_newey_west_covariance(fitted)), 0.0))


def _newey_west_covariance(fitted: Any) -> Floats:
    """Robust to quarters that are alike beyond the model, with the usual lag and the correction for few quarters."""
    count = int(fitted.nobs)
    lags = int(4 * (count / 100) ** (2 / 9))
    how = {"maxlags": lags, "use_correction": True}
    robust = fitted.model.fit(start_params=fitted.params, scale="X2", cov_type="HAC", cov_kwds=how)
    return np.asarray(robust.cov_params())


def _statsmodels() -> Any:
    try:
        return import_module("statsmodels.api")
    except ImportError as missing:
        raise UsageRefused(
            "D-742", "statsmodels is niet geïnstalleerd.", 'Voer uit: python -m pip install "demad[impact]".'
        ) from missing
