"""How a file that should never have been sent is made, byte by byte; none is stored."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
import xlsxwriter

from tests.deliveries import GOOD, HEADER

TEXT = "\n".join([HEADER, *GOOD]) + "\n"
COLUMNS = HEADER.split(";")
FRAME = pl.DataFrame([row.split(";") for row in GOOD], schema=COLUMNS, orient="row")
NUMBER = "85073003328"


@dataclass(frozen=True, slots=True)
class Nasty:
    """A file and the code of its refusal; ``label`` is its name as delivered."""

    code: str
    make: Callable[[], bytes]
    label: str = "leefloon.csv"
    rows: int = len(GOOD)


def rows(*lines: str, header: str = HEADER) -> bytes:
    return ("\n".join([header, *lines]) + "\n").encode()


def every(change: Callable[[str], str]) -> Callable[[], bytes]:
    return lambda: rows(*map(change, GOOD))


def workbook(*, titles: int = 0, change: Callable = lambda book, sheet: None, frame: pl.DataFrame = FRAME) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("Export")
        sheet.write_row(titles, 0, frame.columns)
        for number, row in enumerate(frame.iter_rows(), start=titles + 1):
            sheet.write_row(number, 0, row)
        change(book, sheet)
    return target.getvalue()


def repacked(
    content: bytes, added: dict[str, bytes], replace: dict[str, Callable[[bytes], bytes]] | None = None
) -> bytes:
    """A workbook or archive with entries added, or changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            inside = old.read(entry)
            new.writestr(entry.filename, (replace or {}).get(entry.filename, bytes)(inside))
        for name, inside in added.items():
            new.writestr(name, inside)
    return target.getvalue()


def archive(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, inside in members:
            packed.writestr(name, inside)
    return target.getvalue()


def parquet(frame: pl.DataFrame = FRAME, **options: object) -> bytes:
    target = io.BytesIO()
    frame.write_parquet(target, **options)  # pyright: ignore[reportArgumentType]
    return target.getvalue()


def flagged(content: bytes) -> bytes:
    """The archive with the bit that says its entries are encrypted, here and in its directory."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = changed.find(mark)
        while start >= 0:
            changed[start + place] |= 1
            start = changed.find(mark, start + 4)
    return bytes(changed)


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("leefloon.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry
