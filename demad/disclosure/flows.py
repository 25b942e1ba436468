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


def is_free(cells: Cells, place: tuple[int, int], need: float, coalition: int) -> bool:
    """Whether a hidden cell can move over ``need`` in all, up and down together, whoever looks.

    Who looks knows all that is shown, and nobody's own cells or those of up to ``coalition`` other cities. Cities
    through which nothing moves cannot hold it back, so only the others are tried. What the cities have together
    is no secret of the others to one of them: there only outsiders count.
    """
    cities = cells.n_rows - cells.pooled
    return _holds(cells, place, need, coalition if place[0] < cities else 0, frozenset())


def _holds(cells: Cells, place: tuple[int, int], need: float, coalition: int, knowing: frozenset[int]) -> bool:
    moved, rows = _reach(cells, place, need, knowing)
    if moved < need:
        return False
    cities = range(cells.n_rows - cells.pooled)
    others = [row for row in sorted(rows) if row in cities and row != place[0]]
    return len(knowing) >= coalition or all(_holds(cells, place, need, coalition, knowing | {row}) for row in others)


def _reach(cells: Cells, place: tuple[int, int], need: float, knowing: frozenset[int]) -> tuple[float, set[int]]:
    """Up and down together, no further than ``need``, and the rows through which it went."""
    row, column = place[0], cells.n_rows + place[1]
    # A city gains by what its row gives elsewhere; the sum of the cities moves the other way round.
    source, sink = (column, row) if cells.pooled and place[0] == cells.n_rows - 1 else (row, column)
    most = int(np.ceil(need * _PARTS))
    net = _net(cells, place, most, knowing)
    up, used = _flow([steps.copy() for steps in net], source, sink, most)
    own = int(float(cells.counts[place]) * _PARTS + 1e-6)
    down, below = _flow(net, sink, source, min(own, most - up))
    return (up + down) / _PARTS, {node for node in used | below if node < cells.n_rows}


def _net(cells: Cells, place: tuple[int, int], most: int, knowing: frozenset[int]) -> list[dict[int, int]]:
    """What can flow from node to node: rows first, then columns, then the ground, where nothing has to add up."""
    rows, columns = cells.counts.shape
    loose = cells.hidden.copy()
    loose[place] = False
    loose[list(knowing)] = False
    more = np.where(loose, most, 0)
    fewer = np.where(loose, np.minimum(np.floor(cells.counts * _PARTS + 1e-6), most), 0)
    if cells.pooled:
        more[-1], fewer[-1] = fewer[-1].copy(), more[-1].copy()
    capacity = np.zeros((rows + columns + 1, rows + columns + 1), dtype=np.int32)
    capacity[rows:-1, :rows], capacity[:rows, rows:-1] = more.T, fewer
    capacity[-1, rows:-1] = capacity[rows:-1, -1] = np.where(cells.open_columns, most, 0)
    net: list[dict[int, int]] = [{} for _ in capacity]
    for tail, head in np.argwhere(capacity + capacity.T).tolist():
        net[tail][head] = int(capacity[tail, head])
    return net


def _flow(net: list[dict[int, int]], source: int, sink: int, most: int) -> tuple[int, set[int]]:
    """A flow of at most ``most``, round by the fewest nodes that carry it, and those nodes; changes ``net``."""
    found, used = 0, set[int]()
    while found < most:
        path = _way(net, source, sink, most - found) or _way(net, source, sink, 1)
        if not path:
            break
        steps = list(pairwise(path))
        amount = min(most - found, *(net[tail][head] for tail, head in steps))
        for tail, head in steps:
            net[tail][head] -= amount
            net[head][tail] += amount
        found += amount
        used.update(path)
    return found, used


def _way(net: list[dict[int, int]], source: int, sink: int, least: int) -> list[int]:
    """The nodes of a shortest way from source to sink on which every step carries ``least``; empty without one."""
    before, waiting = {source: source}, [source]
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
