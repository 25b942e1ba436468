"""No file of a release says what the release hides: not in a table, a page, a chart, a document or its metadata."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.releases.ledger import released_figures
from demad.store import Store
from tests.figures import count, figures
from tests.releases.scan import findings, spellings


def test_a_hidden_share_is_known_by_its_digits():
    values = figures(count(3) | {"value": 0.1428571})
    hidden = values.with_columns(value=pl.lit(None, dtype=pl.Float64), status=pl.lit("suppressed"))
    assert spellings(values, hidden) == {"0.14285", "0,14285"}


def test_a_file_that_says_it_is_found(tmp_path):
    values = figures(count(3) | {"value": 0.1428571})
    hidden = values.with_columns(
        *(pl.lit(None, dtype=values.schema[name]).alias(name) for name in ("value", "low", "high", "numerator")),
        status=pl.lit("suppressed"),
    )
    names = {"value": "Cijfer", "low": "Laag", "high": "Hoog", "numerator": "Teller", "denominator": "Noemer"}
    excel = hidden.rename(names).write_csv(separator=";", decimal_comma=True)
    hidden.write_csv(tmp_path / "cijfers.csv")
    (tmp_path / "cijfers-excel.csv").write_text(excel, encoding="utf-8")
    values.write_parquet(tmp_path / "cijfers.parquet")
    (tmp_path / "index.html").write_text("<p title='0,142857'>een op de zeven</p>", encoding="utf-8")
    found, kinds = findings(tmp_path, values, hidden)
    assert {line.split(":")[0] for line in found} == {"cijfers.parquet", "index.html"}
    assert kinds == {".csv": 2, ".html": 1, ".parquet": 1}


@pytest.mark.slow
def test_no_file_of_a_release_says_what_it_hides(tmp_path, capsys):
    root = Path(os.environ.get("DEMAD_SCAN", tmp_path / "root"))
    if not (root / "publication" / "latest").exists():  # a refused delivery of the demo is no fault here
        assert CliRunner().invoke(app, ["demo", "--people", "2000", "--root", str(root)]).exit_code in (0, 3, 6)
    published = released_figures(root)
    found, kinds = findings(root / "publication" / "latest", Store(root).read("indicators", "values"), published)
    hidden = published.filter(status="suppressed").height
    with capsys.disabled():
        print(f"\nfiles read {kinds}; {hidden} hidden figures; found {len(found)}: {found[:5]}")
    assert not found
    assert kinds.keys() >= {".html", ".pdf", ".xlsx", ".csv", ".parquet", ".json"}
