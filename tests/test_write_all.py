"""Files that belong together: the last one is a sign that the others are there, also after a power cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from demad.store import atomic, write_all


def test_the_last_file_is_written_when_the_folders_of_the_others_are_on_disk(tmp_path, monkeypatch):
    there: list[tuple[Path, bool]] = []
    monkeypatch.setattr(atomic, "sync_folder", lambda path: there.append((path, (tmp_path / "index.html").exists())))
    write_all(tmp_path, {"b/twee.csv": b"2", "een.csv": b"1", "b/drie.csv": b"3", "index.html": b"0"})
    assert there == [(tmp_path, False), (tmp_path / "b", False), (tmp_path, True)]
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == {
        "een.csv": b"1", "twee.csv": b"2", "drie.csv": b"3", "index.html": b"0",
    }  # fmt: skip


def test_where_one_file_cannot_be_written_there_is_no_last_one(tmp_path):
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_all(tmp_path, {"a.csv": b"1", "b.csv": b"2", "index.html": b"0"})
    assert not (tmp_path / "index.html").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "b.csv"}


def test_one_file_alone_is_written_as_ever(tmp_path):
    write_all(tmp_path / "cijfer", {"index.html": b"0"})
    assert (tmp_path / "cijfer" / "index.html").read_bytes() == b"0"
