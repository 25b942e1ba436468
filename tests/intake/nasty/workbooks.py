"""Workbooks that should never have been sent, each with the code it must get."""

from __future__ import annotations

from collections.abc import Callable

import xlsxwriter

from tests.intake.nasty.making import COLUMNS, FRAME, TEXT, Nasty, archive, repacked, workbook


def sheet_xml(inside: str) -> Callable[[], bytes]:
    """A workbook whose sheet is this XML."""
    return lambda: repacked(workbook(), {}, {"xl/worksheets/sheet1.xml": lambda _: inside.encode()})


_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))


WORKBOOKS = {
    "an empty workbook": Nasty("D-102", lambda: b"", "leefloon.xlsx"),
    "text called xlsx": Nasty("D-103", TEXT.encode, "leefloon.xlsx"),
    "a workbook with a password": Nasty("D-117", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 5_000, "leefloon.xlsx"),
    "a ZIP called xlsx": Nasty("D-103", lambda: archive(("leefloon.csv", TEXT.encode())), "leefloon.xlsx"),
    "a formula": Nasty("D-108", lambda: workbook(change=lambda _, s: s.write_formula(3, 3, "=1+1")), "leefloon.xlsx"),
    "an array formula": Nasty(
        "D-108", lambda: workbook(change=lambda _, s: s.write_array_formula("A5:A6", "{=A1:A2}")), "leefloon.xlsx"
    ),
    "a formula that calls a web page": Nasty(
        "D-108", lambda: workbook(change=lambda _, s: s.write_formula(1, 1, '=WEBSERVICE("x")')), "leefloon.xlsx"
    ),
    "a table on a hidden sheet": Nasty("D-115", lambda: workbook(change=_hide), "leefloon.xlsx"),
    "a workbook without a header": Nasty(
        "D-109", lambda: workbook(frame=FRAME.rename(lambda name: f"k{COLUMNS.index(name)}")), "leefloon.xlsx"
    ),
    "a workbook with a header and no row": Nasty("D-102", lambda: workbook(frame=FRAME.clear()), "leefloon.xlsx"),
    "a workbook with a column twice": Nasty(
        "D-110", lambda: workbook(change=lambda _, s: s.write(0, 8, "WET")), "leefloon.xlsx"
    ),
    "a workbook with content without a header": Nasty(
        "D-111", lambda: workbook(change=lambda _, s: s.write(3, 9, "x")), "leefloon.xlsx"
    ),
    "a cell in the last column Excel has": Nasty(
        "D-113", lambda: workbook(change=lambda _, s: s.write(3, 16_383, "x")), "leefloon.xlsx"
    ),
    "an entity that multiplies": Nasty(
        "D-103",
        sheet_xml(
            f'<?xml version="1.0"?><!DOCTYPE x [{_LAUGHS}]>'
            + _SHEET.format('<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>')
        ),
        "leefloon.xlsx",
    ),
    "an entity that reads a file": Nasty(
        "D-103",
        sheet_xml(
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            + _SHEET.format('<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>')
        ),
        "leefloon.xlsx",
    ),
    "a sheet that stops halfway": Nasty(
        "D-103",
        lambda: repacked(workbook(), {}, {"xl/worksheets/sheet1.xml": lambda x: x[: len(x) // 2]}),
        "leefloon.xlsx",
    ),
    "a workbook without its sheet": Nasty(
        "D-103", lambda: repacked(workbook(), {}, {"xl/workbook.xml": lambda _: b""}), "leefloon.xlsx"
    ),
    "a workbook that says it has macros": Nasty(
        "D-107",
        lambda: repacked(
            workbook(), {}, {"[Content_Types].xml": lambda x: x.replace(b"sheet.main", b"sheet.macroEnabled.main")}
        ),
        "leefloon.xlsx",
    ),
    "a workbook that unpacks to two gigabytes": Nasty(
        "D-106", lambda: repacked(workbook(), {"xl/media/nul.bin": b"\0" * 250_000_000}), "leefloon.xlsx"
    ),
    "a sheet that unpacks to much more": Nasty(
        "D-106",
        lambda: repacked(workbook(), {}, {"xl/worksheets/sheet1.xml": lambda x: x + b" " * 120_000_000}),
        "leefloon.xlsx",
    ),
    "two hundred and one entries": Nasty(
        "D-106", lambda: repacked(workbook(), {f"xl/x{n}.xml": b"<x/>" for n in range(201)}), "leefloon.xlsx"
    ),
    "an entry that leads out of the workbook": Nasty(
        "D-116", lambda: repacked(workbook(), {"../../etc/cron.d/x": b"x"}), "leefloon.xlsx"
    ),
}


def _hide(book: xlsxwriter.Workbook, sheet: object) -> None:
    other = book.add_worksheet("Uitleg")
    other.write(0, 0, "zie het andere blad")
    other.activate()
    other.set_first_sheet()
    sheet.hide()  # pyright: ignore[reportAttributeAccessIssue]


WORKBOOKS |= {
    f"a workbook with {name}": Nasty("D-107", lambda name=name: repacked(workbook(), {name: b"x"}), "leefloon.xlsx")
    for name in (
        "xl/vbaProject.bin",
        "xl/externalLinks/externalLink1.xml",
        "xl/embeddings/oleObject1.bin",
        "xl/activeX/activeX1.bin",
        "xl/connections.xml",
        "xl/queryTables/queryTable1.xml",
        "xl/macrosheets/sheet1.xml",
    )
}
WORKBOOKS |= {
    f"a workbook cut at {share:.0%}": Nasty(
        "D-103", lambda share=share: (whole := workbook())[: int(len(whole) * share)], "leefloon.xlsx"
    )
    for share in (0.01, 0.3, 0.6, 0.95, 0.999)
}
