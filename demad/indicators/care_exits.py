"""Care leavers whose leefloon ended: who comes back, and who is gone for good (`methods.md` section 7.7)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.rounding import linear_variance, of_survival
from demad.estimators.survival import kaplan_meier, log_log_band
from demad.indicators.grid import Estimates, Scope, estimated, figures, last_transitions, much_wider, only_where
from demad.indicators.returns import back_within
from demad.indicators.risk import Window, risk_table

YEAR = 12


def care_leavers_after_exit(
    after_care: pl.DataFrame, after_care_returns: pl.DataFrame, scope: Scope, *, variant: str
) -> list[pl.DataFrame]:
    """Figures of `careleaver_return_12m` and `careleaver_lasting_24m`, of five calendar years together.

    Parameters
    ----------
    after_care, after_care_returns
        AFTER_CARE and AFTER_CARE_RETURNS.
    """
    delivered = [city.has_leavers for city in scope.cities]
    on = _window(after_care, scope, variant, "k", range(1, 2 * YEAR + 1))
    out = _window(after_care_returns, scope, variant, "m", range(1, YEAR + 1))
    back = back_within(out.counts["n"], out.counts["d"], YEAR, rounding=out.rounding)
    made = {"careleaver_return_12m": back, "careleaver_lasting_24m": _lasting(on, out)}
    return [figures(indicator(id), on.grid, only_where(delivered, one)) for id, one in made.items()]


def _window(rows: pl.DataFrame, scope: Scope, variant: str, step: str, steps: range) -> Window:
    table = risk_table(
        rows.filter(variant=variant),
        scope,
        variant=variant,
        breakdown="total",
        step=step,
        steps=steps,
        columns=["n", "d"],
        yearly=True,
    )
    return table.window(indicator("careleaver_lasting_24m").window, last_transitions(scope.cities, variant))


def _lasting(on: Window, out: Window) -> Estimates:
    """Left within two years of the start, times not back within a year; the counts of both share an offset a year."""
    (n, d), (gone, back) = ((window.counts["n"], window.counts["d"]) for window in (on, out))
    still, away = kaplan_meier(n, d), kaplan_meier(gone, back)
    stays, left = still.value[..., -1], 1 - still.value[..., -1]
    value = left * away.value[..., -1]
    relative = away.greenwood[..., -1]
    variance = (away.value[..., -1] * stays) ** 2 * still.greenwood[..., -1] + value**2 * relative
    added = np.zeros_like(value)
    if np.any(on.rounding):
        of_on = of_survival(n, d, -(stays * away.value[..., -1])[..., None], cohort=False)
        of_out = of_survival(gone, back, value[..., None], cohort=True)
        added = linear_variance([*of_on, *of_out], on.rounding)
    low, high = log_log_band(value, np.sqrt(variance + added))
    return estimated(
        value,
        low,
        high,
        numerator=d.sum(axis=-1),
        denominator=n[..., 0],
        computable=np.all(n > 0, axis=-1) & np.all(gone > 0, axis=-1),
        widened=much_wider(added, variance),
    )
