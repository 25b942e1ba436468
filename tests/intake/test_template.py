"""The template and the codes: what a city needs to know stands where it fills in, and what it fills in is accepted."""

import io
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from demad.errors import UsageRefused
from demad.intake.contract import template
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.words import KINDS, codes_of
from demad.intake.deliveries.packing import check_files
from demad.intake.inspection.codes import code_facts, code_lines
from demad.reference.cities import city_of
from tests import code_table
from tests.intake.clothes import AS_OF


def filled(path: Path, dataset: str) -> Path:
    """The template with forty rows more, as a specialist adds them below the example."""
    example = template.example(dataset)
    rows = pl.concat([example] * 40)
    if "persoon" in rows.columns:
        rows = rows.with_columns(persoon=pl.format("pq-{}-abcd", pl.int_range(pl.len()) + 1000))
    below = rows.write_csv(separator=";", include_header=False).encode()
    path.write_bytes(template.as_csv(dataset) + below)
    return path


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_template_that_is_filled_in_is_accepted(dataset, tmp_path):
    (part,) = check_files([filled(tmp_path / f"{dataset}.csv", dataset)], city_of("gent"), as_of=AS_OF)
    assert (part.dataset, part.refused, part.verdict.accepted.height) == (dataset, False, 41)
    assert part.conformed.flaws == {}


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_template_as_excel_saves_it_is_accepted(dataset, tmp_path):
    """With a separator for each column behind the comments, and without the mark of UTF-8."""
    width = len(DATASETS[dataset].fields)
    text = filled(tmp_path / "x.csv", dataset).read_text(encoding="utf-8-sig")
    saved = "\r\n".join(f"{line}{';' * (width - 1)}" if line.startswith("#") else line for line in text.splitlines())
    path = tmp_path / f"{dataset}.csv"
    path.write_bytes(saved.encode("cp1252"))
    (part,) = check_files([path], city_of("gent"), as_of=AS_OF)
    assert part.verdict.accepted.height == 41


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_workbook_explains_every_code_on_a_second_sheet(dataset, tmp_path):
    path = tmp_path / f"{dataset}.xlsx"
    path.write_bytes(template.as_workbook(dataset))
    (part,) = check_files([path], city_of("gent"), as_of=AS_OF)
    assert part.verdict.accepted.height == 1
    book = fastexcel.read_excel(template.as_workbook(dataset))
    assert book.sheet_names == [dataset, "codes"]
    told = set(book.load_sheet("codes").to_polars().select(pl.nth(0, 1)).fill_null("").iter_rows())
    for column, field in DATASETS[dataset].fields.items():
        codes = codes_of(column, field) if field.kind in KINDS else {}
        assert {(column, ""), *((column, code) for code in codes)} <= told


def test_the_comments_of_a_template_stay_above_where_a_header_is_looked_for():
    for dataset in DATASETS:
        lines = template.as_csv(dataset).decode("utf-8-sig").splitlines()
        assert sum(line.startswith("#") for line in lines) < 25
        assert not any(";" in line for line in lines if line.startswith("#"))


def test_the_codes_of_a_column_are_told_with_the_words_that_are_known():
    said = "\n".join(code_lines(code_facts("Categorie")))
    assert said.startswith("categorie (leefloon)\n  1: samenwonend; ook: samenwonende")
    assert {fact["kolom"] for fact in code_facts()} >= {"wet", "categorie", "geslacht", "student", "zorgvorm", "soort"}
    gent = next(fact for fact in code_facts("stopreden", city_of("gent")) if fact["code"] == "W1")
    assert gent["eigen"] == ["werk"]


@pytest.mark.parametrize(("asked", "meant"), [("categori", "categorie"), ("begin", ""), ("stopredn", "stopreden")])
def test_a_column_without_codes_is_refused_with_the_nearest(asked, meant):
    with pytest.raises(UsageRefused) as refusal:
        code_facts(asked)
    assert (refusal.value.code, meant in refusal.value.todo) == ("D-409", True)


def test_the_table_of_codes_in_the_guide_is_that_of_the_contract():
    assert code_table.in_guide() == code_table.table()


def test_a_template_without_a_file_is_a_table_alone():
    assert pl.read_csv(io.StringIO(template.example("steun").write_csv(separator=";")), separator=";").height == 1
