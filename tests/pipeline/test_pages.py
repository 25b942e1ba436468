"""The commands on the pages for readers run as they stand there, in an empty folder with a release at hand."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.publishing.release import release
from demad.tables.figures import PUBLISHED_VALUE
from tests.command_blocks import TOP, blocks
from tests.reliability.cluster import Cluster, binaries


@pytest.fixture
def released(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    release(root, "2026Q2", "proef")
    (root / "elders").mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("DEMAD_ROOT", str(root))
    return root


def run(command: str) -> None:
    done = CliRunner().invoke(app, shlex.split(command)[1:])
    assert done.exit_code == 0, (command, done.output, done.exception)


@pytest.mark.slow
def test_the_commands_of_the_pages_on_exports_run(released: Path):
    done = []
    commands = "".join([*blocks("docs/elders.md"), *blocks("docs/swing.md")])
    for line in filter(None, map(str.strip, commands.splitlines())):
        if line.startswith("demad "):
            run(line)
        elif line.startswith("frictionless validate "):
            frictionless = pytest.importorskip("frictionless")
            assert frictionless.validate(line.split()[2]).valid
        elif line.startswith("duckdb "):
            duckdb = pytest.importorskip("duckdb")
            with duckdb.connect(line.split()[1]) as base:
                base.execute((released / line.split("< ")[1]).read_text(encoding="utf-8"))
                assert len(base.execute("FROM demad_cijfers LIMIT 1").description) == len(PUBLISHED_VALUE.schema)
        else:
            assert line.startswith("psql -d uw_databank -f ")
            loaded = _loaded(line, released)
            assert loaded in (None, pl.read_parquet(released / "publication/latest/cijfers.parquet").height)
        done.append(line.split()[0])
    assert done.count("demad") >= 4
    assert done.count("psql") == 1


def _loaded(line: str, folder: Path) -> int | None:
    """Type a line with psql in a real PostgreSQL and count the figures; None, with a reason told, if there is none."""
    if not binaries() or shutil.which("psql") is None:
        print(f"not run: {line}: no PostgreSQL here")
        return None
    server = Cluster()
    server.make()
    try:
        where = {**os.environ, "PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "demad"}
        count = "psql -d uw_databank -Atc 'SELECT count(*) FROM demad_overzicht'"
        for command in ("createdb uw_databank", line, count):
            done = subprocess.run(
                shlex.split(command), cwd=folder, env=where, capture_output=True, text=True, check=True
            )
            assert "ERROR" not in done.stderr
        return int(done.stdout)
    finally:
        server.remove()


@pytest.mark.slow
def test_the_path_of_the_readme_runs_from_template_to_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEMAD_ROOT", raising=False)
    (path,) = [block for block in blocks("README.md") if block.startswith("demad template")]
    lines = path.splitlines()
    assert [line.split()[1] for line in lines] == ["template", "check", "deliver", "run", "release"]
    for line in lines:
        run(line)
    assert (tmp_path / "var" / "publication" / "2026Q2-r1" / "index.html").is_file()


@pytest.mark.slow
def test_a_city_that_keeps_its_rows_makes_a_bundle_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEMAD_ROOT", raising=False)
    (path,) = [block for block in blocks("docs/beheer.md") if block.startswith("demad bundle keygen")]
    (before,) = re.findall(r"```toml\n(\[privacy\]\n.*?)```", (TOP / "docs/beheer.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demad.toml").write_text(before, encoding="utf-8")
    run("demad synth --out proef --people 130")
    (tmp_path / "proef" / "gent" / "leefloon.csv").rename(tmp_path / "leefloon.csv")
    for line in path.splitlines():
        run(line)
    assert list(tmp_path.glob("gent-*.zip"))
