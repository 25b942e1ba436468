"""Worlds to attack: cities of a pool, each with a secret of its own, published as a release would.

``python -m bench.worlds --towns FOLDER --out FOLDER`` writes the worlds that it reads of: what is published before and
after the gate, in turn with a corrected delivery, or with a city more and a city less; and, apart, the truth.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np
import polars as pl

from bench import towns
from bench.truth import offsets_of
from demad.disclosure import Policy, publish
from demad.disclosure.gate import gate
from demad.indicators import evaluation
from demad.protection import ProtectedTables, offsets_known_elsewhere, pool, protect
from demad.quantities import POOLED
from demad.records.secrets import Secret, seeded
from demad.reference.cities import load_cities
from demad.tables.figures import YARDSTICK
from demad.tables.kinds import ProtectedFigures
from demad.tables.quantities import QUANTITIES

_MOST_CITIES, _LEAST_CITIES = 26, 13
_LONG, _MANY = 0.1, 0.25
SELDOM = 5
"""Every so many-th world is also attacked before the gate."""
_NAMES = [table.name.lower() for table in QUANTITIES]


@dataclass(frozen=True, slots=True)
class World:
    """Cities by the name they get, each a counted town; and the year their window begins."""

    number: int
    towns: Mapping[str, Path]
    since: int


def drawn(number: int, pool_of_towns: Path) -> World:
    """Draw a world: 13 to 26 cities, mostly few people."""
    rng = np.random.default_rng([number, 20_260])
    since = 2017 if rng.random() < _LONG else 2021
    known = towns.towns(pool_of_towns, since)
    n = int(rng.integers(_LEAST_CITIES, _MOST_CITIES + 1)) if rng.random() < _MANY else _LEAST_CITIES
    largest = int(rng.integers(0, len(known)))
    sizes = np.array([_people(town) for town in known])
    small = np.argsort(sizes)[: max(largest, 4 * n)]
    chosen = rng.choice(small, size=n, replace=False)
    labels = _labels(n)
    return World(number, {label: known[place] for label, place in zip(labels, chosen, strict=True)}, since)


def _labels(n: int) -> list[str]:
    names = list(load_cities(None))
    return sorted([*names, *(f"stad{number:02d}" for number in range(len(names), n))][:n])


@cache
def _people(town: Path) -> int:
    stock = pl.read_parquet(town / "first" / "stock.parquet")
    last = stock.filter(variant="main", breakdown="total")
    return int(last.filter(pl.col("month") == pl.col("month").max())["stock"].sum())


def make(
    world: World,
    out: Path,
    vintages: Sequence[str] = ("two", "ten"),
    *,
    other_pools: bool = True,
    before_gate: bool = True,
) -> Path:
    """Publish a world to ``out``; return the folder."""
    out.mkdir(parents=True, exist_ok=True)
    tables = _protected(world, "first")
    whole = pool(tables.values())
    figures, secrets = _figures(whole), {label: _secret(world.number, label) for label in world.towns}
    if before_gate:
        _published(figures, whole).write_parquet(out / "before.parquet")
    _published(figures, whole, secrets).write_parquet(out / "after.parquet")
    if other_pools:
        _with_other_cities(out, tables, _barred(whole, secrets))
    for vintage in vintages:
        later = pool(_protected(world, vintage).values())
        _published(_figures(later), later, secrets).write_parquet(out / f"{vintage}.parquet")
    for vintage in ("first", *vintages):
        true = pl.concat(towns.true(town, vintage, label) for label, town in world.towns.items())
        true.write_parquet(out / f"true-{vintage}.parquet")
    people = sum(_people(town) for town in world.towns.values())
    facts = {"cities": len(world.towns), "people": people, "since": world.since}
    (out / "facts.json").write_text(json.dumps(facts))
    return out


def _figures(tables: ProtectedTables) -> ProtectedFigures:
    """Every figure; what the other cities give together is a mean of figures that the attacker has anyway."""
    with patch.object(evaluation, "yardsticks", lambda *_: YARDSTICK.empty()):
        return evaluation.evaluate(tables)


def _published(
    figures: ProtectedFigures, tables: ProtectedTables, secrets: Mapping[str, Secret] | None = None
) -> pl.DataFrame:
    """What is published; without secrets, before the gate."""
    return publish(figures, Policy(), None if secrets is None else _barred(tables, secrets)).frame


def _barred(tables: ProtectedTables, secrets: Mapping[str, Secret]) -> pl.DataFrame:
    return gate(tables, None, offsets_known_elsewhere(tables, secrets)).groups


def offsets(world: int, cells: pl.DataFrame) -> pl.DataFrame:
    """The offsets of cells (``town`` and `truth.CELL`)."""
    parts = [
        offsets_of(_secret(world, str(town)), rows, 5).with_columns(town=pl.lit(town))
        for (town,), rows in cells.group_by("town", maintain_order=True)
    ]
    return pl.concat(parts)


def _secret(world: int, city: str) -> Secret:
    return seeded(f"{world}|{city}")


def _protected(world: World, vintage: str) -> dict[str, ProtectedTables]:
    return {
        label: protect(towns.read(town, vintage, label), _secret(world.number, label))
        for label, town in world.towns.items()
    }


def _with_other_cities(out: Path, tables: Mapping[str, ProtectedTables], barred: pl.DataFrame) -> None:
    """The figures of all cities without one that joined since, and without one that left.

    The gate judges each city by itself, so those groups of the other cities were barred then too.
    """
    labels = sorted(tables)
    for name, without in (("joined", labels[0]), ("left", labels[-1])):
        cities = [label for label in labels if label != without]
        rest = pool(tables[label] for label in cities)
        few = {name: rest[name].filter(pl.col("city").is_in([POOLED, cities[0]])) for name in _NAMES}
        only = ProtectedTables(few, rest.base, rest.seal)
        then = barred.filter(pl.col("city").is_in(cities))
        frame = publish(_figures(only), Policy(), then).frame.filter(city=POOLED)
        frame.with_columns(cities=pl.lit("|".join(cities))).write_parquet(out / f"{name}.parquet")


def _more(number: int) -> tuple[tuple[str, ...], bool]:
    """What a world has besides, in turn: one that joins and one that leaves, a corrected delivery, or nothing."""
    nothing = ((), False)
    return {0: ((), True), 1: (("two",), False), 4: (("ten",), False), 6: ((), True)}.get(number % 12, nothing)


def serve(asked: Iterable[str], towns_folder: Path, out: Path) -> None:
    """Do what every line asks, and say so: ``make N`` writes a world, ``offsets N`` the offsets of its cells.

    A world stands in ``out/world-N``; offsets, which somebody knows who has the secrets, are of ``cells.parquet``.
    """
    for line in asked:
        what, number = line.split()
        folder = out / f"world-{number}"
        if what == "make":
            vintages, other_pools = _more(int(number))
            before_gate = int(number) % SELDOM == 0
            make(drawn(int(number), towns_folder), folder, vintages, other_pools=other_pools, before_gate=before_gate)
        else:
            offsets(int(number), pl.read_parquet(folder / "cells.parquet")).write_parquet(folder / "offsets.parquet")
        print("done", flush=True)


def main() -> None:
    """Serve an attacker, who has no code of the product."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    serve(sys.stdin, given.towns, given.out)


if __name__ == "__main__":
    main()
