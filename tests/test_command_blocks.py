"""No block of commands on a page is without a test that runs it, or a reason that is told."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.command_blocks import NOT_RUN, RUN, TOP, blocks, pages


def without(found: Mapping[str, list[str]], known: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The blocks that are not known by exactly one name: page and first line."""
    return [
        (page, block.strip().splitlines()[0])
        for page, on_page in found.items()
        for block in on_page
        if sum(page == one and block.strip().startswith(begins) for one, begins in known) != 1
    ]


def test_every_block_of_commands_is_run_by_a_test_or_has_a_reason():
    assert not set(RUN) & set(NOT_RUN)
    assert without({page: blocks(page) for page in pages()}, {*RUN, *NOT_RUN}) == []
    for (page, begins), reason in NOT_RUN.items():
        print(f"not run: {page}, {begins} ...: {reason}")
    assert all(len(reason.split()) > 5 for reason in NOT_RUN.values())


def test_a_new_block_without_either_is_found():
    known = {("docs/a.md", "demad run"), ("docs/a.md", "demad status")}
    assert without({"docs/a.md": ["demad run\n", "demad status\ndemad run\n"]}, known) == []
    assert without({"docs/a.md": ["demad doctor\n"]}, known) == [("docs/a.md", "demad doctor")]
    assert without({"docs/b.md": ["demad run\n"]}, known) == [("docs/b.md", "demad run")]


@pytest.mark.parametrize(("page", "begins"), [*RUN, *NOT_RUN])
def test_every_name_of_a_block_still_has_its_block(page: str, begins: str):
    assert sum(block.strip().startswith(begins) for block in blocks(page)) == 1


def test_what_runs_a_block_exists():
    for where in set(RUN.values()):
        path, _, name = where.partition("::")
        assert re.search(rf"(?m)^def {name}\(", (TOP / path).read_text(encoding="utf-8")), where


def test_every_test_that_a_reason_names_exists():
    named = {path for reason in NOT_RUN.values() for path in re.findall(r"tests/[\w/]+\.py", reason)}
    assert named
    assert all((TOP / path).is_file() for path in named)
