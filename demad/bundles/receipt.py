"""Judge a bundle that came in, in a fixed order: the signature first, the counts last. Not here: the ratchet.

Any failure is a refusal with a code; nothing of the content is kept or shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from demad.bundles.container import LARGEST, opened
from demad.bundles.contents import READ_ME, entry_of, read_tables, tables_of
from demad.bundles.definitions import differing
from demad.bundles.manifest import NAME, Manifest, read_manifest, valid_until
from demad.errors import DeliveryRefused, InputMissing, PrivacyRefused, UsageRefused
from demad.reference.cities import City
from demad.reference.senders import Sender

_AGAIN = "Maak de bundel met demad bundle make."


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was judged: its manifest, tables, the key that signed it, and the hash of the whole file."""

    manifest: Manifest
    tables: Mapping[str, pl.DataFrame]
    key: str
    sha256: str


def content_of(path: Path) -> bytes:
    """Read a file that may be a bundle; one that is too large is not read.

    Raises
    ------
    InputMissing
        D-636: it is not there, or is not a plain file.
    DeliveryRefused
        D-622: too large.
    """
    if path.is_symlink() or not path.is_file():
        raise InputMissing("D-636", f"De bundel {path.name} is er niet, of is geen gewoon bestand.", "Kijk de naam na.")
    with path.open("rb") as source:
        content = source.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise DeliveryRefused(
            "D-622", "Dit is geen bundel, of hij is te groot, onvolledig of beschadigd.", "Vraag de stad hem opnieuw."
        )
    return content


def received(content: bytes, cities: Mapping[str, City], *, today: date, base: int, exact_stock: bool) -> Bundle:
    """Judge a bundle.

    Parameters
    ----------
    cities
        The cities that may send one; only those with a registered key do.
    today
        Day of receipt.
    base, exact_stock
        How this installation rounds.

    Raises
    ------
    DeliveryRefused, PrivacyRefused, UsageRefused
        D-601, D-622 to D-633: what is wrong, without a value.
    """
    senders = {city.slug: city.sender for city in cities.values() if city.sender}
    if not senders:
        raise UsageRefused(
            "D-633", "Geen enkele stad is hier geregistreerd voor bundels.", "Zet [bundle] in cities/<stad>.toml."
        )
    found = opened(content, [key for sender in senders.values() for key in sender.keys])
    manifest = read_manifest(found.entries.get(NAME, b""))
    _refuse_other_city(manifest, cities, senders, found.key)
    _refuse_days(manifest, today)
    _refuse_files(manifest, found.entries)
    _refuse_definitions(manifest)
    _refuse_protection(manifest, senders[manifest.city], base=base, exact_stock=exact_stock)
    return Bundle(manifest, read_tables(found.entries, manifest), found.key, hashlib.sha256(content).hexdigest())


def _refuse_other_city(manifest: Manifest, cities: Mapping[str, City], senders: Mapping[str, Sender], key: str) -> None:
    city, sender = cities.get(manifest.city), senders.get(manifest.city)
    if city is None or sender is None or city.nis != manifest.nis or key not in sender.keys:
        raise DeliveryRefused(
            "D-626",
            "De bundel zegt dat hij van een andere stad is dan die waarvan de sleutel is.",
            "Vraag de stad met welke naam, NIS-code en sleutel ze hem maakte.",
        )
    if city.last_day is not None:
        raise DeliveryRefused("D-626", "De bundel is van een stad die niet meer meedoet.", "Er is niets te doen.")


def _refuse_days(manifest: Manifest, today: date) -> None:
    sources = manifest.sources.values()
    ordered = all(one.since <= one.as_of <= manifest.made_on for one in sources)
    ordered = ordered and all(one.made_on <= manifest.made_on for one in sources)
    ordered = ordered and manifest.valid_until == valid_until(manifest.made_on)
    if "leefloon" not in manifest.sources or not ordered or manifest.made_on > today + timedelta(days=1):
        raise DeliveryRefused(
            "D-630", "De dagen in het manifest van de bundel kunnen niet.", "Kijk de klok van beide machines na."
        )
    if manifest.valid_until < today:
        raise DeliveryRefused(
            "D-630", "De bundel is vervallen: hij is te lang onderweg geweest.", "Vraag de stad een nieuwe."
        )


def _refuse_files(manifest: Manifest, entries: Mapping[str, bytes]) -> None:
    wanted = {READ_ME, *(f"{table.name.lower()}.csv" for table in tables_of(manifest.rounding))}
    here = {name: entry_of(content) for name, content in entries.items() if name != NAME}
    if set(manifest.files) != wanted or here != dict(manifest.files):
        raise DeliveryRefused("D-631", "De bestanden van de bundel zijn niet die van het manifest.", _AGAIN)


def _refuse_definitions(manifest: Manifest) -> None:
    if names := differing(manifest.definitions):
        raise DeliveryRefused(
            "D-632",
            f"De bundel telt met andere definities dan deze installatie: {', '.join(names[:8])}"
            f"{f' en {len(names) - 8} andere' if len(names) > 8 else ''}.",
            "Zet bij de stad en hier dezelfde versie van DEMaD, en vraag een nieuwe bundel.",
        )


def _refuse_protection(manifest: Manifest, sender: Sender, *, base: int, exact_stock: bool) -> None:
    """Refuse exact counts without agreement, and counts rounded otherwise than others, or with another secret."""
    ours, theirs = sender, manifest.rounding
    if theirs.mode != ours.protection or theirs.agreement != ours.agreement:
        raise DeliveryRefused(
            "D-634",
            f"De bundel is {_SAID[theirs.mode]}, en dat is niet wat met de stad is afgesproken.",
            "Vergelijk [bundle] in het stadsbestand met de verwerkersovereenkomst.",
        )
    if not manifest.exact and (theirs.base, theirs.exact_stock) != (base, exact_stock):
        raise DeliveryRefused(
            "D-634",
            "De bundel is anders afgerond dan de cijfers van deze installatie.",
            "Zet bij de stad en hier dezelfde [privacy] in demad.toml, met base = 10.",
        )
    if theirs.secret != ours.secret:
        raise PrivacyRefused(
            "D-635",
            "De bundel is afgerond met een ander geheim dan geregistreerd is.",
            "Neem hem niet aan: één aantal, afgerond met twee geheimen, verraadt zich. Vraag welk geheim de stad "
            "gebruikt; demad bundle secret verhuist het juiste.",
        )


_SAID = {"exact": "exact", "protected": "door de stad zelf afgerond"}
