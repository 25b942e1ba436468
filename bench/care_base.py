"""What a base of 10 for care leavers costs and gives: ``python -m bench.care_base --towns FOLDER --worlds N``.

Costs: which figures of care leavers are hidden (threshold twice the base), and how much rounding widens what is shown.
Gives: what an attacker who knows every rounded count finds of their small counts.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl

from bench import towns, worlds
from bench.attack.identities import identities
from bench.attack.propagation import Bounds, propagate
from bench.attack.score import FIVE, LARGEST, SMALLEST, TWO, values_left
from bench.attack.statements import COUNT
from bench.attack.system import numbered
from bench.truth import offsets_of
from demad.disclosure import Policy, publish
from demad.indicators import evaluate
from demad.protection import pool, protect
from demad.records.secrets import seeded

_BASES = (5, 10)
_NO_STOCKS = {"city": pl.String, "month": pl.Int64, "exact": pl.Int64}


def measured(pool_of_towns: Path, n: int) -> pl.DataFrame:
    """Base, share of figures hidden and mean half-width of those shown under both; small counts and those found."""
    rows = []
    for number in range(1, n + 1):
        world = worlds.drawn(number, pool_of_towns)
        frames = {base: _figures(world, base) for base in _BASES}
        both = frames[5].join(frames[10], on=["city", "indicator", "period", "breakdown", "group"], suffix="_10")
        shown = both.drop_nulls(["half", "half_10"])
        for base, half in ((5, "half"), (10, "half_10")):
            found = sum((_found(town, label, number, base) for label, town in world.towns.items()), np.zeros(4))
            hidden = (frames[base]["status"] == "suppressed").sum()
            rows.append((base, frames[base].height, hidden, shown[half].sum(), shown.height, *found))
    names = ["base", "figures", "hidden", "half", "shown", "small", "exact", "two", "five"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.group_by("base", maintain_order=True).sum()


def _figures(world: worlds.World, base: int) -> pl.DataFrame:
    tables = [
        protect(towns.read(town, "first", label), seeded(f"{world.number}|{label}"), base=base)
        for label, town in world.towns.items()
    ]
    frame = publish(evaluate(pool(tables)), Policy(base=base, threshold=2 * base)).precise
    own = frame.filter(pl.col("indicator").str.starts_with("careleaver_"), pl.col("city") != "all", variant="main")
    return own.filter(pl.col("status") != "not_computable").select(
        "city", "indicator", "period", "breakdown", "group", "status", half=(pl.col("high") - pl.col("low")) / 2
    )


def _found(town: Path, label: str, number: int, base: int) -> np.ndarray:
    true = towns.true(town, "first", label).filter(pl.col("count").str.contains("^leavers$|^took_"))
    counts = true.with_columns(cell_unit="unit", cell_period="period")
    cells = counts.select("breakdown", "group", "cell_unit", "cell_period").unique(maintain_order=True)
    told = offsets_of(seeded(f"{number}|{label}"), cells, base).with_row_index("cell")
    placed = counts.join(told, on=cells.columns, how="left", maintain_order="left").with_columns(
        pl.col("cell").cast(pl.Int64)
    )
    truth, cell = placed["true"].to_numpy(), placed["cell"].to_numpy()
    rounded, tried = (truth + placed["offset"].to_numpy()) // base * base, np.arange(base)
    low, high = np.maximum(rounded[:, None] - tried, 0), rounded[:, None] - tried + base - 1
    alive = np.ones((cells.height, base), dtype=bool)
    bounds = Bounds(low, high, alive, cell, np.zeros(cells.height, dtype=bool))
    rules = numbered(identities(placed.select(COUNT), pl.DataFrame(schema=_NO_STOCKS)), cell)
    propagate(bounds, rules, np.ones(len(truth), dtype=bool))
    left, small = values_left(bounds), (truth >= SMALLEST) & (truth <= LARGEST)
    return np.array([small.sum(), *((small & (left <= most)).sum() for most in (1, TWO, FIVE - 1))])


def main() -> None:
    """Print one line a base."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=Path, required=True)
    parser.add_argument("--worlds", type=int, default=8)
    given = parser.parse_args()
    print(
        "| base | figures | hidden | mean half-width where both show | small counts | exactly | at most 2 | under 5 |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for row in measured(given.towns, given.worlds).iter_rows(named=True):
        share, half = row["hidden"] / row["figures"], row["half"] / max(row["shown"], 1)
        found = " | ".join(f"{int(row[name]):,}" for name in ("small", "exact", "two", "five"))
        print(f"| {row['base']} | {row['figures']:,} | {share:.0%} | {half:.3f} | {found} |")


if __name__ == "__main__":
    main()
