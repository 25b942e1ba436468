"""The same attack on a release from before counts were protected: shown counts are exact, others are hidden.

What is hidden was hidden to keep small counts, and others with them, from being worked out. Shares printed with their
interval, and rates printed beside their denominator, give back the counts that they rest on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.attack.chains import Chains, chains_of
from bench.attack.identities import identities
from bench.attack.pooled import POOL
from bench.attack.propagation import Bounds, propagate
from bench.attack.score import FIVE, LARGEST, SMALLEST, TWO, Score
from bench.attack.statements import COUNT, STATEMENT, counts_of, exact_stocks, periods
from bench.attack.system import FAR, numbered
from bench.attack.vocabulary import MEANINGS

GROUPS = {
    "age": ("<18", "18-24", "25-34", "35-44", "45-54", "55-64", "65+"),
    "household": ("1", "2", "3"),
    "nationality": ("BE", "EU", "NEU", "unknown"),
    "sex": ("M", "V", "X", "unknown"),
    "student": ("yes", "no", "unknown"),
    "reason": ("work", "temporary_activation", "training", "other_benefit", "other_means", "moved", "conditions",
               "own_choice", "death", "unknown"),
    "zorgvorm": ("verblijf", "pleegzorg", "autonoom_wonen", "kleinschalig", "context", "ander", "unknown"),
}  # fmt: skip
_COUNTS = ("caseload_stock", "caseload_distinct_year", "inflow_count", "outflow_count", "careleaver_count")
_SHARES = ("youth_share", "student_share", "long_term_share", "gpmi_share", "inflow_new_share",
           "inflow_unemployment_share", "outflow_unknown_share")  # fmt: skip
_RATES = {"inflow_rate": 1000, "outflow_rate": 100}
_LARGEST_WHOLE, _Z = 1200, 1.959963984540054
_WIDEST_TOLD = 0.065  # narrower intervals are of more people than the table of shares holds
_TURNS = 8


@dataclass(frozen=True, slots=True)
class Told:
    """Counts, what is printed of them, and what is known of every one: ``low`` and ``high``."""

    counts: pl.DataFrame
    low: np.ndarray
    high: np.ndarray


def attack(figures: pl.DataFrame) -> Told:
    """Bound every count that an old release speaks of."""
    told = _told(figures.filter(pl.col("status") != "not_computable"))
    own = told.filter(pl.col("city") != POOL)
    counts = counts_of(own)
    rules = pl.concat([identities(counts.select(COUNT), exact_stocks(figures), GROUPS), _of_all(counts, told)])
    everyone = np.arange(counts.height)
    made, chains = numbered(rules, everyone), _chains(counts, own)
    low, high = _single(counts, own)
    touched = np.ones(counts.height, dtype=bool)
    for _ in range(_TURNS):
        before = low.copy(), high.copy()
        for chain in chains:
            places, least, most = chain.narrowed(low, high, touched)
            np.maximum.at(low, places, least)
            np.minimum.at(high, places, most)
        alone = Bounds(low[:, None], high[:, None], np.ones((len(low), 1), bool), everyone, np.zeros(len(low), bool))
        propagate(alone, made, touched)
        low, high = alone.low[:, 0].copy(), alone.high[:, 0].copy()
        touched = (low > before[0]) | (high < before[1])
        if not touched.any():
            break
    return Told(counts, low, high)


def scored(told: Told, true: np.ndarray, figures: pl.DataFrame) -> Score:
    """Score the small counts that are not printed."""
    printed = _told(figures.filter(pl.col("indicator").is_in(_COUNTS), pl.col("value").is_not_null()))
    single = printed.filter(pl.col("first") == pl.col("last")).with_columns(period="last")
    shown = told.counts.join(
        single.select(*COUNT, seen=pl.lit(1)).unique(COUNT), on=COUNT, how="left", maintain_order="left"
    )
    hidden = (shown["seen"].is_null()).to_numpy()
    left = told.high - told.low + 1
    inside = (true >= told.low) & (true <= told.high)
    small = (true >= SMALLEST) & (true <= LARGEST) & hidden
    exact, two, five = (int((small & inside & (left <= most)).sum()) for most in (1, TWO, FIVE - 1))
    return Score(int(small.sum()), exact, two, five, int((small & ~inside).sum()))


def _told(figures: pl.DataFrame) -> pl.DataFrame:
    """Windows of counts with their least and most, null where they are hidden."""
    placed = periods(figures)
    parts = [_windows(placed.filter(indicator=id), MEANINGS[id].part, id, "value", "value") for id in _COUNTS]
    shares = _table_of_shares()
    for id in _SHARES:
        wide_enough = pl.col("high") - pl.col("low") > _WIDEST_TOLD
        rows = placed.filter(pl.col("indicator") == id, wide_enough).join(
            shares, on=["value", "low", "high"], how="left"
        )
        parts.append(_windows(rows, MEANINGS[id].part, id, "part_least", "part_most"))
        if MEANINGS[id].whole:
            parts.append(_windows(rows, MEANINGS[id].whole, id, "whole_least", "whole_most"))
    for id, scale in _RATES.items():
        rows = placed.filter(indicator=id)
        ends = [((pl.col("value") + half) * pl.col("denominator") / scale) for half in (-0.0501, 0.0501)]
        rows = rows.with_columns(rate_least=ends[0].ceil(), rate_most=ends[1].floor())
        parts.append(_windows(rows, MEANINGS[id].part, id, "rate_least", "rate_most"))
    return pl.concat(parts).filter(
        (pl.col("series") == "wide") | (pl.col("count") != "stock") | (pl.col("breakdown") != "total")
    )


def _windows(rows: pl.DataFrame, count: str, id: str, least: str, most: str) -> pl.DataFrame:
    meaning, in_group = MEANINGS[id], pl.col("breakdown") != "total"
    months = (
        pl.when(pl.col("indicator").is_in(["inflow_count", "outflow_count"])).then("length").otherwise(meaning.months)
    )
    monthly = pl.col("indicator").is_in(["inflow_count", "outflow_count"]) & (pl.col("length") == 1)
    unit = pl.when(in_group).then(pl.lit("y")).when(monthly).then(pl.lit("m")).otherwise(pl.lit(meaning.unit))
    size = unit.replace_strict({"m": 1, "q": 3, "y": 12}, return_dtype=pl.Int32)
    named = pl.lit(count)
    if count == "working_age":
        named = pl.when(pl.col("breakdown") == "sex").then(pl.lit("stock")).otherwise(pl.lit(count))
    if id == "inflow_rate":
        named = pl.when(pl.col("breakdown") == "age").then(pl.lit("inflow_working_age")).otherwise(pl.lit(count))
    last = pl.col("end") // size
    return rows.select(
        "city", "breakdown", "group", series="variant", unit=unit, count=named,
        first=(last - (months // size).clip(1) + 1).cast(pl.Int32), last=last.cast(pl.Int32),
        least=pl.col(least).cast(pl.Int64), most=pl.col(most).cast(pl.Int64), rounded=pl.col(least).cast(pl.Int64),
    ).select(*STATEMENT, "least", "most", "rounded")  # fmt: skip


def _table_of_shares() -> pl.DataFrame:
    """Which counts give a share and Wilson's interval of two decimals."""
    n = np.repeat(np.arange(10, _LARGEST_WHOLE + 1), np.arange(10, _LARGEST_WHOLE + 1) + 1)
    x = np.concatenate([np.arange(size + 1) for size in range(10, _LARGEST_WHOLE + 1)])
    spread = _Z * np.sqrt(_Z**2 + 4 * x * (1 - x / n))
    low, high = ((2 * x + _Z**2 + sign * spread) / (2 * (n + _Z**2)) for sign in (-1, 1))
    table = pl.DataFrame({"value": x / n, "low": np.maximum(low, 0), "high": np.minimum(high, 1), "x": x, "n": n})
    shown = table.with_columns(pl.col("value", "low", "high").round(2))
    return shown.group_by("value", "low", "high").agg(
        part_least=pl.col("x").min(), part_most=pl.col("x").max(),
        whole_least=pl.col("n").min(),
        whole_most=pl.when(pl.col("n").max() == _LARGEST_WHOLE).then(FAR).otherwise(pl.col("n").max()),
    ).with_columns(part_most=pl.when(pl.col("whole_most") == FAR).then(FAR).otherwise("part_most"))  # fmt: skip


