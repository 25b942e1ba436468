"""One truth of leefloon, and what is taken of a file that wears it in some clothes: no child, no Great Expectations."""

from __future__ import annotations

import dataclasses
import io
import random
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import xlsxwriter

from demad.intake.checking.validation import set_aside
from demad.intake.contract.columns import known_names
from demad.intake.contract.conform import Conformed, conform
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.dispatch import parse
from demad.intake.reading.table import plain
from demad.reference.cities import City, city_of

AS_OF = date(2026, 9, 30)
COLUMNS = ("nis", "persoon", "wet", "begin", "einde", "categorie", "geboortejaar", "geslacht", "student", "stopreden")
Row = tuple[str, str, str, date, date | None, str, str, str, str, str]
GENT: City = dataclasses.replace(city_of("gent"), aliases={}, stop_reasons={}, ignore=())


def truth(count: int = 60, seed: int = 1) -> list[Row]:
    """Rights of as many persons: one in six runs, days are spread over the month."""
    chance = random.Random(seed)  # noqa: S311
    rows = []
    for n in range(count):
        begin = date(2019, 1, 1) + timedelta(days=chance.randrange(2_400))
        end = None if n % 6 == 0 else min(begin + timedelta(days=chance.randrange(20, 700)), AS_OF - timedelta(days=9))
        reason = "" if end is None else chance.choice(["W1", "M1", "U0", "V1"])
        law, sex, student = ("RMI", "RMH")[n % 2], ("M", "V")[n % 2], ("ja", "nee")[n % 2]
        row = ("44021", f"pq-{n:04d}-abcd", law, begin, end, str(n % 3 + 1), str(1960 + n % 40), sex, student, reason)
        rows.append(row)
    return rows


def dutch(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def lines(rows: Sequence[Row], day: Callable[[date | None], str] = dutch) -> list[list[str]]:
    return [[day(cell) if isinstance(cell, date) or cell is None else cell for cell in row] for row in rows]


def csv_text(cells: Sequence[Sequence[str]], header: Sequence[str] = COLUMNS, separator: str = ";") -> str:
    return "\n".join(separator.join(row) for row in [header, *cells]) + "\n"


def workbook(
    rows: Sequence[Sequence[object]],
    *,
    header: Sequence[str] = COLUMNS,
    sheets: Sequence[tuple[str, Sequence[Sequence[object]]]] = (),
    change: Callable[[xlsxwriter.Workbook, object], None] = lambda book, sheet: None,
    **options: object,
) -> bytes:
    """A workbook with days as dates of Excel; every further sheet has the same header."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "dd/mm/yyyy", **options}) as book:
        for name, each in [("leefloon", rows), *sheets]:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header)
            for number, row in enumerate(each, start=1):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, place, datetime(cell.year, cell.month, cell.day))
                    elif cell is not None:
                        sheet.write(number, place, cell)
        change(book, book.worksheets()[0])
    return target.getvalue()


def read(content: bytes | str, name: str = "leefloon.csv", city: City = GENT) -> list[Conformed]:
    """What the contract makes of each table in a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        readings = parse(path, {plain(one) for one in known_names(city)})
    return [conform(reading, "leefloon", city) for reading in readings]


def notes(content: bytes | str, name: str = "leefloon.csv") -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return parse(path, {plain(one) for one in known_names(GENT)})[0].notes


def accepted(table: Conformed) -> pl.DataFrame:
    """The rows that count, as text."""
    aside = set_aside(table.frame, "leefloon", as_of=AS_OF, unreadable=table.unreadable)
    return as_text_columns(table.frame.join(aside, on="rij", how="anti"))


def taken(content: bytes | str, name: str = "leefloon.csv", city: City = GENT) -> list[Row]:
    """The rows that count, as `truth` has them."""
    (table,) = read(content, name, city)
    rows = (
        accepted(table)
        .select(COLUMNS)
        .with_columns(
            pl.col("geboortejaar").cast(pl.String),
            pl.when("student").then(pl.lit("ja")).otherwise(pl.lit("nee")).alias("student"),
            pl.col("stopreden").fill_null(""),
        )
    )
    return rows.rows()


def running(rows: Sequence[Row]) -> int:
    return sum(row[4] is None for row in rows)
