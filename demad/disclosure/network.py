"""Which other cells of a crossed table have to be hidden, so that nobody can work the small ones out.

A table of cities by groups with visible margins is a network: a hidden cell can only move if others move with
it, round a cycle (Gusfield 1988). The cycles that are sought here run through two columns: a cell and its partner
in its own row, balanced by rows in which both columns are hidden; where those fall short, `flows` tells exactly.
Each cycle must stay closed when a city that knows its own row is left out. Not here: which tables there are, and
the audit, which shares no code with this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from demad.disclosure.flows import Cells, proof

_PLENTY = 1e12
_POOLED_COST, _ZERO_COST = 6.0, 4.0


@dataclass(frozen=True, slots=True)
class Layer:
    """One count of a crossed table: ``counts`` rows by columns, 0 or more; ``small`` are the cells to protect."""

    counts: np.ndarray
    small: np.ndarray


@dataclass(frozen=True, slots=True)
class Crossed:
    """Cities by columns, with one pattern of hidden cells for all its layers (a numerator and its rest).

    ``forced``: hidden whatever happens. ``usable``: may be hidden to protect others (never what was released
    before). ``pooled``: whether the last row is the sum of the cities. ``open_rows``, ``open_columns``: whose
    sum is not shown, or only so coarsely that it holds nobody back. ``coalition``: how many cities may put
    their own rows together.
    """

    layers: tuple[Layer, ...]
    forced: np.ndarray
    usable: np.ndarray
    pooled: bool
    open_rows: np.ndarray
    open_columns: np.ndarray
    coalition: int = 1


def closed(table: Crossed, threshold: int) -> np.ndarray | None:
    """Return the cells to hide, the forced ones included; None where no pattern protects all small cells.

    Deterministic. A hidden cell that needs protection can move over ``threshold`` values or more for everybody
    who knows the rest of the table and the rows of up to ``coalition`` cities; every other hidden cell can move at all.
    """
    widened, proofs = _with_free_column(table), _Proofs({}, {})
    hidden = widened.forced.copy()
    for _ in range(4 * hidden.size):
        weakest = _weakest(widened, hidden, threshold, proofs)
        if weakest is None:
            break
        added = _cheapest(widened, hidden, weakest, threshold)
        if added is None:
            return _everything(table, threshold)
        hidden = added
    return _lean(widened, hidden, threshold, proofs)[:, : table.forced.shape[1]]


def protects(table: Crossed, hidden: np.ndarray, threshold: int) -> bool:
    """Whether a pattern protects every small cell of the table."""
    widened = _with_free_column(table)
    extra = widened.forced.shape[1] - hidden.shape[1]
    pattern = np.hstack([hidden, widened.forced[:, -extra:]]) if extra else hidden
    return _weakest(widened, pattern, threshold, _Proofs({}, {})) is None


def told(table: Crossed, hidden: np.ndarray) -> np.ndarray:
    """Which hidden cells everybody can work out, and nobody has to protect: zeros under a sum of 0, a whole sum."""
    widened, columns = _with_free_column(table), hidden.shape[1]
    pattern = np.hstack([hidden, widened.forced[:, columns:]])
    rows, places = np.nonzero(pattern & ~np.any([layer.small for layer in widened.layers], axis=0))
    found = np.zeros_like(pattern)
    for number, layer in enumerate(widened.layers):
        slack = _slack(widened, layer, pattern, rows, places)
        for row, column in zip(rows[slack < 1], places[slack < 1], strict=True):
            alone = replace(widened, coalition=0)
            found[row, column] = not _is_free(alone, pattern, (number, row, column), 1.0, _Proofs({}, {}))
    return found[:, :columns]


def _with_free_column(table: Crossed) -> Crossed:
    """Add a hidden column without bounds for the rows whose sum is not shown."""
    if not table.open_rows.any():
        return table
    free = table.open_rows[:, None]
    layers = tuple(
        Layer(np.hstack([layer.counts, np.where(free, _PLENTY, 0.0)]), np.hstack([layer.small, np.zeros_like(free)]))
        for layer in table.layers
    )
    return Crossed(
        layers,
        np.hstack([table.forced, free]),
        np.hstack([table.usable, np.zeros_like(free)]),
        table.pooled,
        table.open_rows,
        np.append(table.open_columns, True),
        table.coalition,
    )


def _slack(table: Crossed, layer: Layer, hidden: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """How far each hidden cell can move, up and down together, whichever other cities know their own rows.

    In both directions the rows that give most are left out: those of the cities that would know them.
    """
    n, many = hidden.shape[0] - table.pooled, np.arange(rows.size)
    counts, shown = np.where(hidden, layer.counts, 0.0), hidden.astype(float)
    own_count, is_city = counts[rows, columns], (rows < n)[:, None]
    give_there = counts[:n, columns][:, :, None] * shown[:n, None, :]
    give_back = shown[:n, columns][:, :, None] * counts[:n, None, :]
    for gifts in (give_there, give_back):
        gifts[np.minimum(rows, n - 1)[rows < n], many[rows < n]] = 0.0
    # What the cities have together is no secret of the others to a city: there only outsiders count.
    there, back = (
        np.where(is_city, _without_largest(gifts, table.coalition), gifts.sum(axis=0))
        for gifts in (give_there, give_back)
    )
    free = table.open_columns[columns][:, None] & table.open_columns[None, :]
    if table.pooled:
        free = free | (hidden[n, columns][:, None] & hidden[n][None, :])
    free = _PLENTY * (free & is_city)
    there, back = there + free, back + free
    if table.pooled:
        # The pooled row moves the other way: what a city gains there, it gains in the sum.
        there, back = np.where(is_city, there, back), np.where(is_city, back, there)
    partner = hidden[rows]
    partner[many, columns] = False
    up = np.where(partner, np.minimum(counts[rows], there), 0.0)
    down = np.where(partner, np.minimum(own_count[:, None], back), 0.0).max(axis=1, initial=0.0)
    # Where nobody sums the cities in either column, every partner gives by itself.
    apart = np.where(there >= _PLENTY, up, 0.0).sum(axis=1)
    return np.maximum(up.max(axis=1, initial=0.0), apart) + down


def _without_largest(gifts: np.ndarray, left_out: int) -> np.ndarray:
    """Sums over the first axis without the largest ones."""
    kept = np.sort(gifts, axis=0)[: max(0, gifts.shape[0] - left_out)] if left_out > 1 else gifts
    return kept.sum(axis=0) - (gifts.max(axis=0, initial=0.0) if left_out == 1 else 0.0)


_Place = tuple[int, int, int]


@dataclass(slots=True)
class _Proofs:
    """What was found of cells that cycles through two columns leave short, by cell and what it needs.

    ``leaning``: the cells that let it move, good for as long as those stay hidden. ``held``: who held it back last.
    """

    leaning: dict[tuple[_Place, float], np.ndarray]
    held: dict[tuple[_Place, float], frozenset[int]]


def _weakest(table: Crossed, hidden: np.ndarray, threshold: int, proofs: _Proofs) -> _Place | None:
    """Layer, row and column of the hidden cell that lacks most; None where every cell is protected."""
    lacking = sorted(_short_of_cycles(table, hidden, threshold), reverse=True)
    return next((place for _, need, place in lacking if not _is_free(table, hidden, place, need, proofs)), None)


def _is_whole(table: Crossed, hidden: np.ndarray, threshold: int, proofs: _Proofs) -> bool:
    """Whether every cell is protected; those that were held back before are looked at first."""
    lacking = [(place, need) for _, need, place in _short_of_cycles(table, hidden, threshold)]
    lacking.sort(key=lambda one: one not in proofs.held)
    return all(_is_free(table, hidden, place, need, proofs) for place, need in lacking)


def _is_free(table: Crossed, hidden: np.ndarray, place: _Place, need: float, proofs: _Proofs) -> bool:
    key = (place, need)
    if key in proofs.leaning and not (proofs.leaning[key] & ~hidden).any():
        return True
    layer, row, column = place
    cells = Cells(np.where(hidden, table.layers[layer].counts, 0.0), hidden, table.open_columns, table.pooled)
    found = proof(cells, (row, column), need, table.coalition, proofs.held.get(key, frozenset()))
    if isinstance(found, frozenset):
        proofs.held[key] = found
        return False
    proofs.leaning[key] = found
    return True


def _short_of_cycles(
    table: Crossed, hidden: np.ndarray, threshold: int
) -> Iterator[tuple[float, float, tuple[int, int, int]]]:
    """What cycles through two columns leave lacking, what was needed, and of which cell."""
    for number, layer in enumerate(table.layers):
        rows, columns = np.nonzero(hidden)
        slack = _slack(table, layer, hidden, rows, columns)
        real = layer.counts[rows, columns] < _PLENTY
        need = np.where(layer.small[rows, columns], float(threshold), np.where(table.forced[rows, columns], 0.0, 1.0))
        lacking = np.where(real, need - slack, 0.0)
        for place in np.flatnonzero(lacking > 0):
            yield float(lacking[place]), float(need[place]), (number, int(rows[place]), int(columns[place]))


def _cheapest(table: Crossed, hidden: np.ndarray, weakest: tuple[int, int, int], threshold: int) -> np.ndarray | None:
    """The pattern with the cheapest cells added that let one cell move; None where there are none."""
    layer, row, column = table.layers[weakest[0]], weakest[1], weakest[2]
    can = hidden | table.usable
    cost = _costs(table, hidden)
    need = threshold if layer.small[row, column] else 1
    best: tuple[float, int, np.ndarray] | None = None
    for other in range(hidden.shape[1]):
        if other == column or not can[row, other]:
            continue
        pattern = _through(table, layer, hidden, can, cost, (row, column, other), need)
        if pattern is None:
            continue
        price = float(cost[pattern & ~hidden].sum())
        if best is None or price < best[0]:
            best = (price, other, pattern)
    return None if best is None else best[2]


def _costs(table: Crossed, hidden: np.ndarray) -> np.ndarray:
    """One for each cell, a little more for a large one; much more for sums and for zeros, which are no disguise."""
    biggest = np.max([layer.counts for layer in table.layers], axis=0)
    cost = 1.0 + 0.02 * np.log1p(np.minimum(biggest, 1e6)) + np.where(biggest == 0, _ZERO_COST, 0.0)
    if table.pooled:
        cost[-1] += _POOLED_COST
    return np.where(hidden, 0.0, cost)


def _through(
    table: Crossed,
    layer: Layer,
    hidden: np.ndarray,
    can: np.ndarray,
    cost: np.ndarray,
    cell: tuple[int, int, int],
    need: int,
) -> np.ndarray | None:
    """Add rows in two columns, cheapest first, until the cell can move for everybody."""
    row, column, other = cell
    pattern = hidden.copy()
    pattern[row, other] = True
    ready = can[:, column] & can[:, other]
    ready[row] = False
    price = cost[:, column] + cost[:, other]
    weight = np.where(ready, np.minimum(np.maximum(layer.counts[:, column], layer.counts[:, other]), need), 0.0)
    order = np.lexsort((np.arange(price.size), -weight, np.round(price / np.maximum(weight, 0.1), 6)))
    for candidate in [int(place) for place in order if ready[place]]:
        if _least_slack(table, layer, pattern, row, column) >= need:
            return pattern
        pattern[candidate, column] = pattern[candidate, other] = True
    return pattern if _least_slack(table, layer, pattern, row, column) >= need else None


def _least_slack(table: Crossed, layer: Layer, hidden: np.ndarray, row: int, column: int) -> float:
    return float(_slack(table, layer, hidden, np.array([row]), np.array([column])).min())


def _lean(table: Crossed, hidden: np.ndarray, threshold: int, proofs: _Proofs) -> np.ndarray:
    """Show again what is not needed, the dearest first, until every cell that is left is needed."""
    cost = _costs(table, np.zeros_like(hidden))
    extra = sorted((-cost[row, column], row, column) for row, column in np.argwhere(hidden & ~table.forced))
    before, needed = None, set[bytes]()
    while before is None or (before != hidden).any():
        before = hidden
        for _, row, column in extra:
            fewer = hidden.copy()
            fewer[row, column] = False
            if not hidden[row, column] or fewer.tobytes() in needed:
                continue
            if _is_whole(table, fewer, threshold, proofs):
                hidden = fewer
            else:
                needed.add(fewer.tobytes())
    return hidden


def _everything(table: Crossed, threshold: int) -> np.ndarray | None:
    """Hide all that can be hidden; None where even that protects too little."""
    hidden = table.forced | table.usable
    return hidden if protects(table, hidden, threshold) else None


def stack(layers: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[Layer, ...]:
    """Layers from pairs of counts and the cells to protect."""
    return tuple(Layer(counts, small) for counts, small in layers)
