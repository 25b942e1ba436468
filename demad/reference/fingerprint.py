"""What decides a figure, as one hash; and hashes of the software and the settings. Not here: computing figures.

The hash of the definitions comes from what definitions say and from figures, never from the bytes of the code: the
versions of the catalogue, what a small fixed world gives (`golden.toml`, written by ``python -m tests.freeze`` and held
against the code by ``tests/golden``), the groups of stop reasons, the content rules and the estimates of inhabitants.
So a comment, a moved function or a faster estimator changes nothing; a figure that becomes another one does.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from demad.reference.places import data_folder
from demad.reference.stop_reasons import load_stop_reasons
from demad.reference.toml_files import read_toml
from demad.tables.counts import COUNT_TABLES
from demad.tables.quantities import COUNTED

GOLDEN = "golden.toml"
_KINDS = {".py", ".toml", ".json", ".j2", ".css", ".js", ".typ"}
_OF_AN_INDICATOR = ("version", "unit", "direction", "min_n", "window", "breakdowns", "person_months")
_OF_A_RULE = ("severity", "keep", "limit_share", "limit_rows")


@lru_cache(maxsize=1)
def software_hash() -> str:
    """Hash of the library, the suites and the report templates on disk."""
    folders = (data_folder("cities").parent, data_folder("expectations"), data_folder("reports"))
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted(found for found in folder.rglob("*") if found.suffix in _KINDS):
            total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:20]


@lru_cache(maxsize=1)
def definitions_hash() -> str:
    """Changes when figures can change: with the definitions, with what they give, with rules and reference data."""
    return hash_of(deciding())


@lru_cache(maxsize=1)
def layout_hash() -> str:
    """Changes with the stored tables of a city, which then are made again; no figure changes by that."""
    tables = [*COUNT_TABLES, *COUNTED]
    columns = [(table.name, list(table.key), [str(kind) for kind in table.schema.items()]) for table in tables]
    return hash_of({"columns": columns, "persons": "in shards"})


def settings_hash(root: Path) -> str:
    """Hash of the settings of this installation: `demad.toml` and its own city files."""
    total = hashlib.sha256()
    for path in sorted([root / "demad.toml", *(root / "cities").glob("*.toml")]):
        total.update(path.name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"") + b"\0")
    return total.hexdigest()[:20]


def deciding() -> dict[str, Any]:
    """Everything that decides a figure, as values: what a file says, not how it is laid out or explained."""
    reference = data_folder("reference")
    entries = read_toml(reference / "catalogue.toml")["indicator"]
    return {
        "catalogue": {entry["id"]: {name: entry.get(name) for name in _OF_AN_INDICATOR} for entry in entries},
        "figures": read_toml(reference / GOLDEN),
        "stop_reasons": {code: group for code, (_, group) in load_stop_reasons().items()},
        "rules": {path.stem: _rules(path) for path in sorted(data_folder("expectations").glob("*.json"))},
        "inhabitants": read_toml(reference / "population.toml"),
    }


def hash_of(content: object) -> str:
    """Hash of values of JSON, whatever the order of their keys."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:20]


def _rules(path: Path) -> list[dict[str, Any]]:
    """What each rule of a suite rejects and from when on; not its text for a city."""
    suite = json.loads(path.read_text(encoding="utf-8"))
    return [
        {
            "type": rule["type"],
            "arguments": rule["kwargs"],
            **{name: rule.get(name, rule["meta"].get(name)) for name in _OF_A_RULE},
        }
        for rule in suite["expectations"]
    ]
