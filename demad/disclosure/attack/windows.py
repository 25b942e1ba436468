"""What windows that overlap say together: every quarter, a share over the last twelve months is printed again.

Two windows a quarter apart differ by one quarter that came and one that went. Quarters are no less than nobody and
every shown share bounds the sum of four of them: linear programs find how far a hidden window can still move
(`linprog`, HiGHS). Not here: rates over twelve months, which are only shown
where all their quarters or the whole year are; and what windows of several cities or indicators say together.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import polars as pl
from scipy.optimize import linprog

from demad.disclosure.attack.digits import Leak

_QUARTERS = 4
_HALF = 0.0025  # as sharp as for the sums over cities
_CHAIN = ("variant", "indicator", "city")


def overlapping(read: pl.DataFrame, threshold: int) -> tuple[Leak, ...]:
    """Shown windows that together bound a hidden count in another within fewer values than the threshold.

    Each that the proof needs is named. Every reader is taken to know exactly how many people each shown share is
    of; figures of different moments (kept as released, corrected since) that cannot all be true bound nothing.

    Parameters
    ----------
    read
        Of `reading.readable`: shares of whole cities over twelve months that end with a quarter.
    """
    step = pl.when(pl.col("indicator") == "activation_share").then(12).otherwise(1)
    windows = read.filter(
        pl.col("unit") == "share",
        pl.col("breakdown") == "total",
        pl.col("period").str.contains("Q"),
        ~pl.col("indicator").str.starts_with("dq_"),
        "computed",
    ).with_columns(
        pl.col("part", "rest", "size") / step,
        step=step,
        number=pl.col("period").str.slice(0, 4).cast(pl.Int32) * _QUARTERS
        + pl.col("period").str.slice(5).cast(pl.Int32),
    )
    found: list[Leak] = []
    for _, chain in windows.sort(*_CHAIN, "number").group_by(_CHAIN, maintain_order=True):
        rows = chain.to_dicts()
        for side in ("part", "rest"):
            found += _bounded(rows, side, threshold)
    return tuple(found)


def _bounded(rows: list[dict], side: str, threshold: int) -> Iterator[Leak]:
    secret = "secret" if side == "part" else "secret_rest"
    shown = [row for row in rows if row["printed"] is not None]
    sought = [row for row in rows if row[secret] and row["printed"] is None]
    if not shown or not sought:
        return
    first = rows[0]["number"] - _QUARTERS
    quarters = rows[-1]["number"] - first

    def window(row: dict) -> np.ndarray:
        ends = row["number"] - first
        return (np.arange(quarters) < ends) & (np.arange(quarters) >= ends - _QUARTERS)

    sums = np.array([window(row) for row in shown], dtype=float)
    share = np.array([row["printed"] if side == "part" else 1 - row["printed"] for row in shown])
    size = np.array([row["size"] for row in shown])
    least, most = ((share + sign * _HALF) * size for sign in (-1, 1))
    within, ends = np.vstack([sums, -sums]), np.concatenate([most, -least]) + 1e-6
    for row in sought:
        goal = window(row).astype(float)
        (low, below), (high, above) = (_furthest(sign * goal, within, ends) for sign in (1, -1))
        # A count is whole; a mean over a year counts in twelfths.
        step = row["step"]
        fewest, highest = np.ceil(low * step - 1e-4) / step, np.floor(-high * step + 1e-4) / step
        if np.isfinite(low) and highest - fewest < threshold:
            needed = np.logical_or.reduce((below | above).reshape(2, len(shown)))
            for other in itertools.compress(shown, needed.tolist()):
                names = [other[name] for name in ("variant", "indicator", "breakdown", "period")]
                yield Leak(*names, cell=f"{row['city']} {row['period']}", fewest=float(fewest), most=float(highest))


def _furthest(direction: np.ndarray, within: np.ndarray, ends: np.ndarray) -> tuple[float, np.ndarray]:
    """The least a sum can be, without end where nothing bounds it or nothing fits; and the bounds that say so."""
    found = linprog(direction, A_ub=within, b_ub=ends, method="highs")
    if found.status != 0:
        return -np.inf, np.zeros(len(ends), dtype=bool)
    return float(found.fun), found.ineqlin.marginals < 0
