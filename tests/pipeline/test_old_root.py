"""A root of an earlier version is brought over, and what it printed exactly counts against what is printed now."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path

import pytest

from assets.run import adopt_definitions, run
from demad.disclosure.gate import gate, known_counts
from demad.errors import PrivacyRefused
from demad.protection import pool, sealed
from demad.publishing.release import release
from demad.records.secrets import known_ids, secret_file
from demad.releases.ledger import ever_released
from demad.store import Store
from tests.pipeline.plainly import plainly_drawn

OLD = Path(__file__).parents[1] / "old_roots"
CITIES = ("aalst", "genk", "oostende", "roeselare", "turnhout")
pytestmark = pytest.mark.usefixtures("plain_site")


@pytest.fixture(scope="module")
def old_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five cities with a release of version 0.1.0, before counts were rounded."""
    where = tmp_path_factory.mktemp("old") / "root"
    with tarfile.open(OLD / "root-0.1.0.tar.xz") as archive:
        archive.extractall(where, filter="data")
    return where


@pytest.fixture(scope="module")
def brought_over(old_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, after the new definitions were looked at and let in."""
    where = Path(shutil.copytree(old_root, tmp_path_factory.mktemp("new") / "root"))
    with plainly_drawn():
        adopt_definitions(where, "afronden in plaats van verbergen", lambda _: None)
    return where


def test_the_figures_of_an_old_root_wait_for_a_word(old_root, tmp_path):
    root = Path(shutil.copytree(old_root, tmp_path / "root"))
    assert run(root).waits


def test_bringing_it_over_makes_a_secret_for_each_city(brought_over):
    assert set(known_ids(brought_over)) == set(CITIES)
    assert all(secret_file(brought_over, city).stat().st_mode & 0o777 == 0o400 for city in CITIES)


def test_its_next_release_is_a_revision_that_says_why(brought_over):
    folder = release(brought_over, "2026Q2")
    assert folder.name == "2026Q2-r2"
    changes = json.loads((folder / "changes.json").read_text(encoding="utf-8"))
    assert {row["reason"] for row in changes} == {"Nieuwe definitie: aantallen worden nu afgerond."}


def test_what_the_old_release_printed_exactly_narrows_the_offsets_that_the_gate_reckons_with(brought_over):
    store = Store(brought_over)
    tables = pool(sealed(store.tables(f"protected/{city}"), 5) for city in CITIES)
    known = known_counts(tables, ever_released(brought_over))
    assert known.height > 100
    assert (known["most_offset"] - known["least_offset"]).mean() < 3
    assert gate(tables, known).groups.height >= gate(tables).groups.height


@pytest.mark.slow
def test_a_secret_that_is_lost_is_told_and_no_new_one_is_made(brought_over, tmp_path):
    root = Path(shutil.copytree(brought_over, tmp_path / "root"))
    secret_file(root, "genk").unlink()
    assert run(root).failed == ("genk D-602",)
    assert not secret_file(root, "genk").exists()
    with pytest.raises(PrivacyRefused) as refusal:
        release(root, "2026Q2")
    assert refusal.value.code == "D-602"
