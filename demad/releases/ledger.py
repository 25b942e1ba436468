"""Append-only ledger of every figure ever released, because released figures stay public for ever."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from demad.store import Store
from demad.tables.figures import FIGURE_KEY, PUBLISHED_VALUE, RELEASED

NAME, TABLE = "released", "figures"
ROWS = "rows"  # the fact that counts them


def released_figures(root: Path) -> pl.DataFrame:
    """PUBLISHED_VALUE: the last released version of each figure; empty before the first release."""
    return _last(ever_released(root))


def ever_released(root: Path) -> pl.DataFrame:
    """RELEASED: one row each time a figure was new or changed, oldest first."""
    store = Store(root)
    return store.read(NAME, TABLE) if store.current(NAME) else RELEASED.empty()


def remember(root: Path, release: str, published: pl.DataFrame) -> None:
    """Append the figures of a release that are new or changed, before the release becomes visible.

    Rows of an earlier release with the same name that never became visible, because its process died, are removed
    first.
    """
    earlier = ever_released(root).filter(pl.col("release") != release)
    known = _last(earlier)
    new = published.join(known, on=list(PUBLISHED_VALUE.columns), how="anti", nulls_equal=True)
    number = earlier.select(pl.col("number").max().fill_null(0) + 1).item()
    rows = new.with_columns(release=pl.lit(release), number=pl.lit(number, dtype=pl.Int64))
    ledger = pl.concat([earlier, rows.select(list(RELEASED.columns))])
    Store(root).commit(NAME, {TABLE: RELEASED.check(ledger)}, {"release": release, ROWS: ledger.height})


def rows(root: Path) -> int:
    """How many rows the ledger has; it is only read where an earlier version wrote it."""
    facts = Store(root).facts(NAME)
    return int(facts[ROWS]) if ROWS in facts else ever_released(root).height


def _last(ledger: pl.DataFrame) -> pl.DataFrame:
    last = ledger.unique(FIGURE_KEY, keep="last", maintain_order=True)
    return PUBLISHED_VALUE.check(last.select(list(PUBLISHED_VALUE.columns)).sort(FIGURE_KEY))
