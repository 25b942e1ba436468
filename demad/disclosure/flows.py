"""How far one hidden cell of a crossed table can move, exactly: maximum flows through its rows and columns.

Sums that are shown make a network of rows and columns in which a hidden cell moves only if others move with it
(Gusfield 1988). Not here: which cells to hide, and the audit, which shares no code with this.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

_PARTS = 12  # a mean over a year counts in twelfths


@dataclass(frozen=True, slots=True)
class Cells:
    """The hidden cells of one layer: rows by columns, the last row the sum of the others where ``pooled``.

    ``open_columns``: columns whose sum over the rows holds nobody back.
    """

    counts: np.ndarray
    hidden: np.ndarray
    open_columns: np.ndarray
    pooled: bool

    @property
    def n_rows(self) -> int:
        """How many rows there are, the sum included."""
        return self.counts.shape[0]


def proof(
    cells: Cells, place: tuple[int, int], need: float, coalition: int, suspects: frozenset[int] = frozenset()
) -> np.ndarray | frozenset[int]:
    """Hidden cells that let a hidden cell move over ``need`` in all, up and down together, whoever looks.

    As long as these cells are hidden it holds, whatever else is shown. Who looks knows all that is shown, and
    nobody's own cells or those of up to ``coalition`` other cities. Cities through which nothing moves cannot hold
    it back, so only the others are tried. What the cities have together is no secret of the others to one of them:
    there only outsiders count.

    Parameters
    ----------
    suspects
        Who is tried first: whoever held it back before will often do so again.

    Returns
    -------
    The cells, or the cities that can hold it back (nobody in particular: the empty set).
    """
    leaning = np.zeros_like(cells.hidden)
    cities, net = cells.n_rows - cells.pooled, _net(cells, place, need)
    if suspects and _reach(cells, net, place, need, suspects)[0] < need:
        return suspects
    waiting: list[frozenset[int]] = [frozenset()]
    for knowing in waiting:
        moved, used = _reach(cells, net, place, need, knowing)
        if moved < need:
            return knowing
        leaning |= used
        if place[0] < cities and len(knowing) < coalition:
            others = np.flatnonzero(used[:cities].any(axis=1)).tolist()
            waiting += [more for row in others if row != place[0] and (more := knowing | {row}) not in waiting]
    return leaning


_Net = list[dict[int, int]]


def _reach(
    cells: Cells, net: _Net, place: tuple[int, int], need: float, knowing: frozenset[int]
) -> tuple[float, np.ndarray]:
    """Up and down together, no further than ``need``, and the hidden cells through which it went."""
    row, column = place[0], cells.n_rows + place[1]
    # A city gains by what its row gives elsewhere; the sum of the cities moves the other way round.
    source, sink = (column, row) if cells.pooled and place[0] == cells.n_rows - 1 else (row, column)
    most = int(np.ceil(need * _PARTS))
    up, steps = _flow(net, source, sink, most, knowing)
    own = int(float(cells.counts[place]) * _PARTS + 1e-6)
    down, below = _flow(net, sink, source, min(own, most - up), knowing)
    used, ground = np.zeros_like(cells.hidden), len(net) - 1
    for ends in steps | below:
        low, high = min(ends), max(ends)
        if high != ground:
            used[low, high - cells.n_rows] = True
    return (up + down) / _PARTS, used


def _net(cells: Cells, place: tuple[int, int], need: float) -> _Net:
    """What can flow from node to node: rows first, then columns, then the ground, where nothing has to add up."""
    rows, columns = cells.counts.shape
    most = int(np.ceil(need * _PARTS))
    loose = cells.hidden.copy()
    loose[place] = False
    more = np.where(loose, most, 0)
    fewer = np.where(loose, np.minimum(np.floor(cells.counts * _PARTS + 1e-6), most), 0)
    if cells.pooled:
        more[-1], fewer[-1] = fewer[-1].copy(), more[-1].copy()
    capacity = np.zeros((rows + columns + 1, rows + columns + 1), dtype=np.int32)
    capacity[rows:-1, :rows], capacity[:rows, rows:-1] = more.T, fewer
    capacity[-1, rows:-1] = capacity[rows:-1, -1] = np.where(cells.open_columns, most, 0)
    net: _Net = [{} for _ in capacity]
    for tail, head in np.argwhere(capacity + capacity.T).tolist():
        net[tail][head] = int(capacity[tail, head])
    return net


def _flow(net: _Net, source: int, sink: int, most: int, knowing: frozenset[int]) -> tuple[int, set[tuple[int, int]]]:
    """A flow of at most ``most``, by the shortest ways that carry it past the rows of who knows, and its steps."""
    found, used = 0, set[tuple[int, int]]()
    left = [ways.copy() for ways in net] if most else []
    while found < most:
        path = _way(left, source, sink, most - found, knowing) or _way(left, source, sink, 1, knowing)
        if not path:
            break
        steps = list(pairwise(path))
        amount = min(most - found, *(left[tail][head] for tail, head in steps))
        for tail, head in steps:
            left[tail][head] -= amount
            left[head][tail] += amount
        found += amount
        used.update(steps)
    return found, used


def _way(net: _Net, source: int, sink: int, least: int, around: frozenset[int]) -> list[int]:
    """The nodes of a shortest way from source to sink on which every step carries ``least``; empty without one."""
    before, waiting = dict.fromkeys(around, -1) | {source: source}, [source]
    for node in waiting:
        for other, carries in net[node].items():
            if carries >= least and other not in before:
                before[other] = node
                waiting.append(other)
        if sink in before:
            way = [sink]
            while way[-1] != source:
                way.append(before[way[-1]])
            return way[::-1]
    return []
