"""Figures as arrays, with what earlier releases made known; and crossed tables cut out of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from demad.disclosure.network import Crossed, Layer, closed, told

POOLED = "all"


@dataclass(frozen=True, slots=True)
class Ground:
    """The figures of a release in a fixed order; every array has one place per row of ``frame``.

    ``released``: shown before, so that hiding it protects nobody.
    """

    frame: pl.DataFrame
    value: np.ndarray
    counted: np.ndarray
    rest: np.ndarray
    small: np.ndarray
    small_rest: np.ndarray
    present: np.ndarray
    released: np.ndarray
    threshold: int
    coalition: int = 1


@dataclass(frozen=True, slots=True)
class Panel:
    """Places of figures by period, city and column; -1 where there is none. The pooled cities come last."""

    periods: tuple[str, ...]
    cities: tuple[str, ...]
    columns: tuple[str, ...]
    places: np.ndarray

    @property
    def pooled(self) -> bool:
        """Whether the last city is the sum of the others."""
        return bool(self.cities) and self.cities[-1] == POOLED


def ground(marked: pl.DataFrame, released: np.ndarray, known: np.ndarray, threshold: int, coalition: int = 1) -> Ground:
    """Arrays of marked figures; ``known``: shown before as they are now, so that they are no secret any more."""
    return Ground(
        frame=marked.with_row_index("place"),
        value=_filled(marked["value"]),
        counted=_filled(marked["counted"]),
        rest=_filled(marked["rest"]),
        small=marked["small"].to_numpy() & ~known,
        small_rest=marked["small_rest"].to_numpy() & ~known,
        present=marked["value"].is_not_null().to_numpy(),
        released=released,
        threshold=threshold,
        coalition=coalition,
    )


def _filled(counts: pl.Series) -> np.ndarray:
    return counts.fill_null(0.0).to_numpy().astype(float)


def panel(rows: pl.DataFrame, column: str = "group") -> Panel:
    """Spread rows of a ground's frame over period, city and a column; the same input gives the same panel."""
    periods, columns = (tuple(rows[name].unique().sort().to_list()) for name in ("period", column))
    cities = tuple(sorted(rows["city"].unique().to_list(), key=lambda city: (city == POOLED, city)))
    places = np.full((len(periods), len(cities), len(columns)), -1, dtype=np.int64)
    at = tuple(
        rows[name].replace_strict({key: n for n, key in enumerate(keys)}, return_dtype=pl.Int64).to_numpy()
        for name, keys in (("period", periods), ("city", cities), (column, columns))
    )
    places[at] = rows["place"].to_numpy()
    return Panel(periods, cities, columns, places)


def slices(rows: pl.DataFrame, by: Sequence[str], column: str = "group") -> Iterator[tuple[Panel, int]]:
    """Every crossed table of cities by columns: a panel and the place of its period."""
    for _, part in rows.sort(*by, "period").group_by(by, maintain_order=True):
        spread = panel(part, column)
        for number in range(len(spread.periods)):
            yield spread, number


def protect(
    known: Ground,
    hidden: np.ndarray,
    places: np.ndarray,
    *,
    pooled: bool,
    open_rows: np.ndarray | None = None,
    gone: np.ndarray | None = None,
    with_rest: bool = False,
    blurred: np.ndarray | None = None,
) -> np.ndarray:
    """Hide what one crossed table needs; all of it where nothing less protects.

    Of counts, what everybody can work out and is no secret is shown: a hidden number is then one that is not known.

    Parameters
    ----------
    places
        Cities by columns: places in the ground, -1 where there is no figure.
    open_rows
        Cities whose own sum over the columns is not shown.
    gone
        Cities whose sum is hidden; it is taken as known where cells are protected, and as unknown where they are
        shown.
    with_rest
        Protect what is not counted too, with the same pattern.
    blurred
        Columns whose sum over the cities is printed too coarsely to hold anybody back.
    """
    there = (places >= 0) & known.present[places]
    # Counted, but not computable: nobody reads these either.
    blank = (places >= 0) & ~known.present[places] & (known.counted[places] + known.rest[places] > 0)
    counts = there | blank
    rows = np.zeros(places.shape[0], dtype=bool) if open_rows is None else open_rows
    # Without a pooled figure nobody knows the sum of a column.
    columns = ~counts[-1] if pooled else np.ones(places.shape[1], dtype=bool)
    columns = columns if blurred is None else columns | blurred
    forced = there & hidden[places]
    if not forced.any():
        return hidden
    usable = there & ~known.released[places] & ~forced
    layers = [Layer(np.where(counts, known.counted[places], 0.0), known.small[places] & forced)]
    if with_rest:
        layers.append(Layer(np.where(counts, known.rest[places], 0.0), known.small_rest[places] & forced))
    table = Crossed(tuple(layers), forced | blank, usable, pooled, rows, columns, known.coalition)
    found = closed(table, known.threshold)
    pattern = forced | usable if found is None else found
    if not with_rest:
        unseen = rows if gone is None else rows | gone
        pattern &= ~told(replace(table, open_rows=unseen), pattern)
    hidden = hidden.copy()
    hidden[places[there]] = pattern[there]
    return hidden
