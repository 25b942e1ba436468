"""The cities: NIS codes and their history, delivered headers, their words for codes.

Not here: figures about cities (``population.toml``) and reading what a city delivers (``intake``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from demad.errors import UsageRefused
from demad.reference.city_files import NIS, refuse_mistakes
from demad.reference.places import data_folder
from demad.reference.senders import Sender, sender_of
from demad.reference.toml_files import did_you_mean, read_toml

SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True)
class Target:
    """What a city aims at (``[orba]``): in the unit of the report, by a year if one is given.

    ``better``: ``higher`` or ``lower``; empty: as the catalogue says.
    """

    value: float
    year: int | None = None
    better: str = ""


@dataclass(frozen=True, slots=True)
class City:
    """One city as its file describes it.

    Parameters
    ----------
    slug
        Lower case name used in keys, folders and URLs.
    nis
        NIS code in force.
    old_nis
        NIS code of a merged municipality -> last date (ISO) on which it was in force.
    aliases
        Dataset -> {header as the city delivers it: contract column}.
    stop_reasons
        The city's own word, in lower case -> code of ``stop_reasons.toml``.
    ignore
        Headers that are dropped without reading.
    merged
        (date, Dutch text) of every break in the series.
    values
        Dataset -> column -> {the city's own word: code}; an empty code means unknown.
    no_end_column
        Whether the leefloon extract may lack ``einde``: then every right counts as running.
    naive_utc
        Whether datetimes without a zone are in UTC.
    files
        Where all this is written, the city's own file last.
    first_day
        Where its series begins because it came out of a merger: earlier months belong to the cities before it.
    last_day
        Until when it took part; None: it still does.
    sender
        How it ships bundles; None: it delivers rows.
    orba
        Target by indicator, for `demad export --to orba`.
    nis_since
        First day of the NIS code in force, where a merger made it; None: it was always in force.
    pages
        Whether it has a report; without, it is in every comparison and file all the same.
    files_per_worker
        How many files a worker has, for the staff that a projection asks; None: not said.
    """

    slug: str
    name: str
    nis: str
    old_nis: Mapping[str, str]
    aliases: Mapping[str, Mapping[str, str]]
    stop_reasons: Mapping[str, str]
    ignore: tuple[str, ...]
    merged: tuple[tuple[date, str], ...]
    values: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    no_end_column: bool = False
    naive_utc: bool = False
    files: tuple[Path, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    sender: Sender | None = None
    nis_since: date | None = None
    orba: Mapping[str, Target] = field(default_factory=dict)
    pages: bool = True
    files_per_worker: int | None = None

    def codes_on(self, day: date) -> tuple[str, ...]:
        """The NIS codes of what is now this city that were in force on a day, sorted; several before a merger."""
        old = [code for code, last in self.old_nis.items() if date.fromisoformat(last) >= day]
        own = [self.nis] if self.nis_since is None or self.nis_since <= day else []
        return tuple(sorted({*old, *own}))


def load_cities(root: Path | None) -> dict[str, City]:
    """Every city by slug, sorted; ``<root>/cities/<city>.toml`` overrides key by key or adds a city.

    Without default on purpose: who forgets the root forgets its own cities. None: the cities that we ship.

    Within a table such as ``aliases.leefloon`` the keys of the root's file are added to ours and
    win where both have one; a list or a single value is replaced whole.
    """
    folders = [data_folder("cities"), *([root / "cities"] if root is not None else [])]
    shipped, own = (_described(folder) for folder in (folders[0], folders[-1]))
    own = own if root is not None else {}
    files = {slug: tuple(folder / f"{slug}.toml" for folder in folders) for slug in shipped.keys() | own.keys()}
    return {slug: _city(slug, _merged(shipped.get(slug, {}), own.get(slug, {})), files[slug]) for slug in sorted(files)}


def taking_part(root: Path | None) -> dict[str, City]:
    """The cities that figures are made of: all but those with a last day."""
    return {slug: city for slug, city in load_cities(root).items() if city.last_day is None}


def with_pages(root: Path | None) -> list[str]:
    """The cities that take part and have a report of their own."""
    return [slug for slug, city in taking_part(root).items() if city.pages]


def sender_in(root: Path, slug: str) -> Sender | None:
    """How one city ships bundles to this root; reads the files of that city alone."""
    described: dict[str, Any] = {}
    for path in (data_folder("cities") / f"{slug}.toml", root / "cities" / f"{slug}.toml"):
        if path.is_file():
            found = read_toml(path)
            refuse_mistakes(found, path)
            described = _merged(described, found)
    return sender_of(described)


def breaks_of(root: Path | None) -> dict[str, list[date]]:
    """Per city the days of the breaks in its series."""
    return {slug: [day for day, _ in city.merged] for slug, city in load_cities(root).items()}


def city_of(slug: str, root: Path | None = None) -> City:
    """The city with this slug (case and blanks ignored); D-400 with the nearest slug if there is none."""
    cities = load_cities(root)
    wanted = slug.strip().lower().replace(" ", "-")
    if wanted not in cities:
        raise UsageRefused("D-400", "Deze stad is niet bekend.", did_you_mean(wanted, cities))
    return cities[wanted]


def _described(folder: Path) -> dict[str, dict[str, Any]]:
    found = {path: read_toml(path) for path in sorted(folder.glob("*.toml"))}
    for path, described in found.items():
        refuse_mistakes(described, path)
    return {path.stem: described for path, described in found.items()}


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(base)
    for key, value in over.items():
        known = both.get(key)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            both[key] = _merged(known, value)
        else:
            both[key] = value
    return both


def _city(slug: str, described: Mapping[str, Any], files: tuple[Path, ...]) -> City:
    _refuse_incomplete(slug, described)
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
        values=MappingProxyType(described.get("values", {})),
        no_end_column=described.get("leefloon", {}).get("no_end_column", False),
        naive_utc=described.get("dates", {}).get("naive") == "utc",
        files=tuple(path for path in files if path.is_file()),
        first_day=described.get("first_day"),
        last_day=described.get("last_day"),
        sender=sender_of(described),
        nis_since=described.get("nis_since"),
        orba=MappingProxyType({id: _target(given) for id, given in described.get("orba", {}).items()}),
        pages=described.get("pages", True),
        files_per_worker=described.get("files_per_worker"),
    )


def _target(given: Mapping[str, Any]) -> Target:
    return Target(given["target"], given.get("year"), given.get("better", ""))


def _refuse_incomplete(slug: str, described: Mapping[str, Any]) -> None:
    """Raise if a city has no name or code, or its file has an invalid name."""
    where = f"cities/{slug}.toml"
    if not SLUG.fullmatch(slug) or "name" not in described:
        raise _refused(where, 'de bestandsnaam of "name"', "Gebruik kleine letters en vul de naam in.")
    if not NIS.fullmatch(described.get("nis", "")):
        raise _refused(where, "een NIS-code", 'Schrijf vijf cijfers tussen aanhalingstekens, bv. "44021".')


def _refused(where: str, what: str, todo: str) -> UsageRefused:
    return UsageRefused("D-442", f"{where}: {what} is niet bruikbaar.", todo)
