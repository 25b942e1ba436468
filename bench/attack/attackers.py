"""Who attacks, and what each knows besides what is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from bench.attack.propagation import Bounds, propagate, tighten
from bench.attack.score import FIVE, Score, scored, values_left
from bench.attack.solving import State, solve
from bench.attack.statements import COUNT
from bench.attack.system import System, start
from bench.attack.vocabulary import BASE, NEARLY_ALL, WITH_RESTS

PAIRS = 20
_PUBLIC = ("age", "sex", "nationality")
KNOWN_COUNTS = {1: (("main", "stock"),), 2: (("main", "stock"), ("main", "persons"))}
KNOWN_COUNTS[4] = (*KNOWN_COUNTS[2], ("wide", "stock"), ("wide", "persons"))
"""Exact counts by age, sex and nationality that POD MI could publish beside: series and count."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Of every count of a system: the true count and the offset of its cell; only to score, and for insiders."""

    true: np.ndarray
    offset: np.ndarray

    @property
    def rounded(self) -> np.ndarray:
        """In units of the base."""
        return (self.true + self.offset) // BASE


def truth_of(system: System, true: pl.DataFrame, offsets: pl.DataFrame) -> Truth:
    """Place the truth beside the counts of a system.

    Parameters
    ----------
    true
        `COUNT` and ``true``; what is missing is 0.
    offsets
        The columns of ``system.cells`` and ``offset``.
    """
    beside = system.counts.join(true, on=COUNT, how="left", maintain_order="left")
    placed = system.cells.join(offsets, on=system.cells.columns, how="left", maintain_order="left")
    of_cell = placed["offset"].to_numpy()
    return Truth(beside["true"].fill_null(0).to_numpy(), of_cell[system.cell])


def insiders(system: System, outsider: State, truth: Truth, groups: Iterable[tuple[str, ...]]) -> Score:
    """Cities that know their own counts and secret, alone or together; what the best of them finds of the others."""
    least = values_left(outsider.true)
    wrong = _misses(outsider, truth)
    everyone, rounded = system.counts["city"], truth.rounded
    for group in groups:
        own = everyone.is_in(list(group)).to_numpy()
        state = outsider.copy()
        new = own & (state.low < state.high)
        state.low[own] = state.high[own] = rounded[own]
        state.true.low[own] = state.true.high[own] = truth.true[own, None]
        state.true.alive[system.cell[own]] = np.arange(BASE)[None, :] == truth.offset[own, None]
        solve(system, state, rounded=new)
        narrower = ~own & _differ(state.true, outsider.true)
        missed = narrower & _misses(state, truth)
        wrong |= missed
        least[narrower & ~missed] = np.minimum(least, values_left(state.true, narrower))[narrower & ~missed]
    return scored(system, wrong, truth.true, least, np.zeros_like(wrong))


def _differ(one: Bounds, other: Bounds) -> np.ndarray:
    """Counts (Boolean) of which something else is known."""
    cells = (one.alive != other.alive).any(axis=1)
    return ((one.low != other.low) | (one.high != other.high)).any(axis=1) | cells[one.cell]


def _misses(state: State, truth: Truth) -> np.ndarray:
    low, high = state.true.widest()
    return (truth.true < low) | (truth.true > high)


def pairs(cities: list[str], seed: int) -> list[tuple[str, ...]]:
    """Twenty pairs of cities, drawn."""
    both = list(combinations(sorted(cities), 2))
    chosen = np.random.default_rng(seed).permutation(len(both))[:PAIRS]
    return [both[place] for place in sorted(chosen)]


def with_counts_known(system: System, outsider: State, truth: Truth) -> Iterator[tuple[str, Score]]:
    """Exact counts by age, sex and nationality are public: one, two or four of a group."""
    public = system.counts["breakdown"].is_in(list(_PUBLIC)).to_numpy()
    for n, names in KNOWN_COUNTS.items():
        known = public & _named(system, names)
        state = outsider.copy()
        touched = _told(state.true, truth, known)
        solve(system, state, rounded=np.zeros_like(known), true=touched)
        yield f"offset from {n}", _of_state(system, state, truth, _public_alone(system, truth, known))


def with_offset_known(system: System, outsider: State, truth: Truth) -> Score:
    """Exact stocks by age, sex and nationality are public, and with them the offset of every count of their cells.

    What those stocks say by themselves, such as that a part of one person is none or one, he does not find.
    """
    public = system.counts["breakdown"].is_in(list(_PUBLIC)).to_numpy()
    known = public & _named(system, KNOWN_COUNTS[1])
    state = outsider.copy()
    cells = np.unique(system.cell[known])
    of_cell = np.zeros(system.cells.height, dtype=np.int64)
    of_cell[system.cell] = truth.offset
    state.true.alive[cells] = np.arange(BASE)[None, :] == of_cell[cells, None]
    touched = np.isin(system.cell, cells)
    solve(system, state, rounded=touched, true=touched)
    return _of_state(system, state, truth, _public_alone(system, truth, known))


def _told(bounds: Bounds, truth: Truth, known: np.ndarray) -> np.ndarray:
    ends = np.repeat(truth.true[known, None], BASE, axis=1)
    return tighten(bounds, np.flatnonzero(known), ends, ends)


