"""A folder where a file is written, or a file where a folder is: refused by every command that is told where."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from demad.cli import app
from demad.cli.options import as_file, as_folder
from demad.errors import UsageRefused
from demad.store import refuse_as_file, refuse_as_folder

WRITTEN = {"--out", "--into", "--html", "--fix-list", "--list", "--prometheus", "--export"}
BY_FORMAT = ("export", "--out")  # `export_as` refuses: what it is depends on the format


def test_every_option_that_is_written_to_looks_first(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    found = 0
    for command, option in _options(typer.main.get_command(app), ()):
        named = WRITTEN & set(option.opts)
        if not named or (command[-1], *named) == BY_FORMAT:
            continue
        found += 1
        refusals = 0
        for wrong in (tmp_path, tmp_path / "file"):
            try:
                option.process_value(typer.Context(typer.main.get_command(app)), str(wrong))
            except UsageRefused as refused:
                refusals += refused.code == "D-463"
        assert refusals == 1, f"{' '.join(command)} {named}"
    assert found >= 13


def test_a_name_under_a_file_is_neither_a_file_nor_a_folder(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    for refuse in (refuse_as_file, refuse_as_folder):
        with pytest.raises(UsageRefused) as refused:
            refuse(tmp_path / "file" / "deeper" / "name")
        assert (refused.value.code, refused.value.exit_status) == ("D-463", 2)
        refuse(tmp_path / "new" / "deeper" / "name")
    assert as_file(tmp_path / "new") == as_folder(tmp_path / "new") == tmp_path / "new"
    assert as_file(None) is None


def _options(command, name):
    for child in getattr(command, "commands", {}).values():
        yield from _options(child, (*name, child.name))
    yield from ((name, option) for option in command.params)
