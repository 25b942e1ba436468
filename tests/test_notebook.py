"""The example for an analyst runs with the wheel alone and a CSV, and counts what the pipeline counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.counting.stock import count_stock
from demad.histories.ages import by_age
from demad.histories.periods import resolve_periods
from demad.histories.segments import covered, decided
from demad.intake.deliveries.packing import check_files
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.reference.cities import city_of
from demad.reference.extras import EXTRAS
from demad.tables.months import month_number
from demad.tables.observation import Observation
from demad.tables.terms import GAPS

TOP = Path(__file__).resolve().parent.parent
EXAMPLE = TOP / "docs" / "voorbeelden" / "analist.py"
ALONE = """
import runpy, sys
sys.modules.update(dict.fromkeys({absent!r}))
told = runpy.run_path({example!r})
import json
print(json.dumps([told["stand"].rows(), told["gestopt"].rows()]))
"""
pytestmark = pytest.mark.slow


def test_the_example_counts_what_the_pipeline_counts_with_nothing_of_an_extra(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEMAD_ROOT", raising=False)
    for command in (
        "synth --out proef --people 400 --messy",
        "init --city gent --write proef/gent/leefloon.csv",
    ):
        assert CliRunner().invoke(app, command.split()).exit_code == 0
    (tmp_path / "proef" / "gent" / "leefloon.csv").rename("leefloon.csv")
    absent = sorted({module for extra in EXTRAS.values() for module in extra.modules.values()})
    code = ALONE.format(absent=absent, example=str(EXAMPLE))
    surroundings = {**os.environ, "PYTHONPATH": str(TOP)}
    done = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    stock, stopped = json.loads(done.stdout.splitlines()[-1])
    assert stock == [[f"{year}-12", people(year)] for year in range(2022, 2026)]
    assert all(count > 20 for _, count in stock)
    assert sum(count for _, count in stopped) > 20


def people(year: int) -> int:
    """People in December, as the additive table of the pipeline has them."""
    observation = Observation(date(2022, 1, 1), date(2026, 9, 30), full_history=False)
    (checked,) = check_files([Path("leefloon.csv")], city_of("gent", Path("var")), as_of=observation.as_of)
    periods, _ = resolve_periods(as_text_columns(checked.verdict.accepted), observation)
    segments = covered(decided(periods, observation))
    parts = {series: by_age(rows, gap=GAPS[series]) for series, rows in segments.items()}
    stock = count_stock(parts, observation, city="gent")
    month = month_number(date(year, 12, 1))
    return int(stock.filter(pl.col("month") == month, variant="main", breakdown="total")["stock"].sum())
