"""What must hold for any bytes at all: reading, manifest, contract and guard give a result or a refusal with a code.

Each target takes bytes and returns nothing; anything but a `DemadError` that comes out of it is a bug. Run by
`tests/fuzz/run.py` (coverage-guided, by hand) and, on seeded mutations, by `tests/fuzz/test_targets.py`.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import xlsxwriter

from demad.errors import DemadError
from demad.intake.contract.columns import known_names
from demad.intake.contract.conform import conform
from demad.intake.contract.datasets import DATASETS
from demad.intake.deliveries.manifest import read_manifest
from demad.intake.privacy.guard import guard
from demad.intake.privacy.identifiers import kinds_in
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.dispatch import parse
from demad.intake.reading.table import Reading, plain
from demad.reference.cities import load_cities

CITIES = load_cities(None)
KNOWN = {plain(name) for name in known_names(*CITIES.values())}
SUFFIXES = (".csv", ".txt", ".xlsx", ".parquet", ".zip")
FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
_PANICS = pl.exceptions.PanicException  # the child that reads turns it into D-103


def reading(content: bytes) -> None:
    """Any file of any kind: the first byte chooses its extension."""
    if not content:
        return
    path = FOLDER / f"leefloon{SUFFIXES[content[0] % len(SUFFIXES)]}"
    path.write_bytes(content[1:])
    with contextlib.suppress(DemadError, _PANICS):
        for table in parse(path, KNOWN):
            assert table.frame.height == table.numbers.len() > 0
            guarded(table)


def manifest(content: bytes) -> None:
    """Any `delivery.json`."""
    folder = FOLDER / "gent" / "levering-een"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "delivery.json").write_bytes(content)
    with contextlib.suppress(DemadError):
        delivery = read_manifest(folder)
        assert delivery.city == "gent"
        assert delivery.since <= delivery.as_of
        for file in delivery.files:
            assert (folder / file.name).resolve().parent == folder.resolve()


def contract(content: bytes) -> None:
    """Any cells under the headers of any dataset, for any city."""
    if len(content) < 2:
        return
    city = list(CITIES.values())[content[0] % len(CITIES)]
    dataset = DATASETS[list(DATASETS)[content[1] % len(DATASETS)]]
    cells = content[2:].decode("utf-8", "replace").split("\x1f")
    width = len(dataset.fields)
    rows = [(cells[start : start + width] + [""] * width)[:width] for start in range(0, len(cells), width)]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(dataset.fields, pl.String), orient="row")
    with contextlib.suppress(DemadError):
        typed = as_text_columns(conform(Reading(frame, ()), dataset.name, city).frame)
        assert typed.height == frame.height
        assert typed.schema == dataset.table.schema


def guarding(content: bytes) -> None:
    """Any text in a cell, a header and a name; what the judge of one text finds, the guard of a column finds."""
    text = content.decode("utf-8", "replace")
    cell = Reading(pl.DataFrame({"a": [text]}, schema={"a": pl.String}), ())
    assert not (any(True for _ in kinds_in(text)) and guarded(cell))
    frame = pl.DataFrame({"a": [text, None, *text.splitlines()]}, schema={"a": pl.String})
    guarded(Reading(frame, (), labels=(text,), name=text))
    guarded(Reading(frame.rename({"a": text or "a"}), ()))


def guarded(table: Reading) -> bool:
    """Whether the guard lets it through."""
    try:
        guard(table, file_name="leefloon.csv")
    except DemadError:
        return False
    return True


TARGETS: dict[str, Callable[[bytes], None]] = {
    "reading": reading,
    "manifest": manifest,
    "contract": contract,
    "guard": guarding,
}


def seeds(target: str) -> list[bytes]:
    """Well-formed inputs to start from."""
    text = "nis;persoon;wet;begin;einde;categorie;geboortejaar\n44021;p1-gent-0001;RMI;2020-01-01;;2;1990\n"
    if target == "manifest":
        return [_manifest(), _manifest().replace(b"cut", b"full")]
    if target == "guard":
        return [b"85.07.30-033.28", b"jan@gent.be 0478 12 34 56", b"BE71 0961 2345 6769", b"p1-gent-000123", b"8.5E+10"]
    if target == "contract":
        rows = [row.replace(";", "\x1f").encode() for row in text.splitlines()[1:]]
        return [bytes([city, dataset]) + row for row in rows for city in range(3) for dataset in range(5)]
    frame = pl.read_csv(io.StringIO(text), separator=";", infer_schema=False)
    parquet, archive = io.BytesIO(), io.BytesIO()
    frame.write_parquet(parquet)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("leefloon.csv", text)
    texts = [text.encode(code) for code in ("utf-8", "utf-8-sig", "cp1252", "utf-16")]
    texts += [text.replace("wet", "wet;*;^n.*$").replace("RMI", "RMI;;").encode()]
    texts += [f"sep=;\nTitel\n{text}Totaal\n".encode(), text.replace(";", ",").encode()]
    kinds = [(0, each) for each in texts] + [(2, _workbook(frame)), (3, parquet.getvalue()), (4, archive.getvalue())]
    return [bytes([kind]) + each for kind, each in kinds]


def _manifest() -> bytes:
    return (
        b'{"format":"demad-delivery/1","city":"gent","nis":"44021","scope":"city","since":"2019-01-01",'
        b'"as_of":"2022-12-31","history":"cut","made_on":"2023-01-05","files":[{"dataset":"leefloon",'
        b'"name":"leefloon.csv","sha256":"00","bytes":1,"rows":1}]}'
    )


def _workbook(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("leefloon")
        sheet.write_row(0, 0, frame.columns)
        for number, row in enumerate(frame.iter_rows(), start=1):
            sheet.write_row(number, 0, [cell or "" for cell in row])
    return target.getvalue()
