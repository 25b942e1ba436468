"""No sentence, label, alt text or caption contradicts the interval that is drawn, the yardstick or the margin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
import pytest

from demad.catalogue import CATALOGUE, indicator
from demad.reporting.blocks import Page
from demad.reporting.edition import Edition
from demad.reporting.verdicts import rest, said, short
from demad.reporting.words import words
from tests.reporting.verdict_reader import FORBIDDEN, Said, claims_of, contradiction, texts_of


def rows_of(made: Edition) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None, float]]:
    """Every judged total, unrounded, with its yardstick and the margin of the catalogue."""
    precise = made.figures.precise.select("variant", "indicator", "city", "period", "breakdown", "value", "low", "high")
    judged = made.compared.filter(variant="main", breakdown="total").drop("value", "low", "high")
    key = ["variant", "indicator", "city", "period"]
    both = judged.join(precise, on=[*key, "breakdown"], how="left")
    yardsticks = {tuple(row[name] for name in key): row for row in made.figures.yardsticks.iter_rows(named=True)}
    for row in both.iter_rows(named=True):
        entry = indicator(row["indicator"])
        yardstick = yardsticks.get(tuple(row[name] for name in key))
        median = row["median"] or 0.0
        conflict = yardstick is not None and yardstick["others"] is not None and row["value"] is not None
        conflict = (
            conflict and yardstick is not None and (row["value"] - yardstick["others"]) * (row["value"] - median) <= 0
        )
        margin = max(entry.margin * median, entry.least_margin)
        yield row | {"unit": entry.unit, "conflict": conflict}, yardstick, margin


def test_no_verdict_of_any_city_and_figure_contradicts_its_interval(made: Edition):
    wrong, counted = [], dict.fromkeys(("cells", "claims"), 0)
    for row, yardstick, margin in rows_of(made):
        counted["cells"] += 1
        for text in (said(row), f"{short(row)} {rest(row)}"):
            counted["claims"] += len(claims_of(text))
            if why := contradiction(Said("verdict", text, row["indicator"]), row, yardstick, margin):
                wrong.append((row["indicator"], row["city"], row["period"], text, why))
    assert not wrong[:5]
    assert counted["claims"] > 500


def test_no_text_of_the_reports_contradicts_the_figure_it_is_about(made: Edition, pages: dict[str, Page]):
    wrong, read = [], 0
    latest = {
        (row["indicator"], row["city"], row["period"]): (row, ruler, margin) for row, ruler, margin in rows_of(made)
    }
    newest = {entry.id: _newest(made, entry.id) for entry in CATALOGUE}
    for slug, page in pages.items():
        for one in texts_of(page):
            read += 1
            assert not FORBIDDEN.search(one.text), one
            found = latest.get((one.indicator, slug, newest.get(one.indicator, "")))
            if found and (why := contradiction(one, *found)):
                wrong.append((slug, one.where, one.text, why))
    assert not wrong[:5]
    assert read > 100 * len(pages)


def _newest(made: Edition, id: str) -> str:
    rows = made.compared.filter(variant="main", indicator=id, breakdown="total")
    if indicator(id).unit == "spells":
        rows = rows.filter(pl.col("period").str.len_chars() == 4)
    return str(rows["period"].max())


@pytest.mark.parametrize(
    ("text", "row", "why"),
    [
        ("Hoger dan de mediaan van de andere steden", {"value": 0.30}, "other side"),
        ("Hoger dan de mediaan van de andere steden", {"value": 0.42, "low": 0.3, "high": 0.55}, "errors"),
        ("Hoger dan de mediaan van de andere steden", {"value": 0.41, "low": 0.409, "high": 0.411}, "margin"),
        ("bijna gelijk aan de andere steden", {"value": 0.55, "low": 0.54, "high": 0.56}, "above the margin"),
        ("Het verschil met de andere steden kan toeval zijn", {"value": 0.55, "low": 0.54, "high": 0.56}, "chance"),
        ("misschien lager; kan nog toeval zijn", {"value": 0.399, "low": 0.35, "high": 0.45}, "errors"),
        ("Kan toeval zijn het verschil met de andere steden", {"value": None}, "cannot be judged"),
    ],
)
def test_the_reader_sees_a_contradiction_where_there_is_one(text: str, row: Mapping[str, Any], why: str):
    usual = {"value": 0.42, "low": 0.40, "high": 0.44, "median": 0.4, "unit": "share", "indicator": "gpmi_share"}
    yardstick = {"others": 0.4, "others_low": 0.395, "others_high": 0.405}
    given = usual | dict(row) | {"conflict": False, "bound_low": None}
    assert why in contradiction(Said("t", text, "gpmi_share"), given, yardstick, 0.04)


def test_every_code_of_a_verdict_has_its_words_and_only_sided_ones_name_a_side():
    for kind in ("clear", "apart", "maybe"):
        for side, word in (("higher", "hoger"), ("lower", "lager")):
            assert claims_of(words(f"verdict.{kind}_{side}")) == [(kind, word)]
    assert claims_of(words("verdict.nearly")) == [("nearly", "")]
    assert claims_of(words("verdict.chance")) == [("chance", "")]
    assert claims_of(words("verdict.unsaid", reason="x")) == [("unsaid", "")]
