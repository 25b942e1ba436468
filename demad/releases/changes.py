"""Released figures that a new release changes, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from demad.quantities import POOLED
from demad.releases.figures import OF_DELIVERY
from demad.tables.figures import FIGURE_KEY, PUBLISHED_VALUE
from demad.tables.terms import Status

CHANGES = "changes.json"
"""The file of a release with the released figures that it changed."""


def told_by(release: Path) -> list[dict[str, Any]]:
    """What a release told of figures that it changed, as rows of `with_reasons` and `since_withdrawn`; else empty."""
    file = release / CHANGES
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []


def changed(published: pl.DataFrame, released: pl.DataFrame) -> pl.DataFrame:
    """The released figures that now have another value or another status (hidden or shown).

    A missing figure counts as changed only if the definition is the same: a new version may have other groups. One of
    data quality never does: with each delivery those go on to another month.

    Parameters
    ----------
    published
        Current PUBLISHED_VALUE, up to the released period.
    released
        PUBLISHED_VALUE as last released.

    Returns
    -------
    Key, ``before`` and ``after`` (null if hidden or missing) and ``redefined`` (the version of the definition differs),
    sorted by key.
    """
    now = published.select(*FIGURE_KEY, after="value", now="status", version="definition")
    versions = published.select("indicator", current="definition").unique("indicator")
    both = released.join(now, on=FIGURE_KEY, how="left", maintain_order="left").join(
        versions, on="indicator", how="left", maintain_order="left"
    )
    hides = (pl.col("status") == Status.SUPPRESSED) != (pl.col("now") == Status.SUPPRESSED).fill_null(False)
    moves_on = pl.col("indicator").str.starts_with(OF_DELIVERY)
    gone = pl.col("now").is_null() & ((pl.col("definition") != pl.col("current")).fill_null(False) | moves_on)
    differs = (pl.col("value").ne_missing(pl.col("after")) | hides) & ~gone
    return (
        both.with_columns(redefined=(pl.col("definition") != pl.col("version")).fill_null(False))
        .filter(differs)
        .select(*FIGURE_KEY, "redefined", before="value", after="after")
        .sort(FIGURE_KEY)
    )


def since_withdrawn(published: pl.DataFrame, retracted: pl.DataFrame) -> list[dict[str, Any]]:
    """Figures of withdrawn releases that now are otherwise, as rows of `CHANGES` with ``withdrawn``: the release.

    Parameters
    ----------
    published
        Current PUBLISHED_VALUE, up to the released period.
    retracted
        RELEASED: the figures that readers last saw in a release that was withdrawn.
    """
    different = changed(published, retracted.select(list(PUBLISHED_VALUE.columns)))
    where = retracted.select(*FIGURE_KEY, withdrawn="release")
    told = different.join(where, on=FIGURE_KEY, how="left", maintain_order="left")
    return [
        {
            **{name: row[name] for name in (*FIGURE_KEY, "before", "after", "withdrawn")},
            "reason": f"Stond in release {row['withdrawn']}, die ingetrokken is.",
        }
        for row in told.iter_rows(named=True)
    ]


def with_reasons(changed: pl.DataFrame, given: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Changed figures as rows of `CHANGES`, each with its reason; a hidden value is null.

    Parameters
    ----------
    changed
        Result of `changed`.
    given
        The reason that a person gave; if empty, the reason names the new definition or the city whose figures changed.
    names
        Display name of each city.
    """

    def why(row: Mapping[str, object]) -> str:
        if given:
            return given
        if row["redefined"]:
            return "Nieuwe definitie: aantallen worden nu afgerond."
        whose = "een of meer steden" if row["city"] == POOLED else names.get(str(row["city"]), str(row["city"]))
        return f"Nieuwe gegevens van {whose}."

    return [
        {**{name: row[name] for name in (*FIGURE_KEY, "before", "after")}, "reason": why(row)}
        for row in changed.iter_rows(named=True)
    ]
