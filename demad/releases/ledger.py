"""Append-only ledger of every figure ever released, because released figures stay public for ever."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

import polars as pl

from demad.releases.files import figures_in, whole_figures
from demad.releases.withdrawals import folder_with_figures, in_force, manifests, withdrawals
from demad.store import Store
from demad.tables.figures import FIGURE_KEY, PUBLISHED_VALUE, RELEASED

NAME, TABLE = "released", "figures"
ROWS = "rows"  # the fact that counts them


def released_figures(root: Path) -> pl.DataFrame:
    """PUBLISHED_VALUE: each figure as the last release that is not withdrawn has it; empty before the first one."""
    return _last(_without(ever_released(root), withdrawals(root)))


def withdrawn_figures(root: Path) -> pl.DataFrame:
    """RELEASED: figures that readers last saw in a release that was withdrawn since."""
    gone = list(withdrawals(root))
    last = ever_released(root).unique(FIGURE_KEY, keep="last", maintain_order=True)
    return RELEASED.check(last.filter(pl.col("release").is_in(gone)).sort(FIGURE_KEY))


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
    ledger = _with(earlier, release, published, withdrawals(root))
    Store(root).commit(NAME, {TABLE: RELEASED.check(ledger)}, {"release": release, ROWS: ledger.height})


def _with(earlier: pl.DataFrame, release: str, published: pl.DataFrame, gone: Collection[str]) -> pl.DataFrame:
    """RELEASED with the figures of one more release that are new or changed.

    Changed: since what readers saw last, or since what the last release in force has; ``gone`` are the withdrawn ones.
    """
    known = published
    for last in (_last(earlier), *((_last(_without(earlier, gone)),) if gone else ())):
        known = known.join(last, on=list(PUBLISHED_VALUE.columns), how="semi", nulls_equal=True)
    new = published.join(known, on=FIGURE_KEY, how="anti").join(
        earlier.filter(release=release), on=FIGURE_KEY, how="anti"
    )
    number = earlier.select(pl.col("number").max().fill_null(0) + 1).item()
    rows = new.with_columns(release=pl.lit(release), number=pl.lit(number, dtype=pl.Int64))
    return pl.concat([earlier, rows.select(list(RELEASED.columns))])


def _without(rows: pl.DataFrame, releases: Collection[str]) -> pl.DataFrame:
    return rows.filter(~pl.col("release").is_in(list(releases)))


def fill(root: Path, published: Mapping[str, Callable[[], pl.DataFrame | None]], *, gone: Collection[str] = ()) -> None:
    """Write the ledger again from what it holds and what releases published, where it does not hold that.

    It lacks releases without a row in it. A figure that a later release repeated from a withdrawn one has a row of the
    withdrawn one only; it gets one of the later release too, which is still in force.

    Parameters
    ----------
    published
        By release, oldest first: its figures (PUBLISHED_VALUE), None where they are not there.
    gone
        The withdrawn releases.
    """
    before = ever_released(root)
    held = {name: before.filter(release=name) for name in before["release"].unique().to_list()}
    after = before.filter(~pl.col("release").is_in(list(published)))
    withdrawn_before = False
    for name, figures in published.items():
        if name in held:
            after = pl.concat([after, held[name]])
        repeats = withdrawn_before and name not in gone
        if (name not in held or repeats) and (frame := figures()) is not None:
            after = _with(after, name, frame, gone)
        withdrawn_before = withdrawn_before or name in gone
    if not after.equals(before):
        last = after["release"].to_list()[-1] if after.height else ""
        Store(root).commit(NAME, {TABLE: RELEASED.check(after)}, {"release": last, ROWS: after.height})


def fill_from_published(root: Path, *, gone: Collection[str]) -> None:
    """`fill` from the files of every release that the audit trail knows, where these are the withdrawn ones.

    Figures that are gone or damaged are left out: a later call, after they were put back, adds them.
    """
    folders = {name: (folder_with_figures(root, name), hash) for name, hash in manifests(root).items()}
    fill(root, {name: partial(figures_in, folder, hash) for name, (folder, hash) in folders.items()}, gone=gone)


def damaged_figures(root: Path) -> list[str]:
    """The releases in force of which the figures are gone or are not those that were released, oldest first."""
    told = manifests(root)
    return [name for name in in_force(root) if not whole_figures(folder_with_figures(root, name), told[name])]


def rows(root: Path) -> int:
    """How many rows the ledger has; it is only read where an earlier version wrote it."""
    facts = Store(root).facts(NAME)
    return int(facts[ROWS]) if ROWS in facts else ever_released(root).height


def _last(ledger: pl.DataFrame) -> pl.DataFrame:
    last = ledger.unique(FIGURE_KEY, keep="last", maintain_order=True)
    return PUBLISHED_VALUE.check(last.select(list(PUBLISHED_VALUE.columns)).sort(FIGURE_KEY))
