"""The numbers of persons in a table, row by row. Not here: their pseudonyms.

Runs only in the child process that reads (`reading.worker`): no number leaves its memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.values import as_text
from demad.intake.pseudonyms.national_numbers import numbers_in
from demad.intake.pseudonyms.sources import PERSON, Source
from demad.intake.reading.dictionary_encoding import texts_of
from demad.intake.reading.places import locate_refusals
from demad.intake.reading.table import column_letters

INVALID_LIMIT = 0.25  # share of rows without a valid number above which the column holds something else


@dataclass(frozen=True, slots=True)
class Numbered:
    """Numbers of a table, per row: of the person now, of the person before, and whether the cell was filled."""

    now: pl.Series
    before: pl.Series
    invalid: int
    invalid_before: int
    filled: pl.Series


def numbers_of(source: Source) -> Numbered | None:
    """The numbers of a table; None for a dataset without persons.

    Raises
    ------
    DeliveryRefused
        D-265: there is no column of numbers, or it holds something else.
    """
    if PERSON not in DATASETS[source.dataset].fields:
        return None
    with locate_refusals(source.label):
        frame, roles = source.reading.frame, source.roles
        if roles.number is None:
            raise DeliveryRefused(
                "D-265",
                f"In {source.dataset} vinden we geen kolom met rijksregisternummers.",
                'Noem ze insz of rijksregisternummer, of zeg in het stadsbestand: "uw kop" = "persoon".',
            )
        now, filled = _numbers_in(frame[roles.number])
        empty = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
        before, filled_before = _numbers_in(frame[roles.old]) if roles.old else (empty, empty.is_not_null())
        taken = pl.select(pl.when(filled).then(now).otherwise(before)).to_series()
        known = filled | filled_before
        invalid = int((known & taken.is_null()).sum())
        if invalid > INVALID_LIMIT * int(known.sum()):
            raise DeliveryRefused(
                "D-265",
                f"In kolom {column_letters(source.reading.columns.index(roles.number) + 1)} zijn {invalid} van "
                f"{int(known.sum())} cellen geen geldig rijksregister- of BIS-nummer.",
                "Kijk na of dit de juiste kolom is. Staan er al pseudoniemen in, lever dan zonder --key.",
            )
        wrong_before = int((filled_before & before.is_null()).sum())
        return Numbered(taken, before, invalid, wrong_before, known)


def _numbers_in(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Valid numbers per row, and whether each cell is filled; judged once per distinct text."""
    seen = texts_of(cells)
    judged = numbers_in(seen.each)
    filled = seen.each.alias("cell").to_frame().select(filled=as_text("cell", seen.each.dtype).is_not_null())["filled"]
    return spread(seen.codes, judged), spread(seen.codes, filled)


def spread(codes: pl.Series | None, judged: pl.Series) -> pl.Series:
    """Results per distinct text for every row; a `Texts` would give its own column back where nothing changed."""
    return judged if codes is None else judged.gather(codes)


def changed_in(table: Numbered) -> Iterator[tuple[str, str]]:
    """Pairs of the old and the new number of who has another one than before."""
    pairs = pl.DataFrame({"old": table.before, "new": table.now}).drop_nulls().unique()
    yield from pairs.filter(pl.col("old") != pl.col("new")).iter_rows()
