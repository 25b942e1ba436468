"""Months and countries in Dutch, French and English, from Babel: ``python -m tests.spoken_names`` writes them.

Who only checks and delivers needs two lists of the 35 MB of Babel, so they are in a file of ours; a test holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import get_month_names

FILE = Path(__file__).resolve().parent.parent / "demad" / "reference" / "spoken_names.toml"
LANGUAGES = ("en", "fr", "nl")
_NO_COUNTRY = ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
_HEAD = """\
# Names of months and countries, for dates in words and nationalities written as a country.
# From Babel (Unicode CLDR): python -m tests.spoken_names
"""


def text() -> str:
    """The whole file."""
    return "\n".join([_HEAD, *_months(), "", *_countries(), "", *_letters(), ""])


def _months() -> Iterator[str]:
    yield "[month]"
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            names = get_month_names(width, locale=language)
            found |= {str(name).lower().rstrip("."): number for number, name in names.items()}
    for name, number in sorted(found.items(), key=lambda entry: (entry[1], entry[0])):
        yield f'"{name}" = {number}'


def _countries() -> Iterator[str]:
    yield "# English, French, Dutch"
    yield "[country]"
    names = [Locale(language).territories for language in LANGUAGES]
    for country in sorted(set().union(*names)):
        if len(country) == 2 and country not in _NO_COUNTRY:
            told = ", ".join(f'"{spoken.get(country, "")}"' for spoken in names)
            yield f"{country} = [{told}]"


def _letters() -> Iterator[str]:
    yield "# three letters, in place of two"
    yield "[letters]"
    for alias, countries in sorted(get_global("territory_aliases").items()):
        if len(alias) == 3 and alias.isalpha() and len(countries) == 1:
            yield f'{alias} = "{countries[0]}"'


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
