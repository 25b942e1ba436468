"""What readers have of figures that were released before: what a new release is compared with.

The ledger knows what was said last of each figure, in whichever release. Not here: what changed (`changes`).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from demad.releases.agreement import disagreement
from demad.releases.figures import up_to
from demad.releases.files import FIGURES, figures_in, whole_figures
from demad.releases.withdrawals import by_period, in_force, manifests, period_of, released_names
from demad.tables.figures import FIGURE_KEY
from demad.tables.months import last_month


def as_readers_have(root: Path, released: pl.DataFrame, period: str) -> pl.DataFrame:
    """PUBLISHED_VALUE: released figures as the last release in force has them that ends in or before a period.

    That is the release that a new one of this period takes the place of. An older period that was released in between
    may have told a change that its readers never saw. What it has not, or cannot be read of it, is as last released.

    Parameters
    ----------
    released
        PUBLISHED_VALUE as last released.
    """
    told, end = manifests(root), last_month(period)
    names = [name for name in by_period(in_force(root)) if (own := period_of(name)) and last_month(own) <= end]
    shown = figures_in(root / "publication" / names[-1], told[names[-1]]) if names else None
    if shown is None:
        return released
    return pl.concat([shown, released.join(shown, on=FIGURE_KEY, how="anti")]).sort(FIGURE_KEY)


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
        if gone.is_empty() or name == order[0]:  # the first one had nothing to tell as gone
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
