"""Activation, return after art. 60, and how long care leavers stay on the leefloon."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.indicators.grid import Scope, estimated, figures, last_transitions, much_wider, only_where
from demad.indicators.returns import back_within, stays_away
from demad.indicators.risk import risk_table

YEAR = 12


def activation_incidence(activation: pl.DataFrame, scope: Scope, *, variant: str) -> pl.DataFrame:
    """Figures of `activation_cif_12m`: start of art. 60, art. 61 or training within a year; exit competes."""
    definition = indicator("activation_cif_12m")
    table = risk_table(
        activation.filter(variant=variant),
        scope,
        variant=variant,
        breakdown="total",
        step="k",
        steps=range(1, YEAR + 1),
        columns=["n", "d", "d_activation"],
        yearly=True,
    )
    window = table.window(definition.window, last_transitions(scope.cities, variant))
    n, started = window.counts["n"], window.counts["d_activation"]
    incidence = cumulative_incidence(n, window.counts["d"], started, horizon=YEAR, rounding=window.rounding)
    estimates = estimated(
        incidence.value,
        incidence.low,
        incidence.high,
        numerator=started.sum(axis=-1),
        denominator=n[..., 0],
        computable=np.all(n > 0, axis=-1),
        widened=much_wider(incidence.rounding, incidence.variance),
    )
    return figures(definition, window.grid, only_where([city.has_supports for city in scope.cities], estimates))


def return_after_art60(after_art60: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Figures of `art60_return_12m`: return to a leefloon within a year after art. 60 or 61."""
    definition = indicator("art60_return_12m")
    table = risk_table(
        after_art60,
        scope,
        variant="main",
        breakdown="total",
        step="m",
        steps=range(1, YEAR + 1),
        columns=["n", "d"],
        yearly=True,
    )
    window = table.window(definition.window, last_transitions(scope.cities, "main"))
    estimates = back_within(window.counts["n"], window.counts["d"], YEAR, rounding=window.rounding)
    return figures(definition, window.grid, only_where([city.has_supports for city in scope.cities], estimates))


def care_leavers_still_on(after_care: pl.DataFrame, scope: Scope, *, variant: str) -> pl.DataFrame:
    """Figures of `careleaver_still_on_24m`: S(24) of the spells that care leavers began after they left youth care."""
    definition = indicator("careleaver_still_on_24m")
    table = risk_table(
        after_care.filter(variant=variant),
        scope,
        variant=variant,
        breakdown="total",
        step="k",
        steps=range(1, 2 * YEAR + 1),
        columns=["n", "d"],
        yearly=True,
    )
    window = table.window(definition.window, last_transitions(scope.cities, variant))
    estimates = stays_away(window.counts["n"], window.counts["d"], 2 * YEAR, rounding=window.rounding, cohort=False)
    return figures(definition, window.grid, only_where([city.has_leavers for city in scope.cities], estimates))
