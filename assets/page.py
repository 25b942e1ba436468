"""Dagster's web page behind our wall: ``python -m assets.page``; only on this machine, and read-only unless asked.

Used by `demad ui` and by the units in `deploy/systemd/`. Not here: the daemon, and who may log in (the proxy).
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__

from assets.wall import Wall

HOST = "127.0.0.1"
_NAME = "DEMAD_WEB_NAME"


def main(given: Sequence[str] | None = None) -> None:
    """Serve until a signal ends it."""
    options = _options(given)
    with (
        DagsterInstance.get() as instance,
        WorkspaceProcessContext(
            instance,
            version=__version__,
            read_only=not options.operate,
            workspace_load_target=WorkspaceFileTarget([str(options.workspace)]),
        ) as context,
    ):
        page = Wall(create_app_from_workspace_process_context(context), names_of(options.port))
        uvicorn.run(page, host=HOST, port=options.port, log_level="warning", server_header=False)


def names_of(port: int) -> list[str]:
    """Every Host under which the page is asked: this machine, and the names behind a proxy in `DEMAD_WEB_NAME`."""
    return [f"{HOST}:{port}", f"localhost:{port}", *os.environ.get(_NAME, "").split()]


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m assets.page")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--operate", action="store_true")
    return parser.parse_args(given)


if __name__ == "__main__":
    main()
