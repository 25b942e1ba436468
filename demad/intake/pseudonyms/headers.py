"""Which columns of a file at the source hold numbers of persons, days of birth, and what must never travel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from demad.errors import DeliveryRefused
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.header_matching import header_words
from demad.intake.privacy.guard import names_an_identifier
from demad.intake.reading.table import Reading, column_letters, plain
from demad.reference.cities import City

_NUMBERS = ("rijksregister", "nationaalnummer", "nationaalnr", "nationalnumber", "numeronational", "insz", "niss")
_SHORT = ("rr", "rrn", "rrnr", "nrn", "nn", "inszbis")
_BIS = ("bis", "bisnummer", "bisnr")
_OLD = ("oud", "oude", "vorig", "vorige", "vroeger", "vroegere", "eerder", "eerdere", "ancien", "previous", "old")
_ONLY_A_NUMBER = ("nummer", "nr", "number", "numero")
_OLD_NUMBER = re.compile(rf"(?:{'|'.join(_OLD)})e?(?:{'|'.join(_ONLY_A_NUMBER)})")
_OF_OTHERS = (
    "partner", "kind", "kinderen", "echtgenoot", "echtgenote", "ouder", "ouders", "vader", "moeder", "voogd",
    "medewerker", "assistent", "werker", "beheerder", "verantwoordelijke", "bewindvoerder",
)  # fmt: skip
_BIRTH_DAYS = ("geboortedatum", "geboortedag", "datumgeboorte", "datumvangeboorte", "gebdatum", "gebdat", "birthdate")
_NEVER = (
    "naam", "namen", "clientnaam", "naamclient", "naamvoornaam", "adres", "straat", "huisnr", "busnr", "telefoon",
    "telefoonnummer", "tel", "gsm", "gsmnr", "mail", "email", "rekening", "rekeningnr", "iban", "foto",
)  # fmt: skip
NUMBER_HEADERS = (
    *_SHORT,
    *_BIS,
    *_BIRTH_DAYS,
    "rijksregisternummer",
    "nationaalnummer",
    "insz",
    "niss",
    "naam",
    "voornaam",
)
"""Headers that help to find the header row of a file at the source."""


@dataclass(frozen=True, slots=True)
class Roles:
    """What each special column of a table is; the others are columns of the contract.

    Parameters
    ----------
    number, old
        Header with the number of the person; header with the number that the person had before.
    birth
        Header with the day or year of birth, of which only the year travels.
    dropped
        Headers that never travel: names, addresses, accounts, numbers of other people.
    """

    number: str | None
    old: str | None
    birth: str | None
    dropped: tuple[str, ...]

    @property
    def settled(self) -> Mapping[str, str | None]:
        """Contract column of each special header; None: it does not travel."""
        found: dict[str, str | None] = dict.fromkeys(self.dropped)
        if self.old is not None:
            found[self.old] = None
        if self.birth is not None:
            found[self.birth] = "geboortejaar"
        if self.number is not None:
            found[self.number] = "persoon"
        return found


def has_numbers(header: str) -> bool:
    """Whether a header says that its column holds national or BIS numbers of the person."""
    words = _words(header)
    if set(words) & set(_OF_OTHERS):
        return False
    bare = plain(header)
    return any(word in bare for word in _NUMBERS) or bool({*words, bare} & {*_SHORT, *_BIS}) or "bisnummer" in bare


def roles_of(reading: Reading, city: City) -> Roles:
    """The special columns of a table, by their headers.

    Raises
    ------
    DeliveryRefused
        D-266: two columns could hold the number of the person.
    """
    headers = reading.columns
    aliases = {plain(h): c for dataset in DATASETS for h, c in city.aliases.get(dataset, {}).items()}
    meant = {header: aliases.get(plain(header), plain(header)) for header in headers}
    known = {plain(name) for dataset in DATASETS.values() for name in dataset.fields}
    numbers = [header for header in headers if has_numbers(header)]
    old = [header for header in numbers if _is_old(header)]
    if numbers and not old:
        old = [header for header in headers if _OLD_NUMBER.fullmatch(plain(header)) and meant[header] == plain(header)]
    current = [header for header in numbers if header not in old]
    by_alias = [header for header in current if meant[header] == "persoon"]
    if len(current) > 1 and len(by_alias) == 1:
        current, dropped = by_alias, [header for header in current if header not in by_alias]
    else:
        dropped = []
    if len(current) > 1 and not old:  # a BIS number comes before a national number
        bis = [
            header for header in current if {*_words(header), plain(header)} & set(_BIS) or "bisnummer" in plain(header)
        ]
        if len(bis) == 1:
            old, current = bis, [header for header in current if header not in bis]
    if len(current) > 1 or len(old) > 1:
        _refuse_two(headers, current if len(current) > 1 else old)
    if not current:
        current = [header for header in headers if meant[header] == "persoon"][:1]
    number = current[0] if current else None
    dropped += [header for header in headers if header != number and meant[header] == "persoon"]
    years = [header for header in headers if meant[header] == "geboortejaar"]
    if not years:  # as software names it: Geb. jaar
        words = header_words()["geboortejaar"]
        years = [header for header in headers if plain(header) in words and meant[header] not in known][:1]
    days = [header for header in headers if plain(header) in _BIRTH_DAYS and header not in years]
    born = [*years, *days]
    dropped += born[1:] if not years else days
    taken = {number, *old, *born, *dropped}
    dropped += [header for header in headers if header not in taken and _never(header) and meant[header] not in known]
    return Roles(number, old[0] if old else None, born[0] if born else None, tuple(dict.fromkeys(dropped)))


def _is_old(header: str) -> bool:
    return any(word in _OLD for word in _words(header)) or plain(header).startswith(("oud", "vorig", "vroeger"))


def _never(header: str) -> bool:
    return (
        plain(header) in _NEVER
        or names_an_identifier(header)
        or (any(word in plain(header) for word in _NUMBERS) or bool(set(_words(header)) & {*_SHORT, *_BIS}))
    )


def _words(header: str) -> list[str]:
    return [plain(word) for word in re.split(r"[^\w]+|_|(?<=[a-z])(?=[A-Z])", header) if plain(word)]


def _refuse_two(headers: tuple[str, ...], found: list[str]) -> None:
    where = " en ".join(column_letters(headers.index(header) + 1) for header in found)
    raise DeliveryRefused(
        "D-266",
        f"Meer dan één kolom kan het nummer van de persoon zijn: {where}.",
        'Zeg in het stadsbestand welke het is, onder [aliases.leefloon]: "die kop" = "persoon". Een vroeger nummer '
        "heet bijvoorbeeld oud nummer.",
    )
