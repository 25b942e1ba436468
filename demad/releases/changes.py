"""What a release says otherwise than an earlier one did, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from demad.quantities import POOLED
from demad.tables.figures import FIGURE_KEY


def changed(published: pl.DataFrame, released: pl.DataFrame) -> pl.DataFrame:
    """The released figures that now have another value, or are hidden or shown otherwise.

    Parameters
    ----------
    published
        PUBLISHED_VALUE as it is now, up to the released period.
    released
        PUBLISHED_VALUE as last released.

    Returns
    -------
    Key, ``before`` and ``after``, sorted by key; a hidden or missing value is null.
    """
    now = published.select(*FIGURE_KEY, after="value", now="status")
    both = released.join(now, on=FIGURE_KEY, how="left", maintain_order="left")
    differs = pl.col("value").ne_missing(pl.col("after")) | (
        (pl.col("status") == "suppressed") != (pl.col("now") == "suppressed").fill_null(False)
    )
    return both.filter(differs).select(*FIGURE_KEY, before="value", after="after").sort(FIGURE_KEY)


def reason_of(given: str, names: Mapping[str, str]) -> Callable[[str], str]:
    """Why the figures of a city changed: the reason that was given, or that the city delivered anew."""

    def why(city: str) -> str:
        if given:
            return given
        return (
            "Nieuwe gegevens van een of meer steden."
            if city == POOLED
            else f"Nieuwe gegevens van {names.get(city, city)}."
        )

    return why


def as_json(changed: pl.DataFrame, why: Callable[[str], str]) -> list[dict]:
    """Changed figures as `changes.json` lists them; a hidden value is null."""
    return [{**row, "reason": why(row["city"])} for row in changed.iter_rows(named=True)]
