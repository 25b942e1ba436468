"""Hide the groups that an attacker could narrow to a few values. It stops no release.

The attacker knows every protected count, because every figure may give it back; that a rounded count errs by less
than the base; the exact stock of every month; which counts add up; every count that was printed before; and for
some cells the offset, where exact counts are public elsewhere. Two cities that join him add nothing: each city has
a secret of its own, and the sum of all cities is the sum of their protected counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.disclosure.gate.bounds import propagated
from demad.disclosure.gate.causes import narrow_causes
from demad.disclosure.gate.cells import SOURCES, Cells, Source, cells_of
from demad.disclosure.gate.known import offset_bounds
from demad.protection import ProtectedTables
from demad.quantities import POOLED
from demad.tables.terms import PUBLISHED_GROUPS

SMALLEST, LARGEST = 1, 9
FEWEST, FEWEST_KNOWN = 5, 3
_KEY = ["city", "breakdown", "group", "year"]
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Barred:
    """Groups that the gate hides: ``city``, ``breakdown``, ``group``, ``year``; and how many counts it judged."""

    groups: pl.DataFrame
    judged: int


def gate(tables: ProtectedTables, known: pl.DataFrame | None = None, elsewhere: pl.DataFrame | None = None) -> Barred:
    """Find the groups of which some count is bounded to fewer than five values, among them one of 1 to 9.

    Where an offset is known, to fewer than three. A group that is hidden bounds its neighbours less, so the rest is
    judged again without it. Where it is still bounded narrowly, its largest neighbour that is shown is hidden too.
    Offsets that can be found elsewhere are judged both ways: by somebody who found them, and by everybody else.

    Parameters
    ----------
    tables
        Protected tables of all cities; the pooled ones add nothing.
    known
        What is known of offsets, from counts that were printed exactly: see `known.known_counts`.
    elsewhere
        What can be known of offsets, where others publish exact counts, in the same form: see
        `protection.offsets_known_elsewhere`.
    """
    sources = [
        (source, cells_of(tables[source.table].filter(pl.col("city") != POOLED), source, breakdown))
        for source in SOURCES
        for breakdown in source.breakdowns
    ]
    barred = pl.DataFrame(schema=dict.fromkeys(_KEY, pl.String))
    again = set(PUBLISHED_GROUPS)
    for _ in range(_TRIES):
        found = [
            _narrow(cells, source, attacker, barred, tables.base)
            for source, cells in sources
            if cells.breakdown in again
            for attacker in _attackers(cells, source, known, elsewhere)
        ]
        more = pl.concat(found).unique().join(barred, on=_KEY, how="anti")
        if more.is_empty():
            break
        barred, again = pl.concat([barred, more]), set(more["breakdown"])
    everything = pl.concat([barred, narrow_causes(tables)]).sort(_KEY)
    return Barred(everything, sum(cells.groups.size for _, cells in sources))


@dataclass(frozen=True, slots=True)
class _Attacker:
    """What somebody knows of offsets; ``public``: whether he has it from people whom others count exactly."""

    known: pl.DataFrame | None
    public: bool = False


def _attackers(
    cells: Cells, source: Source, known: pl.DataFrame | None, elsewhere: pl.DataFrame | None
) -> Iterator[_Attacker]:
    """Who judges some cells: somebody who knows what was printed, and somebody who knows what others publish too."""
    yield _Attacker(known)
    if elsewhere is None:
        return
    found = elsewhere.filter(breakdown=cells.breakdown, table=source.table)
    if not found.is_empty():
        rest = [] if known is None else [known.join(found, on=[*_KEY, "table"], how="anti").select(found.columns)]
        yield _Attacker(pl.concat([*rest, found]), public=True)


def _narrow(cells: Cells, source: Source, attacker: _Attacker, barred: pl.DataFrame, base: int) -> pl.DataFrame:
    """The groups of one breakdown of which some count is bounded narrowly.

    Of counts that others publish by group, those of main whose total is exact, nothing is left to find.
    """
    least, most = (bound[:, :, None, None] for bound in offset_bounds(cells, attacker.known, base, source.table))
    is_exact = np.array([name in source.exact for name in source.columns])[None, None, :]
    in_main = (cells.places["variant"] == "main").to_numpy()[:, None, None]
    slack = np.where(is_exact & in_main, 0, source.rounded_in_total * (base - 1))
    few = is_exact & in_main & (cells.totals < 2 * base)  # not exact: 0 or 5, whatever it is
    short = slack + source.missed(cells.groups.shape[1])
    total_low, total_high = _unless_hidden(cells.totals - short, cells.totals + slack, cells.totals, source, base)
    total_low, total_high = np.where(few, 0, total_low), np.where(few, 2 * base - 1, total_high)
    own = source.years * most, source.years * (base - 1 - least)
    low, high = _unless_hidden(cells.groups - own[0], cells.groups + own[1], cells.groups, source, base)
    by_itself = high - low + 1
    hidden = _is_barred(cells, barred)[:, :, None, None]
    low, high = np.where(hidden, 0, low), np.where(hidden, total_high[:, None], high)
    low, high = propagated(low, high, total_low, total_high)
    values = high - low + 1
    fewest = np.where(most - least == base - 1, FEWEST, FEWEST_KNOWN)
    published_elsewhere = (attacker.public & is_exact & in_main)[:, None]
    # Where an offset is known, a count of 0 has fewer values by itself; it is hidden wherever it would be printed.
    narrow = (values < fewest) & (low <= LARGEST) & (high >= SMALLEST) & ~published_elsewhere
    found = narrow & (values < by_itself) & ~hidden
    shown = np.where(hidden, -1, cells.groups)
    largest = np.arange(shown.shape[1])[None, :, None, None] == shown.argmax(axis=1)[:, None]
    pinned = np.any(narrow & hidden, axis=1, keepdims=True) & largest & ~hidden
    return _named(cells, np.asarray((found | pinned).any(axis=(2, 3))))


def _unless_hidden(
    low: np.ndarray, high: np.ndarray, counts: np.ndarray, source: Source, base: int
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of counts; of one that is hidden, only that it is small."""
    hidden = counts < source.below
    largest = source.below - base + source.years * (base - 1)
    return np.where(hidden, 0, np.maximum(low, 0)), np.where(hidden, largest, high)


def _is_barred(cells: Cells, barred: pl.DataFrame) -> np.ndarray:
    """Place by group: whether it is hidden already."""
    names = cells.names
    hidden = {(row[0], row[2], row[3]) for row in barred.filter(breakdown=cells.breakdown).iter_rows()}
    found = [[(city, name, year) in hidden for name in names] for city, _, year in cells.places.iter_rows()]
    return np.array(found, dtype=bool).reshape(cells.places.height, len(names))


def _named(cells: Cells, chosen: np.ndarray) -> pl.DataFrame:
    names = cells.names
    found = ((cells.places.row(place), names[group]) for place, group in zip(*np.nonzero(chosen), strict=True))
    rows = [(city, cells.breakdown, group, year) for (city, _, year), group in found]
    return pl.DataFrame(rows, schema=dict.fromkeys(_KEY, pl.String), orient="row").unique()
