"""Whether a file is a federal monthly statement (maandstaat). Not here: what is in it, which only a key may read.

Layout: `domain.md` section 1.2. Every line holds a national number.
"""

from __future__ import annotations

import re

from demad.errors import PrivacyRefused

SHORTEST = 81
"""Characters of a line up to the category, the last field that is read."""
_LINE = re.compile(rb"[126]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])[\x20-\xff]{13}[ \d]{11}[\x20-\xff]{12}[1-6]")


def is_statement(content: bytes) -> bool:
    """Whether the first filled line of a file is a line of a monthly statement."""
    line = next((line for line in content[:4_096].splitlines() if line.strip()), b"")
    return len(line) >= SHORTEST and _LINE.match(line) is not None


def refuse_statement(content: bytes) -> None:
    """Refuse a monthly statement where no numbers become pseudonyms.

    Raises
    ------
    PrivacyRefused
        D-203: it is one.
    """
    if is_statement(content):
        raise PrivacyRefused(
            "D-203",
            "Dit is een federale maandstaat, met rijksregisternummers.",
            "Geef ze, uitgepakt, aan demad pseudonymise of demad deliver --key, bij de stad zelf.",
        )
