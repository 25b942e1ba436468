"""What must hold of figures and pages before they go on: judged on small tables, by the policy as it is."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from demad.disclosure import Policy
from demad.publishing.examination import balance_finding, disclosure_findings, page_findings
from demad.tables.figures import PUBLISHED_VALUE

BLANK = {"variant": "main", "period": "2025", "breakdown": "total", "group": "total", "status": "ok", "definition": "2"}


def shown(*rows: dict[str, object]) -> pl.DataFrame:
    filled = [{**dict.fromkeys(PUBLISHED_VALUE.columns), **BLANK, "city": "gent", **row} for row in rows]
    return pl.DataFrame(filled, schema=PUBLISHED_VALUE.schema)


def holds(frame: pl.DataFrame, *, judged: int = 1) -> dict[str, bool]:
    return {found.name: found.holds for found in disclosure_findings(frame, Policy(), judged=judged, barred=0)}


@pytest.mark.parametrize(
    ("row", "fine"),
    [
        ({"indicator": "inflow_count", "value": 10.0}, True),
        ({"indicator": "inflow_count", "value": 5.0}, False),
        ({"indicator": "inflow_count", "value": None, "status": "suppressed"}, True),
        ({"indicator": "net_flow", "value": -5.0}, True),  # counts nobody
        ({"indicator": "return_12m", "value": 0.2, "denominator": 30}, True),
        ({"indicator": "return_12m", "value": 0.2, "denominator": 25}, False),
        ({"indicator": "dq_timeliness", "value": 3.0}, True),  # about nobody
    ],
)
def test_nothing_below_a_threshold_is_shown(row, fine):
    assert holds(shown(row))["niets_te_klein"] is fine


def test_figures_that_the_gate_did_not_judge_are_told():
    frame = shown({"indicator": "inflow_count", "value": 10.0})
    assert not holds(frame, judged=0)["poort_oordeelde"]
    assert holds(frame, judged=1)["poort_oordeelde"]


def test_the_hidden_share_of_each_city_is_told_and_a_city_that_shows_nothing_stands_out():
    hidden = {"indicator": "inflow_count", "status": "suppressed"}
    frame = shown({"indicator": "inflow_count", "value": 10.0}, hidden, {**hidden, "city": "genk"})
    found = disclosure_findings(frame, Policy(), judged=1, barred=0)[-1]
    assert (found.holds, found.counts) == (False, {"verborgen genk": 1.0, "verborgen gent": 0.5})


def test_no_figures_are_nothing_to_refuse():
    assert all(holds(shown(), judged=0).values())


def test_a_city_without_its_page_and_a_file_that_is_empty_are_told(tmp_path: Path):
    (tmp_path / "gent").mkdir()
    for name in ("index.html", "gent.pdf", "gent.xlsx"):
        (tmp_path / "gent" / name).write_text("x", encoding="utf-8")
    assert all(found.holds for found in page_findings(tmp_path, ["gent"]))
    assert not page_findings(tmp_path, ["gent"], ["gent"])[0].holds  # it failed after its page was written
    (tmp_path / "gent" / "gent.pdf").write_bytes(b"")
    told = {found.name: found.holds for found in page_findings(tmp_path, ["gent", "genk"])}
    assert told == {"elke_stad_haar_pagina": False, "grootte": True, "pdf_en_werkmap": False}


def test_a_stock_that_is_not_what_runs_less_what_is_bridged_is_told():
    month = {"variant": ["main"], "month": [12], "breakdown": ["total"]}
    flow = pl.DataFrame({**month, "active": [5], "bridged": [1]})
    assert balance_finding({"flow": flow, "stock": pl.DataFrame({**month, "stock": [4]})}).holds
    assert not balance_finding({"flow": flow, "stock": pl.DataFrame({**month, "stock": [5]})}).holds
