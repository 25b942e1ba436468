"""A real PostgreSQL, asked through ODBC as a BI tool asks it: revised, killed half-way, never half or double."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from demad.disclosure.published import PublishedFigures
from demad.exports.about import About, Areas
from demad.exports.formats import export_as
from demad.reporting.words import figure as printed
from tests.figures import as_published, count, figure, figures, share
from tests.reliability.cluster import Cluster, binaries

DRIVERS = sorted(Path("/usr/lib").glob("*/odbc/psqlodbcw.so"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (DRIVERS and binaries()), reason="no PostgreSQL or no psqlodbc here"),
]
ROWS = 60_000


@pytest.fixture(scope="module")
def database() -> Iterator[Cluster]:
    made = Cluster()
    made.make()
    yield made
    made.remove()


def _asked(database: Cluster, question: str) -> list[tuple]:
    import pyodbc

    text = f"DRIVER={DRIVERS[-1]};SERVER=127.0.0.1;PORT={database.port};DATABASE=demad;UID=demad"
    with pyodbc.connect(text) as connection:
        return [tuple(row) for row in connection.execute(question).fetchall()]


def _script(folder: Path, values: PublishedFigures) -> Path:
    out = folder / "cijfers.sql"
    export_as(values, to="postgres", out=out, areas=Areas({}), about=About())
    return out


def _load(database: Cluster, script: Path) -> subprocess.Popen[bytes]:
    address = ["-h", "127.0.0.1", "-p", str(database.port), "-U", "demad", "-d", "demad"]
    return subprocess.Popen(
        ["psql", *address, "-q", "-f", str(script)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _small(value: int) -> PublishedFigures:
    return as_published(
        figures(share(value, 200), count(40), figure(period="2024Q4", status="suppressed"), share(30, 90, group="V"))
    )


def _large(value: float) -> PublishedFigures:
    """As many rows as a release has, each with the same value, so that a mixture would show."""
    one = pl.DataFrame([figure(value=value, low=value, high=value, numerator=50, denominator=200)])
    many = pl.concat([one] * ROWS).with_columns(group=pl.format("g{}", pl.int_range(ROWS)), breakdown=pl.lit("age"))
    return as_published(figures(*many.to_dicts()))


def test_the_views_give_the_numbers_of_the_report_also_after_a_revision(database: Cluster, tmp_path: Path):
    for value in (50, 60, 60):  # exported, revised, exported again
        assert _load(database, _script(tmp_path, _small(value))).wait() == 0
        rows = _asked(database, "SELECT stad, periode, groep, waarde, teller, status, naam FROM demad_overzicht")
        shown = {(group, period): (number, counted) for _, period, group, number, counted, *_ in rows}
        assert len(rows) == 4
        assert shown["total", "2025Q4"] == (value / 200, value)
        assert printed(shown["total", "2025Q4"][0], "share") == printed(value / 200, "share") == f"{value // 2}%"
        assert shown["total", "2024Q4"] == (None, None)
        assert {name for *_, name in rows} == {"Opnieuw een leefloon binnen 12 maanden", "Uitstroom"}


def test_a_tool_sees_types_and_what_each_column_means(database: Cluster, tmp_path: Path):
    assert _load(database, _script(tmp_path, _small(50))).wait() == 0
    types = dict(
        _asked(
            database,
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'demad_overzicht'",
        )
    )
    assert {types[name] for name in ("waarde", "ondergrens", "bovengrens")} == {"double precision"}
    assert {types[name] for name in ("teller", "noemer")} == {"bigint"}
    assert {types[name] for name in ("stad", "periode", "groep", "status", "naam")} == {"text"}
    (described,) = _asked(database, "SELECT obj_description('demad_overzicht'::regclass)")
    assert "Nederlandse koppen" in described[0]


def test_a_load_that_is_killed_leaves_what_was_there(database: Cluster, tmp_path: Path):
    (tmp_path / "a").mkdir()
    first, second = _script(tmp_path, _large(0.25)), _script(tmp_path / "a", _large(0.5))
    began = time.monotonic()
    assert _load(database, first).wait() == 0
    whole = time.monotonic() - began
    question = "SELECT count(*), min(waarde), max(waarde) FROM demad_overzicht"
    found = set()
    for part in (0.05, 0.2, 0.4, 0.6, 0.8, 0.95):
        loading = _load(database, second)
        time.sleep(whole * part)
        loading.kill()
        loading.wait()
        found.add(_asked(database, question)[0])
        assert _load(database, first).wait() == 0
    assert found <= {(ROWS, 0.25, 0.25), (ROWS, 0.5, 0.5)}
    assert (ROWS, 0.25, 0.25) in found  # at least one was killed before its end


def test_a_database_that_is_killed_half_way_has_the_old_figures(database: Cluster, tmp_path: Path):
    (tmp_path / "a").mkdir()
    first, second = _script(tmp_path, _large(0.25)), _script(tmp_path / "a", _large(0.5))
    assert _load(database, first).wait() == 0
    loading = _load(database, second)
    time.sleep(0.3)
    database.kill()
    assert loading.wait() != 0
    (database.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
    database.start()
    assert _asked(database, "SELECT count(*), min(waarde), max(waarde) FROM demad_overzicht") == [(ROWS, 0.25, 0.25)]
    assert _load(database, second).wait() == 0
    assert _asked(database, "SELECT count(*), max(waarde) FROM demad_overzicht") == [(ROWS, 0.5)]


def test_the_script_needs_no_folder_of_its_own(database: Cluster, tmp_path: Path):
    script = _script(tmp_path, _small(50)).rename(tmp_path / "elders.sql")
    before = Path.cwd()
    try:
        os.chdir("/")
        assert _load(database, script).wait() == 0
    finally:
        os.chdir(before)
