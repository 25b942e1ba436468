"""The commands on the pages for readers run as they stand there, in an empty folder with a release at hand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.publishing.release import release
from demad.tables.figures import PUBLISHED_VALUE

TOP = Path(__file__).resolve().parents[2]
RUN_BY = {
    "README.md": ("tests/pipeline/test_pages.py", "tests/test_documentation.py"),
    "CONTRIBUTING.md": ("tests/test_documentation.py",),
    "SECURITY.md": ("tests/shipping/test_version.py",),
    "docs/beheer.md": ("tests/server/guide.py", "tests/pipeline/test_pages.py"),
    "docs/cluster.md": ("tests/pipeline/clusters.py",),
    "docs/elders.md": ("tests/pipeline/test_pages.py", "tests/exports/test_odbc.py"),
    "docs/gids-dataspecialist.md": ("tests/test_guide.py",),
    "docs/installeren.md": ("tests/shipping/test_installed.py",),
    "docs/swing.md": ("tests/pipeline/test_pages.py",),
    "docs/decisions/0010-refresh-the-lock.md": (),  # needs uv, which is no dependency
}
"""Pages with commands, and what runs them."""


def blocks(page: str) -> list[str]:
    return re.findall(r"(?ms)^ *```bash\n(.*?)^ *```", (TOP / page).read_text(encoding="utf-8"))


def test_every_page_with_commands_is_known_with_what_runs_them():
    pages = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md"), *(TOP / "bench").glob("*.md")]
    found = {page.relative_to(TOP).as_posix() for page in pages}
    assert {page for page in found if blocks(page)} == set(RUN_BY)
    assert all((TOP / test).is_file() for tests in RUN_BY.values() for test in tests)


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
            assert line.startswith("psql ")  # tests/exports/test_odbc.py has a PostgreSQL
        done.append(line.split()[0])
    assert done.count("demad") >= 3


@pytest.mark.slow
def test_the_path_of_the_readme_runs_from_template_to_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEMAD_ROOT", raising=False)
    (path,) = [block for block in blocks("README.md") if block.startswith("demad template")]
    lines = path.splitlines()
    assert [line.split()[1] for line in lines] == ["template", "check", "deliver", "run", "release"]
    for line in lines[:3]:
        run(line)
    assert list((tmp_path / "var" / "inbox" / "gent").glob("*/delivery.json"))


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
