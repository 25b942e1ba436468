"""A sheet of a workbook as a plain table, and the words of its columns and of the status of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from demad.reporting.words import words

Cell = str | float | int | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. ``figures``: the columns written in the number format of the row's unit."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    units: Sequence[str] = ()
    figures: tuple[str, ...] = ()


def column_words(*keys: str) -> tuple[str, ...]:
    """The words of columns, by their keys."""
    return tuple(words(f"workbook.column_{key}") for key in keys)


def status_word(status: str) -> str:
    """The word for the status of a figure."""
    return words(f"workbook.status_{status}")
