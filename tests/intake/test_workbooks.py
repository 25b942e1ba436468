"""Workbooks of any writer: 1904, errors, what does not show; and what was a workbook only by its name."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
import xlsxwriter
import xlsxwriter.worksheet

from demad.errors import DemadError
from tests.intake.clothes import COLUMNS, lines, notes, read, taken, truth, workbook

TRUTH = truth()
SHEET = "xl/worksheets/sheet1.xml"


def changed(content: bytes, *changes: tuple[str, Callable[[bytes], bytes]]) -> bytes:
    """The same workbook with other bytes in some parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            text = old.read(entry)
            for name, change in changes:
                text = change(text) if entry.filename == name else text
            new.writestr(entry.filename, text)
    return target.getvalue()


def general(text: bytes) -> bytes:
    """Cells without a format: a day is the number that it is."""
    return re.sub(rb' s="1"', b"", text)


CLOTHES = {
    "from 1904": workbook(TRUTH, date_1904=True),
    "from 1904, days as numbers": changed(workbook(TRUTH, date_1904=True), (SHEET, general)),
    "from 1904, said with true": changed(
        workbook(TRUTH, date_1904=True),
        (SHEET, general),
        ("xl/workbook.xml", lambda text: text.replace(b'date1904="1"', b"date1904='true'")),
    ),
    "from 1904, half of it numbers": changed(
        workbook(TRUTH, date_1904=True), (SHEET, lambda text: text[:9_000] + general(text[9_000:]))
    ),
    "from 1900, days as numbers": changed(workbook(TRUTH), (SHEET, general)),
    "other quotes and a prefix": changed(
        workbook(TRUTH),
        (
            SHEET,
            lambda text: re.sub(rb"<(/?)(worksheet|sheetData|row|c|v)\b", rb"<\1x:\2", text).replace(
                b"<x:worksheet xmlns=", b"<x:worksheet xmlns:x="
            ),
        ),
    ),
    "texts within their cells": workbook(lines(TRUTH), constant_memory=True),
    "every cell a text": workbook(lines(TRUTH)),
    "a sheet elsewhere in the archive": None,
}


