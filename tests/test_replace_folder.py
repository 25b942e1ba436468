"""A folder takes the place of another as a whole, also where two names cannot be exchanged in one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from demad.store import atomic, replace_folder


def folder(path: Path, word: str) -> Path:
    path.mkdir()
    (path / "index.html").write_text(word, encoding="utf-8")
    return path


@pytest.mark.parametrize("exchanging", [True, False])
def test_the_new_one_is_shown_and_nothing_else_is_left(exchanging, tmp_path, monkeypatch):
    if not exchanging:
        monkeypatch.setattr(atomic, "exchanged", lambda *_: False)
    shown = folder(tmp_path / "preview", "old")
    replace_folder(folder(tmp_path / "ready", "new"), shown)
    assert (shown / "index.html").read_text(encoding="utf-8") == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["preview"]


@pytest.mark.parametrize("left", [[], [".preview-oud"]])
def test_also_where_nothing_was_shown_or_a_killed_process_left_the_old_one(left, tmp_path):
    for name in left:
        folder(tmp_path / name, "older")
    replace_folder(folder(tmp_path / "ready", "new"), tmp_path / "preview")
    assert (tmp_path / "preview" / "index.html").read_text(encoding="utf-8") == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["preview"]
