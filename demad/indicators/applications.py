"""Applications for a leefloon: how soon they are decided, and how many are refused."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.survival import kaplan_meier, quantile
from demad.indicators.grid import NONE, Estimates, Scope, estimated, figures, much_wider, only_where
from demad.indicators.risk import RiskTable, Window, risk_table
from demad.indicators.shares import share

YEAR = 12
LEGAL_TERM = 30
LONGEST = 90


def applications(applications: pl.DataFrame, scope: Scope) -> list[pl.DataFrame]:
    """Figures of applications by calendar year; totals that are not computable for a city that delivers none.

    Parameters
    ----------
    applications
        APPLICATIONS.
    """
    table = risk_table(
        applications,
        scope,
        variant="main",
        breakdown="total",
        step="day",
        steps=range(LONGEST + 1),
        columns=["n", "d", "d_decided", "known", "refused"],
        yearly=True,
    )
    window = _of_year(table)
    delivered = [city.has_applications for city in scope.cities]
    made = {
        "application_within_30d": _in_time(window),
        "application_days_median": _median(window),
        "application_refused_share": _refused(window, scope),
    }
    return [figures(indicator(id), window.grid, only_where(delivered, one)) for id, one in made.items()]


def _of_year(table: RiskTable) -> Window:
    return table.window(YEAR, np.array([city.observation.settled_month for city in table.scope.cities]))


def _in_time(window: Window) -> Estimates:
    """Decided within the legal term; withdrawing competes."""
    cut = {name: array[..., : LEGAL_TERM + 1] for name, array in window.counts.items()}
    share = cumulative_incidence(
        cut["n"], cut["d"], cut["d_decided"], horizon=LEGAL_TERM + 1, rounding=window.rounding, cohort=True
    )
    return estimated(
        share.value,
        share.low,
        share.high,
        numerator=cut["d_decided"].sum(axis=-1),
        denominator=cut["n"][..., 0],
        computable=np.all(_told(cut["n"], cut["d"]), axis=-1),
        widened=much_wider(share.rounding, share.variance),
    )


def _median(window: Window) -> Estimates:
    """The first day on which half is over, decided or withdrawn; not computable where that day is not seen."""
    n, d = window.counts["n"], window.counts["d"]
    curve = kaplan_meier(n, d, rounding=window.rounding, cohort=True)
    seen = np.cumprod(_told(n, d), axis=-1).astype(bool)
    left = np.where(seen, curve.value, NONE)
    steps = quantile(left, 0.5)
    # As of the median duration: at S = 1 the band is 1, and at S = 0 there is none.
    bands = (np.where(left == 1.0, 1.0, np.where(seen, band, NONE)) for band in (curve.low, curve.high))
    low, high = (quantile(band, 0.5) for band in bands)
    found = ~np.isnan(steps)
    last = np.where(found, steps, 1).astype(np.int64)[..., None] - 1
    until, added, chance = (
        np.take_along_axis(array, last, axis=-1)[..., 0]
        for array in (np.cumsum(d, axis=-1), curve.rounding, curve.greenwood)
    )
    return estimated(
        steps - 1,
        low - 1,
        high - 1,
        numerator=np.where(found, until, NONE),
        denominator=n[..., 0],
        computable=found,
        widened=much_wider(added, chance),
    )


def _refused(window: Window, scope: Scope) -> Estimates:
    """Refused, of all that was granted or refused; each is one rounded count."""
    known, refused = (window.counts[name][..., 0] for name in ("known", "refused"))
    return share(refused, known, (scope.rounding(1), scope.rounding(1)))


def _told(n: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Whether each day can be judged: some are still open, or all were over before."""
    over = np.cumsum((n > 0) & (d == n), axis=-1) > 0
    return (n > 0) | over
