"""From a file with national numbers to the contract's columns: every format, and what `check` finds stays the same."""

from __future__ import annotations

import time
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from demad.bundles.keys import key_file, make_key
from demad.cli import app
from demad.intake.deliveries.reception import take_in
from demad.intake.privacy.guard import guard
from demad.intake.reading.table import Reading
from demad.reference.cities import city_of
from demad.synthetic.files import write_extracts
from demad.synthetic.layouts import LAYOUTS
from demad.synthetic.numbers import numbers_of
from tests.bundles.cities import register
from tests.pseudonyms.people import dotted, key, leefloon, nobody, row, written

YOUTH = "INSZ;NIS;Geboortedatum;Einde jeugdhulpverlening"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a key that links datasets."""
    monkeypatch.setenv("DEMAD_ROOT", str(tmp_path / "root"))
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "gent.sleutel", key())
    return tmp_path


def asked(*options: str | Path, code: int = 0) -> str:
    told = CliRunner().invoke(app, list(map(str, options)))
    assert told.exit_code == code, f"{told.output} {told.exception}"
    return told.output


def pseudonymise(place: Path, *files: Path) -> dict[str, pl.DataFrame]:
    out = place / "map"
    asked("pseudonymise", "--key", place / "gent.sleutel", "--out", out, *files)
    return {path.stem: pl.read_csv(path, separator=";", infer_schema=False) for path in out.glob("*.csv")}


def test_a_file_of_a_city_comes_out_in_columns_and_codes_of_the_contract_with_pseudonyms(place: Path):
    source = place / "leefloon.csv"
    source.write_bytes(leefloon(3).encode("cp1252"))
    found = pseudonymise(place, source)["leefloon"]
    assert found.columns == ["nis", "persoon", "wet", "begin", "einde", "categorie", "geboortejaar"]
    make = key().pseudonyms()
    assert found.rows() == sorted(  # by pseudonym: in the order of numbers a file would tell who is older
        [("44021", make(nobody(n)), "RMI", f"2020-03-0{n + 1}", None, "2", str(1960 + n)) for n in range(3)],
        key=lambda cells: str(cells[1]),
    )
    assert source.read_bytes() == leefloon(3).encode("cp1252")
    pl.read_csv(source, separator=";", infer_schema=False).write_parquet(place / "kolommen.parquet")
    assert pseudonymise(place, place / "kolommen.parquet")["kolommen"].equals(found)


def test_the_same_person_is_one_person_in_leefloon_and_jeugdhulp_also_where_the_number_changed(place: Path):
    """A BIS number became a national number between the two files; the file of leefloon has both."""
    header = "INSZ;Oud INSZ;NIS;Regime;Begindatum;Einddatum;Cat."
    rows = [f"{nobody(7)};{nobody(7, bis=40)};44021;RMI;2024-01-01;;2", f";{nobody(8)};44021;RMI;2024-01-01;;2"]
    (place / "leefloon.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    youth = [f"{nobody(n, bis=b)};44021;2005-01-01;2023-01-01" for n, b in ((7, 40), (7, 0), (8, 0))]
    (place / "jeugdhulp.csv").write_text("\n".join([YOUTH, *youth]) + "\n", encoding="utf-8")
    found = pseudonymise(place, place / "leefloon.csv", place / "jeugdhulp.csv")
    make = key().pseudonyms()
    first, other = make(nobody(7, bis=40)), make(nobody(8))
    assert dict(found["leefloon"].select("persoon", "geboortejaar").iter_rows()) == {first: "1967", other: "1968"}
    assert found["jeugdhulp"]["persoon"].to_list() == sorted([first, first, other])


def test_who_had_a_bis_number_keeps_the_pseudonym_of_it(place: Path):
    header = "INSZ;Oud INSZ;NIS;Regime;Begindatum;Einddatum;Cat."
    before, after = nobody(7, bis=20), nobody(7)
    (place / "leefloon.csv").write_text(f"{header}\n{before};;44021;RMI;2024-01-01;;2\n", encoding="utf-8")
    first = pseudonymise(place, place / "leefloon.csv")["leefloon"]["persoon"].to_list()
    (place / "leefloon.csv").write_text(f"{header}\n{after};{before};44021;RMI;2024-01-01;;2\n", encoding="utf-8")
    assert pseudonymise(place, place / "leefloon.csv")["leefloon"]["persoon"].to_list() == first


@pytest.mark.parametrize("header", ["oud nummer", "Vorig nummer", "Vroeger nr", "Oudnummer"])
def test_a_plain_word_for_the_number_of_before_is_understood_beside_a_national_number(place: Path, header: str):
    columns = f"Rijksregisternummer;{header};NIS;Regime;Begindatum;Einddatum;Cat."
    row = f"{nobody(7)};{nobody(7, bis=40)};44021;RMI;2024-01-01;;2"
    (place / "leefloon.csv").write_text(f"{columns}\n{row}\n", encoding="utf-8")
    found = pseudonymise(place, place / "leefloon.csv")["leefloon"]
    assert found["persoon"].to_list() == [key().pseudonyms()(nobody(7, bis=40))]
    other = columns.replace(header, "Vorig dossiernummer")
    (place / "leefloon.csv").write_text(f"{other}\n{row}\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["pseudonymise", "--key", "gent.sleutel", "--out", "map", "leefloon.csv"])
    assert "D-150" in str(told.exception)  # of what is not known to be one, nobody says that it is


def test_a_key_of_one_domain_takes_no_file_of_another(place: Path):
    (place / "jeugdhulp.csv").write_text(f"{YOUTH}\n{nobody(1)};44021;2005;2023-01-01\n", encoding="utf-8")
    written(place / "een.sleutel", key(domain="leefloon"))
    told = CliRunner().invoke(app, ["pseudonymise", "--key", "een.sleutel", "--out", "map", "jeugdhulp.csv"])
    assert "D-269" in str(told.exception)
    written(place / "twee.sleutel", key(domain="jeugdhulp"))
    asked("pseudonymise", "--key", "twee.sleutel", "--out", "map", "jeugdhulp.csv")


@pytest.mark.slow
@pytest.mark.parametrize("slug", LAYOUTS)
def test_each_format_in_the_words_of_its_city_gives_the_rows_of_its_extract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slug: str
):
    monkeypatch.setenv("DEMAD_ROOT", str(tmp_path / "root"))
    city = city_of(slug)
    own = key(city=slug, nis=city.nis)
    written(tmp_path / "sleutel", own)
    write_extracts(tmp_path / "bron", people=130, cities=[slug], messy=True, at_source=True)
    write_extracts(tmp_path / "gewoon", people=130, cities=[slug])
    files = sorted((tmp_path / "bron" / slug).iterdir())
    asked("pseudonymise", "--key", tmp_path / "sleutel", "--out", tmp_path / "map", *files)
    plain = {
        path.stem: pl.read_csv(path, separator=";", infer_schema=False)
        for path in (tmp_path / "gewoon" / slug).iterdir()
    }
    known, make = numbers_of({name: as_years(frame) for name, frame in plain.items()}), own.pseudonyms()
    for path in (tmp_path / "map").iterdir():
        found, extract = pl.read_csv(path, separator=";", infer_schema=False), plain[path.stem]
        guard(Reading(found, ()), file_name=path.name)
        assert found.height == extract.height
        if "persoon" in extract.columns:
            told = pl.Series("persoon", [make(known[person]) for person in extract["persoon"]])
            extract = extract.with_columns(told).sort("persoon", maintain_order=True)
            assert found["persoon"].to_list() == extract["persoon"].to_list()
        for column in set(found.columns) & {
            "begin",
            "einde",
            "categorie",
            "soort",
            "wet",
            "einde_jeugdhulp",
            "personen",
        }:
            assert found[column].to_list() == extract[column].to_list(), column
    assert {path.stem for path in (tmp_path / "map").iterdir()} == plain.keys()


def as_years(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("geboortejaar").cast(pl.Int32)) if "geboortejaar" in frame.columns else frame


SPOILT = [
    row(241, Einddatum="30/02/2021"),
    row(242, **{"Cat.": "zie dossier"}),
    row(243, INSZ="85.07.30-033.29"),
    row(244, Regime=""),
    row(245, INSZ=""),
]


def test_what_check_finds_in_the_result_is_what_is_wrong_at_the_source(place: Path):
    (place / "leefloon.csv").write_text(leefloon(200, *SPOILT), encoding="utf-8")
    found = pseudonymise(place, place / "leefloon.csv")["leefloon"]
    assert found.height == 205
    assert found["persoon"].to_list().count("fout") == 1
    told = asked("check", "--city", "gent", "--as-of", "2026-09-30", place / "map" / "leefloon.csv")
    assert "persoon is geen pseudoniem: 2 van 205 rijen" in told
    assert "einde is geen datum: 1 van 205 rijen" in told


@pytest.mark.slow
def test_what_is_set_aside_is_the_same_in_one_command_and_in_two(place: Path):
    (place / "leefloon.csv").write_text(leefloon(200, *SPOILT), encoding="utf-8")
    pseudonymise(place, place / "leefloon.csv")
    direct = deliver(place, place / "leefloon.csv", "--key", place / "gent.sleutel")
    again = deliver(place, place / "map" / "leefloon.csv")
    assert "5 van 205 rijen opzijgezet" in direct
    assert direct.splitlines()[-4:] == again.splitlines()[-4:]


PERIOD = ("--city", "gent", "--since", "2015-01-01", "--as-of", "2026-09-30")


def deliver(place: Path, *options: str | Path, code: int = 0) -> str:
    return asked("deliver", *PERIOD, *options, code=code)


def test_from_export_to_report_in_two_commands_and_refused_at_every_door_without_a_key(place: Path):
    source = place / "leefloon.csv"
    source.write_text(leefloon(), encoding="utf-8")
    doors = [
        ["init", "--city", "gent", "leefloon.csv"],
        ["check", "--city", "gent", "leefloon.csv"],
        ["deliver", "--city", "gent", "--since", "2015-01-01", "--as-of", "2026-09-30", "leefloon.csv"],
    ]
    said = [CliRunner().invoke(app, door) for door in doors]
    assert all("D-202" in f"{told.output} {told.exception}" for told in said)
    assert "--key gent.sleutel" in str(said[-1].exception)  # the key lies in this folder
    assert not list(place.glob("root/inbox/*/*"))
    assert "Volgende stap: demad run" in deliver(place, "--key", "gent.sleutel", "leefloon.csv")
    make_key(key_file(place / "root", "gent"))  # from now on the city ships bundles
    assert "demad bundle make --city gent" in deliver(place, "--key", "gent.sleutel", "leefloon.csv")
    assert [(outcome.state, outcome.code) for outcome in take_in(place / "root")] == [("accepted", "")]
    (manifest,) = place.glob("root/inbox/gent/*/delivery.json")
    register(place / "root", place / "root", "gent")  # as at the centre of a city that ships bundles
    told = CliRunner().invoke(app, ["deliver", *PERIOD, "--key", "gent.sleutel", "leefloon.csv"])
    assert "D-234" in str(told.exception)
    assert f'"key_id": "{key().id}"' in manifest.read_text()
    assert '"approval": "goedkeuring 1"' in manifest.read_text()


@pytest.mark.slow
def test_the_report_of_numbers_that_were_delivered_is_made_by_the_next_command(place: Path):
    (place / "leefloon.csv").write_text(leefloon(), encoding="utf-8")
    deliver(place, "--key", "gent.sleutel", "leefloon.csv")
    asked("run")
    page = (place / "root" / "preview" / "gent" / "index.html").read_text(encoding="utf-8")
    assert "Gent" in page
    for path in (place / "root").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(nobody(n).encode() in content or dotted(nobody(n)).encode() in content for n in range(40)), path


def test_a_city_file_is_proposed_from_a_file_with_numbers_and_a_key(place: Path):
    """Without it a city with words of its own could not begin: `init` refuses numbers, and `deliver` its columns."""
    header = "INSZ;Gemeentecode NIS;Regime;Begindatum;Einddatum;Cat.;Geboortedatum;Naam;Dossier;Opmerking;Ref 2"
    telling = [f"D{number};bel 0478 12 34 {number:02};{nobody(number + 1)}" for number in range(40)]
    rows = [f"{line};{more}" for line, more in zip(leefloon().splitlines()[1:], telling, strict=True)]
    source = place / "leefloon.csv"
    source.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    keyed = ["pseudonymise", "--key", "gent.sleutel", "--out", "map", str(source)]
    assert "D-150" in str(CliRunner().invoke(app, keyed).exception)
    proposed = asked("init", "--city", "gent", "--key", "gent.sleutel", source, "--write")
    assert '"Gemeentecode NIS" = "nis"' in proposed
    assert all(f'"{column}"' in proposed for column in ("Dossier", "Opmerking", "Ref 2"))
    assert "leeg gelezen: kolom J, want ze bevat persoonsgegevens: telefoonnummer in 40 rijen" in proposed
    assert "leeg gelezen: kolom K, want ze bevat persoonsgegevens: rijksregisternummer in 40 rijen" in proposed
    assert "demad deliver --key gent.sleutel" in proposed
    assert not any(word in proposed for word in (nobody(3), dotted(nobody(3)), "Peeters", "0478"))
    asked(*keyed)


def test_a_workbook_with_two_sheets_and_a_list_of_names_gives_two_files_and_no_names(place: Path):
    import xlsxwriter

    with xlsxwriter.Workbook(place / "uitdraai.xlsx") as book:
        for name, text in (("leefloon", leefloon(3)), ("jeugdhulp", f"{YOUTH}\n{nobody(1)};44021;2005;2023-01-01\n")):
            sheet = book.add_worksheet(name)
            for place_, line in enumerate(text.splitlines()):
                sheet.write_row(place_, 0, line.split(";"))
        book.add_worksheet("lijst").write_row(0, 0, ["Peeters Jan", dotted(nobody(1))])
    found = pseudonymise(place, place / "uitdraai.xlsx")
    assert found.keys() == {"uitdraai-leefloon", "uitdraai-jeugdhulp"}
    assert found["uitdraai-jeugdhulp"]["persoon"][0] in found["uitdraai-leefloon"]["persoon"]


def test_the_files_at_the_source_are_never_overwritten(place: Path):
    (place / "leefloon.csv").write_text(leefloon(3), encoding="utf-8")
    told = CliRunner().invoke(app, ["pseudonymise", "--key", "gent.sleutel", "--out", ".", "leefloon.csv"])
    assert "D-273" in str(told.exception)
    assert (place / "leefloon.csv").read_text(encoding="utf-8") == leefloon(3)


@pytest.mark.slow
def test_pseudonyms_under_two_keys_in_one_delivery_are_refused(place: Path):
    for name, text in (("leefloon", leefloon(40)), ("jeugdhulp", f"{YOUTH}\n{nobody(1)};44021;2005;2023-01-01\n")):
        (place / f"{name}.csv").write_text(text, encoding="utf-8")
        written(place / f"{name}.sleutel", key(domain=name))
        asked("pseudonymise", "--key", f"{name}.sleutel", "--out", "map", f"{name}.csv")
    deliver(place, "map/leefloon.csv", "map/jeugdhulp.csv")
    assert [outcome.code for outcome in take_in(place / "root")] == ["D-271"]


@pytest.mark.slow
@pytest.mark.parametrize(("persons", "most"), [(50_000, 10), (1_000_000, 20)])  # a machine that is shared
def test_a_million_rows_of_fifty_thousand_persons_take_less_than_ten_seconds_on_one_core(
    place: Path, persons: int, most: int
):
    from demad.intake.pseudonyms.job import keyed_tables
    from demad.synthetic.numbers import number

    digits = [number(1930 + n % 70, n // 70 % 12 + 1, n // 840 % 28 + 1, n // 23_520 % 998 + 1) for n in range(persons)]
    lines = [
        f"{digits[n % persons]};44021;leefloon;{n % 28 + 1:02d}/03/2020;;alleenstaande;1980" for n in range(1_000_000)
    ]
    header = "INSZ;NIS;Regime;Begindatum;Einddatum;Cat.;Geboortejaar cliënt"
    (place / "leefloon.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    del lines
    start, used = time.monotonic(), time.process_time()
    known = ["insz", "nis", "regime", "begindatum", "einddatum", "cat", "geboortejaarclient"]
    files = [str(place / "leefloon.csv")]
    asked_for = {"city": "gent", "root": str(place), "key": str(place / "gent.sleutel"), "old_keys": [], "erased": []}
    (tables,), told = keyed_tables({"files": files, "labels": ["leefloon.csv"], "known": known, "keyed": asked_for})
    seconds, worked = time.monotonic() - start, time.process_time() - used
    assert (tables[0].frame.height, told["persons"]) == (1_000_000, persons)
    start = time.monotonic()
    asked("pseudonymise", "--key", "gent.sleutel", "--out", "map", "leefloon.csv")
    print({"persons": persons, "child": seconds, "processor": worked, "command": time.monotonic() - start})
    assert worked < most
