"""Quarters of totals told by rounded prefix sums, attacked; a small reimplementation of that way from exact counts.

The cumulative count since the window begins, up to quarter t, is rounded with an offset of its own per t. What is shown
of single quarters (inflow and outflow) is rounded by itself besides. The attacker knows every rounded count; or only
what is printed: single inflows and outflows, and windows, each where it is 10 or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from bench import towns, worlds
from bench.attack.hidden import HiddenShares
from bench.attack.identities import identities
from bench.attack.score import FIVE, LARGEST, SMALLEST, TWO, values_left
from bench.attack.solving import beginning, solve
from bench.attack.statements import COUNT
from bench.attack.system import FAR, System, numbered
from bench.truth import offsets_of
from demad.records.secrets import Secret, seeded

_BASE = 5
_FLOWS = ("inflow", "in_new", "in_new_or_return", "outflow", "out_unknown")
_CURVES = (
    "at_risk", "left_12", "left_24", "left_all", "left_work_12", "left_activation_12", "left_other_benefit_12",
    "left_moved_12", "left_work_all", "out", "exits", "exits_activation", "out_work", "back_6", "back_12", "back_24",
    "back_work_6", "back_work_12", "back_work_24",
)  # fmt: skip
_SO_FAR = "so far: "
_SHOWN = 2
_YEARS = {"at_risk": (8, 12), "left_24": (8, 12), "left_all": (4,), "left_work_all": (4,), "exits": (12,),
          "exits_activation": (12,), "out": (8, 12, 16), "out_work": (8, 12, 16)}  # fmt: skip
_OF_BACK = {
    f"back_{of}{months}": (quarters,) for of in ("", "work_") for months, quarters in ((6, 8), (12, 12), (24, 16))
}
_LENGTHS = {**dict.fromkeys(_CURVES, (8,)), **_OF_BACK, **_YEARS}
"""Quarters of the windows in which each count is printed."""
_NO_STOCKS = {"city": pl.String, "month": pl.Int64, "exact": pl.Int64}


def attacked(pool: Path, n: int) -> Iterator[tuple[str, int, int, int, int]]:
    """Both ways over ``n`` worlds: way, small counts of quarters, found exactly, to two values, under five."""
    ways = {
        "rounded quarters added up, as printed": (False, True),
        "prefix sums, as printed": (True, True),
        "rounded quarters added up, every rounded count known": (False, False),
        "prefix sums, every rounded count known": (True, False),
    }
    sums = {way: np.zeros(4, dtype=np.int64) for way in ways}
    for number in range(1, n + 1):
        world = worlds.drawn(number, pool)
        for label, town in world.towns.items():
            true = towns.true(town, "first", label)
            for way, (prefixes, printed) in ways.items():
                sums[way] += _found(true, f"{number}|{label}", prefixes=prefixes, printed=printed)
    for way, (small, exact, two, five) in sums.items():
        yield way, int(small), int(exact), int(two), int(five)


def _found(true: pl.DataFrame, seed: str, *, prefixes: bool, printed: bool) -> np.ndarray:
    counts = _counts(true, prefixes=prefixes)
    cells = counts.select("breakdown", "group", "cell_unit", "cell_period", "family").unique(maintain_order=True)
    parts = [
        _with_offsets(rows, seeded(f"{seed}|{family}" if family else seed)).with_columns(family=pl.lit(family))
        for (family,), rows in cells.group_by("family", maintain_order=True)
    ]
    placed = counts.join(
        pl.concat(parts).with_row_index("cell"), on=cells.columns, how="left", maintain_order="left"
    ).with_columns(pl.col("cell").cast(pl.Int64))
    nothing = pl.DataFrame(schema=_NO_STOCKS)
    rules = pl.concat([identities(placed.select(COUNT), nothing), _sums(placed), _between_prefixes(placed)])
    system = _system(placed, rules, printed=printed)
    bounds = solve(system, beginning(system)).true
    left, truth = values_left(bounds), placed["true"].to_numpy()
    quarterly = ((placed["unit"] == "q") & placed["count"].is_in(_CURVES)).to_numpy()
    small = (truth >= SMALLEST) & (truth <= LARGEST) & quarterly
    return np.array([small.sum(), *((small & (left <= most)).sum() for most in (1, TWO, FIVE - 1))])


def _with_offsets(cells: pl.DataFrame, secret: Secret) -> pl.DataFrame:
    """Cells of one family with the column ``offset``."""
    names = {"breakdown": "cell_breakdown", "group": "cell_group"}
    found = offsets_of(secret, cells.rename(names).with_columns(family=pl.lit("events")), _BASE)
    return found.rename({new: old for old, new in names.items()})


def _counts(true: pl.DataFrame, *, prefixes: bool) -> pl.DataFrame:
    """Flows and curves of quarters and, in groups, of years; with prefix sums those of the totals as well."""
    known = true.filter(pl.col("count").is_in([*_FLOWS, *_CURVES]), pl.col("series").is_in(["main", "wide"]))
    grid = _whole(known.filter(pl.col("unit") == "q")), known.filter(pl.col("unit") == "y")
    rows = pl.concat([frame.select(*COUNT, "true") for frame in grid]).with_columns(family=pl.lit(""))
    if prefixes:
        key = [name for name in COUNT if name != "period"]
        quarters = rows.filter(pl.col("unit") == "q", pl.col("count").is_in(_CURVES)).sort(*key, "period")
        so_far = quarters.with_columns(
            pl.col("true").cum_sum().over(key), count=pl.lit(_SO_FAR) + pl.col("count"), family=pl.lit("prefix")
        )
        rows = pl.concat([rows, so_far])
    return rows.with_columns(cell_unit="unit", cell_period="period")


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Every quarter of every count, also where nothing was counted."""
    key = [name for name in COUNT if name != "period"]
    quarters = rows.select("period").unique().sort("period")
    grid = rows.select(key).unique(maintain_order=True).join(quarters, how="cross")
    return grid.join(rows, on=COUNT, how="left").with_columns(pl.col("true").fill_null(0))


