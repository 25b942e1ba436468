"""The manifest of a bundle: who made it, when, from what, with which definitions and protection, and its files.

It is read strictly: what we would not have written, byte for byte, is refused. Every text in it has a pattern or
comes from a closed list, so that no name or number of a person can hide in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from demad.bundles.definitions import Definitions
from demad.errors import DeliveryRefused
from demad.reference.city_files import DATASETS
from demad.reference.senders import AGREEMENT, EXACT, PROTECTED, SECRET

FORMAT = "demad-bundle/1"
NAME = "manifest.json"
LARGEST = 65_536
LISTED_BEFORE = 400
"""So many earlier bundles are named, so that the receiver recognises the chain although some were lost on the way."""
VALID_DAYS = 92
LEAST_BASE = 10
"""A bundle hides nothing, and who has every rounded count finds more than a reader: so it is rounded more coarsely."""
DELIVERY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}-(?:[0-9a-f]{6}|[0-9a-f]{12})(?:-[0-9a-f]{6})?"
"""The name that `demad deliver` gives: a day, the hash of one or two files, and of a change of key."""
_DELIVERY = re.compile(DELIVERY)
_HASH = re.compile(r"[0-9a-f]{64}")
_SHORT = re.compile(r"[0-9a-f]{20}")
_CITY = re.compile(r"[a-z][a-z0-9-]{1,30}")
_NIS = re.compile(r"[0-9]{5}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_VERSION = re.compile(r"[0-9a-z.+-]{1,20}")
_NAMED = re.compile(r"[a-z][a-z0-9_]{0,60}")


@dataclass(frozen=True, slots=True)
class Rounding:
    """How the counts left the city: exact, under an agreement, or rounded with a secret that stays at the city."""

    mode: str
    base: int = 0
    exact_stock: bool = False
    secret: str = ""
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The delivery of a dataset that was counted, as the city accepted it."""

    delivery: str
    since: date
    as_of: date
    made_on: date
    full_history: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its hash and its number of rows."""

    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself; ``earlier``: hash of the bundles before it, by sequence number."""

    city: str
    nis: str
    sequence: int
    earlier: Mapping[int, str]
    made_on: date
    valid_until: date
    software: str
    definitions: Definitions
    rounding: Rounding
    sources: Mapping[str, Source]
    files: Mapping[str, Entry]

    @property
    def exact(self) -> bool:
        """Whether the counts are exact."""
        return self.rounding.mode == EXACT

    @property
    def as_of(self) -> date:
        """Newest day of the leefloon delivery."""
        return self.sources["leefloon"].as_of

    def written(self) -> bytes:
        """The manifest as JSON, the same bytes for the same content."""
        made = {"format": FORMAT, **asdict(self)}
        made["earlier"] = {str(number): sha for number, sha in self.earlier.items()}
        return (json.dumps(made, indent=1, sort_keys=True, default=date.isoformat) + "\n").encode()


def read_manifest(content: bytes) -> Manifest:
    """Parse a manifest.

    Raises
    ------
    DeliveryRefused
        D-625: not one that we would write.
    """
    try:
        if len(content) > LARGEST:
            raise ValueError
        made = _parsed(json.loads(content))
        if made.written() != content:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise DeliveryRefused(
            "D-625", "Het manifest van de bundel is onvolledig of fout.", "Maak hem met demad bundle make."
        ) from None
    return made


def valid_until(made_on: date) -> date:
    """Last day on which a bundle is taken: what was held back longer is asked again."""
    return made_on + timedelta(days=VALID_DAYS)


def _parsed(given: dict[str, Any]) -> Manifest:
    _one_of(given["format"], (FORMAT,))
    return Manifest(
        city=_like(_CITY, given["city"]),
        nis=_like(_NIS, given["nis"]),
        sequence=_whole(given["sequence"], least=1),
        earlier=_each(given["earlier"], lambda name: int(_like(_NUMBER, name)), lambda sha: _like(_HASH, sha), 400),
        made_on=date.fromisoformat(given["made_on"]),
        valid_until=date.fromisoformat(given["valid_until"]),
        software=_like(_VERSION, given["software"]),
        definitions=_definitions(given["definitions"]),
        rounding=_rounding(given["rounding"]),
        sources=_each(given["sources"], lambda name: _one_of(name, DATASETS), _source, len(DATASETS)),
        files=_each(given["files"], lambda name: _like(re.compile(r"[a-z0-9_]{1,40}\.(csv|txt)"), name), _entry, 60),
    )


def _definitions(given: dict[str, Any]) -> Definitions:
    versions = _each(given["versions"], lambda name: _like(_NAMED, name), lambda one: _like(_VERSION, one), 300)
    return Definitions(_like(_SHORT, given["decides"]), _like(_SHORT, given["layout"]), versions)


def _rounding(given: dict[str, Any]) -> Rounding:
    if _one_of(given["mode"], (EXACT, PROTECTED)) == EXACT:
        return Rounding(EXACT, agreement=_like(AGREEMENT, given["agreement"]))
    base, stock = _whole(given["base"], least=LEAST_BASE), _yes_or_no(given["exact_stock"])
    return Rounding(PROTECTED, base, stock, _like(SECRET, given["secret"]))


def _source(given: dict[str, Any]) -> Source:
    since, as_of, made_on = (date.fromisoformat(given[name]) for name in ("since", "as_of", "made_on"))
    return Source(_like(_DELIVERY, given["delivery"]), since, as_of, made_on, _yes_or_no(given["full_history"]))


def _entry(given: dict[str, Any]) -> Entry:
    return Entry(_like(_HASH, given["sha256"]), _whole(given["rows"], least=0))


def _each(given: dict[str, Any], name: Callable[[str], Any], value: Callable[[Any], Any], most: int) -> dict[Any, Any]:
    if len(given) > most:
        raise ValueError
    return {name(key): value(one) for key, one in given.items()}


def _like(pattern: re.Pattern[str], text: Any) -> str:
    if not pattern.fullmatch(text):
        raise ValueError
    return str(text)


def _one_of(text: Any, known: tuple[str, ...]) -> str:
    if text not in known:
        raise ValueError
    return str(text)


def _whole(number: Any, *, least: int) -> int:
    if type(number) is not int or not least <= number <= 999_999_999:
        raise ValueError
    return number


def _yes_or_no(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError
    return value
