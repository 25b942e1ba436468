"""Who is activated, who returns after art. 60, and how long care leavers stay on the leefloon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.indicators.grid import NONE, City, Estimates, estimated, figures, last_transitions
from demad.indicators.returns import back_within, stays_away
from demad.indicators.risk import risk_table

YEAR = 12


def activation_incidence(activation_risk: pl.DataFrame, cities: Sequence[City], *, variant: str) -> pl.DataFrame:
    """Figures of `activation_cif_12m`: started art. 60, art. 61 or training within a year, leaving competes."""
    definition = indicator("activation_cif_12m")
    table = risk_table(
        activation_risk.filter(variant=variant),
        cities,
        variant=variant,
        breakdown="total",
        step="k",
        steps=range(1, YEAR + 1),
        columns=["n", "d_activation", "d_exit"],
        yearly=True,
    )
    grid, counts = table.window(definition.window, last_transitions(cities, variant))
    n, started = counts["n"], counts["d_activation"]
    incidence = cumulative_incidence(n, started + counts["d_exit"], started, horizon=YEAR)
    estimates = estimated(
        incidence.value,
        incidence.low,
        incidence.high,
        numerator=started.sum(axis=-1),
        denominator=n[..., 0],
        computable=np.all(n > 0, axis=-1),
    )
    return figures(definition, grid, _only(estimates, [city.has_supports for city in cities]))


def return_after_art60(after_art60_risk: pl.DataFrame, cities: Sequence[City]) -> pl.DataFrame:
    """Figures of `art60_return_12m`: leefloon again within a year after art. 60 or 61 ended."""
    definition = indicator("art60_return_12m")
    table = risk_table(
        after_art60_risk,
        cities,
        variant="main",
        breakdown="total",
        step="m",
        steps=range(1, YEAR + 1),
        columns=["n", "d_return"],
        yearly=True,
    )
    grid, counts = table.window(definition.window, last_transitions(cities, "main"))
    estimates = back_within(counts["n"], counts["d_return"], YEAR)
    return figures(definition, grid, _only(estimates, [city.has_supports for city in cities]))


def care_leavers_still_on(
    care_leaver_spell_risk: pl.DataFrame, cities: Sequence[City], *, variant: str
) -> pl.DataFrame:
    """Figures of `careleaver_still_on_24m`: S(24) of the spells care leavers began after leaving."""
    definition = indicator("careleaver_still_on_24m")
    table = risk_table(
        care_leaver_spell_risk.filter(variant=variant),
        cities,
        variant=variant,
        breakdown="total",
        step="k",
        steps=range(1, 2 * YEAR + 1),
        columns=["n", "d"],
        yearly=True,
    )
    grid, counts = table.window(definition.window, last_transitions(cities, variant))
    estimates = stays_away(counts["n"], counts["d"], 2 * YEAR)
    return figures(definition, grid, _only(estimates, [city.has_leavers for city in cities]))


def _only(estimates: Estimates, delivered: list[bool]) -> Estimates:
    """Null throughout for a city that did not deliver the dataset: nothing is known, not even a 0."""
    known = np.array(delivered)[:, None, None]
    nulls = {
        name: np.where(known, getattr(estimates, name), NONE)
        for name in ("value", "low", "high", "numerator", "denominator")
    }
    return replace(estimates, **nulls)
