"""The fewest cells that protect a table against everybody, exactly: cutting planes over a mixed-integer program."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

_ROUNDS = 25


def fewest_hidden(counts: np.ndarray, small: np.ndarray, threshold: int) -> int:
    """Least number of hidden cells of a table of cities by groups with visible margins, or a proven lower bound.

    The attackers are the outsider and each city that knows its own row; each must leave every small cell
    ``threshold`` values. A pattern that fails gives a cut: across some border of the network too little can
    flow, so more of its cells have to be hidden.
    """
    n = counts.size
    lower = small.ravel().astype(float)
    cuts = _companions(small)
    bound = 0
    for _ in range(_ROUNDS):
        constraints = [LinearConstraint(np.array([a for a, _ in cuts]), [b for _, b in cuts], np.inf)] if cuts else []
        found = milp(np.ones(n), constraints=constraints, integrality=np.ones(n), bounds=Bounds(lower, 1.0))
        if found.x is None:
            raise ValueError("no pattern protects this table")
        hidden = np.round(found.x).reshape(counts.shape).astype(bool)
        bound = int(hidden.sum())
        new = _cuts(counts, small, hidden, threshold)
        if not new:
            break
        cuts += new
    return bound


def _companions(small: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """A cycle needs another hidden cell in the row and, whoever knows his own row, two more in the column."""
    cuts = []
    for row, column in np.argwhere(small):
        beside, below = np.zeros(small.shape), np.zeros(small.shape)
        beside[row], below[:, column] = 1.0, 1.0
        beside[row, column] = below[row, column] = 0.0
        cuts += [(beside.ravel(), 1.0), (below.ravel(), 2.0)]
    return cuts


def _cuts(counts: np.ndarray, small: np.ndarray, hidden: np.ndarray, threshold: int) -> list[tuple[np.ndarray, float]]:
    cuts = []
    for row, column in np.argwhere(small):
        for insider in (None, *(r for r in range(counts.shape[0]) if r != row)):
            cut = _cut(counts, hidden, (int(row), int(column)), insider, threshold)
            if cut is not None:
                cuts.append(cut)
    return cuts


def _cut(
    counts: np.ndarray, hidden: np.ndarray, cell: tuple[int, int], insider: int | None, threshold: int
) -> tuple[np.ndarray, float] | None:
    """The border across which too little flows, as coefficients of the cells and what they must reach."""
    up, up_border = _flow(counts, hidden, cell, insider, threshold, raising=True)
    down, down_border = _flow(counts, hidden, cell, insider, threshold, raising=False)
    own = float(counts[cell])
    if up + min(down, own) >= threshold:
        return None
    if down >= own:
        return up_border.ravel(), threshold - own
    return (up_border + down_border).ravel(), float(threshold)


def _flow(
    counts: np.ndarray, hidden: np.ndarray, cell: tuple[int, int], insider: int | None, threshold: int, *, raising: bool
) -> tuple[float, np.ndarray]:
    """Largest flow round the cell, and what every cell (hidden or not) would add across its border.

    Nodes are rows and columns; from a column to a row a cell gains (without end), from a row to a column it
    loses (its count). The border is capped at the threshold: more is never needed.
    """
    rows, columns = counts.shape
    size = rows + columns
    gain, loss = np.full(counts.shape, float(threshold)), np.minimum(counts, threshold).astype(float)
    full = np.zeros((size, size))
    full[rows:, :rows], full[:rows, rows:] = gain.T, loss
    usable = hidden.copy()
    usable[cell] = False
    able = np.ones(counts.shape, dtype=bool)
    able[cell] = False
    if insider is not None:
        usable[insider], able[insider] = False, False
    mask = np.zeros((size, size))
    mask[rows:, :rows], mask[:rows, rows:] = usable.T, usable
    left = full * mask
    source, sink = (cell[0], rows + cell[1]) if raising else (rows + cell[1], cell[0])
    total, reached = _push(left, source, sink)
    border = np.zeros(counts.shape)
    for row, column in np.argwhere(able):
        if reached[rows + column] and not reached[row]:
            border[row, column] += gain[row, column]
        if reached[row] and not reached[rows + column]:
            border[row, column] += loss[row, column]
    return total, border


def _push(left: np.ndarray, source: int, sink: int) -> tuple[float, np.ndarray]:
    total = 0.0
    while True:
        before, queue = {source: source}, [source]
        for node in queue:
            for other in np.flatnonzero(left[node] > 0):
                if int(other) not in before:
                    before[int(other)] = node
                    queue.append(int(other))
        reached = np.isin(np.arange(left.shape[0]), list(before))
        if sink not in before:
            return total, reached
        path, node = [], sink
        while node != source:
            path.append((before[node], node))
            node = before[node]
        amount = min(left[a, b] for a, b in path)
        for a, b in path:
            left[a, b] -= amount
            left[b, a] += amount
        total += amount
