"""Licences of what DEMaD is made with: ``python -m shipping.notices --out FILE``, read from what is installed."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from demad import __version__
from shipping.lock import SERVER, licence_of, pinned

_NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS", "OFL")
_LINE = "=" * 80


def notices(lock: Path = SERVER) -> str:
    """A table of every package and its licence, then the licence texts that came with them."""
    names = list(dict.fromkeys(one.name for one in pinned(lock)))
    head = [f"DEMaD {__version__} (EUPL-1.2) uses the packages below, each under its own licence.", ""]
    table = [f"{name:32} {_version(name):16} {licence_of(name) or 'not stated'}" for name in names]
    texts = [line for name in names for line in _texts(name)]
    return "\n".join([*head, *table, "", *texts]) + "\n"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _texts(name: str) -> Iterator[str]:
    try:
        files = metadata.files(name) or []
    except metadata.PackageNotFoundError:
        return
    for file in sorted(files, key=str):
        inside = ".dist-info" in str(file) and any(part.upper().startswith(_NAMES) for part in (file.name,))
        if inside and (path := Path(str(file.locate()))).is_file():
            yield from (_LINE, f"{name}: {file.name}", _LINE, path.read_text(encoding="utf-8", errors="replace"), "")


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(prog="python -m shipping.notices")
    parser.add_argument("--out", type=Path, required=True)
    parser.parse_args().out.write_text(notices(), encoding="utf-8")


if __name__ == "__main__":
    main()
