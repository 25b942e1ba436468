"""One extract in every encoding, separator, date, number and header of real life: one typed table, or a refusal."""

import csv
import dataclasses
import io
import itertools
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from demad.errors import DemadError
from demad.intake.contract.columns import known_names
from demad.intake.contract.conform import conform
from demad.intake.deliveries.packing import canonical
from demad.intake.reading.dispatch import parse
from demad.intake.reading.table import plain
from demad.reference.cities import City, city_of

WORD = "Beëindigd: café, één dag"
HEADERS = ["nis", "persoon", "wet", "begin", "einde", "categorie", "geboortejaar", "student", "stopreden"]
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be")
SEPARATORS = {";": "puntkomma", ",": "komma", "\t": "tab", "|": "streep"}
LAYOUTS = ("plain", "titles", "sep", "spaced", "quoted", "totals", "mac", "blank lines")
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%-d-%-m-%Y", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d 00:00:00", "%Y/%m/%d", "serial")
YEARS = ("{}", "{},0", "{}.0", "thousands", " {} ")
YES = (("ja", "nee"), ("J", "N"), ("1", "0"), ("WAAR", "ONWAAR"), ("true", "false"))
EMPTY = ("", "NULL", "n.v.t.", "-", "NaT")


@pytest.fixture(scope="module")
def city() -> City:
    return dataclasses.replace(city_of("gent"), stop_reasons={WORD.lower(): "W1"}, aliases={}, ignore=())


def records() -> list[list]:
    first = date(2019, 3, 1)
    return [
        [
            "44021",
            f"p1-gent-{n:04d}",
            ("RMI", "RMH")[n % 2],
            first + timedelta(days=40 * n),
            None if n % 5 == 0 else first + timedelta(days=40 * n + 90),
            str(n % 3 + 1),
            1960 + n,
            n % 3 == 0,
            None if n % 5 == 0 else WORD,
        ]
        for n in range(30)
    ]


def day(value: date | None, form: str, empty: str) -> str:
    if value is None:
        return empty
    return str((value - date(1899, 12, 30)).days) if form == "serial" else value.strftime(form)


def year(value: int, form: str) -> str:
    return f"{value // 1000}.{value % 1000:03d}" if form == "thousands" else form.format(value)


def texts(form: str, number: str, yes: tuple[str, str], empty: str) -> list[list[str]]:
    return [
        [
            nis,
            who,
            law,
            day(begin, form, empty),
            day(end, form, empty),
            kind,
            year(born, number),
            yes[not study],
            why or empty,
        ]
        for nis, who, law, begin, end, kind, born, study, why in records()
    ]


def written(layout: str, separator: str, rows: list[list[str]]) -> str:
    headers = [f" {name.upper()} " for name in HEADERS] if layout == "spaced" else HEADERS
    target = io.StringIO()
    ending = {"mac": "\r", "quoted": "\n"}.get(layout, "\r\n")
    quoting = csv.QUOTE_ALL if layout == "quoted" else csv.QUOTE_MINIMAL
    if layout == "titles":
        target.write(f"Extract leefloon Gent – één export{ending}Toestand op 30/09/2026{ending}{ending}")
    if layout == "sep":
        target.write(f"sep={separator}{ending}")
    writer = csv.writer(target, delimiter=separator, lineterminator=ending, quoting=quoting)
    writer.writerow(headers)
    for number, row in enumerate(rows):
        writer.writerow(row)
        if layout == "blank lines" and number % 7 == 3:
            target.write(ending)
    if layout == "totals":
        target.write(
            f"Totaal: 30{ending}Subtotaal RMI{separator}15{ending}Eindtotaal{ending}{ending}Bron: eigen telling{ending}"
        )
    return target.getvalue()


def table(path: Path, city: City) -> tuple[bytes, tuple[str, ...]]:
    known = {plain(name) for name in known_names(city)}
    readings = parse(path, known)
    typed = conform(readings[0], "leefloon", city)
    assert not typed.flaws
    return canonical(typed.frame), readings[0].notes


