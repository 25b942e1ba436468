"""Every format of the contract: written, read back, the same bytes twice."""

from __future__ import annotations

import json
import re
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from demad.errors import UsageRefused
from demad.exports.about import About, Areas
from demad.exports.figures import rows_of
from demad.exports.formats import FOLDERS, FORMATS, export_as
from demad.exports.sql import how_to_load
from demad.reference.cities import Target
from tests.figures import count, figure, published, share

AREAS = Areas({"gent": "44021"}, targets={"gent": {"return_12m": Target(22, 2030, "lower")}})
ABOUT = About(version="1", publisher="KVS", contact="kvs", licence="vrij")
VALUES = published(share(50, 200), count(40), figure(status="suppressed", period="2024Q4", group="total"))


def _written(folder: Path, to: str) -> dict[str, bytes]:
    out = folder / f"uit-{to}"
    export_as(VALUES, to=to, out=out, areas=AREAS, about=ABOUT)
    paths = [out] if out.is_file() else sorted(path for path in out.rglob("*") if path.is_file())
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize(
    ("to", "before", "whose"),
    [
        ("swing", "tellers-2.csv", "period;geolevel;geoitem;x\n"),
        ("datapackage", "swing/noemers-3.csv", "period;geolevel;geoitem;x\n"),
        ("jsonstat", "api/gpmi_share.json", '{"version":"2.0","class":"dataset"}'),
    ],
)
def test_a_file_of_an_earlier_export_does_not_stay_beside_the_new_ones_and_one_of_somebody_else_does(
    tmp_path: Path, to: str, before: str, whose: str
):
    out = tmp_path / f"uit-{to}"
    _written(tmp_path, to)
    mine, stale = out / "nota.csv", out / before
    mine.write_text("van mij", encoding="utf-8")
    stale.write_text("van mij", encoding="utf-8")
    _written(tmp_path, to)
    assert stale.exists()  # it does not begin as ours do
    stale.write_text(whose, encoding="utf-8")
    _written(tmp_path, to)
    assert (stale.exists(), mine.exists()) == (False, True)


@pytest.mark.parametrize(("to", "name"), [("draaitabel", "p.csv"), ("csv", "p.xlsx"), ("postgres", "p.parquet")])
def test_a_name_that_ends_as_another_format_is_refused_and_nothing_is_written(tmp_path: Path, to: str, name: str):
    with pytest.raises(UsageRefused, match="D-463"):
        export_as(VALUES, to=to, out=tmp_path / name, areas=AREAS, about=ABOUT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("to", FORMATS)
def test_the_same_figures_give_the_same_bytes(tmp_path: Path, to: str):
    (tmp_path / "een").mkdir()
    (tmp_path / "twee").mkdir()
    first = _written(tmp_path / "een", to)
    assert first == _written(tmp_path / "twee", to)
    assert all(first.values())


def test_a_workbook_holds_every_figure_and_leaves_what_is_hidden_empty(tmp_path: Path):
    rows = pl.DataFrame(fastexcel.read_excel(_written(tmp_path, "xlsx")["."]).load_sheet(0))
    assert rows["indicator"].to_list() == ["outflow_count", "return_12m", "return_12m"]
    assert rows["value"].to_list() == [40.0, None, 0.25]


def test_postgres_gets_tables_with_keys_and_its_rows(tmp_path: Path):
    text = _written(tmp_path, "postgres")["."].decode()
    assert text.startswith("BEGIN;\n")
    assert text.endswith("COMMIT;\n")
    assert 'PRIMARY KEY ("variant", "indicator", "city", "period", "breakdown", "group")' in text
    lines = text.split('"definition") FROM stdin;\n')[1].split("\n\\.")[0].splitlines()
    assert len(lines) == 3
    assert lines[1].split("\t")[6:12] == ["\\N"] * 5 + ["suppressed"]


def test_postgres_and_duckdb_get_the_same_view_and_dutch_comments(tmp_path: Path):
    postgres, duckdb = _written(tmp_path, "postgres")["."].decode(), _written(tmp_path, "duckdb")["laden.sql"].decode()
    said = [
        [line for line in text.splitlines() if line.startswith(("CREATE VIEW", "COMMENT ON"))]
        for text in (postgres, duckdb)
    ]
    assert said[0] == said[1] != []
    assert all('AS "stad"' in text for text in (postgres, duckdb))
    columns = {line.split('."')[1].split('"')[0] for line in said[0] if "COLUMN demad_cijfers" in line}
    assert columns == set(VALUES.frame.columns)


@pytest.mark.parametrize("to", FORMATS)
def test_every_format_says_what_to_do_with_it(tmp_path: Path, to: str):
    assert str(tmp_path / "uit") in how_to_load(to, tmp_path / "uit")


def test_the_script_for_duckdb_needs_no_file_beside_it(tmp_path: Path):
    written = _written(tmp_path, "duckdb")
    assert list(written) == ["laden.sql"]
    assert not re.search(rb"read_\w+\(|file_search_path", written["laden.sql"])


def test_duckdb_loads_every_figure_from_another_folder_and_once_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    duckdb = pytest.importorskip("duckdb", reason="demad[bench] is not installed")
    script = _written(tmp_path, "duckdb")["laden.sql"].decode()
    (tmp_path / "elders").mkdir()
    monkeypatch.chdir(tmp_path / "elders")
    with duckdb.connect("demad.duckdb") as base:
        for _ in range(2):
            base.execute(script)
        back = base.execute("FROM demad_cijfers").fetchall()
        assert sorted(back) == sorted(rows_of(VALUES).rows())
        assert base.execute("SELECT count(naam), count(*) FROM demad_overzicht").fetchone() == (3, 3)


def test_a_data_package_brings_every_file_it_names(tmp_path: Path):
    written = _written(tmp_path, "datapackage")
    package = json.loads(written["datapackage.json"])
    assert {resource["path"] for resource in package["resources"]} <= set(written)


def test_another_format_is_refused_with_those_there_are(tmp_path: Path):
    with pytest.raises(UsageRefused, match="swing") as refused:
        export_as(VALUES, to="pdf", out=tmp_path / "x", areas=AREAS, about=ABOUT)
    assert refused.value.code == "D-500"


@pytest.mark.parametrize("to", FORMATS)
def test_a_folder_in_place_of_a_file_and_a_file_in_place_of_a_folder_are_refused(tmp_path: Path, to: str):
    folder, file = tmp_path / "map", tmp_path / "bestand"
    folder.mkdir()
    file.write_bytes(b"mine")
    for out in (file if to in FOLDERS else folder, file / "under"):
        with pytest.raises(UsageRefused) as refused:
            export_as(VALUES, to=to, out=out, areas=AREAS, about=ABOUT)
        assert (refused.value.code, refused.value.exit_status) == ("D-463", 2)
    assert file.read_bytes() == b"mine"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("to", FORMATS)
def test_an_export_names_what_it_wrote(tmp_path: Path, to: str):
    out = tmp_path / "uit"
    written = export_as(VALUES, to=to, out=out, areas=AREAS, about=ABOUT)
    assert sorted(written) == ([out] if out.is_file() else sorted(path for path in out.rglob("*") if path.is_file()))
