"""Released figures that are gone: told once, by the first release without them. Not here: figures that changed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from demad.releases.agreement import disagreement
from demad.releases.figures import up_to
from demad.releases.files import FIGURES, figures_in, whole_figures
from demad.releases.withdrawals import in_force, manifests, period_of, released_names
from demad.tables.figures import FIGURE_KEY


def without_told(root: Path, released: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Released figures without those that are gone now and already were in what readers have.

    The ledger keeps no row of a figure that is gone, so a comparison with it finds the figure missing for ever. What
    readers have of a figure is the last release in force that reaches its period.

    Parameters
    ----------
    released
        PUBLISHED_VALUE, or RELEASED: then only a release that is later than that of the row can have told it.
    published
        Current PUBLISHED_VALUE.

    Raises
    ------
    StorageFailed
        D-356: the figures of a release that decides are gone or damaged.
    """
    gone = released.join(published, on=FIGURE_KEY, how="anti")
    order, told, hashes = released_names(root), gone.clear(), manifests(root)
    for name in reversed(in_force(root)):
        period, folder = period_of(name), root / "publication" / name
        if gone.is_empty():
            break
        if not period:
            continue
        if not whole_figures(folder, hashes[name]):
            raise disagreement(f"{name}/{FIGURES} is weg of gewijzigd")
        shown = figures_in(folder, hashes[name])
        if shown is None:  # of a version with other columns
            continue
        reached = up_to(gone, period)
        lacking = reached.join(shown, on=FIGURE_KEY, how="anti")
        if "release" in lacking.columns:
            lacking = lacking.filter(pl.col("release").is_in(order[: order.index(name)]))
        told = pl.concat([told, lacking])
        gone = gone.join(reached, on=FIGURE_KEY, how="anti")
    return released.join(told, on=FIGURE_KEY, how="anti", maintain_order="left")
