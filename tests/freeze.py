"""Writes what follows from the catalogue and must never change by itself: ``python -m tests.freeze``.

The codes of new indicators in Stad in Cijfers are added to `demad/reference/swing_codes.toml`; what stands there stays.
"""

from __future__ import annotations

from pathlib import Path

from demad.exports.swing_codes import REGISTRY, new_codes, swing_codes

TOP = Path(__file__).resolve().parent.parent


def freeze_codes() -> list[str]:
    """Add the codes that are missing to the registry; the lines that were added."""
    registry = TOP / "demad" / "reference" / REGISTRY
    lines = [f'{id} = "{code}"' for id, code in new_codes(swing_codes()).items()]
    if lines:
        registry.write_text(registry.read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8")
    return lines


def main() -> None:
    """Freeze everything, and say what was added."""
    for line in freeze_codes():
        print(f"demad/reference/{REGISTRY}: {line}")


if __name__ == "__main__":
    main()
