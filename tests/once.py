"""What takes long to make is made once in a session, whatever the number of processes that run tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from demad.store import private_folder
from demad.store.locks import lease


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that ``make`` fills; the first process that asks makes it, the others wait. Nobody writes in it."""
    own = factory.getbasetemp()
    shared = private_folder((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / f"{name}-once")
    folder = shared / name
    with lease(shared):
        if not (shared / "whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (shared / "whole").touch()
    return folder
