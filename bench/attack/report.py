"""What the attacks on many worlds found, as one Markdown table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

_HEAD = """\
| attacker | worlds | small counts | exactly | at most 2 | under 5 | one in | wrong |
|---|---|---|---|---|---|---|---|"""


def results(path: Path) -> list[dict]:
    """Every line of a file of results."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def table(worlds: Iterable[dict]) -> str:
    """One row per attacker, summed over worlds."""
    summed: dict[str, list[int]] = {}
    for world in worlds:
        for attacker, score in world["attacks"].items():
            row = summed.setdefault(attacker, [0] * 6)
            row[0] += 1
            for place, name in enumerate(("small", "exact", "two", "five", "wrong"), start=1):
                row[place] += score[name]
    lines = [
        f"| {attacker} | {n} | {small:,} | {exact} | {two} | {five} | {small // max(five, 1):,} | {wrong} |"
        for attacker, (n, small, exact, two, five, wrong) in summed.items()
    ]
    return "\n".join([_HEAD, *lines])


def worst(worlds: Iterable[dict], attacker: str, most: int = 8) -> list[str]:
    """Examples of what one attacker found."""
    found = [
        (world["world"], one) for world in worlds for one in world["attacks"].get(attacker, {}).get("examples", [])
    ]
    return [f"world {number}: {one}" for number, one in found[:most]]