def _system(placed: pl.DataFrame, rules: pl.DataFrame, *, printed: bool) -> System:
    """What is told of the rounded counts; a quarter of a curve is not rounded where its prefix sums are."""
    rounded = placed["true"].to_numpy() + placed["offset"].to_numpy()
    rounded = rounded // _BASE
    has_prefixes = (placed["family"] == "prefix").any()
    untold = ((placed["unit"] == "q") & placed["count"].is_in(_CURVES)).to_numpy() & bool(has_prefixes)
    low, high = np.where(untold, 0, rounded), np.where(untold, FAR, rounded)
    sums = rules.head(0)
    if printed:
        flow = placed["count"].is_in(_FLOWS).to_numpy()
        shown = flow & (rounded >= _SHOWN)
        low, high = np.where(shown, rounded, 0), np.where(shown, rounded, np.where(flow, _SHOWN - 1, FAR))
        sums = _windows(placed, rounded, prefixes=bool(has_prefixes))
    cell, nobody = placed["cell"].to_numpy(), np.zeros(0, dtype=np.int64)
    cells = pl.DataFrame({"cell": np.arange(int(cell.max()) + 1)})
    made = numbered(sums, np.arange(placed.height)), numbered(rules, cell)
    return System(placed, cells, low, high, (), *made, HiddenShares(nobody, nobody, nobody))


def _windows(placed: pl.DataFrame, rounded: np.ndarray, *, prefixes: bool) -> pl.DataFrame:
    """Every printed window: a sum of rounded counts, or the difference of two rounded prefix sums."""
    key = [name for name in COUNT if name not in ("count", "period")]
    numbered_counts = placed.with_columns(id=pl.int_range(pl.len(), dtype=pl.Int64), rounded=pl.Series(rounded))
    made = []
    for count, lengths in _LENGTHS.items():
        for length in lengths:
            for unit, size in (("q", length), ("y", length // 4)):
                name = _SO_FAR + count if prefixes and unit == "q" else count
                rows = numbered_counts.filter(pl.col("count") == name, pl.col("unit") == unit)
                offsets = ((0, 1), (size, -1)) if name != count else tuple((back, 1) for back in range(size))
                moved = [
                    rows.with_columns(end=pl.col("period") + back, coefficient=pl.lit(sign, pl.Int64))
                    for back, sign in offsets
                ]
                both = pl.concat(moved).with_columns(
                    rule=pl.concat_str(pl.lit(f"{name} {size}"), *key, "end", separator="|")
                )
                full = both.filter(pl.len().over("rule") == len(offsets))
                total = (pl.col("rounded") * pl.col("coefficient")).sum().over("rule")
                told = full.with_columns(total=total).filter(pl.col("total") >= _SHOWN)
                made.append(told.select("rule", "id", "coefficient", least="total", most="total"))
    return pl.concat(made)


def _between_prefixes(placed: pl.DataFrame) -> pl.DataFrame:
    """What holds between the counts of a quarter holds between their prefix sums."""
    so_far = (
        placed.with_row_index("own").filter(family="prefix").with_columns(pl.col("count").str.strip_prefix(_SO_FAR))
    )
    rules = identities(so_far.select(COUNT), pl.DataFrame(schema=_NO_STOCKS))
    own = so_far["own"].cast(pl.Int64).to_numpy()
    ids = pl.Series(own[rules["id"].to_numpy()], dtype=pl.Int64)
    return rules.with_columns(id=ids, rule=pl.lit(_SO_FAR) + pl.col("rule"))


def _sums(placed: pl.DataFrame) -> pl.DataFrame:
    """A prefix sum is the one before and the quarter."""
    key = [name for name in COUNT if name not in ("count", "period")]
    numbered_counts = placed.with_row_index("id").with_columns(pl.col("id").cast(pl.Int64))
    so_far = numbered_counts.filter(family="prefix").with_columns(pl.col("count").str.strip_prefix(_SO_FAR))
    quarter = numbered_counts.filter(pl.col("family") == "", pl.col("unit") == "q", pl.col("count").is_in(_CURVES))
    parts = []
    for rows, back, sign in ((so_far, 0, 1), (so_far, 1, -1), (quarter, 0, -1)):
        moved = rows.with_columns(period=pl.col("period") + back, coefficient=pl.lit(sign, pl.Int64))
        parts.append(moved.select(*key, "count", "period", "id", "coefficient"))
    rows = pl.concat(parts).with_columns(rule=pl.concat_str(pl.lit("so far"), *key, "count", "period", separator="|"))
    first = pl.col("period") == pl.col("period").min().over(*key, "count")
    told = rows.filter(pl.len().over("rule") == pl.when(first).then(2).otherwise(3))
    nothing = pl.lit(0, pl.Int64)
    return told.select("rule", "id", "coefficient", least=nothing, most=nothing)
