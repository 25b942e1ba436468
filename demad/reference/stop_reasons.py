"""The harmonised stop reasons and the group of each. Not here: a city's own words (``cities``)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml
from demad.tables.terms import REASONS

REASON_GROUPS = (*REASONS, "admin")


def load_stop_reasons() -> dict[str, tuple[str, str]]:
    """Code -> (Dutch label, group), in the order of the file."""
    entries = read_toml(data_folder("reference") / "stop_reasons.toml")["reason"]
    return {entry["code"]: (entry["label"], entry["group"]) for entry in entries}


STOP_REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(load_stop_reasons())
