"""A released figure that is gone is told by the first release without it, and by no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from demad.errors import StorageFailed
from demad.publishing.release import release
from demad.publishing.withdrawal import withdraw
from tests.releases.small_root import PERIOD, pages_of_few_words, with_figure

WHY = "De cijfers van Gent waren dubbel geteld."


@pytest.fixture(autouse=True)
def few_words() -> Iterator[None]:
    with pages_of_few_words():
        yield


def released(root: Path, value: int, *, groups: int) -> tuple[str, list[tuple]]:
    """The release of these figures, and the changes of Gent that it tells: group, before, after, withdrawn."""
    with_figure(root, value, groups=groups)
    folder = release(root, PERIOD)
    path = folder / "changes.json"
    rows = json.loads(path.read_bytes()) if path.exists() else []
    return folder.name, [
        (row["group"], row["before"], row["after"], row.get("withdrawn", "")) for row in rows if row["city"] == "gent"
    ]


def test_a_figure_that_is_gone_makes_one_revision(tmp_path: Path):
    released(tmp_path, 100, groups=2)
    revision = (f"{PERIOD}-r2", [("25-34", 20.0, None, "")])
    assert released(tmp_path, 100, groups=1) == revision
    assert released(tmp_path, 100, groups=1) == revision
    assert released(tmp_path, 110, groups=1) == (f"{PERIOD}-r3", [("total", 100.0, 110.0, "")])


def test_a_figure_that_came_back_and_is_gone_again_is_told_again(tmp_path: Path):
    for groups in (1, 0):
        released(tmp_path, 100, groups=groups)
    assert released(tmp_path, 100, groups=1) == (f"{PERIOD}-r3", [])
    assert released(tmp_path, 100, groups=0) == (f"{PERIOD}-r4", [("<25", 20.0, None, "")])


@pytest.mark.slow
def test_what_a_withdrawn_release_told_is_told_again_and_so_is_what_only_it_had(tmp_path: Path):
    for groups in (1, 0, 2):
        released(tmp_path, 100, groups=groups)
    withdraw(tmp_path, f"{PERIOD}-r3", WHY)
    told = [("total", 100.0, 110.0, ""), ("25-34", 20.0, None, f"{PERIOD}-r3")]
    assert released(tmp_path, 110, groups=0) == (f"{PERIOD}-r4", told)
    withdraw(tmp_path, f"{PERIOD}-r4", WHY)
    withdraw(tmp_path, f"{PERIOD}-r2", WHY)
    assert ("<25", 20.0, None, "") in released(tmp_path, 100, groups=0)[1]
    assert released(tmp_path, 100, groups=0)[0] == f"{PERIOD}-r5"


def test_where_the_release_that_decides_is_damaged_nothing_is_released(tmp_path: Path):
    for value in (90, 100):
        released(tmp_path, value, groups=1)
    (tmp_path / "publication" / f"{PERIOD}-r2" / "cijfers.parquet").write_bytes(b"")
    with pytest.raises(StorageFailed, match=f"{PERIOD}-r2/cijfers.parquet") as refused:
        released(tmp_path, 100, groups=0)
    assert refused.value.code == "D-356"
