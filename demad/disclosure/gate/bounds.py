"""How narrowly counts that add up bound each other: interval propagation, for every cell at once."""

from __future__ import annotations

import numpy as np

_ROUNDS = 6


def propagated(
    low: np.ndarray, high: np.ndarray, total_low: np.ndarray, total_high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Narrow the interval of every count by what the others of its cell leave of their total.

    Parameters
    ----------
    low, high
        Bounds of the counts; the second axis runs over the groups that add up.
    total_low, total_high
        Bounds of their sum; the same shape without that axis.

    Returns
    -------
    Narrower ``low`` and ``high``; rounds stop when nothing changes.
    """
    least, most = total_low[:, None], total_high[:, None]
    for _ in range(_ROUNDS):
        others_low, others_high = (end.sum(axis=1, keepdims=True) - end for end in (low, high))
        narrower = np.maximum(low, least - others_high), np.minimum(high, most - others_low)
        if np.array_equal(narrower[0], low) and np.array_equal(narrower[1], high):
            break
        low, high = narrower
    return low, high
