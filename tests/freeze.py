"""Writes what follows from the catalogue and must never change by itself: ``python -m tests.freeze``.

The codes of new indicators in Stad in Cijfers are added to `demad/reference/swing_codes.toml`; what stands there stays.
The figures of the small world (`tests/golden`) are hashed into `demad/reference/golden.toml`, which is part of the
definitions; not while figures differ under a version that was not raised.
"""

from __future__ import annotations

import sys
from pathlib import Path

from demad.exports.swing_codes import REGISTRY, new_codes, swing_codes
from tests.golden import figures
from tests.golden.world import World

TOP = Path(__file__).resolve().parent.parent


def freeze_codes() -> list[str]:
    """Add the codes that are missing to the registry; the lines that were added."""
    registry = TOP / "demad" / "reference" / REGISTRY
    lines = [f'{id} = "{code}"' for id, code in new_codes(swing_codes()).items()]
    if lines:
        registry.write_text(registry.read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8")
    return lines


def freeze_figures() -> list[str]:
    """Hash the figures of the small world as they are now; the versions to raise first, where there are any."""
    now, then = figures.golden_of(World()), figures.frozen()
    lacking = figures.unannounced(now, then)
    if not lacking and now != then:
        figures.write(now)
    return lacking


def main() -> int:
    """Freeze everything, and say what was added or must come first."""
    for line in freeze_codes():
        print(f"demad/reference/{REGISTRY}: {line}")
    lacking = freeze_figures()
    for line in lacking:
        print(line, file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
