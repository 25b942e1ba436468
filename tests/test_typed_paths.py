r"""Paths of Windows (``\\server\share``, ``C:\map``) with spaces and letters of every kind, in what we print and write.

What only Windows can do runs on a public runner (`.github/workflows/windows.yml`); here its rules for paths and command
lines are applied by `pathlib` and by a reader of command lines written from Microsoft's description.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from demad.cli import main
from demad.exports.about import About
from demad.exports.power_query import m_text, power_query
from demad.exports.sql import how_to_load
from demad.operations import backup
from demad.store.typed_path import typed, typed_files

WINDOWS = [
    PureWindowsPath(text)
    for text in (
        r"\\server\share\map\cijfers.csv",
        r"\\server\mijn map",
        "\\\\server\\mijn map\\",
        "C:\\",
        r"C:\map\cijfers.csv",
        r"D:\Mijn documenten\één kopie (2)\cijfers & co.csv",
        r"..\naast\cijfers.csv",
    )
]
POSIX = [PurePosixPath(text) for text in ("/srv/demad/uit.csv", "/srv/mijn map/één/$HOME's.csv", "uit.csv")]


def arguments(line: str) -> list[str]:
    """The arguments of a command line of Windows: 2n backslashes before a quote are n of them, and the quote counts."""
    found, word, quoted, at = [], "", False, 0
    while at < len(line):
        slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        if slashes and line[at + slashes : at + slashes + 1] == '"':
            word += "\\" * (slashes // 2) + ('"' if slashes % 2 else "")
            quoted ^= not slashes % 2
            at += slashes + 1
        elif line[at] == '"':
            quoted, at = not quoted, at + 1
        elif line[at] == " " and not quoted:
            found, word, at = [*found, word], "", at + 1
        else:
            word, at = word + line[at], at + 1
    return [*found, word]


@pytest.mark.parametrize("path", WINDOWS, ids=str)
def test_a_path_of_windows_is_one_argument_of_the_command_that_we_propose(path: PureWindowsPath):
    assert arguments(f"demad deliver --key {typed(path)} leefloon.csv") == [
        "demad", "deliver", "--key", str(path), "leefloon.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("path", POSIX, ids=str)
def test_a_path_of_linux_is_one_argument_of_the_command_that_we_propose(path: PurePosixPath):
    assert shlex.split(f"demad deliver --key {typed(path)}") == ["demad", "deliver", "--key", str(path)]


def test_the_files_of_a_folder_are_expanded_by_who_can():
    assert typed_files(PurePosixPath("/srv/mijn map"), "leefloon.*") == "'/srv/mijn map'/leefloon.*"
    assert typed_files(PureWindowsPath(r"C:\uit\gent"), "leefloon.*") == r"C:\uit\gent\leefloon.*"
    assert typed_files(PureWindowsPath(r"C:\mijn map"), "leefloon.*") == r'"C:\mijn map\leefloon.*"'


@pytest.mark.parametrize("path", WINDOWS, ids=str)
def test_what_to_do_with_an_export_can_be_typed_as_it_stands(path: PureWindowsPath):
    psql, _, _ = how_to_load("postgres", path).partition("; ")
    assert arguments(psql) == ["psql", "-d", "uw_databank", "-f", str(path)]
    duckdb, _, _ = how_to_load("duckdb", path).partition("; ")
    assert arguments(duckdb) == ["duckdb", "demad.duckdb", "<", str(path / "laden.sql")]


def text_in(query: str) -> str:
    """What Power Query reads in the first text of a call: ``""`` is a quote, ``#(#)`` is a hash."""
    written = re.search(r'Contents\("((?:[^"]|"")*)"\)', query)
    assert written
    return re.sub(r"#\(#\)", "#", written[1].replace('""', '"'))


@pytest.mark.parametrize("path", WINDOWS, ids=str)
def test_power_query_reads_a_path_as_it_is(path: PureWindowsPath):
    assert text_in(f"File.Contents({m_text(str(path))})") == str(path)


def test_the_query_names_a_file_of_windows_or_the_address_of_the_site_whatever_is_in_it():
    assert text_in(power_query(About()).decode()) == r"C:\DEMaD\cijfers.csv"
    odd = 'https://cijfers.example/a"b#(tab)c'
    assert text_in(power_query(About(address=odd)).decode()) == f"{odd}/cijfers.csv"


def test_a_name_in_a_backup_leads_to_no_other_drive_or_share():
    for top in (PureWindowsPath(r"D:\demad"), PureWindowsPath(r"\\server\share\demad")):
        assert backup._is_ours("inbox/gent/levering/leefloon.csv", top)
        for name in ("inbox/C:/evil.csv", "inbox/C:evil.csv", "store/D:/x", "inbox/\\\\server\\share\\x", "inbox/../x"):
            assert not backup._is_ours(name, top), name


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run a command in a console of some encoding, in an empty folder; return its status and what it shows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEMAD_DEBUG", raising=False)

    def run(encoding: str, *arguments: str) -> tuple[int, str, str]:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n") for _ in range(2)]
        mask = os.umask(0o022)
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["demad", *arguments])
            patch.setattr(sys, "stdout", streams[0])
            patch.setattr(sys, "stderr", streams[1])
            status = 0
            try:
                main()
            except SystemExit as ended:
                status = int(ended.code or 0)
        os.umask(mask)
        for stream in streams:
            stream.flush()
        said, told = (stream.buffer.getvalue().decode(encoding) for stream in streams)
        return status, said, told

    return run


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "utf-8"])
def test_a_path_with_letters_that_the_console_lacks_is_shown_and_nothing_fails(console, encoding: str, tmp_path: Path):
    folder = tmp_path / "Één map — ł €"
    folder.mkdir()
    status, said, told = console(encoding, "keygen", "--city", "gent", "--out", str(folder / "łódź.sleutel"))
    assert (status, "D-902" in told) == (0, False)
    shown = str(folder).encode(encoding, "backslashreplace").decode(encoding)
    assert shown in said
    assert (folder / "łódź.sleutel").is_file()
    for arguments_, code in (
        (("check", "--city", "gent", str(folder / "weg.csv")), 5),
        (("template", "leefloon", "--out", str(folder)), 2),
        (("keygen", "--city", "gent", "--out", str(folder / "łódź.sleutel")), 2),
    ):
        status, _, told = console(encoding, *arguments_)
        assert (arguments_, status) == (arguments_, code)
        assert "D-902" not in told


def test_an_answer_as_json_can_be_read_in_every_console(console, tmp_path: Path):
    for encoding in ("cp1252", "cp850", "utf-8"):
        root = tmp_path / f"Één map ł {encoding}"
        status, said, _ = console(encoding, "status", "--json", "--root", str(root))
        assert status == 0
        assert set(json.loads(said)) == {"cities", "waiting", "health"}
