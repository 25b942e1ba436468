"""The cities: NIS codes and their history, delivered headers, own stop-reason words.

Not here: figures about cities (``population.toml``) and reading what a city delivers (``intake``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from demad.errors import UsageRefused
from demad.reference.places import data_folder
from demad.reference.stop_reasons import STOP_REASONS
from demad.reference.toml_files import did_you_mean, read_toml, refuse_unknown_keys

KEYS = ("name", "nis", "old_nis", "breaks", "aliases", "stop_reasons", "ignore")
DATASETS = ("leefloon", "jeugdhulp", "steun", "bevolking", "controle")
NIS = re.compile(r"[0-9]{5}")
SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True)
class City:
    """One city as its file describes it.

    Parameters
    ----------
    slug
        Lower case name that stands in keys, folders and addresses.
    nis
        NIS code in force.
    old_nis
        NIS code of a merged municipality -> last day (ISO) on which it was in force.
    aliases
        Dataset -> {header as the city delivers it: contract column}.
    stop_reasons
        The city's own word in lower case -> code of ``stop_reasons.toml``.
    ignore
        Headers that are dropped unread.
    merged
        (day, Dutch text) of every break in the series.
    """

    slug: str
    name: str
    nis: str
    old_nis: Mapping[str, str]
    aliases: Mapping[str, Mapping[str, str]]
    stop_reasons: Mapping[str, str]
    ignore: tuple[str, ...]
    merged: tuple[tuple[date, str], ...]


def load_cities(root: Path | None = None) -> dict[str, City]:
    """Every city by slug, sorted; ``<root>/cities/<city>.toml`` overrides key by key or adds a city.

    Within a table such as ``aliases.leefloon`` the keys of the root's file are added to ours and
    win where both have one; a list or a single value is replaced whole.
    """
    shipped = _described(data_folder("cities"))
    own = _described(root / "cities") if root is not None else {}
    slugs = sorted(shipped.keys() | own.keys())
    return {slug: _city(slug, _merged(shipped.get(slug, {}), own.get(slug, {}))) for slug in slugs}


def city_of(slug: str, root: Path | None = None) -> City:
    """The city with this slug (capitals and spaces aside); D-400 with the nearest one where there is none."""
    cities = load_cities(root)
    wanted = slug.strip().lower().replace(" ", "-")
    if wanted not in cities:
        raise UsageRefused("D-400", "Deze stad is niet bekend.", did_you_mean(wanted, cities))
    return cities[wanted]


def _described(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: read_toml(path) for path in sorted(folder.glob("*.toml"))}


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(base)
    for key, value in over.items():
        known = both.get(key)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            both[key] = _merged(known, value)
        else:
            both[key] = value
    return both


def _city(slug: str, described: Mapping[str, Any]) -> City:
    where = f"cities/{slug}.toml"
    refuse_unknown_keys(described, KEYS, where=where)
    refuse_unknown_keys(described.get("aliases", {}), DATASETS, where=f"{where} aliases")
    _refuse_wrong(slug, described, where)
    aliases = described.get("aliases", {})
    words = described.get("stop_reasons", {})
    return City(
        slug=slug,
        name=described["name"],
        nis=described["nis"],
        old_nis=MappingProxyType(dict(described.get("old_nis", {}))),
        aliases=MappingProxyType({name: MappingProxyType(dict(given)) for name, given in aliases.items()}),
        stop_reasons=MappingProxyType({word.strip().lower(): code for word, code in words.items()}),
        ignore=tuple(described.get("ignore", ())),
        merged=tuple((entry["date"], entry["text"]) for entry in described.get("breaks", ())),
    )


def _refuse_wrong(slug: str, described: Mapping[str, Any], where: str) -> None:
    codes = [described.get("nis", ""), *described.get("old_nis", {})]
    if not SLUG.fullmatch(slug) or not str(described.get("name", "")).strip():
        raise _refused(where, 'de bestandsnaam of "name"', "Gebruik kleine letters en vul de naam in.")
    if not all(isinstance(code, str) and NIS.fullmatch(code) for code in codes):
        raise _refused(where, "een NIS-code", 'Schrijf vijf cijfers tussen aanhalingstekens, bv. "44021".')
    if set(described.get("stop_reasons", {}).values()) - STOP_REASONS.keys():
        raise _refused(where, "een stopreden", f"Kies uit: {', '.join(STOP_REASONS)}.")


def _refused(where: str, what: str, todo: str) -> UsageRefused:
    return UsageRefused("D-442", f"{where}: {what} is niet bruikbaar.", todo)
