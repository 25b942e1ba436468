"""Append-only ledger of every figure ever released, because released figures stay public for ever."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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


def remember(root: Path, release: str, published: pl.DataFrame, *, recorded: Collection[str] | None = None) -> None:
    """Append the figures of a release that are new or changed, before the release becomes visible.

    Rows of a release that never became visible, because its process died, are removed first.

    Parameters
    ----------
    recorded
        The releases that the audit trail knows; of others nothing was published. None: all but this one.
    """
    earlier = ever_released(root).filter(pl.col("release") != release)
    if recorded is not None:
        earlier = earlier.filter(pl.col("release").is_in(list(recorded)))
    ledger = _with(earlier, release, published)
    Store(root).commit(NAME, {TABLE: RELEASED.check(ledger)}, {"release": release, ROWS: ledger.height})


def _with(earlier: pl.DataFrame, release: str, published: pl.DataFrame) -> pl.DataFrame:
    """RELEASED with the figures of one more release that are new or changed."""
    new = published.join(_last(earlier), on=list(PUBLISHED_VALUE.columns), how="anti", nulls_equal=True)
    number = earlier.select(pl.col("number").max().fill_null(0) + 1).item()
    rows = new.with_columns(release=pl.lit(release), number=pl.lit(number, dtype=pl.Int64))
    return pl.concat([earlier, rows.select(list(RELEASED.columns))])


def fill(root: Path, published: Mapping[str, Callable[[], pl.DataFrame | None]]) -> None:
    """Write the ledger again from what it holds and, of releases without a row in it, from what they published.

    Parameters
    ----------
    published
        By release, oldest first: its figures (PUBLISHED_VALUE), None where they are not there.
    """
    before = ever_released(root)
    held = {name: before.filter(release=name) for name in before["release"].unique().to_list()}
    after = before.filter(~pl.col("release").is_in(list(published)))
    for name, figures in published.items():
        if name in held:
            after = pl.concat([after, held[name]])
        elif (frame := figures()) is not None:
            after = _with(after, name, frame)
    if not after.equals(before):
        last = after["release"].to_list()[-1] if after.height else ""
        Store(root).commit(NAME, {TABLE: RELEASED.check(after)}, {"release": last, ROWS: after.height})


def rows(root: Path) -> int:
    """How many rows the ledger has; it is only read where an earlier version wrote it."""
    facts = Store(root).facts(NAME)
    return int(facts[ROWS]) if ROWS in facts else ever_released(root).height


def _last(ledger: pl.DataFrame) -> pl.DataFrame:
    last = ledger.unique(FIGURE_KEY, keep="last", maintain_order=True)
    return PUBLISHED_VALUE.check(last.select(list(PUBLISHED_VALUE.columns)).sort(FIGURE_KEY))
