"""What the digits of a shown figure say: which numerators and denominators fit its value and its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.disclosure.attack.sums import more_than_main

_LEVEL = 1.959963984540054
_MOST = 3000
# A shown figure, the hidden count it would repeat, and its scale.
_REPEATS = (
    ("caseload_rate", "caseload_stock", 1000.0),
    ("inflow_rate", "inflow_count", 1000.0),
    ("outflow_rate", "outflow_count", 100.0),
    ("outflow_oe", "outflow_count", 1.0),
)


_NAMES = ("variant", "indicator", "breakdown", "period", "city", "group")


@dataclass(frozen=True, slots=True)
class Leak:
    """A shown figure whose digits bound a hidden count: ``fewest`` to ``most``."""

    variant: str
    indicator: str
    breakdown: str
    period: str
    cell: str
    fewest: float
    most: float


def fitting(value: float, low: float, high: float, *, digits: int = 2, most: int = _MOST) -> list[tuple[int, int]]:
    """Every (d, n) whose share and Wilson interval are printed so; n up to ``most``."""
    n = np.arange(1, most + 1)[:, None]
    half = 0.5 * 10.0**-digits + 1e-9
    first = np.maximum(0, np.ceil((value - half) * n)).astype(int)
    width = int(np.ceil(2 * half * most)) + 1
    d = first + np.arange(width)[None, :]
    inside = d <= np.minimum(n, np.floor((value + half) * n + 1e-9))
    square = _LEVEL**2
    root = _LEVEL * np.sqrt(np.maximum(0.0, square + 4 * d * (1 - d / n)))
    ends = [(2 * d + square + side * root) / (2 * (n + square)) for side in (-1, 1)]
    fits = inside & (np.abs(ends[0] - low) <= half) & (np.abs(ends[1] - high) <= half)
    at = np.nonzero(fits)
    return [(int(d[row, column]), int(row) + 1) for row, column in zip(*at, strict=True)]


def leaks(read: pl.DataFrame, threshold: int) -> tuple[Leak, ...]:
    """Shown figures that bound a hidden count, or those outside a rate, within fewer values than the threshold."""
    found = _small(read, threshold)
    cell = ["variant", "city", "breakdown", "group", "period"]
    whole = ~pl.col("period").str.contains("Q")
    hidden = read.filter(~pl.col("shown"), pl.col("unit").is_in(["persons", "spells"]), whole).with_columns(
        period=pl.when(pl.col("period").str.len_chars() == 4).then(pl.col("period") + "Q4").otherwise("period")
    )
    for id, count, scale in _REPEATS:
        shown = read.filter(pl.col("indicator") == id, pl.col("printed").is_not_null())
        same = shown.join(hidden.filter(indicator=count).select(*cell), on=cell, how="inner")
        found += _narrow(same, pl.lit(0.0), scale, threshold)
    stock = read.filter(pl.col("indicator") == "caseload_stock", pl.col("shown"), pl.col("breakdown") == "total")
    rates = read.filter(
        pl.col("indicator") == "caseload_rate", pl.col("breakdown") == "total", pl.col("printed").is_not_null()
    ).join(stock.select("variant", "city", "period", everybody="part"), on=["variant", "city", "period"])
    outside = pl.col("everybody") - pl.col("part")
    few = rates.filter(outside > 0, outside < threshold)
    found += _narrow(few, pl.col("everybody"), 1000.0, threshold)
    return tuple(found)


def _small(read: pl.DataFrame, threshold: int) -> list[Leak]:
    """Figures that are shown and are, or rest on, a small count; the second series by what it has more."""
    shown = read.filter(pl.col("printed").is_not_null(), ~pl.col("indicator").str.starts_with("dq_"))
    # What stays as it was released before a correction does not show the truth.
    true = (pl.col("printed") - pl.col("truth")).abs() <= 0.5
    counts = shown.filter(pl.col("unit").is_in(["persons", "spells"]), pl.col("indicator") != "net_flow", true)
    mean = pl.col("indicator") == "activation_share"
    same = (pl.col("printed") - pl.col("truth").round(2)).abs() < 0.001
    shares = shown.filter(pl.col("unit") == "share", same).with_columns(
        part=pl.col("part") / pl.when(mean).then(12).otherwise(1)
    )
    few = [pl.col(name).is_between(1 / 12, threshold - 1 / 12) for name in ("part", "rest")]
    second = more_than_main(counts.with_columns(secret=pl.lit(False))).filter("shown")
    rows = pl.concat(
        [
            part.filter(test).select(*_NAMES, "part")
            for part, test in ((counts, few[0]), (shares, few[0] | few[1].fill_null(False)), (second, few[0]))
        ],
        how="vertical_relaxed",
    )
    return [_leak(row, row["part"], row["part"]) for row in rows.iter_rows(named=True)]


def _narrow(figures: pl.DataFrame, whole: pl.Expr, scale: float, threshold: int) -> list[Leak]:
    """Figures whose printed value leaves fewer than ``threshold`` counts, or rests of a whole above 0."""
    half = pl.when(pl.col("low").is_null()).then(_step()).otherwise(0.05 if scale > 1 else 0.005)
    ends = [((pl.col("printed") + side * half) * pl.col("size") / scale) for side in (-1, 1)]
    is_rest = whole > 0
    bounded = figures.with_columns(
        fewest=pl.when(is_rest).then(whole - ends[1]).otherwise(ends[0]).clip(0),
        most=pl.when(is_rest).then(whole - ends[0]).otherwise(ends[1]),
    )
    rows = bounded.filter((pl.col("most") - pl.col("fewest")) < threshold)
    return [_leak(row, row["fewest"], row["most"]) for row in rows.iter_rows(named=True)]


def _step() -> pl.Expr:
    """Half the coarsest step the printed value is a multiple of: what a reader may assume of it."""
    half = pl.lit(0.05)
    for step in (0.5, 1.0, 2.0, 5.0):
        multiple = ((pl.col("printed") / step) - (pl.col("printed") / step).round()).abs() < 1e-9
        half = pl.when(multiple).then(step / 2).otherwise(half)
    return half


def _leak(row: dict, fewest: float, most: float) -> Leak:
    names = [row[name] for name in _NAMES[:4]]
    return Leak(*names, cell=f"{row['city']} {row['group']}", fewest=fewest, most=most)
