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
    told = cities.select(*FIGURE_KEY, "value", comparable=comparable)
    of_cells = told.group_by(CELL, maintain_order=True).agg(
        n=pl.col("comparable").sum().cast(pl.Int64), n_cities=pl.col("value").is_not_null().sum().cast(pl.Int64)
    )
    placed = told.join(
        of_cells.with_columns(first=pl.col("n").cum_sum() - pl.col("n")), on=CELL, how="left", maintain_order="left"
    )
    values = placed.filter("comparable").sort("first", "value")["value"]  # of a cell from place ``first`` on
    rank = pl.when("comparable").then("value").rank("ordinal").over("first", "n").cast(pl.Int64) - 1
    ranked = placed.with_columns(own=rank).with_columns(
        n_others=pl.col("n") - pl.col("own").is_not_null().cast(pl.Int64)
    )
    found = {name: _quantile(ranked, values, share) for name, share in _QUANTILES.items()}
    enough = pl.col("n_others") >= FEWEST_OTHERS
    return ranked.with_columns(**found, median_all=_median(ranked, values)).select(
        *FIGURE_KEY,
        *(pl.when(enough).then(name).alias(name) for name in _QUANTILES),
        median_all=pl.when(pl.col("n") > FEWEST_OTHERS).then("median_all"),
        n_others=pl.col("n_others"),
        n_cities=pl.col("n_cities"),
    )


def _quantile(ranked: pl.DataFrame, values: pl.Series, share: float) -> pl.Series:
    """The quantile of the values of the cell without the own one, linear between two of them."""
    last = (pl.col("n_others") - 1).clip(0)
    at = last * share
    lower = at.floor().cast(pl.Int64)
    upper = pl.min_horizontal(lower + 1, last)
    own = pl.col("own").fill_null(pl.col("n") + 1)
    places = ranked.select(
        below=pl.col("first") + lower + (lower >= own).cast(pl.Int64),
        above=pl.col("first") + upper + (upper >= own).cast(pl.Int64),
        part=at - lower,
    )
    below, above = (_at(values, places[name]) for name in ("below", "above"))
    return below + places["part"] * (above - below)


def _median(ranked: pl.DataFrame, values: pl.Series) -> pl.Series:
    """The median of all values of the cell."""
    last = (pl.col("n") - 1).clip(0)
    places = ranked.select(below=pl.col("first") + last // 2, above=pl.col("first") + (last + 1) // 2)
    below, above = (_at(values, places[name]) for name in ("below", "above"))
    return below + (above - below) / 2


def _at(values: pl.Series, places: pl.Series) -> pl.Series:
    """The values at these places; null past the end, where a cell without values may stand."""
    return values.gather(places.set(places >= len(values), None))
