"""`latest` is the release of the last period in force, whatever was released last, and never a damaged one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from demad.operations.restore import whole_root
from demad.publishing.exported import chosen
from demad.publishing.release import release
from demad.publishing.withdrawal import withdraw
from demad.records import audit_trail
from demad.releases.agreement import disagreements
from demad.releases.withdrawals import by_period, latest_in_force, shown_by_latest
from tests.releases.small_root import pages_of_few_words, with_figure

WHY = "De cijfers van Gent waren dubbel geteld."
NEW, OLD = "2025Q4", "2025Q1"


@pytest.fixture(autouse=True)
def few_words() -> Iterator[None]:
    with pages_of_few_words():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a release of the last quarter of 2025, and then one of the first. Do not write in it."""
    root = tmp_path_factory.mktemp("released") / "root"
    with pages_of_few_words():
        with_figure(root, 100, periods=("2025-03", "2025-12"))
        for period in (NEW, OLD):
            release(root, period)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A copy of the root."""
    return Path(shutil.copytree(made, tmp_path / "root"))


def changes_of(folder: Path) -> list[tuple[str, float, float]]:
    rows = json.loads((folder / "changes.json").read_bytes())
    return [(row["period"], row["before"], row["after"]) for row in rows if row["city"] == "gent"]


def whole(root: Path) -> bool:
    return list(disagreements(root, every_file=True)) == [] and audit_trail.verify(root).holds


def test_the_last_period_is_the_last_and_of_one_period_what_was_made_last():
    names = ["2026Q2-r1", "2026-06-r1", "2026Q2-r2", "2025-r1", "kopie", "2026Q1-r10", "2026Q1-r9"]
    assert by_period(names) == ["kopie", "2025-r1", "2026Q1-r10", "2026Q1-r9", "2026Q2-r1", "2026-06-r1", "2026Q2-r2"]


def test_an_older_period_that_is_released_later_does_not_become_latest(root: Path):
    assert shown_by_latest(root) == latest_in_force(root) == chosen(root).release == f"{NEW}-r1"
    assert release(root, NEW).name == f"{NEW}-r1"
    assert shown_by_latest(root) == f"{NEW}-r1"
    assert whole(root)


def test_a_change_that_only_an_older_period_told_is_told_by_the_next_release_of_the_last_one(root: Path):
    with_figure(root, 110, periods=("2025-03", "2025-12"))
    both = [("2025-03", 100.0, 110.0), ("2025-12", 100.0, 110.0)]
    assert changes_of(release(root, OLD)) == both[:1]
    assert changes_of(release(root, NEW)) == both
    assert [release(root, period).name for period in (OLD, NEW)] == [f"{OLD}-r2", f"{NEW}-r2"]


def test_a_withdrawal_goes_back_to_the_last_period_in_force(root: Path):
    assert withdraw(root, f"{OLD}-r1", WHY) == f"{NEW}-r1"
    assert "withdrawn" not in json.loads((root / "publication/latest/manifest.json").read_bytes())
    release(root, OLD)
    assert withdraw(root, f"{NEW}-r1", WHY) == f"{OLD}-r2"
    assert f"{NEW}-r1/index.html" in (root / "publication/latest/index.html").read_text(encoding="utf-8")
    assert shown_by_latest(root) == chosen(root).release == f"{OLD}-r2"
    assert release(root, NEW).name == f"{NEW}-r2"
    assert shown_by_latest(root) == f"{NEW}-r2"
    assert whole(root)


def test_a_damaged_release_does_not_take_the_place_of_a_whole_one(root: Path):
    first, page = root / "publication" / f"{NEW}-r1", root / "publication/latest/index.html"
    shown = page.read_bytes()
    for name in ("index.html", "manifest.json"):
        (first / name).write_bytes(b"")
        with whole_root(root):
            assert page.read_bytes() == shown
    assert shown_by_latest(root) == f"{NEW}-r1"
    shutil.rmtree(root / "publication/latest")
    with whole_root(root):
        assert shown_by_latest(root) == f"{OLD}-r1"


def test_a_damaged_file_of_latest_is_found_and_copied_again_by_the_next_release(root: Path):
    page = root / "publication/latest/gent/index.html"
    page.write_bytes(b"all is well")
    assert list(disagreements(root, every_file=True)) == ["latest/gent/index.html is weg of gewijzigd"]
    release(root, NEW)
    assert page.read_bytes() != b"all is well"
    assert whole(root)
