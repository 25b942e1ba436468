"""Propose a city file: match headers to columns and words to codes by similarity. A person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from demad.intake.contract.conform import judgement
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.header_matching import Matched, doubtful, matched
from demad.intake.contract.words import EMPTY, Words, words_of
from demad.intake.privacy.shown_words import shown
from demad.intake.reading.dictionary_encoding import texts_of
from demad.intake.reading.table import BLANK, Reading, plain
from demad.reference.cities import City

SHOWN_FROM = 3  # rows: a word in fewer rows may describe one person
_ALIKE = 0.72


@dataclass(frozen=True, slots=True)
class WordProposal:
    """Words in one column of codes that could not be mapped.

    Parameters
    ----------
    likely
        Word -> (code, rows), proposed by similarity.
    doubtful
        Word -> (nearest code, rows), for words that resemble no known word.
    hidden
        Rows with words that are not shown: rare, long, or possibly about a person.
    """

    likely: Mapping[str, tuple[str, int]]
    doubtful: Mapping[str, tuple[str, int]]
    hidden: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What `demad init` proposes for one dataset of a city.

    Parameters
    ----------
    aliases
        Delivered header -> contract column, for headers that differ from the column's own name.
    by_content
        The headers that were matched by their cells alone.
    ignore
        Headers that are certainly no column of the contract.
    doubtful
        Unknown headers of columns that hold dates or resemble a column (named here): a person must decide on each.
    missing
        Required columns without a header.
    words
        Per column of codes: its words that could not be mapped.
    """

    dataset: str
    aliases: Mapping[str, str]
    by_content: frozenset[str]
    ignore: tuple[str, ...]
    doubtful: Mapping[str, str]
    missing: tuple[str, ...]
    words: Mapping[str, WordProposal]
    notes: tuple[str, ...] = ()


def propose(reading: Reading, dataset: str, city: City, cities: Sequence[City]) -> Proposal:
    """Match the headers and words of a file with those of the contract."""
    found = matched(reading, dataset, city, cities)
    ignored = {plain(name) for name in city.ignore}
    strange = [h for h in reading.columns if h not in found.columns and plain(h) not in ignored]
    doubts = doubtful(reading, dataset, city, cities, found)
    required = [*DATASETS[dataset].required, *(["einde"] if dataset == "leefloon" and not city.no_end_column else [])]
    return Proposal(
        dataset,
        {header: column for header, column in found.columns.items() if plain(header) != plain(column)},
        found.by_content,
        tuple(header for header in strange if header not in doubts),
        {header: column for header, column in doubts.items() if header in strange},
        tuple(name for name in required if name not in found.columns.values()),
        _words(reading, dataset, city, found),
        reading.notes,
    )


def _words(reading: Reading, dataset: str, city: City, found: Matched) -> dict[str, WordProposal]:
    proposals = {}
    for header, column in found.columns.items():
        field = DATASETS[dataset].fields[column]
        if field.kind in ("code", "stop_reason", "boolean"):
            lost = _lost(reading, header, dataset, column, city)
            if lost.height:
                proposals[column] = _proposed(lost, words_of(dataset, column, field, city))
    return proposals


def _lost(reading: Reading, header: str, dataset: str, column: str, city: City) -> pl.DataFrame:
    """Texts that were not understood: ``word`` and ``rows``."""
    cells = texts_of(reading.frame[header])
    judged = judgement(cells.each, reading, dataset, column, city).with_columns(cells.counts())
    word = cells.each.cast(pl.String).str.strip_chars(BLANK)
    return judged.with_columns(word=word).filter("lost").select("word", "rows")


def _proposed(lost: pl.DataFrame, words: Words) -> WordProposal:
    likely, doubtful = {}, {}
    for word, rows in shown(lost, at_least=SHOWN_FROM):
        near = words.nearest(word, 1, alike=_ALIKE)
        codes = near or words.nearest(word, 1) or [next(code for code in words.known.values() if code != EMPTY)]
        (likely if near else doubtful)[word] = (codes[0], rows)
    told = sum(rows for _, rows in (*likely.values(), *doubtful.values()))
    return WordProposal(likely, doubtful, int(lost["rows"].sum()) - told)
