"""Names of months and countries as people write them, in English, French and Dutch (`spoken_names.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml


def spoken_names() -> Mapping[str, Mapping[str, Any]]:
    """``month``: number per name or abbreviation, in lower case; ``country``: per ISO code its names.

    Names are in English, French, Dutch, empty where a language has none; ``letters``: the ISO code of two letters per
    code of three.
    """
    return read_toml(data_folder("reference") / "spoken_names.toml")
