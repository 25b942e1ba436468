"""What a city is drawn against: the median and the middle half of the other cities, never of itself."""

from __future__ import annotations

import polars as pl

from demad.tables.figures import FIGURE_KEY

FEWEST_OTHERS = 4
COMPARABLE = ("ok", "provisional")
CELL = ["variant", "indicator", "period", "breakdown", "group"]
_QUANTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}


def others(cities: pl.DataFrame) -> pl.DataFrame:
    """Return the quartiles of the other cities for every city value.

    Parameters
    ----------
    cities
        PUBLISHED_VALUE of cities. Values that are shown with status ok or provisional are compared.

    Returns
    -------
    FIGURE_KEY, ``median``, ``lower_quartile`` and ``upper_quartile`` of the other cities (null below four of them),
    ``median_all`` of all cities (null below five), ``n_others`` and ``n_cities`` (with a shown value).
    """
    comparable = pl.col("value").is_not_null() & pl.col("status").is_in(COMPARABLE)
    ordered = cities.filter(comparable).sort("value").group_by(CELL).agg(values=pl.col("value"))
    counted = cities.group_by(CELL).agg(n_cities=pl.col("value").is_not_null().sum().cast(pl.Int64))
    rank = pl.col("value").rank("ordinal").over(CELL).cast(pl.Int64) - 1
    ranked = cities.filter(comparable).select(*FIGURE_KEY, rank=rank)
    quartiles = (
        cities.select(FIGURE_KEY)
        .join(counted, on=CELL, how="left")
        .join(ordered, on=CELL, how="left")
        .join(ranked, on=list(FIGURE_KEY), how="left")
        .with_columns(n=pl.col("values").list.len().cast(pl.Int64).fill_null(0))
        .with_columns(n_others=pl.col("n") - pl.col("rank").is_not_null().cast(pl.Int64))
    )
    enough = pl.col("n_others") >= FEWEST_OTHERS
    return quartiles.select(
        *FIGURE_KEY,
        *(pl.when(enough).then(_quantile(share)).alias(name) for name, share in _QUANTILES.items()),
        median_all=pl.when(pl.col("n") > FEWEST_OTHERS).then(pl.col("values").list.median()),
        n_others=pl.col("n_others"),
        n_cities=pl.col("n_cities"),
    )


def _quantile(share: float) -> pl.Expr:
    """The quantile of the values without the one at ``rank``, linear between two of them."""
    at = (pl.col("n_others") - 1).clip(0) * share
    lower = at.floor().cast(pl.Int64)
    upper = (lower + 1).clip(upper_bound=(pl.col("n_others") - 1).clip(0))
    below, above = (_without(place) for place in (lower, upper))
    return below + (at - lower) * (above - below)


def _without(place: pl.Expr) -> pl.Expr:
    own = pl.col("rank").fill_null(pl.col("n") + 1)
    return pl.col("values").list.get(place + (place >= own).cast(pl.Int64), null_on_oob=True)
