"""One world attacked by everybody, and what each found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import polars as pl

from bench.attack.attackers import (
    Truth,
    insiders,
    knowing_rounded,
    of_outsider,
    pairs,
    truth_of,
    with_corrections_known,
    with_counts_known,
    with_offset_known,
    with_one_offset_everywhere,
    with_stock_vintages_known,
)
from bench.attack.score import Score
from bench.attack.solving import State, beginning, solve
from bench.attack.system import System, system_of, with_other_pool

_AT_TIMES, _SELDOM = 3, 5
Offsets = Callable[[pl.DataFrame], pl.DataFrame]
VINTAGES = {"two": "2 % of the people corrected", "ten": "10 % of the people corrected"}


def attack(folder: Path, offsets: Offsets, *, seed: int) -> dict[str, dict]:
    """Attack one world.

    Parameters
    ----------
    folder
        As `bench.worlds` wrote it.
    offsets
        Gives the offsets of cells: for insiders, for offsets that leak, and to judge what was found.

    Returns
    -------
    By attacker the numbers of `Score`, and examples of what was found to two values or exactly.
    """
    return {name: asdict(score) for name, score in _all(folder, offsets, seed=seed)}


def _all(folder: Path, offsets: Offsets, *, seed: int) -> Iterator[tuple[str, Score]]:
    true = _read(folder, "true-first")
    if seed % _SELDOM == 0:
        before = system_of(_read(folder, "before"))
        yield "outsider, before the gate", _by_outsider(before, truth_of(before, true, offsets(before.cells)))
        del before
    after = system_of(_read(folder, "after"))
    truth = truth_of(after, true, offsets(after.cells))
    outsider = solve(after, beginning(after))
    yield "outsider", of_outsider(after, outsider, truth)
    cities = after.counts["city"].unique().sort().to_list()
    yield "each insider", insiders(after, outsider, truth, [(city,) for city in cities])
    if seed % _AT_TIMES == 0:
        yield "20 pairs", insiders(after, outsider, truth, pairs(cities, seed))
    yield "offset known", with_offset_known(after, outsider, truth)
    if seed % _SELDOM == 0:
        yield from _of_more_than_is_public(after, outsider, truth)
    for name, words in (("joined", "a city that joins"), ("left", "a city that leaves")):
        if not (folder / f"{name}.parquet").exists():
            continue
        pool = pl.read_parquet(folder / f"{name}.parquet")
        with_pool = with_other_pool(after, pool.drop("cities"), pool["cities"][0].split("|"))
        yield words, of_outsider(after, solve(with_pool, outsider.copy()), truth)
    for name, words in VINTAGES.items():
        if (folder / f"{name}.parquet").exists():
            yield from _of_vintages(folder, name, words, offsets)


def _of_more_than_is_public(system: System, outsider: State, truth: Truth) -> Iterator[tuple[str, Score]]:
    """Attackers who know or suppose more than anybody is known to publish."""
    yield "one offset everywhere", with_one_offset_everywhere(system, outsider, truth)
    yield from with_counts_known(system, outsider, truth)
    yield "every rounded count known", of_outsider(system, knowing_rounded(system, outsider, truth), truth)


def _of_vintages(folder: Path, name: str, words: str, offsets: Offsets) -> Iterator[tuple[str, Score]]:
    both = system_of(_read(folder, "after"), later=[_read(folder, name)])
    later = _read(folder, f"true-{name}").with_columns(pl.col("city") + "#1")
    truth = truth_of(both, pl.concat([_read(folder, "true-first"), later]), offsets(both.cells))
    state = solve(both, beginning(both))
    yield words, of_outsider(both, state, truth)
    yield f"{words}, one known a cell", of_outsider(both, with_corrections_known(both, state, truth), truth)
    yield f"{words}, exact stock vintages", of_outsider(both, with_stock_vintages_known(both, state, truth), truth)


def _by_outsider(system: System, truth: Truth) -> Score:
    return of_outsider(system, solve(system, beginning(system)), truth)


def _read(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}.parquet")
