"""Recognises national numbers, accounts, addresses and phones. Works on single texts and knows no tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DIGITS = re.compile(r"(?<![A-Za-z0-9])\d(?:[ .\-/]?\d){8,10}(?:\.0+)?(?![A-Za-z0-9])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,4})?(?![A-Za-z0-9])")
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?<![A-Za-z0-9])(?:\+|00)32[ .\-/]?\d(?:[ .\-/]?\d){7,8}(?![0-9])"
    r"|(?<![A-Za-z0-9])04\d{2}[ ./\-]\d{2,3}[ ./\-]?\d{2}[ ./\-]?\d{2,3}(?![0-9])"
)
_MONTHS = (*range(13), *range(20, 33), *range(40, 53))


def is_national_number(digits: str) -> bool:
    """Whether 9 to 11 digits are a valid national or BIS number (both centuries, lost leading zeros).

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
    account = text.replace(" ", "").upper()
    if not 15 <= len(account) <= 34:
        return False
    moved = account[4:] + account[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def kinds_in(text: str) -> Iterator[str]:
    """The kinds of identifier that stand in a text, in Dutch; nothing for a clean one."""
    for match in _DIGITS.finditer(text):
        found = re.sub(r"\.0+$", "", match.group())
        digits = re.sub(r"\D", "", found)
        whole = len(digits) == 11 or (digits == found and match.group() == text.strip())
        if whole and is_national_number(digits):
            yield "rijksregisternummer"
    if any(is_iban(match.group()) for match in _IBAN.finditer(text)):
        yield "rekeningnummer"
    if _EMAIL.search(text):
        yield "e-mailadres"
    if _PHONE.search(text):
        yield "telefoonnummer"
