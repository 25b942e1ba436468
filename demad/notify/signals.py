"""Early warnings of the latest release, for who asked for them. Released figures only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from demad.releases.withdrawals import latest_in_force
from demad.reporting.feed_files import FILE

EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Released:
    """The signals of some cities in one release: its name and a text; empty where there is nothing to tell."""

    release: str = ""
    text: str = ""


def released_signals(root: Path, asked: str, told: str) -> Released:
    """What the latest release says of the cities that somebody asked for, unless that release was told already.

    Parameters
    ----------
    asked
        Slugs separated by commas, or ``all``; empty: nobody asked.
    told
        The release of which the signals were sent last.
    """
    names = [name.strip() for name in asked.split(",") if name.strip()]
    latest = latest_in_force(root)
    if not names or not latest or latest == told:
        return Released()
    files = sorted((root / "publication" / latest).glob(f"*/{FILE}"))
    wanted = [path for path in files if EVERYBODY in names or path.parent.name in names]
    lines = [line for path in wanted for line in _lines(path)]
    return Released(latest, "\n".join([f"Signalen in release {latest}", *lines]) + "\n") if lines else Released()


def _lines(path: Path) -> list[str]:
    """The city, how much was looked at, and each signal; nothing for a file that cannot be read."""
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        return ["", f"{written['city']}: {written['said']}", *(f"- {one['said']}" for one in written["signals"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []
