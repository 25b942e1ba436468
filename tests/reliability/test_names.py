"""No name that anybody can give, of a folder, a file, a city or a period, leads to a write outside the root."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from demad.cli import app
from demad.errors import InputMissing, UsageRefused
from demad.intake.deliveries.reception import take_in
from demad.store import Store
from tests.deliveries import GOOD, leefloon, put
from tests.lanes import examples

STEPS = (
    "..",
    ".",
    "/",
    "\\",
    "a",
    "gent",
    "%2e%2e",
    "~",
    "$HOME",
    "\u202e",
    "\u2025",
    "C:",
    " ",
    "store",
    "CURRENT",
    "|",
    ";",
)
names = st.lists(st.one_of(st.sampled_from(STEPS), st.text(max_size=5)), min_size=1, max_size=8).map("".join)
folders = (
    names.map(lambda name: name.replace("/", "").replace("\0", ""))
    .filter(lambda name: name not in ("", ".", "..") and len(name.encode("utf-8", "surrogatepass")) < 200)
    .filter(lambda name: name.isprintable())
)
most = int(os.environ.get("DEMAD_NAMES", "0")) or examples(10)
calm = settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))


def outside(top: Path) -> list[str]:
    """Everything beside the root."""
    return sorted(str(path.relative_to(top)) for path in top.rglob("*") if path.relative_to(top).parts[0] != "root")


@pytest.fixture(scope="module", autouse=True)
def somewhere_else(tmp_path_factory: pytest.TempPathFactory):
    """Relative names must not land in the checkout."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("here"))
    yield
    assert list(Path.cwd().iterdir()) == []
    os.chdir(before)


@given(city=folders, delivery=folders, file=names)
@example(city="gent", delivery="levering-een", file="../../../evil.csv")
@example(city="gent", delivery="levering-een", file="/tmp/evil.csv")  # noqa: S108
@calm
def test_names_in_an_inbox(city, delivery, file):
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        folder = put(top / "root", leefloon(*GOOD), city="gent", name="levering-een")
        manifest = json.loads((folder / "delivery.json").read_text(encoding="utf-8"))
        manifest["files"][0]["name"], manifest["city"] = file, city
        (folder / "delivery.json").write_text(json.dumps(manifest), encoding="utf-8")
        target = top / "root" / "inbox" / city / delivery
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            shutil.move(folder, target)
        take_in(top / "root")
        assert outside(top) == []


@given(name=names)
@calm
def test_names_on_the_command_line(name):
    with tempfile.TemporaryDirectory() as where:
        top = Path(where)
        for command in (
            ["accept", name, "--reason", "x"],
            ["release", "--period", name],
            ["report", "--city", name],
            ["explain", name],
            ["export", "--to", name, "--zone", name, "--out", str(top / "root" / "out")],
        ):
            done = CliRunner().invoke(app, [*command, "--root", str(top / "root")])
            assert done.exit_code != 0
        assert outside(top) == []


@given(name=names)
@example(name="../../evil")
@example(name="/tmp/evil")  # noqa: S108
@calm
def test_names_in_the_store(name):
    with tempfile.TemporaryDirectory() as where:
        top = Path(where)
        store = Store(top / "root")
        for asked in (name, f"tables/{name}"):
            with suppress(UsageRefused):
                store.commit(asked, {"periods": pl.DataFrame()}, {})
            with suppress(UsageRefused, InputMissing):
                store.read(asked, "periods")
        assert outside(top) == []


@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil", "gent/../../x", "CURRENT", ""])  # noqa: S108
def test_a_partition_that_is_no_city_makes_nothing(name, tmp_path, monkeypatch):
    from dagster import DagsterUnknownPartitionError

    from assets.definitions import defs

    monkeypatch.setenv("DEMAD_ROOT", str(tmp_path / "root"))
    job = defs.resolve_job_def("stad_verwerken")
    with suppress(DagsterUnknownPartitionError):
        assert not job.execute_in_process(partition_key=name, raise_on_error=False).success
    assert list(tmp_path.iterdir()) == []
