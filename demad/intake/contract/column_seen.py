"""Statistics on how a delivered column was understood: counts per form and cause, dates, safe words. No cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from demad.intake.privacy.shown_words import shown
from demad.intake.reading.dictionary_encoding import Texts
from demad.intake.reading.table import BLANK

_MONTHS_ARE = 12  # a larger number cannot be a month
_NO_EVIDENCE = 1  # the first of a month is no evidence: rights begin on it, whatever the order of day and month


@dataclass(frozen=True, slots=True)
class FormSeen:
    """Dates of a column in one notation.

    Parameters
    ----------
    low
        Rows with day 2 to 12, which could also be a month.
    high
        Rows with a day above 12.
    """

    rows: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One delivered column.

    Parameters
    ----------
    header
        The delivered header; `name` is the contract's.
    rows, empty, lost
        All rows, rows with an empty cell, rows with a cell that was not understood.
    forms
        Dates: rows per notation.
    causes
        Dates: rows per cause why a cell is not a date.
    naive, late
        Datetimes without a zone, and how many of those are midnight in Brussels if read as UTC.
    first_of_month
        Dates: rows with the first of a month.
    mapped
        Codes: per code, rows in which a word was mapped to it.
    unknown
        Codes: unknown words and their rows, only words that identify nobody. Only for the city's own screen.
    """

    header: str
    name: str
    kind: str
    rows: int
    empty: int
    lost: int
    forms: Mapping[str, FormSeen] = field(default_factory=dict)
    causes: Mapping[str, int] = field(default_factory=dict)
    naive: int = 0
    late: int = 0
    first: date | None = None
    last: date | None = None
    first_of_month: int = 0
    mapped: Mapping[str, int] = field(default_factory=dict)
    unknown: tuple[tuple[str, int], ...] = ()


def seen_of(cells: Texts, judged: pl.DataFrame, *, header: str, name: str, kind: str) -> ColumnSeen:
    """Count how the cells of a column were understood.

    Parameters
    ----------
    judged
        Per text of ``cells``: ``typed`` and ``lost``; for dates also the columns of `as_days`, for codes ``mapped``
        (true for a word, false for the code itself).
    """
    rows = judged.with_columns(cells.counts())
    filled = pl.col("typed").is_not_null() | pl.col("lost")
    sums = rows.select(
        rows=pl.col("rows").sum(),
        empty=pl.col("rows").filter(~filled).sum(),
        lost=pl.col("rows").filter("lost").sum(),
    ).row(0, named=True)
    seen = ColumnSeen(header, name, kind, **sums)
    if kind == "date":
        return replace(seen, **_days(rows))
    if "mapped" in rows.columns:
        words = rows.with_columns(word=cells.each.cast(pl.String).str.strip_chars(BLANK))
        mapped = words.filter("mapped").with_columns(code=pl.col("typed").cast(pl.String))
        return replace(seen, mapped=_mapped(mapped), unknown=tuple(shown(words.filter("lost").select("word", "rows"))))
    return seen


def _mapped(words: pl.DataFrame) -> Mapping[str, int]:
    """Rows per code in which a word was mapped to it."""
    counted = words.group_by("code").agg(pl.col("rows").sum()).sort("code")
    return dict(counted.iter_rows())


def _days(rows: pl.DataFrame) -> dict[str, Any]:
    day = pl.col("typed").dt.day()
    days = rows.filter(pl.col("typed").is_not_null())
    forms = days.group_by("form").agg(
        pl.col("rows").sum(),
        low=pl.col("rows").filter(day.is_between(_NO_EVIDENCE + 1, _MONTHS_ARE)).sum(),
        high=pl.col("rows").filter(day > _MONTHS_ARE).sum(),
    )
    causes = rows.filter(pl.col("cause").is_not_null()).group_by("cause").agg(pl.col("rows").sum())
    return {
        "forms": {form: FormSeen(*counts) for form, *counts in forms.sort("form").iter_rows()},
        "causes": dict(causes.sort("cause").iter_rows()),
        "naive": int(rows.filter("naive")["rows"].sum()),
        "late": int(rows.filter("late")["rows"].sum()),
        "first": days["typed"].min(),
        "last": days["typed"].max(),
        "first_of_month": int(days.filter(day == 1)["rows"].sum()),
    }
