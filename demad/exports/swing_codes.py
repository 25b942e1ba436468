"""The codes of the figures in Stad in Cijfers (Swing): derived from the catalogue once, then frozen.

Not here: the files with figures.
A code that was ever used stays, so each is written in `demad/reference/swing_codes.toml`, and only read from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from demad.catalogue import CATALOGUE, Indicator
from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml

REGISTRY = "swing_codes.toml"
_KINDS = {"persons": "v", "months": "v", "days": "v", "spells": "vs"}
"""How a code begins: a stock or a mean (v), a sum over a period (vs), anything that cannot be added up (vp)."""
_FIRST = 7001


def swing_codes() -> dict[str, str]:
    """The frozen code by id of the indicator, also of indicators that are no longer there."""
    return read_toml(data_folder("reference") / REGISTRY)["code"]


def new_codes(frozen: Mapping[str, str], catalogue: Sequence[Indicator] = CATALOGUE) -> dict[str, str]:
    """The code that each indicator without one gets: the next free numbers, in the order of the catalogue."""
    numbers = (int(code.removeprefix("vp").removeprefix("vs").removeprefix("v")[:4]) for code in frozen.values())
    first = max(numbers, default=_FIRST - 1) + 1
    without = [entry for entry in catalogue if entry.id not in frozen]
    return {
        entry.id: f"{_KINDS.get(entry.unit, 'vp')}{number}_demad_{entry.id}"
        for number, entry in enumerate(without, start=first)
    }
