"""Sign-off of a preview by a city, with an optional text. Missing sign-offs are listed but block nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.errors import StorageFailed, UsageRefused
from demad.records import audit_trail
from demad.store import private_folder, write_atomic
from demad.tables.figures import FIGURE_KEY

LONGEST = 2000
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
    folder = private_folder(root / "signoff" / period)
    facts = {"city": city, "period": period, "figures": signed.figures, "words": text}
    audit_trail.record(root, "signed_off", {"city": city, "period": period, "figures": signed.figures})
    write_atomic(folder / f"{city}.json", (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode())
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
        D-356: one is damaged. Its text belongs in the release, so it is not left out.
    """
    return {path.stem: _read(path, period) for path in sorted((root / "signoff" / period).glob("*.json"))}


def _read(path: Path, period: str) -> SignOff:
    try:
        return SignOff(**json.loads(path.read_bytes()))
    except (ValueError, TypeError):
        raise StorageFailed(
            "D-356",
            f"De aftekening van {path.stem} voor {period} is beschadigd.",
            f"Laat {path.stem} opnieuw aftekenen met demad signoff, of zet een back-up terug.",
        ) from None


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
