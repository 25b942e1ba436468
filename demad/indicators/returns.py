"""Who comes back, and who leaves to activation and stays away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.survival import kaplan_meier, log_log_band
from demad.indicators.grid import City, Estimates, Grid, dense, estimated, figures, last_transitions
from demad.indicators.windows import quarter_labels, quarters_of, rolling_sum, within
from demad.tables.terms import GROUPS

YEAR = 12
_COUNTS = ("n", "d_return", "exits", "n_activation", "d_activation", "exits_activation")


def returns(return_risk: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of `return_12m` and `sustainable_activation_12m`; sensitivities only the first, in total."""
    of_variant = return_risk.filter(variant=variant)
    only_total = variant in ("gap0", "gap3")
    again, lasting = indicator("return_12m"), indicator("sustainable_activation_12m")
    blocks = []
    for breakdown in ("total",) if only_total else ("total", *again.breakdowns):
        grid, counts = _windows(of_variant, cities, variant, breakdown)
        blocks.append(figures(again, grid, _back_within_a_year(counts)))
        if not only_total and breakdown in ("total", *lasting.breakdowns):
            blocks.append(figures(lasting, grid, _lasting_activation(counts)))
    return blocks


def _windows(
    return_risk: pl.DataFrame, cities: Sequence[City], variant: str, breakdown: str
) -> tuple[Grid, dict[str, np.ndarray]]:
    window = indicator("return_12m").window
    total = breakdown == "total"
    quarters = [month for month in quarters_of(cities) if total or month % 12 == 11]
    labels = quarter_labels(quarters)
    steps = labels if total else [label[:4] for label in labels]
    within_year = return_risk.filter(pl.col("m") <= YEAR).with_columns(step=pl.format("{}/{}", "period", "m"))
    places = [f"{step}/{m}" for step in steps for m in range(1, YEAR + 1)]
    counts = {
        name: rolling_sum(
            array.reshape(len(cities), len(GROUPS[breakdown]), len(steps), YEAR), window // (3 if total else 12), axis=2
        )
        for name, array in dense(within_year, cities, breakdown, "step", places, _COUNTS).items()
    }
    shown = within(cities, quarters, window, last_transitions(cities, variant))
    return Grid(variant, breakdown, cities, labels, shown), counts


def _back_within_a_year(counts: dict[str, np.ndarray]) -> Estimates:
    curve = kaplan_meier(counts["n"], counts["d_return"])
    return estimated(
        1 - curve.value[..., -1],
        1 - curve.high[..., -1],
        1 - curve.low[..., -1],
        numerator=counts["d_return"].sum(axis=-1),
        denominator=counts["n"][..., 0],
        computable=np.all(counts["n"] > 0, axis=-1),
    )


def _lasting_activation(counts: dict[str, np.ndarray]) -> Estimates:
    """Share of exits that go to activation, times the share of those that stay away a year."""
    exits = counts["exits"].sum(axis=-1).astype(float)
    activated = counts["exits_activation"].sum(axis=-1).astype(float)
    share = np.divide(activated, exits, out=np.zeros_like(exits), where=exits > 0)
    away = kaplan_meier(counts["n_activation"], counts["d_activation"])
    stays, greenwood = away.value[..., -1], away.greenwood[..., -1]
    of_share = np.divide(share * (1 - share), exits, out=np.zeros_like(exits), where=exits > 0)
    variance = stays**2 * of_share + share**2 * stays**2 * greenwood
    low, high = log_log_band(share * stays, np.sqrt(variance))
    followed = (counts["n_activation"] > 0).all(axis=-1)
    return estimated(
        share * stays,
        low,
        high,
        numerator=activated,
        denominator=exits,
        computable=(exits > 0) & followed,
    )
