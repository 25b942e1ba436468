"""What exact counts that were printed once tell of the offsets of their cells."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.disclosure.gate.cells import Cells
from demad.protection import ProtectedTables
from demad.tables.figures import FIGURE_KEY
from demad.tables.terms import FOLDED

_DECEMBER = 11
_PRINTED_EXACTLY = "1"
"""The version of definitions whose counts were printed as they were."""

_KEY = ["city", "breakdown", "group", "year"]
_APART = ("stocks", "years")
"""Tables whose cells have offsets of their own; all others share theirs."""
_PRINTED = {
    "caseload_stock": ("stocks", "stock"),
    "caseload_distinct_year": ("years", "persons"),
    "inflow_count": ("flows", "inflow"),
    "outflow_count": ("flows", "outflow"),
}


def known_counts(tables: ProtectedTables, printed: pl.DataFrame) -> pl.DataFrame:
    """Bound the offsets of cells of which a count was printed exactly, before counts were protected.

    An exact count u that is now rounded to p had u + offset in p .. p + base - 1.

    Parameters
    ----------
    tables
        Protected tables of all cities.
    printed
        Every figure as it was ever released (RELEASED, oldest first); those of the first definitions were exact.

    Returns
    -------
    ``city``, ``breakdown``, ``group``, ``year``, ``table`` (whose offset it is; "" of tables that share it),
    ``least_offset``, ``most_offset``; only cells of which something is known. What contradicts itself, because a
    count was corrected since, says nothing.
    """
    found = [_offsets(tables, printed, id, *where) for id, where in _PRINTED.items()]
    bounds = pl.concat(found).group_by(*_KEY, "table").agg(pl.col("least_offset").max(), pl.col("most_offset").min())
    return bounds.filter(pl.col("least_offset") <= pl.col("most_offset"))


def offset_bounds(cells: Cells, known: pl.DataFrame | None, base: int, table: str) -> tuple[np.ndarray, np.ndarray]:
    """Least and most offset of every place and group of some cells; 0 and base - 1 where nothing is known."""
    names = cells.names
    least = np.zeros((cells.places.height, len(names)), dtype=np.int64)
    most = np.full_like(least, base - 1)
    if known is None:
        return least, most
    places = cells.places.with_row_index("place")
    of_table = known.filter(breakdown=cells.breakdown, table=_family(table))
    for row in places.join(of_table, on=["city", "year"]).iter_rows(named=True):
        at = row["place"], names.index(row["group"])
        least[at], most[at] = row["least_offset"], row["most_offset"]
    return least, most


def _family(table: str) -> str:
    return table if table in _APART else ""


def _offsets(tables: ProtectedTables, printed: pl.DataFrame, id: str, table: str, column: str) -> pl.DataFrame:
    rounded = _rounded(tables[table].filter(variant="main"), table, column)
    group = pl.col("group")
    for breakdown, names in FOLDED.items():
        group = pl.when(pl.col("breakdown") == breakdown).then(pl.col("group").replace(names)).otherwise(group)
    yearly = pl.col("period").str.ends_with("-12") if table == "stocks" else pl.col("period").str.len_chars() == 4
    last = printed.filter(pl.col("definition") == _PRINTED_EXACTLY).unique(FIGURE_KEY, keep="last", maintain_order=True)
    exact = (
        last.filter(pl.col("indicator") == id, pl.col("variant") == "main", pl.col("breakdown") != "total", yearly)
        .with_columns(group=group, year=pl.col("period").str.slice(0, 4))
        .group_by(_KEY)
        .agg(count=pl.col("value").sum().cast(pl.Int64), hidden=pl.col("value").is_null().any())
        .filter(~pl.col("hidden"))
    )
    beside = rounded.join(exact, on=_KEY).with_columns(above=pl.col(column) - pl.col("count"))
    base = tables.base
    return beside.filter(pl.col("above").is_between(1 - base, base - 1)).select(
        *_KEY,
        table=pl.lit(_family(table)),
        least_offset=pl.max_horizontal(pl.col("above"), pl.lit(0, pl.Int64)),
        most_offset=pl.min_horizontal(pl.col("above") + base - 1, pl.lit(base - 1, pl.Int64)),
    )


def _rounded(rows: pl.DataFrame, table: str, column: str) -> pl.DataFrame:
    """The rounded count of every group and year."""
    if table == "stocks":
        rows = rows.filter(pl.col("month") % 12 == _DECEMBER).with_columns(year=(pl.col("month") // 12).cast(pl.String))
    elif "period" in rows.columns:
        rows = rows.with_columns(year="period")
    return rows.filter(pl.col("breakdown") != "total").select(
        "city", "breakdown", "group", column, year=pl.col("year").cast(pl.String)
    )
