"""The codes of the contract per column: label, and words known for every city. Not here: a city's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from demad.reference.places import data_folder
from demad.reference.stop_reasons import STOP_REASONS
from demad.reference.toml_files import read_toml

YES_NO = "ja_nee"  # name of the codes for every column of yes and no


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a column.

    Parameters
    ----------
    words
        Other words for the code, as people write them.
    countries
        Territories (ISO 3166, two letters) that the code covers.
    """

    code: str
    label: str
    words: tuple[str, ...]
    countries: tuple[str, ...] = ()


def _written() -> dict[str, Any]:
    return read_toml(data_folder("reference") / "codes.toml")


def load_codes() -> dict[str, dict[str, Code]]:
    """Column -> code -> meaning, in the order of the file."""
    tables = {name: entries for name, entries in _written().items() if name not in ("unknown", "prefixes")}
    return {
        column: {code: _code(column, code, about) for code, about in entries.items()}
        for column, entries in tables.items()
    }


def _code(column: str, code: str, about: Mapping[str, Any]) -> Code:
    label = STOP_REASONS[code][0] if column == "stopreden" else about["label"]
    return Code(code, label, tuple(about["words"]), tuple(about.get("countries", ())))


CODES: Mapping[str, Mapping[str, Code]] = MappingProxyType(load_codes())
UNKNOWN: tuple[str, ...] = tuple(_written()["unknown"])
PREFIXES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {column: tuple(words) for column, words in _written()["prefixes"].items()}
)