def moved(content: bytes) -> bytes:
    """The sheet under another name, as its relation says."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            name = "xl/bladen/een.xml" if entry.filename == SHEET else entry.filename
            text = old.read(entry).replace(b"worksheets/sheet1.xml", b"bladen/een.xml")
            new.writestr(name, text)
    return target.getvalue()


@pytest.mark.parametrize("clothes", CLOTHES)
def test_every_writer_gives_the_same_rows(clothes):
    content = CLOTHES[clothes] or moved(workbook(TRUTH))
    assert taken(content, "leefloon.xlsx") == TRUTH


def test_cells_that_do_not_say_where_they_stand_are_read_one_after_the_other():
    ended = [row for row in TRUTH if row[4]]
    content = changed(workbook(ended), (SHEET, lambda text: re.sub(rb' r="[A-Z]*\d+"', b"", text)))
    assert taken(content, "leefloon.xlsx") == ended


def test_a_formula_on_a_sheet_elsewhere_is_found():
    content = moved(workbook(TRUTH, change=lambda _, sheet: sheet.write_formula(3, 3, "=1+1")))  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(DemadError) as refusal:
        taken(content, "leefloon.xlsx")
    assert refusal.value.code == "D-108"


def hide_rows(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    for row in (3, 4, 9):
        sheet.set_row(row, options={"hidden": True})


def flatten_rows(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    for row in (3, 4, 9):
        sheet.set_row(row, 0)


def filter_rows(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.autofilter(0, 0, len(TRUTH), len(COLUMNS) - 1)
    sheet.filter_column(2, "x == RMI")
    for row, one in enumerate(TRUTH, start=1):
        if one[2] != "RMI":
            sheet.set_row(row, options={"hidden": True})


def hide_columns(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.set_column(7, 8, options={"hidden": True})


@pytest.mark.parametrize(
    ("hide", "said"),
    [
        (hide_rows, "3 verborgen of gefilterde rijen meegelezen"),
        (flatten_rows, "3 verborgen of gefilterde rijen meegelezen"),
        (filter_rows, "30 verborgen of gefilterde rijen meegelezen"),
        (hide_columns, "2 verborgen kolommen meegelezen"),
    ],
)
def test_what_does_not_show_is_read_and_told(hide, said):
    content = workbook(TRUTH, change=hide)
    assert taken(content, "leefloon.xlsx") == TRUTH
    assert said in notes(content, "leefloon.xlsx")


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#GETTING_DATA", "#BUSY!"])
def test_an_error_that_only_new_excel_knows_spoils_its_cell_alone(error):
    def spoil(text: bytes) -> bytes:
        return re.sub(rb'<c r="E4"[^>]*>.*?</c>', f'<c t="e" r="E4"><v>{error}</v></c>'.encode(), text, count=1)

    content = changed(workbook(TRUTH), (SHEET, spoil))
    assert taken(content, "leefloon.xlsx") == [row for n, row in enumerate(TRUTH) if n != 2]


def test_days_before_and_after_1904_stay_apart():
    for date_1904, first in ((False, date(1931, 6, 1)), (True, date(1935, 6, 1))):
        rows = [(*row[:3], first, *row[4:]) for row in TRUTH]
        content = changed(workbook(rows, date_1904=date_1904), (SHEET, general))
        (table,) = read(content, "leefloon.xlsx")
        assert table.frame["begin"].unique().to_list() == [first]


def real_xls() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook\0".encode("utf-16-le") + b"\0" * 600


def locked_xlsx() -> bytes:
    names = "EncryptionInfo\0EncryptedPackage\0".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + names + b"\0" * 600


def zipped(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return target.getvalue()


HTML = b"<html><head><meta charset='utf-8'></head><body><table><tr><td>nis</td></tr></table></body></html>"
DISGUISED = {
    "a web page": (HTML, "leefloon.xlsx", "D-121", "webpagina", ".xlsx"),
    "a web page with a mark": (
        b"\xef\xbb\xbf\r\n<!DOCTYPE html>" + HTML,
        "leefloon.xlsx",
        "D-121",
        "webpagina",
        ".xlsx",
    ),
    "a table of a web page": (
        b"<table border=1><tr><td>nis</td></tr></table>",
        "leefloon.xls",
        "D-101",
        "webpagina",
        "Excel",
    ),
    "Excel 2003 XML": (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook><Worksheet/></Workbook>',
        "leefloon.xlsx",
        "D-121",
        "Excel 2003",
        "bewaar het als .xlsx",
    ),
    "a web archive": (
        b"MIME-Version: 1.0\nContent-Type: multipart/related\n",
        "leefloon.xlsx",
        "D-121",
        "webarchief",
        "Excel",
    ),
    "text": (b"nis;persoon\n44021;x\n", "leefloon.xlsx", "D-103", "tekstbestand", ".csv"),
    "text called xls": (b"nis;persoon\n44021;x\n", "leefloon.xls", "D-101", "tekstbestand", ".csv"),
    "text called tsv": (b"nis\tpersoon\n44021\tx\n", "leefloon.tsv", "D-101", "tekstbestand", ".csv"),
    "an old workbook": (real_xls(), "leefloon.xls", "D-101", "oud Excel-bestand", "bewaar het als .xlsx"),
    "an old workbook called xlsx": (real_xls(), "leefloon.xlsx", "D-121", "oud Excel-bestand", "bewaar het als .xlsx"),
    "an old workbook called csv": (real_xls(), "leefloon.csv", "D-121", "oud Excel-bestand", "bewaar het als .xlsx"),
    "a password": (locked_xlsx(), "leefloon.xlsx", "D-117", "wachtwoord", "zonder wachtwoord"),
    "a binary workbook": (zipped(xl__workbook_dot_bin=b"x"), "leefloon.xlsx", "D-121", ".xlsb", "bewaar het als .xlsx"),
    "a binary workbook by its name": (zipped(xl__workbook_dot_bin=b"x"), "leefloon.xlsb", "D-101", ".xlsb", "Excel"),
    "an OpenDocument": (
        zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_dot_xml=b"<x/>"),
        "leefloon.xlsx",
        "D-121",
        "OpenDocument",
        "bewaar het als .xlsx",
    ),
    "an OpenDocument by its name": (
        zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
        "leefloon.ods",
        "D-101",
        "OpenDocument",
        ".xlsx",
    ),
    "a workbook called csv": (workbook(TRUTH), "leefloon.csv", "D-121", "XLSX-bestand", "extensie .xlsx"),
    "a workbook called xls": (workbook(TRUTH), "leefloon.xls", "D-101", "XLSX-bestand", "extensie .xlsx"),
    "a workbook called xlsm": (workbook(TRUTH), "leefloon.xlsm", "D-101", "XLSX-bestand", "zonder macro's"),
    "a Word document": (zipped(word__document_dot_xml=b"<x/>"), "leefloon.xlsx", "D-121", "Word", "CSV"),
}


@pytest.mark.parametrize("case", DISGUISED)
def test_a_file_that_is_something_else_says_what_it_is_and_what_to_do(case):
    content, name, code, what, todo = DISGUISED[case]
    with pytest.raises(DemadError) as refusal:
        read(content, name)
    assert refusal.value.code == code
    assert what in refusal.value.what
    assert todo in refusal.value.todo


def test_a_workbook_with_times_at_ten_in_the_evening_is_told():
    rows = [[datetime(2021, 8, 31, 22) if place == 3 else cell for place, cell in enumerate(row)] for row in TRUTH]

    def late(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for number, row in enumerate(rows, start=1):
            sheet.write_datetime(number, 3, row[3], moment)  # pyright: ignore[reportArgumentType]

    with pytest.raises(DemadError) as refusal:
        taken(workbook(TRUTH, change=late), "leefloon.xlsx")
    assert refusal.value.code == "D-159"