def _single(counts: pl.DataFrame, own: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What is printed of single counts."""
    shown = own.filter(pl.col("first") == pl.col("last"), pl.col("least").is_not_null(), pl.col("most").is_not_null())
    ends = shown.with_columns(period="last").group_by(COUNT).agg(pl.col("least").max(), pl.col("most").min())
    beside = counts.join(ends.filter(pl.col("least") <= pl.col("most")), on=COUNT, how="left", maintain_order="left")
    return beside["least"].fill_null(0).to_numpy().copy(), beside["most"].fill_null(FAR).to_numpy().copy()


def _of_all(counts: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    shown = told.filter(pl.col("rounded").is_not_null(), pl.col("first") == pl.col("last"), city=POOL)
    keys = [name for name in COUNT if name != "city"]
    numbered_counts = counts.with_row_index("id").select(*keys, pl.col("id").cast(pl.Int64))
    rows = shown.with_row_index("place").with_columns(period="last").join(numbered_counts, on=keys)
    complete = rows.filter(pl.len().over("place") == counts["city"].n_unique())
    sums = complete.select(
        rule=pl.format("all|{}", "place"), id="id", coefficient=pl.lit(1, pl.Int64), least="least", most="most"
    )
    months = (
        counts.with_row_index("id")
        .filter(unit="m", breakdown="total")
        .filter(pl.col("count").is_in(["inflow", "outflow"]))
    )
    quarters = (
        counts.with_row_index("id")
        .filter(unit="q", breakdown="total")
        .filter(pl.col("count").is_in(["inflow", "outflow"]))
    )
    by = ["city", "series", "count", "quarter"]
    both = pl.concat([
        months.with_columns(quarter=pl.col("period") // 3, coefficient=pl.lit(1, pl.Int64)),
        quarters.with_columns(quarter="period", coefficient=pl.lit(-1, pl.Int64)),
    ])  # fmt: skip
    full = both.filter(pl.len().over(by) == 4)
    nothing = pl.lit(0, pl.Int64)
    of_months = full.select(rule=pl.concat_str(pl.lit("months"), *by, separator="|"), id=pl.col("id").cast(pl.Int64),
                            coefficient="coefficient", least=nothing, most=nothing)  # fmt: skip
    return pl.concat([sums, of_months])


def _chains(counts: pl.DataFrame, own: pl.DataFrame) -> tuple[Chains, ...]:
    key = ["city", "series", "breakdown", "group", "unit", "count"]
    names = (
        own.select(key).unique(maintain_order=True).with_row_index("chain").with_columns(pl.col("chain").cast(pl.Int64))
    )
    of_count = counts.join(names, on=key, how="left", maintain_order="left")["chain"].fill_null(-1).to_numpy()
    windows = own.filter(pl.col("least").is_not_null(), pl.col("most").is_not_null()).join(names, on=key)
    window = windows.select("chain", "first", "last", "least", "most").to_numpy().astype(np.int64)
    return chains_of(of_count, counts["period"].to_numpy(), window)
