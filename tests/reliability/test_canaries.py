"""A word planted in every column of every dataset stays in the tables of persons, whatever goes wrong."""

from __future__ import annotations

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from assets.run import run
from demad import benchmark, indicators
from demad.cli import app
from demad.counting import shard
from demad.intake.contract.datasets import DATASETS
from demad.notify.morning import morning
from demad.operations import backup
from demad.publishing import city_stages, figures, site
from tests.deliveries import put
from tests.reliability.canaries import CANARY, Case, failures, once_in_every_column
from tests.reliability.cluster import Cluster, binaries

PERSONS = ("accepted", "periods")
STAGES = [
    (city_stages, "resolve_periods"),
    (city_stages, "in_shards"),
    (shard, "covered"),
    (shard, "build_spells"),
    (city_stages, "count_city"),
    (city_stages, "protected_tables"),
    (indicators, "evaluate"),
    (figures, "gate"),
    (figures, "publish"),
    (benchmark, "compare_cities"),
    (site, "write_city"),
    (site, "write_site"),
    (site, "edition"),
]
pytestmark = pytest.mark.slow


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root whose temporary files, caches and exports land where the test looks."""
    for name in ("tmp", "out", "root"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("DEMAD_ROOT", str(tmp_path / "root"))
    monkeypatch.delenv("DEMAD_DEBUG", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path / "root"


@pytest.fixture
def database(root: Path, monkeypatch: pytest.MonkeyPatch):
    """PostgreSQL for the run history, where this machine has it; else SQLite, which lies in the root itself."""
    if binaries() is None or find_spec("dagster_postgres") is None:
        yield None
        return
    cluster = Cluster()
    cluster.make()
    for name, value in cluster.configure(root).items():
        monkeypatch.setenv(name, value)
    yield cluster
    cluster.remove()


def give(root: Path, name: str, case: Case, **changed: str) -> None:
    put(root, case.files, name=name, rewrite=case.rewrite, **{**changed, **dict(case.changed)})


def hits(folder: Path) -> list[str]:
    """Every file under a folder, but the inbox and the tables of persons, that holds the word or is called by it."""
    found = []
    for path in sorted(folder.rglob("*")):
        pieces = path.relative_to(folder).parts
        excused = pieces[:2] == ("root", "inbox") or (pieces[:2] == ("root", "store") and set(PERSONS) & set(pieces))
        if path.is_file() and not excused and (CANARY in path.name.lower() or holds(path)):
            found.append(str(path.relative_to(folder)))
    return found


def holds(path: Path) -> bool:
    content = path.read_bytes().lower()
    if path.suffix == ".parquet":  # compressed: look at the cells
        content += str(pl.read_parquet(path).to_dicts()).encode().lower()
    return CANARY.encode() in content or "".join(f"{letter}\0" for letter in CANARY).encode() in content


def test_no_failure_of_forty_lets_the_word_out(root, database, monkeypatch, capfd, caplog):
    give(root, "levering-een", Case({f"{name}.csv": once_in_every_column(name) for name in DATASETS}))
    first = run(root)
    assert [(outcome.state, outcome.code) for outcome in first.outcomes] == [("accepted", "")]
    assert any(holds(path) for path in (root / "store" / "accepted").rglob("*.parquet"))  # or we search for nothing
    refused = failures()
    for number, case in enumerate(refused.values()):
        give(root, f"levering-slecht-{number:02d}", case, as_of="2023-01-31", made_on="2023-02-05")
    told = {outcome.delivery: outcome for outcome in run(root).outcomes}
    went_well = [
        name for number, name in enumerate(refused) if told[f"levering-slecht-{number:02d}"].state == "accepted"
    ]
    assert went_well == []
    assert not [one for one in told.values() if CANARY in f"{one.what} {one.todo} {one.findings}".lower()]
    broken = failing_stages(root, monkeypatch)
    commands(root, refused)
    morning(root)
    backup.backup(
        root, root.parent.parent / f"{root.parent.name}.tar.gz", key=bytes(32)
    )  # it holds the persons: kept elsewhere
    assert hits(root.parent) == []
    dumped = database.dump().lower() if database else b""
    assert CANARY.encode() not in dumped
    said = capfd.readouterr()
    assert CANARY not in (said.out + said.err + caplog.text).lower()
    files = sum(path.is_file() for path in root.parent.rglob("*"))
    print({"refused": len(refused), "stages": broken, "files": files, "dump": len(dumped), "hits": 0})
    assert len(refused) + broken >= 40


def failing_stages(root: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let every stage fail in turn with a cell in its message, as Polars does."""
    good = {name: once_in_every_column(name) for name in DATASETS}
    give(root, "levering-twee", Case({f"{name}.csv": text for name, text in good.items()}), made_on="2023-01-06")
    for place, name in STAGES:

        def broken(*_: object, **__: object) -> object:
            return pl.Series([CANARY]).str.to_date("%Y-%m-%d")

        with monkeypatch.context() as patched:
            patched.setattr(place, name, broken)
            assert run(root).failed, name
    assert run(root).failed == ()
    return len(STAGES)


def commands(root: Path, cases: dict[str, Case]) -> None:
    """What a person would try with the same files, and every export."""
    out = root.parent / "out"
    for case in list(cases.values())[::6]:
        for name, content in case.files.items():
            path = root.parent / "tmp" / name
            path.write_text(content, encoding="utf-8")
            for asked in (
                ["check", "--as-of", "2022-12-31"],
                ["deliver", "--since", "2019-01-01", "--as-of", "2022-12-31"],
            ):
                told = CliRunner().invoke(app, [*asked, "--city", "gent", str(path)])
                assert CANARY not in told.output.lower()
            path.unlink()
    for zone in ("trusted", "published"):
        for kind in ("csv", "parquet"):
            told = CliRunner().invoke(
                app, ["export", "--to", kind, "--zone", zone, "--out", str(out / f"{zone}.{kind}")]
            )
            assert told.exit_code == 0, told.output
    assert {path.name for path in out.iterdir()} >= {"trusted.csv", "published.parquet"}
    assert CliRunner().invoke(app, ["release", "--period", "2022Q2"]).exit_code == 0
    for name in ("status", "doctor"):
        assert CANARY not in CliRunner().invoke(app, [name]).output.lower()
    assert os.environ["DEMAD_ROOT"] == str(root)
