"""Which words of a file may be shown on the city's own screen: those of which it is certain that they name nobody."""

from __future__ import annotations

import re

import polars as pl

from demad.intake.privacy.identifiers import kinds_in
from demad.intake.privacy.person_names import listed_names

SHOWN_FROM = 10  # a word that stands in fewer rows may be somebody's story
_LONGEST, _DIGITS, _WORDS = 40, 3, 60
_MARKED = re.compile(r"[@\d][^\s]*[-_][^\s]*\d|[A-Za-z]+[-_]?\d{3,}")  # as a pseudonym or a number of a file is


def shown(words: pl.DataFrame, *, at_least: int = SHOWN_FROM) -> list[tuple[str, int]]:
    """The words that may be shown with their rows, most frequent first; at most 60.

    Parameters
    ----------
    words
        ``word`` and ``rows``; words that differ in capitals alone are one.
    at_least
        Rows in which a word must stand.
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
