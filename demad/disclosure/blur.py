"""Shares are printed in whole per cents, so their sums are blurred; where that is not enough, more is hidden."""

from __future__ import annotations

import numpy as np

from demad.disclosure.ground import Ground, protect

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
    there = (places >= 0) & known.present[places]
    if not (there & hidden[places]).any():
        return hidden
    size = np.where(there, known.counted[places] + known.rest[places], 0.0)
    never_rows, never_columns = np.zeros(places.shape[0], dtype=bool), np.zeros(places.shape[1], dtype=bool)
    found = hidden
    for _ in range(_TRIES):
        rows, columns = _open(known, found, places, sums, size, pooled=pooled)
        rows, columns = rows & ~never_rows, columns & ~never_columns
        found = protect(known, hidden, places, pooled=pooled, open_rows=rows, blurred=columns, with_rest=True)
        still_rows, still_columns = _open(known, found, places, sums, size, pooled=pooled)
        if not (rows & ~still_rows).any() and not (columns & ~still_columns).any():
            return found
        never_rows, never_columns = never_rows | ~still_rows, never_columns | ~still_columns
    return protect(known, hidden, places, pooled=pooled, with_rest=True)


def _open(
    known: Ground, hidden: np.ndarray, places: np.ndarray, sums: np.ndarray, size: np.ndarray, *, pooled: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns in which rounding alone leaves room for the threshold, up and down."""
    shown = (places >= 0) & known.present[places] & ~hidden[places]
    counted = np.where(places >= 0, known.counted[places], 0.0)
    total_size = np.where(sums >= 0, known.counted[sums] + known.rest[sums], 0.0)
    total = np.where(sums >= 0, known.counted[sums], 0.0)
    cities = slice(0, places.shape[0] - pooled)
    rows = _room(total, total_size, _SHARP, counted, np.where(shown, size, 0.0), axis=1) >= known.threshold
    rows = rows | (sums < 0) | ~known.present[sums] | hidden[sums]
    if not pooled:
        return rows, np.zeros(places.shape[1], dtype=bool)
    rows[-1] = rows[-1] and bool(sums[-1] >= 0)
    below = np.where(shown[cities], size[cities], 0.0)
    columns = _room(counted[-1], size[-1], _HALF, counted[cities], below, axis=0) >= known.threshold
    return rows, columns | ~shown[-1]


def _room(
    whole: np.ndarray, whole_size: np.ndarray, half: float, parts: np.ndarray, shown_size: np.ndarray, *, axis: int
) -> np.ndarray:
    """How far what is hidden of a sum can lie from the truth, the nearer side: from what printing rounded off."""
    up, down = _rounding(whole, whole_size, half)
    part_up, part_down = _rounding(parts, shown_size, _HALF)
    return np.minimum(up + part_down.sum(axis=axis), down + part_up.sum(axis=axis))


def _rounding(counted: np.ndarray, size: np.ndarray, half: float) -> tuple[np.ndarray, np.ndarray]:
    """How much more and how much less than the truth a printed share allows."""
    safe = np.where(size > 0, size, 1.0)
    off = np.round(counted / safe, 2) - counted / safe
    return np.where(size > 0, (half + np.clip(off, -half, half)) * safe, 0.0), np.where(
        size > 0, (half - np.clip(off, -half, half)) * safe, 0.0
    )
