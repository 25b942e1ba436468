"""Nothing but what came through `protect` can be published: at run time D-601, and the type checker says so too."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from demad.disclosure import Policy, PublishedFigures, publish
from demad.errors import PrivacyRefused
from demad.exports.about import About, Areas
from demad.exports.figures import export_figures
from demad.exports.formats import export_as
from demad.exports.swing import swing_files
from demad.indicators import evaluate
from demad.protection import ProtectedTables, pool, protect, sealed
from demad.quantities import exact
from demad.records.secrets import seeded
from demad.reporting.edition import Edition
from demad.tables.figures import PROFILE, YARDSTICK
from demad.tables.kinds import ExactFigures, ProtectedFigures
from tests.indicators.by_hand import every_month, of_tables

CHECKOUT = Path(__file__).parents[2]
SECRET = seeded("door")


@pytest.fixture(scope="module")
def counted() -> dict[str, pl.DataFrame]:
    exits = [{"month": 2019 * 12 + month, "out_work": 23 + month} for month in range(12)]
    return of_tables(stock=every_month("2019-01", 12, stock=103), flow=exits)


@pytest.fixture(scope="module")
def unprotected(counted) -> ExactFigures:
    return evaluate(exact([counted]))


@pytest.fixture(scope="module")
def unhidden(counted) -> ProtectedFigures:
    return evaluate(pool([protect(counted, SECRET)]))


def refused(act, *arguments: object, **more: object) -> bool:
    with pytest.raises(PrivacyRefused) as refusal:
        act(*arguments, **more)
    return refusal.value.code == "D-601"


def test_what_goes_in_says_what_comes_out(counted, unprotected, unhidden):
    assert isinstance(unprotected, ExactFigures)
    assert isinstance(unhidden, ProtectedFigures)
    assert isinstance(publish(unhidden, Policy()), PublishedFigures)


def test_exact_figures_are_not_published(counted, unprotected):
    assert refused(publish, unprotected, Policy())
    assert refused(publish, unprotected.frame, Policy())
    assert refused(publish, exact([counted]), Policy())


def test_published_figures_and_protected_tables_cannot_be_made_by_hand(counted, unprotected):
    frame = unprotected.frame
    assert refused(PublishedFigures, frame, frame, YARDSTICK.empty(), PROFILE.empty(), object())
    assert refused(ProtectedTables, exact([counted]).tables, 5, object())


def test_a_seal_does_not_hold_on_counts_that_are_not_rounded(counted):
    assert refused(sealed, exact([counted]).tables, 5)  # monthly flows, and 23 exits
    made = protect(counted, SECRET)
    one_more = made["flows"].with_columns(pl.col("outflow") + 1)
    assert refused(replace, made, tables={**made.tables, "flows": one_more})
    assert refused(sealed, {**made.tables, "stocks": made["stocks"].with_columns(gpmi=pl.lit(7, dtype=pl.Int64))}, 5)


def test_what_was_protected_to_five_is_not_protected_to_ten(counted):
    assert refused(sealed, protect(counted, SECRET).tables, 10)


def test_a_report_takes_published_figures_alone(unprotected, unhidden):
    for figures in (unprotected, unhidden, unprotected.frame):
        given = dict.fromkeys(("compared", "cities", "label", "provisional", "software", "inputs", "policy"))
        assert refused(Edition, figures=figures, contact="", version="", **given)


def test_exports_take_no_figures_that_are_neither_exact_nor_published(tmp_path, unprotected, unhidden):
    for figures in (unhidden, unprotected.frame):
        assert refused(export_figures, figures, to="csv", out=tmp_path / "a.csv")
        assert refused(export_as, figures, to="swing", out=tmp_path / "b", areas=Areas({}), about=About())
        assert refused(swing_files, figures, Areas({}), About())
    assert list(tmp_path.iterdir()) == []


WRONG = {
    "publish(values, Policy())": "ExactFigures",
    "Edition(figures=values, **more)": "ExactFigures",
    "export_figures(hidden_nowhere, to='csv', out=path)": "ProtectedFigures",
    "swing_files(hidden_nowhere, Areas({}), About())": "ProtectedFigures",
    "export_as(hidden_nowhere, to='csv', out=path, areas=Areas({}), about=About())": "ProtectedFigures",
    "pool([tables])": "ExactTables",
    "compare_cities(values, (), {})": "ExactFigures",
}


@pytest.mark.slow
def test_none_of_it_passes_the_type_checker(tmp_path):
    lines = "\n".join(f"    {line}" for line in WRONG)
    program = f"""
from pathlib import Path
from typing import Any

from demad.benchmark import compare_cities
from demad.disclosure import Policy, publish
from demad.exports.about import About, Areas
from demad.exports.figures import export_figures
from demad.exports.formats import export_as
from demad.exports.swing import swing_files
from demad.indicators import evaluate
from demad.protection import ProtectedTables, pool
from demad.quantities import ExactTables
from demad.reporting.edition import Edition


def leak(tables: ExactTables, made: ProtectedTables, path: Path, more: dict[str, Any]) -> None:
    values, hidden_nowhere = evaluate(tables), evaluate(made)
{lines}
    compare_cities(publish(hidden_nowhere, Policy()), (), {{}})
"""
    shutil.copytree(CHECKOUT / "demad", tmp_path / "demad", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "leak.py").write_text(program, encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text('{"include": ["leak.py"], "typeCheckingMode": "standard"}')
    checker = [sys.executable, "-m", "basedpyright", "--level", "error", "--pythonpath", sys.executable]
    told = subprocess.run(checker, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    first = program.splitlines().index(lines.splitlines()[0]) + 1
    for number, (line, kind) in enumerate(WRONG.items(), start=first):
        assert [said for said in told.splitlines() if f"leak.py:{number}:" in said and "error" in said], (line, told)
        assert kind in told
    assert f"leak.py:{first + len(WRONG)}:" not in told
