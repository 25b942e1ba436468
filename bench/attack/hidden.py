"""What it tells that a figure is hidden: counts under the threshold, and shares of which the part must be small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from bench.attack.statements import COUNT, statements
from bench.attack.vocabulary import BASE, LARGEST_HIDDEN, MEANINGS

if TYPE_CHECKING:
    from bench.attack.pooled import Edition

LEAST_WHOLE, LEAST_REST = 30, 10
_BY_ITSELF = ("mean", "inflow", "outflow", "leavers")
_FOR_OTHERS = ("youth_share", "student_share", "cif_moved_12m")
"""Shares that may be hidden for what they say of a group or a cause, whatever their size."""
_WINDOW = ["city", "series", "breakdown", "group", "unit", "first", "last"]


@dataclass(frozen=True, slots=True)
class HiddenShares:
    """Hidden shares: the counts whose rounded sum is the part, and the whole as it is printed elsewhere.

    ``counts``: of all parts after each other; ``share``: of which share each is; ``whole``: by share.
    """

    counts: np.ndarray
    share: np.ndarray
    whole: np.ndarray

    def narrowed(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The most that counts can be, in units of the base, where the rest cannot be what is small: counts, most."""
        n = len(self.whole)
        most, least = (np.bincount(self.share, end[self.counts], minlength=n) for end in (high, low))
        small = (self.whole - BASE * most >= LEAST_REST)[self.share]
        others = least[self.share] - low[self.counts]
        return self.counts[small], (LEAST_REST // BASE - 1 - others)[small].astype(np.int64)


def with_most(read: pl.DataFrame, exact: pl.DataFrame) -> pl.DataFrame:
    """Add ``most``: what a hidden count can be at most, in units of the base; null where nothing says so."""
    counted = pl.col("count").is_in(_BY_ITSELF) & (pl.col("first") == pl.col("last")) | (pl.col("count") == "stock")
    small = pl.col("rounded").is_null() & counted & (pl.col("series") == "main")
    small = small & _not_barred(read) & ((pl.col("breakdown") == "total") | _of_shown_total(read, exact))
    of_total = (pl.col("count") == "stock") & (pl.col("unit") == "m")  # shown from 10 as it is, else 0 or 5
    largest = pl.when(of_total).then((LARGEST_HIDDEN + BASE - 1) // BASE).otherwise(LARGEST_HIDDEN // BASE)
    return read.with_columns(most=pl.when(small).then(largest))


def _of_shown_total(read: pl.DataFrame, exact: pl.DataFrame) -> pl.Series:
    """Whether the count of everybody is shown for that year: else its groups are hidden whatever their size."""
    totals = read.filter(pl.col("rounded") > LARGEST_HIDDEN, breakdown="total", series="main")
    months = exact.select("city", "month", count=pl.lit("stock"))
    by_year = months.group_by("city", year=(pl.col("month") // 12).cast(pl.Int32)).len().filter(pl.col("len") == 12)
    quarters = (pl.col("unit") == "q") & (pl.col("last") % 4 == 3) & (pl.col("last") - pl.col("first") == 3)
    years = (pl.col("unit") == "y") & (pl.col("first") == pl.col("last"))
    shown = pl.concat([
        totals.filter(quarters).select("city", "count", year=pl.col("last") // 4),
        totals.filter(years).select("city", "count", year="last"),
        months.filter(pl.col("month") % 12 == 11).select("city", "count", year=(pl.col("month") // 12).cast(pl.Int32)),
        by_year.select("city", pl.lit("mean").alias("count"), "year"),
    ]).unique()  # fmt: skip
    asked = read.select("city", "count", year="last")
    return asked.join(shown.with_columns(open=pl.lit(True)), on=asked.columns, how="left", maintain_order="left")[
        "open"
    ].fill_null(False)


def _not_barred(read: pl.DataFrame) -> pl.Series:
    """Whether something is shown that rests on the year of a group: else it may be hidden whatever its size.

    Stocks do not count: the change over a year shows that of the year before as well.
    """
    years = pl.int_ranges("first", pl.col("last") + 1, dtype=pl.Int32)
    shown = read.filter(pl.col("rounded").is_not_null(), pl.col("unit") == "y", pl.col("count") != "stock")
    place = ["city", "breakdown", "group"]
    seen = shown.select(*place, year=years).explode("year").unique().with_columns(seen=pl.lit(1))
    asked = read.with_row_index("row").select("row", *place, "unit", year=years).explode("year")
    found = asked.join(seen, on=[*place, "year"], how="left").with_columns(
        open=(pl.col("seen") == 1).fill_null(False) | (pl.col("unit") != "y")
    )
    return found.group_by("row").agg(pl.col("open").all()).sort("row")["open"]


def hidden_shares(editions: Sequence[Edition], counts: pl.DataFrame) -> HiddenShares:
    """Shares that are hidden while their whole is shown in another figure, and large enough.

    Then no year of the window is barred, and the part or the rest is under the threshold.
    """
    found = pl.concat([_of_edition(edition) for edition in editions]).with_row_index("share")
    span = pl.int_ranges("first", pl.col("last") + 1, dtype=pl.Int32)
    each = found.with_columns(period=span).explode("period")
    placed = each.join(counts.with_row_index("id").select(*COUNT, "id"), on=COUNT, how="left")
    complete = placed.filter(pl.col("id").is_not_null().all().over("share")).sort("share")
    share = complete["share"].rle_id().to_numpy().astype(np.int64)
    whole = complete.group_by("share", maintain_order=True).agg(pl.col("size").first())["size"].to_numpy()
    return HiddenShares(complete["id"].to_numpy().astype(np.int64), share, whole)


def _of_edition(edition: Edition) -> pl.DataFrame:
    shares = {
        id: meaning
        for id, meaning in MEANINGS.items()
        if meaning.whole and meaning.whole != "mean" and "{}" not in meaning.part and id not in _FOR_OTHERS
    }
    hidden = edition.figures.filter(pl.col("indicator").is_in(list(shares)), pl.col("status") == "suppressed")
    wholes = {meaning.part: meaning.whole for meaning in shares.values()}
    asked = statements(hidden.with_columns(pl.col("city") + edition.mark))
    parts = asked.filter(pl.col("count").is_in(list(wholes)), pl.col("series") == "main")
    parts = parts.with_columns(whole=pl.col("count").replace_strict(wholes, return_dtype=pl.String))
    told = edition.own.filter(pl.col("rounded") >= LEAST_WHOLE).select(*_WINDOW, whole="count", size="rounded")
    return parts.join(told, on=[*_WINDOW, "whole"]).select(*_WINDOW, "count", "size")