@pytest.fixture(scope="module")
def wanted(city, tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("matrix") / "leefloon.csv"
    path.write_text(written("plain", ";", texts("%Y-%m-%d", "{}", ("ja", "nee"), "")), encoding="utf-8")
    known = {plain(name) for name in known_names(city)}
    frame = conform(parse(path, known)[0], "leefloon", city).frame
    rows = frame.select(HEADERS).rows()
    assert rows == [tuple("W1" if cell == WORD else cell for cell in row) for row in records()]
    return canonical(frame)


CROSS = [
    (encoding, separator, layout, DAYS[n % 8], YEARS[n % 5], YES[n // 2 % 5], EMPTY[n // 3 % 5])
    for n, (encoding, separator, layout) in enumerate(itertools.product(ENCODINGS, SEPARATORS, LAYOUTS))
]


@pytest.mark.parametrize("variant", CROSS, ids=lambda variant: "-".join(map(repr, variant[:5])))
def test_every_variant_gives_the_same_bytes(variant, city, wanted, tmp_path):
    encoding, separator, layout, form, number, yes, empty = variant
    text = written(layout, separator, texts(form, number, yes, empty))
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    path = tmp_path / "leefloon.csv"
    path.write_bytes(mark + text.encode(encoding, "replace"))
    got, notes = table(path, city)
    assert got == wanted
    assert SEPARATORS[separator] in notes
    assert ("kopregel op lijn 4" in notes) == (layout == "titles")
    assert ("3 totaalrijen overgeslagen" in notes) == (layout == "totals")


@pytest.mark.parametrize("encoding", ["cp850", "cp437"])
@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("layout", ["plain", "titles", "quoted"])
def test_letters_of_an_old_dos_program_are_refused_because_they_are_lost(encoding, separator, layout, city, tmp_path):
    text = written(layout, separator, texts("%Y-%m-%d", "{}", ("ja", "nee"), "")).replace("–", "-")
    path = tmp_path / "leefloon.csv"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(DemadError) as refusal:
        table(path, city)
    assert refusal.value.code == "D-105"


@pytest.mark.parametrize("wrong", ["cp1252", "latin-1"])
def test_utf8_that_was_read_as_windows_and_saved_again_is_refused(wrong, city, tmp_path):
    text = written("plain", ";", texts("%Y-%m-%d", "{}", ("ja", "nee"), ""))
    path = tmp_path / "leefloon.csv"
    path.write_bytes(text.encode().decode(wrong, "replace").encode())
    with pytest.raises(DemadError) as refusal:
        table(path, city)
    assert refusal.value.code == "D-105"


@pytest.mark.parametrize("form", ["%d/%m/%y", "%d %B", "week %W %Y"])
def test_days_of_which_the_order_or_century_is_lost_are_not_guessed(form, city, tmp_path):
    path = tmp_path / "leefloon.csv"
    path.write_text(written("plain", ";", texts(form, "{}", ("ja", "nee"), "")), encoding="utf-8")
    typed = conform(parse(path, {plain(name) for name in known_names(city)})[0], "leefloon", city)
    assert typed.flaws["begin_niet_begrepen"] > 10


def workbook(
    path: Path, *, titles: int = 0, real: bool = True, extra: tuple[str, ...] = (), hidden: bool = False
) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name in extra:
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, "Uitleg bij de export")
            if hidden:
                sheet.hide()
        sheet = book.add_worksheet("Export")
        sheet.activate()
        sheet.set_first_sheet()
        for row in range(titles):
            sheet.write(row, 0, f"Titel {row}")
        sheet.write_row(titles, 0, HEADERS)
        for number, record in enumerate(records()):
            cells = record if real else [str(cell) if cell is not None else "n.v.t." for cell in record]
            if number % 2:  # mixed cells: a number as text, a text as number
                cells = [int(cells[0]), *cells[1:5], int(cells[5]), str(cells[6]), *cells[7:]]
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(titles + 1 + number, place, datetime(cell.year, cell.month, cell.day))
                elif cell is not None:
                    sheet.write(titles + 1 + number, place, cell)
        sheet.write(titles + 31, 0, "Totaal")


@pytest.mark.parametrize("titles", [0, 1, 3, 20])
@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize(("extra", "hidden"), [((), False), (("Toelichting",), False), (("Oud", "Ouder"), True)])
def test_workbooks_with_titles_sheets_and_mixed_cells_give_the_same_bytes(
    titles, real, extra, hidden, city, wanted, tmp_path
):
    path = tmp_path / "leefloon.xlsx"
    workbook(path, titles=titles, real=real, extra=extra, hidden=hidden)
    got, notes = table(path, city)
    assert got == wanted
    assert "1 totaalrij overgeslagen" in notes
    assert ("2 verborgen bladen overgeslagen" in notes) == hidden
    assert (f"kopregel op lijn {titles + 1}" in notes) == (titles > 0)


PARQUET = {
    "days and small integers": {"begin": pl.Date, "geboortejaar": pl.Int16, "categorie": pl.Int8, "nis": pl.Int32},
    "moments": {"begin": pl.Datetime("ns"), "einde": pl.Datetime("ms"), "geboortejaar": pl.UInt64},
    "moments in a zone": {"begin": pl.Datetime("us", "Europe/Brussels"), "geboortejaar": pl.Int64},
    "floats": {"geboortejaar": pl.Float64, "categorie": pl.Float32, "nis": pl.Float64},
    "categories": {"wet": pl.Categorical, "stopreden": pl.Categorical, "categorie": pl.Enum(["1", "2", "3"])},
    "decimals": {"geboortejaar": pl.Decimal(10, 3)},
    "bytes": {"persoon": pl.Binary, "wet": pl.Binary},
    "text": dict.fromkeys(HEADERS, pl.String),
}


@pytest.mark.parametrize("kinds", list(PARQUET))
def test_parquet_of_any_program_gives_the_same_bytes(kinds, city, wanted, tmp_path):
    frame = pl.DataFrame(records(), schema=HEADERS, orient="row")
    casts = PARQUET[kinds]
    frame = frame.with_columns(
        pl.col(name).dt.replace_time_zone(kind.time_zone).cast(kind)
        if isinstance(kind, pl.Datetime) and kind.time_zone
        else pl.col(name).cast(kind)
        for name, kind in casts.items()
        if not (isinstance(kind, pl.Datetime) and kind.time_zone)
    )
    zoned = {name: kind for name, kind in casts.items() if isinstance(kind, pl.Datetime) and kind.time_zone}
    frame = frame.with_columns(
        pl.col(name).cast(pl.Datetime("us")).dt.replace_time_zone("Europe/Brussels").dt.convert_time_zone("UTC")
        for name in zoned
    )
    path = tmp_path / "leefloon.parquet"
    frame.write_parquet(path)
    assert table(path, city)[0] == wanted


def test_a_zip_of_several_files_gives_each_with_its_name(city, wanted, tmp_path):
    text = written("titles", ";", texts("%d/%m/%Y", "{}", ("ja", "nee"), "")).encode("cp1252")
    inner = tmp_path / "leefloon.xlsx"
    workbook(inner)
    path = tmp_path / "levering.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/leefloon.csv", text)
        archive.writestr("export/leefloon.xlsx", inner.read_bytes())
        archive.writestr("__MACOSX/export/._leefloon.csv", b"\0\0")
    readings = parse(path, {plain(name) for name in known_names(city)})
    assert [reading.name for reading in readings] == ["leefloon", "leefloon"]
    assert [canonical(conform(r, "leefloon", city).frame) for r in readings] == [wanted, wanted]
    assert readings[0].notes == ("ZIP", "Windows-1252", "puntkomma", "kopregel op lijn 4")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("14.250", 14250),
        ("14 250", 14250),
        ("14.250,00", 14250),
        ("1.000", 1000),
        ("€ 12", 12),
        ("14250", 14250),
        ("14,250", None),
        ("12,5", None),
        ("1e3", None),
        ("-5", -5),
        ("1,234.00", 1234),
    ],
)
def test_thousands_and_decimals_are_read_as_a_belgian_means_them(text, number, city, tmp_path):
    path = tmp_path / "bevolking.csv"
    path.write_text(
        f"nis;jaar;leeftijd_van;leeftijd_tot;geslacht;aantal\n44021;2025;18;24;V;{text}\n", encoding="utf-8"
    )
    reading = parse(path, {plain(name) for name in known_names(city)})[0]
    assert conform(reading, "bevolking", city).frame["aantal"].to_list() == [number]


@pytest.mark.parametrize("text", ["2025-09", "09/2025", "9-2025", "202509", "2025-09-01", "01/09/2025", "2025/9"])
def test_a_month_may_be_written_in_any_order(text, city, tmp_path):
    path = tmp_path / "controle.csv"
    path.write_text(f"nis;maand;wet;personen\n44021;{text};RMI;812\n", encoding="utf-8")
    reading = parse(path, {plain(name) for name in known_names(city)})[0]
    assert conform(reading, "controle", city).frame["maand"].to_list() == ["2025-09"]
