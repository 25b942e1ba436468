"""Which cities are alike: nearest on who their people are, never on how they do."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.tables.figures import PEER
from demad.tables.terms import COARSE_AGES

NEAREST = 3
_COARSE = {"<25": COARSE_AGES[0], "25-34": COARSE_AGES[1], "35-44": COARSE_AGES[1]}
_TRAITS = {
    ("age", COARSE_AGES[0]): "even veel jongeren",
    ("age", COARSE_AGES[2]): "even veel 45-plussers",
    ("household", "2"): "even veel alleenstaanden",
    ("household", "3"): "even veel gezinnen",
    ("nationality", "BE"): "even veel Belgen",
    ("student", "yes"): "even veel studenten",
}


def peers(profiles: pl.DataFrame) -> pl.DataFrame:
    """Name the three cities that are most like each city, and in what.

    The case mix is that of the newest December that most cities have: shares of the stock by age, household,
    nationality and study, each divided by its spread over the cities. Groups that are too small to show count with
    their protected number: a hidden group is never 0.

    Parameters
    ----------
    profiles
        PROFILE.

    Returns
    -------
    PEER; empty where fewer than four cities have a December. ``distance`` is Euclidean, in spreads.
    """
    if profiles.is_empty():
        return PEER.empty()
    period = profiles.group_by("period").agg(n=pl.col("city").n_unique()).sort("n", "period")["period"].last()
    mix = _case_mix(profiles.filter(period=period))
    cities = mix["city"].to_list()
    if len(cities) <= NEAREST:
        return PEER.empty()
    shares = mix.drop("city").to_numpy()
    spread = shares.std(axis=0)
    scaled = shares / np.where(spread > 0, spread, 1.0)
    rows = [row for place in range(len(cities)) for row in _nearest(place, cities, scaled, str(period))]
    return PEER.check(pl.DataFrame(rows, schema=PEER.schema, orient="row"))


def _case_mix(profiles: pl.DataFrame) -> pl.DataFrame:
    coarse = profiles.with_columns(
        group=pl.when(pl.col("breakdown") == "age")
        .then(pl.col("group").replace_strict(_COARSE, default=COARSE_AGES[2]))
        .otherwise("group")
    )
    groups = coarse.group_by("city", "breakdown", "group").agg(pl.col("persons").sum())
    shares = groups.with_columns(share=pl.col("persons") / pl.col("persons").sum().over("city", "breakdown"))
    columns = [
        pl.col("share").filter(breakdown=breakdown, group=group).sum().alias(f"{breakdown}/{group}")
        for breakdown, group in _TRAITS
    ]
    return shares.group_by("city").agg(columns).sort("city")


def _nearest(place: int, cities: list[str], scaled: np.ndarray, period: str) -> list[tuple[object, ...]]:
    apart = np.abs(scaled - scaled[place])
    distance = np.sqrt((apart**2).sum(axis=1))
    order = [other for other in np.argsort(distance, kind="stable") if other != place][:NEAREST]
    labels = list(_TRAITS.values())
    return [
        (
            cities[place],
            number,
            cities[other],
            float(distance[other]),
            ", ".join(labels[trait] for trait in np.argsort(apart[other], kind="stable")[:2]),
            period,
        )
        for number, other in enumerate(order, start=1)
    ]
