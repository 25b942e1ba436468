"""The small world, computed once, with the functions that were called while it was."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import FrameType

import pytest

import demad
from tests.golden.world import World

_LIBRARY = Path(demad.__file__).parent


@pytest.fixture(scope="session")
def watched() -> tuple[World, frozenset[str]]:
    """The world, and the modules of which a function ran."""
    ran: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and not frame.f_code.co_name.startswith("<module"):
            ran.add(frame.f_code.co_filename)

    world = World()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        _ = world.exact, world.compared
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # pyright: ignore[reportArgumentType]
    inside = (Path(name) for name in ran if name.startswith(str(_LIBRARY)))
    return world, frozenset(path.relative_to(_LIBRARY).as_posix() for path in inside)


@pytest.fixture(scope="session")
def world(watched: tuple[World, frozenset[str]]) -> World:
    """The small world."""
    return watched[0]
