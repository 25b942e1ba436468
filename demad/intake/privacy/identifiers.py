"""Recognise national numbers, accounts, e-mail addresses and phone numbers in single texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SEP = r"[\s._/\-\u2010-\u2015\u00b7*,]{0,3}"
# Eleven digits with at most a few letters directly before or after: p85073003328 hides nothing.
_ELEVEN = re.compile(
    rf"(?<![A-Za-z0-9])(?P<letters>[A-Za-z]{{1,8}})?(?=(?P<number>\d(?:{_SEP}\d){{10}})(?![0-9])(?![A-Za-z]{{4}}))"
)
_WHOLE = re.compile(r"[^\w+(]*(\d{8,10})(?:[.,]0+)?[^\w)]*")
_POWER = re.compile(r"\s*(\d)[.,](\d{5,10})[eE]\+?(\d{1,2})\s*")
_DAY = re.compile(r"(19|20|21)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])(?=([A-Za-z]{2}\d{2}(?:[ .\-]?[A-Za-z0-9]){11,30}))|(?=([Bb][Ee]\d{14}(?!\d)))")
_PSEUDONYM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{7,63}")
_EMAIL = re.compile(r"[^\s@<>;,:()]@[\w\-]+(\.[\w\-]+)*\.[^\W\d_]{2,}")
_COUNTRY = r"(?:\+|(?<![A-Za-z0-9])00)(?:32|31|33|34|39|352|40|44|48|49|90|212|213|216|351|380)"
_PHONE = re.compile(
    rf"{_COUNTRY}[\s.\-/]{{0,2}}(?:\(0\))?[\s.\-/]{{0,2}}\d(?:[\s.\-/]?\d){{7,9}}(?!\d)"
    r"|(?<![A-Za-z0-9])\(?04\d{2}\)?[\s./\-]{1,3}(?:\d{2,3}[\s./\-]?\d{2}[\s./\-]?\d{2}|\d{3}[\s./\-]?\d{3})(?!\d)"
    r"|(?<![A-Za-z0-9])04[5-9]\d{7}(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9.,])\(?0[1-9]\)?[\s./\-]{1,3}\d{3}[\s.\-]?\d{2}[\s.\-]?\d{2}(?![\d.\-/])"
    r"|(?<![A-Za-z0-9.,])\(?0[1-9]\d\)?[\s./\-]{1,3}\d{2}[\s.\-]?\d{2}[\s.\-]?\d{2}(?![\d.\-/])"
)
# In a pseudonym only an unseparated number: one UUID in thirty thousand has groups of digits like a phone number.
_MOBILE = re.compile(r"(?<![A-Za-z0-9])(?:04[5-9]\d{7}|0032[1-9]\d{7,8})(?![A-Za-z0-9])")
# IBAN length per country (ISO 13616 registry); other letters do not start an account.
_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE", "BI"), 16),
    **dict.fromkeys(("DK", "FI", "NL", "FO", "GL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "XK"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "TL", "OM"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG", "DZ"), 24),
    **dict.fromkeys(("PT", "ST", "LY", "SV"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "MR", "SM", "DJ", "SO"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "PL", "NI", "SN", "CI", "BF"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA", "MA", "CM"), 29),
    **dict.fromkeys(("JO", "KW", "MU", "YE"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    **dict.fromkeys(("LC",), 32),
    **dict.fromkeys(("RU",), 33),
}
# Countries whose IBAN has only digits after the country code (same registry).
_WITHOUT_LETTERS = """
AE AT BA BE BI CR CZ DE DJ DK EE EG ES FI FO GL HR HU IL IS LT LY ME MR NO PL PT RS SD SE SI SK SO ST TL TN VA XK
"""
_DIGITS_ONLY = frozenset(_WITHOUT_LETTERS.split())
_MONTHS = (*range(13), *range(20, 33), *range(40, 53))


def is_national_number(digits: str) -> bool:
    """Whether 8 to 11 digits are a valid national or BIS number (both centuries, lost leading zeros).

    The first six are a date (BIS: month + 20 or + 40; 00 where unknown), the last two 97 - (the first nine
    mod 97), with a 2 in front for births from 2000.
    """
    number = digits.zfill(11)
    if len(number) != 11 or int(number[2:4]) not in _MONTHS or int(number[4:6]) > 31:
        return False
    base, check = int(number[:9]), int(number[9:])
    return check in (97 - base % 97, 97 - (2_000_000_000 + base) % 97)


def is_iban(text: str) -> bool:
    """Whether a text is a checksum-valid IBAN (mod 97)."""
    account = re.sub(r"[ .\-]", "", text).upper()
    if not 15 <= len(account) <= 34:
        return False
    moved = account[4:] + account[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def kinds_in(text: str) -> Iterator[str]:
    """The kinds of identifier in a text, in Dutch; empty if there are none."""
    if _has_national_number(text):
        yield "rijksregisternummer"
    if _has_account(text):
        yield "rekeningnummer"
    if "@" in text and _EMAIL.search(text):
        yield "e-mailadres"
    if (_MOBILE if _PSEUDONYM.fullmatch(text) else _PHONE).search(text):
        yield "telefoonnummer"


def _has_national_number(text: str) -> bool:
    for match in _ELEVEN.finditer(text):
        digits = _digits(match["number"])
        if is_national_number(digits) and not (_PSEUDONYM.fullmatch(text) and _is_numbering(match, digits)):
            return True
    whole = _WHOLE.fullmatch(text)
    if whole:
        return _lost_zeros(whole[1])
    power = _POWER.fullmatch(text)
    if power and int(power[3]) >= len(power[2]):
        return _lost_zeros(power[1] + power[2] + "0" * (int(power[3]) - len(power[2])))
    return False


def _is_numbering(match: re.Match[str], digits: str) -> bool:
    """Whether digits in a pseudonym are only numbering.

    That is P00000012345, groups that do not fit a date as in gent-44021-000123, or the beginning of random letters and
    digits.
    """
    follows = match.string[match.end("number") : match.end("number") + 1]
    if follows.isalnum() or (match["letters"] and match.start("letters")):
        return True
    places, seen = set(), 0
    for letter in match["number"]:
        seen += letter.isdecimal()
        if not letter.isdecimal():
            places.add(seen)
    return digits[2:6] == "0000" or not places <= {2, 4, 6, 9}


def _lost_zeros(digits: str) -> bool:
    """Recognise a number that a spreadsheet stripped of leading zeros; eight digits that form a date are a date."""
    if len(digits) == 8 and _DAY.fullmatch(digits):
        return False
    return 8 <= len(digits) <= 11 and is_national_number(digits)


def _has_account(text: str) -> bool:
    """Whether a text holds an account number, which must end at the length of its country.

    One random pseudonym in a million starts like an IBAN. So in a pseudonym only a Belgian number counts, or a match of
    the whole text with at least a third digits.
    """
    pseudonym = _PSEUDONYM.fullmatch(text) is not None
    for match in _IBAN.finditer(text):
        written = match[1] or match[2]
        belgian = written[:2].upper() == "BE"
        length = _LENGTHS.get(written[:2].upper())
        if not length:
            continue
        ends = [place for place, letter in enumerate(written) if letter.isalnum()]
        if len(ends) < length:
            continue
        end = ends[length - 1] + 1
        follows = text[match.start() + end : match.start() + end + 1]
        if follows.isdigit() if belgian else follows.isascii() and follows.isalnum():
            continue
        digits = len(_digits(written[:end]))
        if digits < length - 2 and written[:2].upper() in _DIGITS_ONLY:
            continue
        if pseudonym and not belgian and (end < len(text) or digits * 3 < end):
            continue
        if is_iban(written[:end]):
            return True
    return False


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())
