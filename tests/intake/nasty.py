"""Files that should never have been sent, each with the code it must get. Made here, byte by byte; none is stored."""

from __future__ import annotations

import gzip
import io
import pickle  # noqa: TID251  # written here so that we can show it is never read
import random
import stat
import struct
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


def sheet_xml(inside: str) -> Callable[[], bytes]:
    """A workbook whose sheet is this XML."""
    return lambda: repacked(workbook(), {}, {"xl/worksheets/sheet1.xml": lambda _: inside.encode()})


_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))

TEXTS = {
    "empty": Nasty("D-102", lambda: b""),
    "one newline": Nasty("D-102", lambda: b"\n"),
    "white space": Nasty("D-102", lambda: b" \t\r\n" * 50),
    "a mark and nothing else": Nasty("D-102", lambda: b"\xef\xbb\xbf"),
    "a UTF-16 mark and nothing else": Nasty("D-102", lambda: b"\xff\xfe"),
    "a hundred NULs": Nasty("D-103", lambda: b"\0" * 100),
    "NULs at the end": Nasty("D-103", lambda: TEXT.encode() + b"\0" * 512),
    "a NUL within": Nasty("D-103", lambda: TEXT.encode().replace(b"RMI", b"R\0I", 1)),
    "random bytes": Nasty("D-105", lambda: random.Random(1).randbytes(5_000).replace(b"\0", b"\x81")),  # noqa: S311
    "a header and no row": Nasty("D-102", rows),
    "a header and blank lines": Nasty("D-102", lambda: rows(*[""] * 20)),
    "a header and totals": Nasty("D-102", lambda: rows("Totaal;40;;;;;;", "Eindtotaal;40;;;;;;")),
    "no header": Nasty("D-109", lambda: "\n".join(GOOD).encode()),
    "another table": Nasty("D-109", lambda: b"a;b;c\n1;2;3\n"),
    "a header after line 25": Nasty("D-109", ("Titel\n" * 30 + TEXT).encode),
    "a column twice": Nasty("D-110", lambda: rows(*[row + ";RMI" for row in GOOD], header=HEADER + ";wet")),
    "a column twice in capitals": Nasty("D-110", lambda: rows(*[r + ";RMI" for r in GOOD], header=HEADER + "; WET ")),
    "a column under two names": Nasty(
        "D-152", lambda: rows(*[row + ";W1" for row in GOOD], header=HEADER + ";Stopreden omschrijving")
    ),
    "content without a header": Nasty("D-111", lambda: rows(*[row + ";x" for row in GOOD], header=HEADER + ";")),
    "a column we do not know": Nasty("D-150", lambda: rows(*[r + ";x" for r in GOOD], header=HEADER + ";inkomen")),
    "a drifted name": Nasty("D-150", lambda: TEXT.replace("geboortejaar", "geb_jaar_kind").encode()),
    "501 columns": Nasty("D-113", lambda: rows(header=HEADER + "".join(f";k{n}" for n in range(501)))),
    "a million columns": Nasty("D-113", lambda: rows(*GOOD, header=HEADER + ";k" * 500_000)),
    "a line of two million letters": Nasty("D-114", lambda: b"nis;" + b"x" * 2_000_000 + b"\n" + TEXT.encode()),
    "a cell of forty thousand letters": Nasty("D-114", lambda: rows(GOOD[0].replace("W1", "x" * 40_000), *GOOD[1:])),
    "a quote that never closes": Nasty("D-104", lambda: rows('"' + GOOD[0], *GOOD[1:])),
    "a quote in the header that never closes": Nasty("D-104", ('"' + TEXT).encode),
    "a row with more cells": Nasty("D-104", lambda: rows(*GOOD[:9], GOOD[9] + ";1;2", *GOOD[10:])),
    "a row with fewer cells": Nasty("D-104", lambda: rows(*GOOD[:9], "44021;p1-gent-0009;RMI", *GOOD[10:])),
    "cut in a row": Nasty("D-104", lambda: TEXT.encode()[:-30]),
    "UTF-8 read as Windows-1252": Nasty("D-105", lambda: rows(*[r.replace("W1", "beÃ«indigd") for r in GOOD])),
    "letters of an old DOS program": Nasty("D-105", lambda: TEXT.replace("W1", "beëindigd").encode("cp850")),
    "a letter that was lost": Nasty("D-105", lambda: TEXT.replace("W1", "be\ufffdindigd").encode()),
    "control characters": Nasty("D-105", lambda: TEXT.replace("W1", "be\u0085indigd").encode()),
    "half a UTF-16 letter": Nasty("D-105", lambda: TEXT.encode("utf-16")[:-1]),
    "half a UTF-16 pair": Nasty("D-105", lambda: b"\xff\xfe" + TEXT.encode("utf-16-le") + b"\x00\xd8"),
    "a mark of UTF-8 before other bytes": Nasty("D-105", lambda: b"\xef\xbb\xbf" + b"caf\xe9;" + TEXT.encode()),
}
_KINDS = {
    "a web page": b"<!DOCTYPE html><html><table><tr><td>nis</td></tr></table></html>",
    "a web page after a mark": b"\xef\xbb\xbf\r\n<html>nis;persoon</html>",
    "XML": b'<?xml version="1.0"?><leefloon nis="44021"/>',
    "PDF": b"%PDF-1.7\nnis;persoon\n",
    "an image": b"\x89PNG\r\n\x1a\n" + b"x" * 99,
    "rich text": b"{\\rtf1 nis;persoon}",
    "a program": b"MZ\x90\x00" + b"x" * 99,
    "a Linux program": b"\x7fELF\x02\x01" + b"x" * 99,
    "a database": b"SQLite format 3\x00" + b"x" * 99,
}
DISGUISED = {f"{name} called csv": Nasty("D-121", lambda content=content: content) for name, content in _KINDS.items()}
DISGUISED |= {
    "gzip called csv": Nasty("D-121", lambda: gzip.compress(TEXT.encode())),
    "a ZIP called csv": Nasty("D-121", lambda: archive(("leefloon.csv", TEXT.encode()))),
    "a workbook called csv": Nasty("D-121", workbook),
    "a Parquet called csv": Nasty("D-121", parquet),
    "an old workbook called csv": Nasty("D-117", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000),
    "a pickle called csv": Nasty("D-103", lambda: pickle.dumps({"nis": 44021})),
    "a pickle of text called csv": Nasty("D-109", lambda: pickle.dumps(["nis", "persoon"], protocol=0)),
    "JSON called csv": Nasty("D-109", lambda: b'[{"nis": "44021", "persoon": "p1-gent-0001"}]'),
}
DISGUISED |= {
    f"a {suffix} file": Nasty("D-101", TEXT.encode, f"leefloon{suffix}")
    for suffix in (
        ".xls",
        ".xlsm",
        ".xlsb",
        ".ods",
        ".json",
        ".pkl",
        ".py",
        ".html",
        ".gz",
        ".7z",
        ".exe",
        ".csv.exe",
        "",
    )
}
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
PARQUETS = {
    "an empty Parquet": Nasty("D-102", lambda: b"", "leefloon.parquet"),
    "text called Parquet": Nasty("D-103", TEXT.encode, "leefloon.parquet"),
    "the marks of a Parquet": Nasty("D-103", lambda: b"PAR1PAR1", "leefloon.parquet"),
    "a footer longer than the file": Nasty(
        "D-103", lambda: parquet()[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1", "leefloon.parquet"
    ),
    "a footer of nonsense": Nasty(
        "D-103", lambda: b"PAR1" + b"\xff" * 99 + struct.pack("<I", 99) + b"PAR1", label="leefloon.parquet"
    ),
    "an encrypted Parquet": Nasty("D-103", lambda: parquet()[:-4] + b"PARE", "leefloon.parquet"),
    "a Parquet without rows": Nasty("D-102", lambda: parquet(FRAME.clear()), "leefloon.parquet"),
    "a Parquet of another table": Nasty("D-109", lambda: parquet(pl.DataFrame({"a": [1]})), "leefloon.parquet", 1),
    "a Parquet with lists": Nasty(
        "D-112", lambda: parquet(FRAME.with_columns(pl.concat_list("wet").alias("stopreden"))), "leefloon.parquet"
    ),
    "a Parquet with records": Nasty(
        "D-112", lambda: parquet(FRAME.with_columns(pl.struct("wet", "nis").alias("stopreden"))), "leefloon.parquet"
    ),
    "a Parquet with 501 columns": Nasty(
        "D-113", lambda: parquet(FRAME.with_columns(pl.lit(1).alias(f"k{n}") for n in range(501))), "leefloon.parquet"
    ),
    "a Parquet with a column twice": Nasty(
        "D-110", lambda: parquet(FRAME.with_columns(pl.lit("RMI").alias(" WET "))), "leefloon.parquet"
    ),
    "two hundred million rows in a few bytes": Nasty(
        "D-106",
        lambda: parquet(
            pl.select(pl.repeat(44021, 100_000_000, dtype=pl.Int32).alias(name) for name in COLUMNS[:6]),
            compression="zstd",
            statistics=False,
        ),
        "leefloon.parquet",
    ),
}
PARQUETS |= {
    f"a Parquet cut at {share:.0%}": Nasty(
        "D-103", lambda share=share: (whole := parquet())[: int(len(whole) * share)], "leefloon.parquet"
    )
    for share in (0.01, 0.3, 0.6, 0.95, 0.999)
}
_CSV = ("leefloon.csv", TEXT.encode())
_TRICKS = {
    "that leads up": "../leefloon.csv",
    "that leads to the root": "/etc/leefloon.csv",
    "of a Windows disk": "C:leefloon.csv",
    "with a backslash": "..\\leefloon.csv",
    "with a control character": "leef\x01loon.csv",
    "of three hundred letters": "x" * 300 + ".csv",
}
ARCHIVES = {
    "an empty ZIP": Nasty("D-102", archive, "leefloon.zip"),
    "text called ZIP": Nasty("D-103", TEXT.encode, "leefloon.zip"),
    "a ZIP with a program": Nasty("D-116", lambda: archive(_CSV, ("setup.exe", b"MZ")), "leefloon.zip"),
    "a ZIP in a ZIP": Nasty("D-116", lambda: archive(("in.zip", archive(_CSV))), "leefloon.zip"),
    "a ZIP with a pickle": Nasty("D-116", lambda: archive(_CSV, ("x.pkl", pickle.dumps(1))), "leefloon.zip"),
    "a ZIP with a link": Nasty("D-116", lambda: archive((link(), b"/etc/passwd")), "leefloon.zip"),
    "a ZIP with a password": Nasty("D-117", lambda: flagged(archive(_CSV)), "leefloon.zip"),
    "a ZIP that unpacks to much more": Nasty(
        "D-106", lambda: archive(("leefloon.csv", b"0" * 300_000_000)), "leefloon.zip"
    ),
    "a ZIP of two hundred and one files": Nasty(
        "D-106", lambda: archive(*((f"leefloon{n}.csv", TEXT.encode()) for n in range(201))), "leefloon.zip"
    ),
    "a ZIP with a byte changed": Nasty("D-103", lambda: _flipped(archive(_CSV)), "leefloon.zip"),
    "a ZIP with an empty file": Nasty("D-102", lambda: archive(("leefloon.csv", b"")), "leefloon.zip"),
    "a ZIP with a web page called csv": Nasty("D-121", lambda: archive(("leefloon.csv", b"<html>")), "leefloon.zip"),
    "a ZIP cut in half": Nasty("D-103", lambda: (whole := archive(_CSV))[: len(whole) // 2], "leefloon.zip"),
}
ARCHIVES |= {
    f"a ZIP with a name {kind}": Nasty("D-116", lambda name=name: archive((name, TEXT.encode())), "leefloon.zip")
    for kind, name in _TRICKS.items()
}


def _flipped(content: bytes) -> bytes:
    place = content.index(b"leefloon.csv") + 40
    return content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]


CONTENTS = {
    "rows of another city": Nasty("D-153", every(lambda row: row.replace("44021", "11002"))),
    "rows of no city": Nasty("D-153", every(lambda row: row.replace("44021", "99999"))),
    "laws we do not know": Nasty("D-302", every(lambda row: row.replace("RMI", "LL"))),
    "days in the American order": Nasty("D-302", every(lambda row: row.replace("2020-", "13/31/2020 "))),
    "years of two digits": Nasty("D-302", every(lambda row: row.replace("2020-0", "01/02/2").replace("-01;", ";"))),
    "days that do not exist": Nasty("D-302", every(lambda row: row.replace("-01;", "-32;"))),
    "rights that begin in the future": Nasty("D-302", every(lambda row: row.replace("2020", "2091"))),
    "rights that end before they begin": Nasty("D-302", every(lambda row: row.replace("2021-06-30", "2011-06-30"))),
    "categories we do not know": Nasty("D-302", every(lambda row: row.replace(";2;1990", ";7;1990"))),
    "years before 1900": Nasty("D-302", every(lambda row: row.replace("1990", "1790"))),
    "pseudonyms that are formulas": Nasty("D-302", every(lambda row: row.replace("p1-gent", "=HYPERLINK(A1)&"))),
    "pseudonyms that are too short": Nasty("D-302", every(lambda row: row.replace("p1-gent-00", "p"))),
    "pseudonyms that are names": Nasty(
        "D-200",
        lambda: rows(
            *[
                r.replace(r.split(";")[1], n)
                for r, n in zip(GOOD, ["Jan Peeters", "An Claes", "Luc Maes"] * 13, strict=False)
            ]
        ),
    ),
    "a national number": Nasty("D-200", lambda: rows(GOOD[0].replace("p1-gent-0000", NUMBER), *GOOD[1:])),
    "a national number in a sentence": Nasty(
        "D-200", lambda: rows(GOOD[0].replace("W1", f"dossier {NUMBER} oud"), *GOOD[1:])
    ),
    "a national number in a workbook": Nasty(
        "D-200", lambda: workbook(change=lambda _, s: s.write_number(5, 1, int(NUMBER))), "leefloon.xlsx"
    ),
    "a national number on another sheet": Nasty(
        "D-200", lambda: workbook(change=lambda book, _: book.add_worksheet("oud").write(0, 0, NUMBER)), "leefloon.xlsx"
    ),
    "a national number as the name of a sheet": Nasty(
        "D-201", lambda: workbook(change=lambda book, _: book.add_worksheet(NUMBER)), "leefloon.xlsx"
    ),
    "a national number in a Parquet": Nasty(
        "D-200", lambda: parquet(FRAME.with_columns(pl.lit(int(NUMBER)).alias("geboortejaar"))), "leefloon.parquet"
    ),
    "a national number in what describes a Parquet": Nasty(
        "D-201", lambda: parquet(FRAME, metadata={"maker": f"export {NUMBER}"}), "leefloon.parquet"
    ),
    "a national number in a header": Nasty(
        "D-201", lambda: rows(*[r + ";" for r in GOOD], header=f"{HEADER};{NUMBER}")
    ),
    "a national number in the name of the file": Nasty("D-201", TEXT.encode, f"leefloon {NUMBER}.csv"),
    "a national number in the name of a member": Nasty(
        "D-201", lambda: archive((f"leefloon-{NUMBER}.csv", TEXT.encode())), "leefloon.zip"
    ),
    "an e-mail address": Nasty("D-200", lambda: rows(GOOD[0].replace("W1", "jan@gent.be"), *GOOD[1:])),
    "a phone number": Nasty("D-200", lambda: rows(GOOD[0].replace("W1", "0478 12 34 56"), *GOOD[1:])),
    "an account": Nasty("D-200", lambda: rows(GOOD[0].replace("W1", "BE71 0961 2345 6769"), *GOOD[1:])),
    "a header called INSZ": Nasty("D-202", lambda: rows(*[r + ";x" for r in GOOD], header=HEADER + ";INSZ-nr")),
}
CONTENTS |= {
    f"no column {name}": Nasty("D-151", lambda name=name: FRAME.drop(name).write_csv(separator=";").encode())
    for name in COLUMNS
    if name not in ("einde", "stopreden")
}
NASTY = TEXTS | DISGUISED | WORKBOOKS | PARQUETS | ARCHIVES | CONTENTS
