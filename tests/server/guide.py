"""The command blocks of `docs/beheer.md`, between the marks of a chapter, in order."""

from __future__ import annotations

import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "beheer.md"
_BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)


def blocks(chapter: str) -> list[str]:
    """Every block of a chapter: `server`, `bijwerken`, `terugkeren` or `verwijderen`."""
    text = GUIDE.read_text(encoding="utf-8")
    part = text.split(f"<!-- {chapter}: begin -->")[1].split(f"<!-- {chapter}: einde -->")[0]
    return _BLOCK.findall(part)


def script(chapter: str, given: dict[str, str]) -> str:
    """One script of all blocks, with the values that a person fills in, that tells how long each block took."""
    numbered = enumerate(blocks(chapter), 1)
    text = "".join(f'{block}echo "@@ {chapter} {number}: $SECONDS s"\n' for number, block in numbered)
    for name, value in given.items():
        assert re.search(rf"^{name}=", text, re.MULTILINE), name
        text = re.sub(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
    return text
