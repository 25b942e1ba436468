"""The file for Excel: words in place of codes, real dates, nothing that Excel takes for a date, and its explanation."""

from __future__ import annotations

import csv
import re

import pytest

from demad.reporting.edition import Edition
from demad.reporting.excel_csv import excel_csv, explanation
from demad.tables.figures import FIGURE_KEY

DATE_LIKE = re.compile(
    r"\d{1,2}[-/.]\d{1,2}([-/.]\d{2,4})?|\d{4}-\d{2}|(januari|februari|maart|april|mei|juni|juli|augustus|september|"
    r"oktober|november|december) \d+",
)


def _read(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=";"))


@pytest.fixture(scope="module")
def rows(made: Edition) -> list[dict[str, str]]:
    return _read(excel_csv(made))


def test_headers_and_labels_are_dutch(rows: list[dict[str, str]]):
    assert list(rows[0]) == [
        "Reeks", "Indicator", "Code", "Stad", "Periode", "Tot en met", "Uitsplitsing", "Groep", "Cijfer", "Laag",
        "Hoog", "Teller", "Noemer", "Eenheid", "Status", "Versie",
    ]  # fmt: skip
    said = {value for row in rows for name, value in row.items() if name not in ("Code", "Cijfer")}
    assert not said & {"main", "total", "household", "ok", "suppressed", "low_n", "persons", "share", "unknown"}


def test_no_cell_is_taken_for_a_date_but_the_last_day_of_a_period(rows: list[dict[str, str]]):
    assert {
        value for row in rows for name, value in row.items() if name != "Tot en met" and DATE_LIKE.fullmatch(value)
    } == set()
    assert all(re.fullmatch(r"(28|29|30|31)/\d{2}/\d{4}", row["Tot en met"]) for row in rows)


def test_every_figure_is_in_it_in_the_order_of_the_other_file(rows: list[dict[str, str]], made: Edition):
    published = made.published.sort(FIGURE_KEY)
    assert len(rows) == published.height
    for row, value in zip(rows, published["value"].to_list(), strict=True):
        assert (float(row["Cijfer"].replace(",", ".")) if row["Cijfer"] else None) == value


def test_the_explanation_names_every_column_and_every_status_there_is(rows: list[dict[str, str]], made: Edition):
    told = _read(explanation(made))
    assert all(row["Uitleg"] for row in told)
    named = {kind: {row["Naam"] for row in told if row["Onderwerp"] == kind} for kind in ("Kolom", "Status", "Cijfer")}
    assert named["Kolom"] == set(rows[0])
    assert {row["Status"] for row in rows} <= named["Status"]
    assert {row["Indicator"] for row in rows} <= named["Cijfer"]
