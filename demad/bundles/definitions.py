"""With which definitions a bundle was counted, by name, so that a refusal can say which differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from demad.reference.fingerprint import deciding, definitions_hash, layout_hash
from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml

_OTHER = "regels, stopredenen of schattingen van inwoners"
_COLUMNS = "de kolommen van de tabellen"


@dataclass(frozen=True, slots=True)
class Definitions:
    """Hash of all that decides a figure, hash of the columns, and the version of each indicator and of protection."""

    decides: str
    layout: str
    versions: Mapping[str, str]


@lru_cache(maxsize=1)
def definitions_here() -> Definitions:
    """The definitions of this version of DEMaD."""
    catalogue = read_toml(data_folder("reference") / "catalogue.toml")
    whole = {name: str(catalogue[name]) for name in ("protection_version", "benchmark_version")}
    indicators = {id: str(entry["version"]) for id, entry in deciding()["catalogue"].items()}
    return Definitions(definitions_hash(), layout_hash(), {**whole, **indicators})


def differing(theirs: Definitions) -> list[str]:
    """The names of what another version counts differently, as far as we know them; empty if nothing."""
    ours = definitions_here()
    names = [name for name, version in ours.versions.items() if theirs.versions.get(name) != version]
    unknown = len(theirs.versions.keys() - ours.versions.keys())
    if unknown:
        names.append(f"{unknown} andere")
    if theirs.layout != ours.layout:
        names.append(_COLUMNS)
    if not names and theirs.decides != ours.decides:
        names.append(_OTHER)
    return names
