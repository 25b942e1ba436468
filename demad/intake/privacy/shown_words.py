"""Select the words of a file that the city's own screen may show, because they certainly identify nobody."""

from __future__ import annotations

import re

import polars as pl

from demad.intake.privacy.identifiers import kinds_in
from demad.intake.privacy.person_names import listed_names

SHOWN_FROM = 10  # a word in fewer rows may describe one person
_LONGEST, _DIGITS, _WORDS = 40, 3, 60
_MARKED = re.compile(r"[@\d][^\s]*[-_][^\s]*\d|[A-Za-z]+[-_]?\d{3,}")  # looks like a pseudonym or a file number


def shown(words: pl.DataFrame, *, at_least: int = SHOWN_FROM) -> list[tuple[str, int]]:
    """Return the words that may be shown with their rows, most frequent first; at most 60.

    Parameters
    ----------
    words
        ``word`` and ``rows``; case is ignored.
    at_least
        Least number of rows of a word.
    """
    counted = (
        words.drop_nulls()
        .group_by(pl.col("word").str.to_lowercase())
        .agg(pl.col("rows").sum())
        .filter((pl.col("rows") >= at_least) & (pl.col("word").str.len_chars() <= _LONGEST))
        .sort(["rows", "word"], descending=[True, False])
    )
    return [(word, rows) for word, rows in counted.iter_rows() if not _could_be_somebody(word)][:_WORDS]


def _could_be_somebody(word: str) -> bool:
    digits = sum(letter.isdigit() for letter in word)
    return (
        digits > _DIGITS
        or _MARKED.search(word) is not None
        or any(True for _ in kinds_in(word))
        or not listed_names().isdisjoint(re.split(r"[^a-z]+", word))
    )
