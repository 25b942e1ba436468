"""The pseudonym key of a city, or of several: its file, its identifier, and the keyed hash that makes pseudonyms.

Not the rounding secret of a city (`demad.records.secrets`): that one is with the receiver, this one never leaves the
city, or the cities that share it. Whoever has this key finds the national number behind every pseudonym within minutes.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets as random
import stat
import sys
import tomllib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from demad.errors import InputMissing, PrivacyRefused, UsageRefused
from demad.reference.cities import City
from demad.store import private_folder, refusing_storage
from demad.system import RIGHTS, sync_folder

FORMAT = "demad-sleutel/1"
VERSION = "p1"
OWN_DOMAINS = {"leefloon": ("leefloon", "steun", "aanvragen"), "jeugdhulp": ("jeugdhulp",)}
"""Domains of one kind of person, with their datasets. Every other domain links them, and needs an approval."""
COMMON = "common"
"""Stands in the place of the NIS code in a key that cities share: no city has it, so no key of a city is one."""
_BYTES, _BLOCK, _PSEUDONYM_BYTES = 32, 64, 16  # of the key, of a block of SHA-256, of what a pseudonym keeps
_ID_LETTERS = 4
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = pl.Series([first + second for first in _ALPHABET for second in _ALPHABET])
_DOMAIN = re.compile(r"[a-z][a-z0-9-]{0,39}")
_APPROVAL = re.compile(r"[^\W_][\w .,:/()-]{2,79}")
_WRITTEN = re.compile(r"[0-9a-f]{64}")
_SIZE_LIMIT = 4_096
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would end lines its own way


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a city, or of several, for one domain; the key itself is in no message, log or traceback.

    ``city`` is empty and ``nis`` is `COMMON` where cities share it: a person then has one pseudonym in all of them.
    """

    city: str
    nis: str
    domain: str
    approval: str
    master: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Four letters to tell keys apart; they say nothing about the key."""
        return base32_of(_keyed(self._purpose)(b"key id"))[:_ID_LETTERS]

    @property
    def is_common(self) -> bool:
        """Whether cities share it."""
        return self.nis == COMMON

    @property
    def datasets(self) -> tuple[str, ...]:
        """Datasets with persons that this key is for; empty: all of them, which links them."""
        return OWN_DOMAINS.get(self.domain, ())

    @property
    def _purpose(self) -> bytes:
        """The key of this city (or of all) and domain: what one purpose gives away opens no other."""
        return _keyed(self.master)(f"demad/v1|{self.nis}|{self.domain}".encode())

    def pseudonyms(self) -> Callable[[str], str]:
        """The function that gives the pseudonym of a valid number of eleven digits, as `pseudonyms_of`."""
        return lambda number: self.pseudonyms_of([number])[0]

    def pseudonyms_of(self, numbers: Sequence[str]) -> pl.Series:
        """The pseudonym (String) of each of many valid numbers of eleven digits.

        HMAC-SHA-256, of which 128 bits are kept: 26 letters and digits after version and identifier of the key. The
        two states that depend on the key alone are computed once and copied.
        """
        hashed = _keyed(self._purpose)
        digests = b"".join([hashed(number.encode("ascii"))[:_PSEUDONYM_BYTES] for number in numbers])
        return _letters_of(digests, start=f"{VERSION}-{self.id}-")


def _keyed(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA-256 under a key of at most one block (RFC 2104), four times as fast as `hmac.digest` for short texts."""
    padded = key.ljust(_BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in padded)) for pad in (0x36, 0x5C))

    def digest(text: bytes) -> bytes:
        within, around = inner.copy(), outer.copy()
        within.update(text)
        around.update(within.digest())
        return around.digest()

    return digest


def base32_of(digest: bytes) -> str:
    """RFC 4648 base32 in small letters and without padding."""
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()


