"""Combine groups that are published together, and sum age bands for quantities of the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from demad.tables.schema import Table


def folded(
    rows: pl.DataFrame, folds: Mapping[str, Mapping[str, str]], table: Table, key: Sequence[str]
) -> pl.DataFrame:
    """Sum the rows of groups that are combined.

    Parameters
    ----------
    rows
        Columns ``breakdown``, ``group``, the other columns of ``key`` and every count of ``table``.
    folds
        Per breakdown the combined group of a group; other groups keep their name.

    Returns
    -------
    One row per new key, sorted by key; the columns of ``table``.
    """
    group = pl.col("group")
    for breakdown, names in folds.items():
        renamed = pl.col("group").replace(dict(names))
        group = pl.when(pl.col("breakdown") == breakdown).then(renamed).otherwise(group)
    counts = rows.with_columns(group=group).group_by(list(key)).agg(pl.col(table.counts).sum())
    return counts.select(list(table.columns)).sort(table.key)


def of_age_rows(rows: pl.DataFrame, cell: Sequence[str], count: str, **bands: Sequence[str]) -> pl.DataFrame:
    """Sum one count over age bands, one row per ``cell``: for quantities of the total that depend on age."""
    ages = rows.filter(breakdown="age")
    return ages.group_by(list(cell)).agg(
        pl.col(count).filter(pl.col("group").is_in(list(names))).sum().alias(name) for name, names in bands.items()
    )
