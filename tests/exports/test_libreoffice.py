"""LibreOffice opens our files under nl_BE, as in Flanders: every column has one type, no text becomes a date."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter, defaultdict
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from pypdf import PdfReader

from demad.catalogue import CATALOGUE
from demad.exports.about import About, Areas
from demad.exports.formats import export_as
from demad.exports.shown import shown_figures
from demad.exports.swing import swing_files
from demad.reporting.chart_files import table_csv
from demad.reporting.excel_csv import excel_csv
from demad.reporting.indicator_pages import indicator_table
from demad.reporting.sheets import city_sheets
from demad.reporting.workbook import city_workbook
from tests.reporting.editions import edition

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here"),
]
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>nl-BE</value></prop>
</item>
</oor:items>
"""
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
INDICATORS = frozenset(entry.id for entry in CATALOGUE)
SEMICOLON = "CSV:59,34,76,1,,2067,false,true"
"""Semicolons, UTF-8, Dutch of Belgium, and special numbers recognised: what a double click does."""


def _converted(folder: Path, path: Path, to: str) -> Path:
    """What LibreOffice makes of a file: a document of its own (fods), or the pages of a printer (pdf)."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    filtered = [f"--infilter={SEMICOLON}"] if path.suffix == ".csv" else []
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", *filtered]
    subprocess.run(
        [*command, "--convert-to", to, "--outdir", str(folder / "out"), str(path)],
        check=True, capture_output=True, timeout=500,
    )  # fmt: skip
    return folder / "out" / f"{path.stem}.{to}"


def _opened(folder: Path, path: Path) -> dict[str, list[list[tuple[str, str]]]]:
    """By sheet the rows as (type, text) of each cell, as LibreOffice understood them."""
    tree = ElementTree.parse(_converted(folder, path, "fods"))  # noqa: S314  # made from our own file
    sheets = tree.iter(f"{TABLE}table")
    return {
        str(sheet.get(f"{TABLE}name")): [list(_cells(row)) for row in sheet.iter(f"{TABLE}table-row")]
        for sheet in sheets
    }


def _cells(row: ElementTree.Element):
    for cell in row:
        if not cell.tag.endswith("table-cell"):
            continue
        kind = cell.get(f"{OFFICE}value-type") or ""
        text = "\n".join("".join(part.itertext()) for part in cell.iter(f"{TEXT}p"))
        # A sheet is as wide as LibreOffice: its empty end is one cell that is repeated.
        times = (
            int(cell.get(f"{TABLE}number-columns-repeated") or 1)
            if kind
            else 1
            if row[-1] is cell
            else int(cell.get(f"{TABLE}number-columns-repeated") or 1)
        )
        yield from [(kind, text)] * times


def _types(rows: list[list[tuple[str, str]]], header: int = 0) -> dict[str, set[str]]:
    names, found = [text for _, text in rows[header]], defaultdict[str, set[str]](set)
    for row in rows[header + 1 :]:
        for name, (kind, _) in zip(names, row, strict=False):
            if kind:
                found[name].add("number" if kind in ("float", "percentage", "currency") else kind)
    return dict(found)


@pytest.fixture(scope="module")
def made():
    names = {"gent": "Gent", "turnhout": "Turnhout", "sint-niklaas": "Sint-Niklaas", "aalst": "Aalst", "genk": "Genk"}
    return edition(names=names)


def test_the_file_for_excel_has_numbers_dates_and_texts_where_they_belong(made, tmp_path: Path):
    path = tmp_path / "cijfers-excel.csv"
    # Every group and period of one city: the rest has the same cells.
    lines = excel_csv(made).split(b"\r\n")
    path.write_bytes(b"\r\n".join([lines[0], *(line for line in lines if b";Gent;" in line)]))
    (rows,) = _opened(tmp_path, path).values()
    types = _types(rows)
    assert types.pop("Tot en met") == {"date"}
    numbers = {name: types.pop(name) for name in ("Cijfer", "Laag", "Hoog", "Teller", "Noemer", "Versie")}
    assert set(map(frozenset, numbers.values())) == {frozenset({"number"})}
    assert {kind for kinds in types.values() for kind in kinds} == {"string"}
    assert len(types) == 9


def test_the_files_for_swing_and_of_an_indicator_hold_no_date(made, tmp_path: Path):
    files = swing_files(made.figures, Areas({"gent": "44021", "turnhout": "13040"}), About(publisher="KVS"))
    (tmp_path / "tellers.csv").write_bytes(files["tellers.csv"])
    (tmp_path / "indicatoren.csv").write_bytes(files["indicatoren.csv"])
    (tmp_path / "return_12m.csv").write_bytes(table_csv(indicator_table(made, "return_12m")))
    for name in ("tellers", "indicatoren", "return_12m"):
        (rows,) = _opened(tmp_path, tmp_path / f"{name}.csv").values()
        kinds = {kind for kinds in _types(rows).values() for kind in kinds}
        assert kinds <= {"number", "string"}, name
        if name == "tellers":
            types = _types(rows)
            assert all(types[column] == {"number"} for column in types if column.startswith("v"))


def test_the_workbook_of_a_city_keeps_the_type_of_every_column(made, tmp_path: Path):
    path = tmp_path / "gent.xlsx"
    path.write_bytes(city_workbook(made, "gent"))
    for sheet, rows in _opened(tmp_path, path).items():
        if sheet == "Leesmij":  # two columns of words, and the day of the data
            continue
        dates = {name for name, kinds in _types(rows).items() if "date" in kinds}
        mixed = {name: kinds for name, kinds in _types(rows).items() if len(kinds) > 1}
        assert (sheet, dates & {"Groep", "Periode", "Uitsplitsing", "Indicator"}) == (sheet, set())
        assert (sheet, mixed) == (sheet, {})


def test_every_row_of_the_workbook_of_a_city_can_be_printed(made, tmp_path: Path):
    path = tmp_path / "gent.xlsx"
    path.write_bytes(city_workbook(made, "gent"))
    printed = PdfReader(_converted(tmp_path, path, "pdf"))
    words = Counter(word for page in printed.pages for word in page.extract_text().split())
    ids = Counter(
        str(cell) for sheet in city_sheets(made, "gent") for row in sheet.rows for cell in row if cell in INDICATORS
    )
    assert ids.total() > 1_000
    assert {id: words[id] for id in ids} == ids


def test_an_exported_workbook_keeps_periods_and_groups_as_text(made, tmp_path: Path):
    path = tmp_path / "cijfers.xlsx"
    few = made.figures.only(_of_gent())
    export_as(few, to="xlsx", out=path, areas=Areas({}), about=About())
    (rows,) = _opened(tmp_path, path).values()
    types = _types(rows)
    numbers = ("value", "low", "high", "numerator", "denominator")
    assert {name: types[name] for name in numbers} == dict.fromkeys(numbers, {"number"})  # noqa: RUF024
    assert {kind for name in types if name not in numbers for kind in types[name]} == {"string"}


def test_the_pivot_shows_the_published_figures_for_every_choice_of_its_filters(made, tmp_path: Path):
    python = _python_with_uno()
    path = tmp_path / "draaitabel.xlsx"
    few = made.figures.only(_of_gent() & pl.col("breakdown").is_in(["total", "sex"]))
    areas = Areas({}, names={"gent": "Gent"})
    export_as(few, to="draaitabel", out=path, areas=areas, about=About())
    script = Path(__file__).with_name("data_pilot.py")
    given = [python, script, path, tmp_path / "profile"]
    told = json.loads(subprocess.run(given, check=True, capture_output=True, timeout=300).stdout)
    table = shown_figures(few.frame, areas)
    assert told["pivots"] == ["Draaitabel"]
    assert told["source"] == table.height
    fields = {"Row": ["Indicator", "Stad"], "Column": ["Periode"], "Page": ["Tijdvak", "Groep"], "Data": ["Cijfers"]}
    assert told["fields"] == fields
    chosen = {(one["kind"], one["group"]): _pivoted(one["cells"]) for one in told["chosen"]}
    assert chosen == {
        (kind, group): {
            (indicator, city, period): value
            for indicator, city, period, value in rows.select("Indicator", "Stad", "Periode", "Cijfer").iter_rows()
        }
        for (kind, group), rows in _by_choice(table).items()
    }
    assert sum(map(len, chosen.values())) == table.height > 200
    assert all(len({choice[at] for choice in chosen}) > 1 for at in (0, 1))
    assert _pivoted(told["opened"]) == chosen["kwartaal", "alle mensen"]


def _by_choice(table: pl.DataFrame) -> dict[tuple[str, str], pl.DataFrame]:
    every = {(kind, group): table.clear() for kind in table["Tijdvak"].unique() for group in table["Groep"].unique()}
    return every | {
        (str(kind), str(group)): rows
        for (kind, group), rows in table.partition_by("Tijdvak", "Groep", as_dict=True).items()
    }


def _pivoted(cells: list[list[str | float]]) -> dict[tuple[str, str, str], float]:
    """The figures in the cells of a pivot, by the indicator above them, their city and their period."""
    head = next(number for number, row in enumerate(cells) if row[:2] == ["Indicator", "Stad"])
    found, indicator = {}, ""
    for row in cells[head + 1 :]:
        indicator = str(row[0] or indicator)
        for period, value in zip(cells[head][2:], row[2:], strict=True):
            if value != "":
                found[indicator, str(row[1]), str(period)] = value
    return found


def _python_with_uno() -> str:
    """The interpreter that LibreOffice brings its module for."""
    for python in ("/usr/bin/python3", "/usr/lib/libreoffice/program/python"):
        if not Path(python).exists():
            continue
        if subprocess.run([python, "-c", "import uno"], check=False, capture_output=True).returncode == 0:
            return python
    pytest.skip("no Python that knows UNO here (python3-uno)")


def _of_gent():
    return (pl.col("city") == "gent") & (pl.col("period") >= "2025") & (pl.col("variant") == "main")
