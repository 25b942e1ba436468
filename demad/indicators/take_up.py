"""How many care leavers found their way to a leefloon within a year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.indicators.grid import NONE, City, Estimates, Grid, dense, estimated, figures
from demad.indicators.windows import quarter_labels, quarters_of, rolling_sum, within
from demad.tables.terms import GROUPS

YEAR = 12
_SUPPORT = {"main": "leefloon", "wide": "leefloon_or_equivalent"}
_COUNTS = ("n", "d_event", "d_moved", "d_death")


def take_up(care_leaver_risk: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of `careleaver_leefloon_12m`: three calendar years together, because the groups are small.

    A city that delivered no youth-care data gets its totals as not computable, never as 0.
    """
    definition = indicator("careleaver_leefloon_12m")
    of_support = care_leaver_risk.filter(support=_SUPPORT[variant])
    return [
        figures(definition, *_block(of_support, cities, variant, breakdown))
        for breakdown in ("total", *definition.breakdowns)
    ]


def _block(
    care_leaver_risk: pl.DataFrame, cities: Sequence[City], variant: str, breakdown: str
) -> tuple[Grid, Estimates]:
    window = indicator("careleaver_leefloon_12m").window
    years = [month for month in quarters_of(cities) if month % 12 == 11]
    labels = quarter_labels(years)
    rows = care_leaver_risk.filter(pl.col("m") <= YEAR).with_columns(step=pl.format("{}/{}", "period", "m"))
    places = [f"{label[:4]}/{m}" for label in labels for m in range(YEAR + 1)]
    counts = {
        name: rolling_sum(
            array.reshape(len(cities), len(GROUPS[breakdown]), len(labels), YEAR + 1), window // 12, axis=2
        )
        for name, array in dense(rows, cities, breakdown, "step", places, _COUNTS).items()
    }
    settled = np.array([city.observation.settled_month for city in cities])
    shown = within(cities, years, window, settled)
    if breakdown != "total":
        shown = shown & np.array([[city.has_leavers] for city in cities])
    delivered = np.array([city.has_leavers for city in cities])[:, None, None]
    return Grid(variant, breakdown, cities, labels, shown), _within_a_year(counts, delivered)


def _within_a_year(counts: dict[str, np.ndarray], delivered: np.ndarray) -> Estimates:
    left = counts["d_event"] + counts["d_moved"] + counts["d_death"]
    share = cumulative_incidence(counts["n"], left, counts["d_event"], horizon=YEAR + 1)
    return estimated(
        share.value,
        share.low,
        share.high,
        numerator=np.where(delivered, counts["d_event"].sum(axis=-1), NONE),
        denominator=np.where(delivered, counts["n"][..., 0], NONE),
        computable=np.all(counts["n"] > 0, axis=-1),
    )
