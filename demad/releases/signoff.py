"""Sign-off of a preview by a city, with an optional text. Missing sign-offs are listed but block nothing.

The audit trail has the hash of each file, so that a changed one is noticed, also where it can still be read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.errors import StorageFailed, UsageRefused
from demad.records import audit_trail
from demad.store import private_folder, write_atomic
from demad.tables.figures import FIGURE_KEY

LONGEST = 2000
FOLDER = "signoff"
"""Folder of a root with a folder for each period, and in it a file of each city that signed off."""
_ACT, _CONTENT = "signed_off", "content"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_NUMBER = re.compile(r"(?<!\d)\d{2}[ .]?\d{2}[ .]?\d{2}[ .-]?\d{3}[ .-]?\d{2}(?!\d)|\S+@\S+")


@dataclass(frozen=True, slots=True)
class SignOff:
    """A city agrees with its figures of a period. ``figures``: hash of the figures it saw; ``words``: its own text."""

    city: str
    period: str
    figures: str
    words: str = ""


def sign_off(root: Path, period: str, city: str, published: pl.DataFrame, words: str = "") -> SignOff:
    """Record that a city agrees with its figures of a period; a new sign-off replaces the old one.

    Raises
    ------
    UsageRefused
        D-453: the text is too long, contains control characters, or may name a person.
    """
    text = public_words(words, "De toelichting")
    signed = SignOff(city, period, figures_hash(published, city), text)
    folder = private_folder(root / FOLDER / period)
    facts = {"city": city, "period": period, "figures": signed.figures, "words": text}
    content = (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode()
    told = {"city": city, "period": period, "figures": signed.figures, _CONTENT: hashlib.sha256(content).hexdigest()}
    audit_trail.record(root, _ACT, told)
    write_atomic(folder / f"{city}.json", content)
    return signed


def public_words(words: str, what: str) -> str:
    """Words that somebody typed and everybody will read, without what may not stand there.

    Parameters
    ----------
    what
        What they are, in Dutch, for the refusal.

    Raises
    ------
    UsageRefused
        D-453: too long, with control characters, or possibly naming a person.
    """
    text = words.replace("\r\n", "\n").strip()
    if len(text) > LONGEST or _CONTROL.search(text):
        raise UsageRefused("D-453", f"{what} is langer dan {LONGEST} tekens of geen gewone tekst.", "Kort ze in.")
    if _NUMBER.search(text):
        raise UsageRefused("D-453", f"{what} bevat een rijksregisternummer of e-mailadres.", "Haal het weg.")
    return text


def sign_offs(root: Path, period: str) -> dict[str, SignOff]:
    """Sign-offs of a period, by city.

    Raises
    ------
    StorageFailed
        D-356: one is damaged or changed. Its text belongs in the release, so it is not left out.
    """
    recorded = _recorded(root)
    return {path.stem: _read(path, recorded) for path in sorted((root / FOLDER / period).glob("*.json"))}


def damaged_sign_offs(root: Path, *, trail: Path | None = None) -> list[Path]:
    """Files of sign-offs, of any period, that cannot be read or are not what somebody signed off.

    ``trail``: the root whose audit trail knows, where it is another one.
    """
    recorded = _recorded(trail or root)
    return [path for path in sorted((root / FOLDER).glob("*/*.json")) if _parsed(path, recorded) is None]


def _recorded(root: Path) -> dict[tuple[str, str], set[str]]:
    """By period and city the hashes of the files that its sign-offs wrote; version 0.1 recorded none.

    All of them, not the last alone: where a process died between the record and its file, the file before stands.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for facts in (entry["facts"] for entry in audit_trail.entries(root, _ACT)):
        if _CONTENT in facts:
            found.setdefault((facts["period"], facts["city"]), set()).add(facts[_CONTENT])
    return found


def _read(path: Path, recorded: Mapping[tuple[str, str], Collection[str]]) -> SignOff:
    if (signed := _parsed(path, recorded)) is None:
        raise StorageFailed(
            "D-356",
            f"De aftekening van {path.stem} voor {path.parent.name} is beschadigd of gewijzigd.",
            f"Laat {path.stem} opnieuw aftekenen met demad signoff, of zet een back-up terug.",
        )
    return signed


def _parsed(path: Path, recorded: Mapping[tuple[str, str], Collection[str]]) -> SignOff | None:
    """The sign-off in a file; None where it cannot be read, or is none that was recorded."""
    content, known = path.read_bytes(), recorded.get((path.parent.name, path.stem))
    if known and hashlib.sha256(content).hexdigest() not in known:
        return None
    try:
        return SignOff(**json.loads(content))
    except (ValueError, TypeError):
        return None


def late(signed: Mapping[str, SignOff], published: pl.DataFrame, cities: Iterable[str]) -> list[str]:
    """Cities with figures that did not sign off, or signed off other figures than these; ``signed``: by city."""
    shown = set(published["city"].unique().to_list())
    return [
        city
        for city in sorted(cities)
        if city in shown and (city not in signed or signed[city].figures != figures_hash(published, city))
    ]


def figures_hash(published: pl.DataFrame, city: str) -> str:
    """Hash that changes if and only if a published figure of the city changes."""
    own = published.filter(city=city).sort(FIGURE_KEY)
    return hashlib.sha256(own.write_csv().encode()).hexdigest()[:20]