def _letters_of(digests: bytes, *, start: str) -> pl.Series:
    """As `base32_of` after a beginning, of many digests of 16 bytes that follow each other.

    Ten bits at a time, of all digests at once: one by one it takes longer than the hash that it writes.
    """
    words = array("Q", digests)
    if sys.byteorder == "little":
        words.byteswap()
    halves = pl.DataFrame(
        {"first": words[0::2], "last": words[1::2]}, schema=dict.fromkeys(("first", "last"), pl.UInt64)
    )
    first, last = pl.col("first"), pl.col("last")
    tens = [
        *(first // 2**shift % 1024 for shift in range(54, 0, -10)),
        first % 16 * 64 + last // 2**58,
        *(last // 2**shift % 1024 for shift in range(48, 0, -10)),
        last % 256 * 4,
    ]
    places = halves.select(ten.cast(pl.UInt32).alias(str(at)) for at, ten in enumerate(tens))
    return pl.select(pl.concat_str(pl.lit(start), *map(_PAIRS.gather, places))).to_series()


def make_key(path: Path, city: City | None, *, domain: str = "leefloon", approval: str = "") -> Key:
    """Make a new key and write its file, readable by this user only. A file that is there stays.

    Parameters
    ----------
    city
        Whose key it is; None: of all cities that get a copy of it, which links a person over those cities.

    Raises
    ------
    UsageRefused
        D-260: the file is there already. D-261: the domain cannot be, or links datasets without an approval. D-501: it
        links cities without one.
    """
    _refuse_domain(domain, approval, common=city is None)
    owner = ("", COMMON) if city is None else (city.slug, city.nis)
    key = Key(*owner, domain, approval, random.token_bytes(_BYTES))
    _write(path, key)
    return key


def _refuse_domain(domain: str, approval: str, *, common: bool) -> None:
    if not _DOMAIN.fullmatch(domain):
        raise UsageRefused("D-261", "Dit domein kan niet.", "Gebruik kleine letters, cijfers en streepjes.")
    if domain not in OWN_DOMAINS and not _APPROVAL.fullmatch(approval):
        raise UsageRefused(
            "D-261",
            f"Het domein {domain} koppelt leefloon en jeugdhulp: dezelfde persoon krijgt daar hetzelfde pseudoniem.",
            "Geef met --approval de verwijzing naar de goedkeuring daarvan (beraadslaging, protocol); ze reist mee in "
            "delivery.json. Zonder koppeling: --domain leefloon of --domain jeugdhulp.",
        )
    if approval and not _APPROVAL.fullmatch(approval):
        raise UsageRefused(
            "D-261", "Deze verwijzing kan niet.", "Gebruik 3 tot 80 letters, cijfers, spaties en leestekens."
        )
    if common and not approval:
        raise UsageRefused(
            "D-501",
            "Een gemeenschappelijke sleutel koppelt steden: dezelfde persoon krijgt in elke stad hetzelfde pseudoniem.",
            "Geef met --approval de verwijzing naar de goedkeuring daarvan (beraadslaging, protocol); ze reist mee in "
            "delivery.json. Zonder koppeling maakt elke stad haar eigen sleutel: demad keygen --city STAD.",
        )


def _write(path: Path, key: Key) -> None:
    private_folder(path.resolve().parent)
    try:
        with refusing_storage():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o400)
            with os.fdopen(descriptor, "wb") as file:
                file.write(_written(key))
                file.flush()
                os.fsync(file.fileno())
            os.chmod(path, 0o400)
            sync_folder(path.resolve().parent)
    except FileExistsError:
        raise UsageRefused(
            "D-260",
            f"{path.name} is er al: een sleutel wordt nooit overschreven.",
            "Kies een andere naam. Wie van sleutel wisselt, heeft de oude nog één keer nodig (--rekey).",
        ) from None


def read_key(path: Path) -> Key:
    """Read a key from its file.

    Raises
    ------
    InputMissing
        D-262: not there or not readable.
    UsageRefused
        D-263: no key, or a damaged one.
    PrivacyRefused
        D-264: others than its owner can read it.
    """
    try:
        mode = path.stat().st_mode
        content = path.read_bytes() if stat.S_ISREG(mode) and path.stat().st_size <= _SIZE_LIMIT else b""
    except OSError:
        raise InputMissing(
            "D-262",
            f"De sleutel {path.name} is er niet of is niet leesbaar.",
            "Kijk de naam na, of neem de kopie die u apart bewaart. Had uw stad er nog geen, maak er dan een met demad "
            "keygen: een nieuwe breekt de band met wat u al leverde.",
        ) from None
    if RIGHTS and mode & 0o077:
        raise PrivacyRefused(
            "D-264",
            f"Ook anderen kunnen de sleutel {path.name} lezen.",
            f"Voer chmod 400 {path.name} uit. Kan iemand hem gelezen hebben, meld dat dan aan uw functionaris voor "
            "gegevensbescherming en maak een nieuwe sleutel.",
        )
    try:
        found = tomllib.loads(content.decode("utf-8"))
        if found["formaat"] != FORMAT or not _WRITTEN.fullmatch(found["sleutel"]):
            raise ValueError
        told = [str(found[name]) for name in ("stad", "nis", "domein", "goedkeuring")]
        key = Key(told[0], told[1], told[2], told[3], bytes.fromhex(found["sleutel"]))
        if key.id != found["nummer"]:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise UsageRefused(
            "D-263",
            f"{path.name} is geen sleutel van demad keygen, of is beschadigd.",
            "Neem de kopie die u apart bewaart. Een nieuwe sleutel breekt de band met wat u al leverde.",
        ) from None
    return key


def _written(key: Key) -> bytes:
    stays = "de steden die hem delen" if key.is_common else "uw stad"
    return (
        f"# DEMaD: sleutel voor pseudoniemen. Blijft bij {stays}; wie hem heeft, vindt elke persoon terug.\n"
        f'formaat = "{FORMAT}"\nstad = "{key.city}"\nnis = "{key.nis}"\ndomein = "{key.domain}"\n'
        f'goedkeuring = "{key.approval}"\nnummer = "{key.id}"\nsleutel = "{key.master.hex()}"\n'
    ).encode()
