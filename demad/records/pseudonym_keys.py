"""Which key made a pseudonym: its form says so. Not here: keys, which only a city has (`demad.intake.pseudonyms`)."""

from __future__ import annotations

import polars as pl

_OURS = r"^p1-([a-z2-7]{4})-[a-z2-7]{26}$"


def key_id_of(pseudonym: str) -> str:
    """Identifier of the key that made a pseudonym; empty if another tool made it."""
    return key_ids_in(pl.Series([pseudonym])).pop()


def key_ids_in(pseudonyms: pl.Series) -> set[str]:
    """Identifiers of the keys that made these pseudonyms; empty text for another tool; null has none."""
    texts = pseudonyms.cast(pl.String).drop_nulls().unique()
    return set(texts.str.extract(_OURS).fill_null("").unique())
