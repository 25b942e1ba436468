"""What a release may say: released figures as they were, unless they are revised with a reason."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from demad.tables.figures import FIGURE_KEY, PUBLISHED_VALUE

_TABLE = ["variant", "indicator", "breakdown", "period"]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The figures of a release, and those that changed since they were released.

    ``changed``: key, ``before``, ``after``; with a reason they are in ``published``, without they wait.
    """

    published: pl.DataFrame
    changed: pl.DataFrame


def frozen(published: pl.DataFrame, released: pl.DataFrame, *, revised: bool) -> Frozen:
    """Keep every released table as it was, unless this is a revision; figures that are gone stay.

    A table with one changed figure is kept as a whole, so that its sums go on holding.

    Parameters
    ----------
    published
        PUBLISHED_VALUE as it would be now, up to the released period.
    released
        PUBLISHED_VALUE as last released.
    revised
        Whether a reason was given to change what was released.
    """
    now = published.select(*FIGURE_KEY, after="value", now="status")
    both = released.join(now, on=FIGURE_KEY, how="inner", maintain_order="left")
    differs = pl.col("value").ne_missing(pl.col("after")) | (
        (pl.col("status") == "suppressed") != (pl.col("now") == "suppressed")
    )
    changed = both.filter(differs).select(*FIGURE_KEY, before="value", after="after").sort(FIGURE_KEY)
    kept = released if not revised else released.join(now, on=FIGURE_KEY, how="anti")
    if not revised:
        touched = changed.select(_TABLE).unique()
        kept = pl.concat(
            [released.join(touched, on=_TABLE, how="semi"), released.join(now, on=FIGURE_KEY, how="anti")]
        ).unique(FIGURE_KEY, maintain_order=True)
    rest = published.join(kept, on=FIGURE_KEY, how="anti")
    whole = pl.concat([rest, kept.select(rest.columns)]).sort(FIGURE_KEY)
    return Frozen(PUBLISHED_VALUE.check(whole), changed)


def as_json(changed: pl.DataFrame, reason: str) -> list[dict]:
    """Changed figures as `changes.json` lists them; a hidden value is null."""
    return [{**row, "reason": reason} for row in changed.iter_rows(named=True)]
