"""The hashes of the figures of the small world, by indicator: `demad/reference/golden.toml`.

Three versions go with them. An indicator whose exact figures change gets a new ``version`` in the catalogue; so does
``protection`` where rounding and hiding change what is shown, and ``benchmark`` where the comparison changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from demad.catalogue import CATALOGUE
from demad.reference.fingerprint import GOLDEN
from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml
from tests.golden.world import World

FILE = data_folder("reference") / GOLDEN
RULES = ("protection", "benchmark")
HEAD = """\
# Hashes of the figures of a small fixed world (tests/golden), by indicator, with the versions that gave them.
# Written by python -m tests.freeze: never by hand. They are part of the hash of the definitions.
"""
Golden = dict[str, dict[str, Any]]


def golden_of(world: World) -> Golden:
    """What the code gives now."""
    versions = {entry.id: entry.version for entry in CATALOGUE}
    exact, shown = _by_indicator(world.exact), _by_indicator(world.published.frame)
    rules = rule_versions()
    return {
        "exact": {id: [versions[id], digest] for id, digest in exact.items()},
        "published": {id: [rules["protection"], digest] for id, digest in shown.items()},
        "compared": {name: [rules["benchmark"], digest(table)] for name, table in sorted(world.compared.items())},
    }


def frozen() -> Golden:
    """What was frozen."""
    return read_toml(FILE) if FILE.exists() else {"exact": {}, "published": {}, "compared": {}}


def rule_versions() -> dict[str, str]:
    """The versions of the rules that are of no single indicator."""
    written = read_toml(data_folder("reference") / "catalogue.toml")
    return {name: written[f"{name}_version"] for name in RULES}


def unannounced(now: Golden, then: Golden) -> list[str]:
    """What gives other figures under the same version: where to raise which version."""
    found = []
    for kind, (place, name) in _WHERE.items():
        for id, (version, figures) in now[kind].items():
            known = then[kind].get(id, ["", ""])
            if known[0] == version and known[1] != figures and not _follows(kind, id, now, then):
                what = place.format(id=id)
                found.append(f"{_CATALOGUE}:{_line(what)}: raise {name}: other {kind} figures of {id}")
    return found


def write(golden: Golden) -> None:
    """Freeze."""
    blocks = [
        f"\n[{kind}]\n" + "".join(f'{id} = ["{version}", "{figures}"]\n' for id, (version, figures) in rows.items())
        for kind, rows in golden.items()
    ]
    FILE.write_text(HEAD + "".join(blocks), encoding="utf-8")


def digest(table: pl.DataFrame) -> str:
    """Hash of a table to nine digits, so that the last bits of a sum do not count."""
    numbers = [
        (pl.when(pl.col(name) == 0).then(0.0).otherwise(pl.col(name))).round_sig_figs(9).alias(name)
        for name, kind in table.schema.items()
        if kind.is_float()
    ]
    rows = table.with_columns(numbers).sort(table.columns)
    return hashlib.sha256(rows.write_csv().encode()).hexdigest()[:16]


_CATALOGUE = "demad/reference/catalogue.toml"
_WHERE = {
    "exact": ('id = "{id}"', "version"),
    "published": ("protection_version", "protection_version"),
    "compared": ("benchmark_version", "benchmark_version"),
}


def _follows(kind: str, id: str, now: Golden, then: Golden) -> bool:
    """Whether what is shown changed because what it rests on did, under a version that was raised."""
    if kind == "published":
        return id not in then["exact"] or now["exact"][id][0] != then["exact"][id][0]
    return kind == "compared" and now["published"] != then["published"]


def _by_indicator(figures: pl.DataFrame) -> dict[str, str]:
    parts: Mapping[Any, pl.DataFrame] = figures.drop("definition").partition_by("indicator", as_dict=True)
    found = {str(id): digest(part) for (id,), part in parts.items()}
    return {entry.id: found[entry.id] for entry in CATALOGUE if entry.id in found}


def _line(text: str) -> int:
    lines = (Path(FILE.parent) / "catalogue.toml").read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if text in line), 0)
