"""The workbook that opens on a pivot: its parts hold together, and its first view shows the published figures."""

from __future__ import annotations

import io
import posixpath
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import fastexcel
import polars as pl
import pytest

from demad.cli.publishing import _written
from demad.errors import InputMissing, UsageRefused
from demad.exports.about import About, Areas
from demad.exports.formats import export_as
from demad.exports.pivot import pivot_workbook
from demad.exports.shown import EVERYBODY, fitting, shown_figures
from tests.figures import count, figure, figures, published, share

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
AREAS = Areas({}, names={"gent": "Gent", "aalst": 'Aalst & "Erembodegem" <Oost>'}, groups={"sex:V": "Geslacht: vrouw"})
ROWS = figures(
    share(50, 200),
    share(61, 200, city="aalst"),
    share(58, 200, city="all"),
    share(30, 90, breakdown="sex", group="V"),
    count(40, period="2025Q4"),
    count(160, period="2025"),
    figure(indicator="caseload_stock", period="2025-12", value=700.0, numerator=700),
    figure(status="suppressed", period="2024Q4"),
    share(70, 200, variant="wide"),
)


def parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        assert len(set(book.namelist())) == len(book.namelist())
        return {name: book.read(name) for name in book.namelist()}


def tree(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314  # made here


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return parts(pivot_workbook(ROWS, AREAS, About(label="2025Q4-r1")))


def test_every_relation_leads_to_a_part_with_a_type(made: dict[str, bytes]):
    types = {item.get("PartName"): item.get("ContentType", "") for item in tree(made["[Content_Types].xml"])}
    followed = set()
    for name in (name for name in made if name.endswith(".rels")):
        folder = posixpath.dirname(posixpath.dirname(name))
        ids = [one.get("Id") for one in tree(made[name])]
        assert len(set(ids)) == len(ids)
        for one in tree(made[name]):
            target = posixpath.normpath(posixpath.join(folder, one.get("Target", "")))
            assert target in made
            assert types[f"/{target}"]
            followed.add((posixpath.basename(target), one.get("Type", "").rsplit("/", 1)[1]))
    assert {("pivotTable1.xml", "pivotTable"), ("pivotCacheDefinition1.xml", "pivotCacheDefinition")} <= followed
    (named,) = tree(made["xl/workbook.xml"]).iter(f"{MAIN}pivotCache")
    (relation,) = [one for one in tree(made["xl/_rels/workbook.xml.rels"]) if one.get("Id") in named.attrib.values()]
    assert relation.get("Target") == "pivotCache/pivotCacheDefinition1.xml"
    assert tree(made["xl/pivotTables/pivotTable1.xml"]).get("cacheId") == named.get("cacheId")


def test_the_cache_holds_no_records_and_asks_to_read_the_table_again(made: dict[str, bytes]):
    cache = tree(made["xl/pivotCache/pivotCacheDefinition1.xml"])
    assert (cache.get("saveData"), cache.get("refreshOnLoad")) == ("0", "1")
    assert not [name for name in made if "Records" in name]
    (source,) = cache.iter(f"{MAIN}worksheetSource")
    assert source.get("name") == tree(made["xl/tables/table1.xml"]).get("displayName")


def test_the_fields_are_the_columns_of_the_table_with_each_value_once(made: dict[str, bytes]):
    cache = tree(made["xl/pivotCache/pivotCacheDefinition1.xml"])
    table, pivot = tree(made["xl/tables/table1.xml"]), tree(made["xl/pivotTables/pivotTable1.xml"])
    fields = list(cache.iter(f"{MAIN}cacheField"))
    columns = [one.get("name") for one in table.iter(f"{MAIN}tableColumn")]
    assert [one.get("name") for one in fields] == columns == shown_figures(ROWS, AREAS).columns
    shown = shown_figures(ROWS, AREAS)
    for field, on in zip(fields, pivot.iter(f"{MAIN}pivotField"), strict=True):
        values = [item.get("v") for item in field.iter(f"{MAIN}s")]
        assert len(set(values)) == len(values)
        items = [item.get("x") for item in on.iter(f"{MAIN}item") if item.get("t") != "default"]
        assert items == [str(number) for number in range(len(values))]
        if on.get("axis"):
            assert set(values) == set(shown[field.get("name", "")])
    for name in ("rowItems", "colItems", "pivotFields", "rowFields", "colFields", "pageFields", "dataFields"):
        (one,) = pivot.iter(f"{MAIN}{name}")
        assert len(one) == int(one.get("count", ""))


def test_the_pivot_has_indicator_and_city_as_rows_and_periods_as_columns(made: dict[str, bytes]):
    pivot = tree(made["xl/pivotTables/pivotTable1.xml"])
    columns = shown_figures(ROWS, AREAS).columns

    def named(path: str, key: str) -> list[str]:
        return [columns[int(one.get(key, ""))] for one in pivot.iter(f"{MAIN}{path}")]

    (rows,), (across,) = pivot.iter(f"{MAIN}rowFields"), pivot.iter(f"{MAIN}colFields")
    assert [columns[int(one.get("x", ""))] for one in rows] == ["Indicator", "Stad"]
    assert [columns[int(one.get("x", ""))] for one in across] == ["Periode"]
    assert named("pageField", "fld") == ["Tijdvak", "Groep"]
    assert named("dataField", "fld") == ["Cijfer"]
    assert {pivot.get("rowGrandTotals"), pivot.get("colGrandTotals")} == {"0"}


def test_the_first_view_shows_the_figures_of_everybody_and_nothing_that_is_hidden(tmp_path: Path):
    export_as(published(*ROWS.to_dicts()), to="draaitabel", out=tmp_path / "d.xlsx", areas=AREAS, about=About())
    sheet = fastexcel.read_excel(tmp_path / "d.xlsx").load_sheet("Draaitabel", header_row=7)
    rows = pl.DataFrame(sheet).rows()
    assert pl.DataFrame(sheet).columns == ["Indicator", "Stad", "2025Q4"]
    assert rows == [
        ("Uitstroom (periodes)", None, None),
        (None, "Gent", 40.0),
        ("Opnieuw een leefloon binnen 12 maanden (%)", None, None),
        (None, 'Aalst & "Erembodegem" <Oost>', 30.5),
        (None, "Gent", 25.0),
        (None, "alle steden samen", 29.0),
    ]
    cells = fastexcel.read_excel(tmp_path / "d.xlsx").load_sheet("Cijfers", dtypes={"Periode": "string"})
    table = pl.DataFrame(cells)
    assert table.height == 7  # without the figure that is hidden and the other series
    assert table.filter(Groep="Geslacht: vrouw")["Cijfer"].to_list() == [pytest.approx(33.3, abs=0.05)]
    assert sorted(table["Tijdvak"].unique()) == ["jaar", "kwartaal", "maand"]


def test_the_command_does_not_say_that_the_pivot_holds_every_figure(tmp_path: Path):
    assert _written("draaitabel", [tmp_path], tmp_path, 198_320) == f"een draaitabel in {tmp_path}"
    assert _written("csv", [tmp_path], tmp_path, 198_320) == f"198320 cijfers in {tmp_path}"


def test_a_workbook_without_figures_is_refused():
    with pytest.raises(InputMissing, match="D-530"):
        pivot_workbook(figures(figure(status="suppressed")), AREAS, About())


def years(first: int, last: int, groups: int = 2) -> pl.DataFrame:
    told = [
        share(50, 200, period=f"{year}Q4", **({"breakdown": "sex", "group": "V"} if group else {}))
        for year in range(first, last + 1)
        for group in range(groups)
    ]
    return shown_figures(figures(*told), AREAS)


@pytest.mark.parametrize(
    ("most", "first", "groups"),
    [(10, "2021Q4", 2), (9, "2022Q4", 2), (6, "2023Q4", 2), (5, "2021Q4", 1), (1, "2025Q4", 1), (0, None, 0)],
)
def test_above_the_rows_of_a_sheet_whole_years_go_first_and_groups_before_the_last_three(most, first, groups):
    table = fitting(years(2021, 2025), most)
    assert table.height <= most
    assert table["Periode"].min() == first
    assert table["Groep"].n_unique() == groups
    assert groups == 0 or EVERYBODY in table["Groep"]


def test_the_workbook_says_which_years_it_left_out_and_refuses_where_not_one_fits():
    told = figures(*(share(50, 200, period=f"{year}Q4") for year in range(2021, 2026)))
    whole, part = (parts(pivot_workbook(told, AREAS, About(), most=most)) for most in (5, 4))
    assert b"Er zijn te veel cijfers" not in whole["xl/sharedStrings.xml"]
    assert "De cijfers van vóór 2022 staan in cijfers.csv.".encode() in part["xl/sharedStrings.xml"]
    with pytest.raises(UsageRefused, match="D-531"):
        pivot_workbook(told, AREAS, About(), most=0)
