"""Shares are printed in whole per cents, so their sums are blurred; where that is not enough, more is hidden."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.disclosure.ground import Ground, protect, slices

_HALF = 0.005
# Whoever knows the denominator of a total also has its interval, which sharpens the numerator.
_SHARP = 0.0025
_TRIES = 4


def protect_shares(
    known: Ground, hidden: np.ndarray, places: np.ndarray, sums: np.ndarray, *, pooled: bool
) -> np.ndarray:
    """Close one crossed table of shares, numerators and rests alike, as if every denominator were known.

    A row or column counts as open where the printed numbers leave its hidden numerators free over the
    threshold in both directions; that is judged again with what turned out to be hidden.

    Parameters
    ----------
    places
        Cities by groups.
    sums
        The place of each city's own total, -1 where there is none.
    """
    if not ((places >= 0) & known.present[places] & hidden[places]).any():
        return hidden
    never_rows, never_columns = np.zeros(places.shape[0], dtype=bool), np.zeros(places.shape[1], dtype=bool)
    found = hidden
    for _ in range(_TRIES):
        rows, columns = _open(known, found, places, sums, pooled=pooled)
        rows, columns = rows & ~never_rows, columns & ~never_columns
        found = protect(known, hidden, places, pooled=pooled, open_rows=rows, blurred=columns, with_rest=True)
        still_rows, still_columns = _open(known, found, places, sums, pooled=pooled)
        if not (rows & ~still_rows).any() and not (columns & ~still_columns).any():
            return found
        never_rows, never_columns = never_rows | ~still_rows, never_columns | ~still_columns
    return protect(known, hidden, places, pooled=pooled, with_rest=True)


def hide_sharp_sums(known: Ground, hidden: np.ndarray) -> np.ndarray:
    """Hide the pooled share where it is printed so sharply that a hidden city follows from it.

    The city totals stay: with thirteen of them the pooled one is the lesser loss.
    """
    totals = known.frame.filter(pl.col("unit") == "share", pl.col("breakdown") == "total", pl.col("people"))
    hidden = hidden.copy()
    for spread, number in slices(totals, ("variant", "indicator")):
        places = spread.places[number][:, 0]
        secret = (places >= 0) & hidden[places] & (known.small[places] | known.small_rest[places])
        if not spread.pooled or not secret[:-1].any():
            continue
        up, down = _freedom(known, hidden, places, _SHARP)
        if min(_room(up[-1], down[:-1], leave_out=True), _room(down[-1], up[:-1], leave_out=True)) < known.threshold:
            hidden[places[-1:]] |= known.present[places[-1:]]
    return hidden


def _open(
    known: Ground, hidden: np.ndarray, places: np.ndarray, sums: np.ndarray, *, pooled: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns in which rounding alone leaves room for the threshold, up and down."""
    up, down = _freedom(known, hidden, places, _HALF)
    sum_up, sum_down = _freedom(known, hidden, sums, _SHARP)
    rows = np.minimum(_room(sum_up, down.T), _room(sum_down, up.T)) >= known.threshold
    rows = rows | (sums < 0) | ~known.present[sums] | hidden[sums]
    if not pooled:
        return rows, np.zeros(places.shape[1], dtype=bool)
    room = np.minimum(_room(up[-1], down[:-1], leave_out=True), _room(down[-1], up[:-1], leave_out=True))
    return rows, room >= known.threshold


def _room(of_sum: np.ndarray, of_parts: np.ndarray, *, leave_out: bool = False) -> np.ndarray:
    """How far the hidden parts can lie from the truth together; a city does not round its own numbers off."""
    own = of_parts.max(axis=0, initial=0.0) if leave_out else 0.0
    return of_sum + of_parts.sum(axis=0) - own


def _freedom(known: Ground, hidden: np.ndarray, places: np.ndarray, half: float) -> tuple[np.ndarray, np.ndarray]:
    """How many more and how many fewer than the truth each shown share allows, in whole persons."""
    shown = (places >= 0) & known.present[places] & ~hidden[places]
    size = np.where(shown, known.counted[places] + known.rest[places], 0.0)
    share = known.counted[places] / np.where(size > 0, size, 1.0)
    off = np.where(shown, np.clip(np.round(known.value[places], 2) - share, -half, half), 0.0)
    up, down = (np.floor((half + side * off) * size + 1e-9) for side in (1, -1))
    return up, down
