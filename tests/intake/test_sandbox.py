"""Work on untrusted files stays within its limits, takes nobody down, and knows nothing of our environment."""

import sys
from pathlib import Path

import pytest

from demad.intake.reading import sandbox
from demad.intake.reading.isolated import read_files
from demad.system import OUT_OF_TIME, Limits
from tests.deliveries import GOOD, leefloon

LIMITS = Limits(memory=600_000_000, written=10_000_000, seconds=2)


@pytest.fixture(params=[True, False], ids=["forks", "as on Windows"])
def ways(request, monkeypatch):
    """Both ways to run a job; a helper that another test started is ended first, as it serves one module."""
    sandbox.stop()
    monkeypatch.setattr(sandbox, "FORKS", request.param)
    yield request.param
    sandbox.stop()


def job(do: str, out: object = "") -> int | None:
    writes = [str(out.parent)] if isinstance(out, Path) else []
    return sandbox.run("tests.intake.jobs", {"do": do, "out": str(out)}, LIMITS, writes=writes)


def test_a_job_that_never_ends_is_ended(ways):
    assert job("loop") == OUT_OF_TIME


def test_a_job_that_dies_takes_no_other_with_it(ways, tmp_path):
    assert job("crash") not in (0, None)
    assert job("tell", tmp_path / "told") == 0
    assert (tmp_path / "told").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="only the time of a job is limited there")
def test_a_job_that_takes_or_writes_too_much_fails(ways, tmp_path):
    assert job("memory", tmp_path / "memory") not in (0, None)
    assert job("write", tmp_path / "written") not in (0, None)
    assert not (tmp_path / "memory").exists()


def test_a_job_knows_no_more_of_our_environment_than_the_paths(ways, tmp_path, monkeypatch):
    monkeypatch.setenv("DEMAD_SLEUTEL", "geheim")
    monkeypatch.setenv("PGPASSWORD", "geheim")
    job("tell", tmp_path / "told")
    told = set((tmp_path / "told").read_text(encoding="utf-8").split())
    assert {"PYTHONPATH", "POLARS_MAX_THREADS"} <= told
    assert not {"DEMAD_SLEUTEL", "PGPASSWORD", "HOME"} & told


def test_both_ways_read_the_same(ways, tmp_path):
    path = tmp_path / "leefloon met spaties.csv"
    path.write_text(leefloon(*GOOD)["leefloon.csv"], encoding="utf-8")
    (reading,) = read_files([path], known={"nis", "persoon", "wet"})[0]
    assert (reading.frame.height, reading.notes) == (40, ("UTF-8", "puntkomma"))