def _public_alone(system: System, truth: Truth, known: np.ndarray) -> np.ndarray:
    """Which counts the exact public ones bound to under five values by themselves, without any release."""
    bounds = start(system)
    touched = _told(bounds, truth, known)
    propagate(bounds, system.rules, touched)
    return known | (values_left(bounds) < FIVE)


def _named(system: System, names: tuple[tuple[str, str], ...]) -> np.ndarray:
    found = pl.any_horizontal((pl.col("series") == series) & (pl.col("count") == count) for series, count in names)
    return system.counts.select(found & ~pl.col("city").str.contains("#")).to_series().to_numpy()


def _of_state(system: System, state: State, truth: Truth, printed: np.ndarray) -> Score:
    return scored(system, _misses(state, truth), truth.true, values_left(state.true), printed)


def of_outsider(system: System, state: State, truth: Truth) -> Score:
    """Nothing known but what is published."""
    return _of_state(system, state, truth, np.zeros(len(truth.true), dtype=bool))


def knowing_rounded(system: System, outsider: State, truth: Truth) -> State:
    """Every rounded count known, hidden or not: more than anybody can read from figures, of whatever cities."""
    state = outsider.copy()
    known = ~_never_rounded(system)
    state.low[known] = state.high[known] = truth.rounded[known]
    return solve(system, state)


def _never_rounded(system: System) -> np.ndarray:
    """Counts of which the product never makes a rounded number: of an exact stock it rounds the rest, or the part."""
    rests = pl.col("series").is_in(list(WITH_RESTS))
    total = (pl.col("breakdown") == "total") & rests & (pl.col("unit") == "m")
    of_total = total & pl.col("count").is_in(["stock", *NEARLY_ALL, "without_gpmi", "without_young"])
    of_age = (pl.col("breakdown") == "age") & (pl.col("count") == "working_age")
    return system.counts.select(of_total | of_age).to_series().to_numpy()


def with_corrections_known(system: System, state: State, truth: Truth) -> State:
    """Two editions, and of every cell one count of which the attacker knows by how much it was corrected: by one.

    He knows the one that tells most: that was rounded otherwise since.
    """
    ids, after = _in_both(system)
    change = truth.true[after] - truth.true[ids]
    told = np.flatnonzero(
        ~_never_rounded(system)[ids] & (np.abs(change) == 1) & (truth.rounded[ids] != truth.rounded[after])
    )
    _, one = np.unique(system.cell[ids[told]], return_index=True)
    return _with_changes(system, state, truth, ids[told[one]], after[told[one]])


def with_stock_vintages_known(system: System, state: State, truth: Truth) -> State:
    """Two editions, and the exact stock of every month as each delivery told it: what a nowcast would print.

    Its differences tell by how much inflow less outflow of a quarter changed; he is given both changes.
    """
    ids, after = _in_both(system)
    flows = (
        (pl.col("series") == "main") & (pl.col("breakdown") == "total") & pl.col("count").is_in(["inflow", "outflow"])
    )
    told = system.counts.select(flows).to_series().to_numpy()[ids]
    return _with_changes(system, state, truth, ids[told], after[told])


def _in_both(system: System) -> tuple[np.ndarray, np.ndarray]:
    """The counts of the first edition that the later one has too, and what they became there."""
    number = system.counts.with_row_index("id").with_columns(
        town=pl.col("city").str.split("#").list.first(), later=pl.col("city").str.contains("#")
    )
    key = [name for name in COUNT if name != "city"]
    first = number.filter(~pl.col("later")).select("town", *key, "id")
    both = first.join(number.filter("later").select("town", *key, after="id"), on=["town", *key])
    return both["id"].to_numpy().astype(np.int64), both["after"].to_numpy().astype(np.int64)


def _with_changes(system: System, state: State, truth: Truth, ids: np.ndarray, after: np.ndarray) -> State:
    """What follows where it is known by how much these counts changed."""
    made, step = state.copy(), (truth.true[after] - truth.true[ids])[:, None]
    for _ in range(6):
        before, earlier = (
            (made.true.low[after], made.true.high[after]),
            (made.true.low[ids], made.true.high[ids]),
        )
        touched = tighten(made.true, after, earlier[0] + step, earlier[1] + step)
        touched |= tighten(made.true, ids, before[0] - step, before[1] - step)
        if not touched.any():
            break
        solve(system, made, rounded=np.zeros_like(touched), true=touched)
    return made


def with_one_offset_everywhere(system: System, outsider: State, truth: Truth) -> Score:
    """He supposes that all cells have the same offset; what he finds under the ones that contradict nothing."""
    best, nothing = of_outsider(system, outsider, truth), np.zeros(len(truth.true), dtype=bool)
    for offset in range(BASE):
        if not outsider.true.alive[:, offset].all():
            continue
        state = outsider.copy()
        state.true.alive[:] = np.arange(BASE)[None, :] == offset
        solve(system, state, rounded=~nothing, true=~nothing)
        if not state.true.broken.any():
            found = of_outsider(system, state, truth)
            best = max(best, found, key=lambda score: score.five)
    return best
