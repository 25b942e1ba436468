"""Words and numbers as people in Flanders read them. Sentences come from `reports/words.nl.toml` only."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from demad.errors import DemadError
from demad.reference.places import data_folder
from demad.tables.months import first_day

LOCALE = "nl_BE"


@lru_cache(maxsize=1)
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads((data_folder("reports") / "words.nl.toml").read_text(encoding="utf-8"))


def words(key: str, **filled: object) -> str:
    """The sentence with this key (``section.name``), filled in.

    Raises
    ------
    DemadError
        D-510: the key or a value to fill in is missing.
    """
    section, _, name = key.partition(".")
    try:
        return _sentences()[section][name].format(**filled)
    except KeyError:
        raise DemadError("D-510", f"De zin {key} ontbreekt of is niet ingevuld.", "Vul words.nl.toml aan.") from None


def sentence(key: str) -> str:
    """The sentence with this key as it stands, for a page that fills it in itself."""
    section, _, name = key.partition(".")
    return _sentences()[section][name]


def has_words(key: str) -> bool:
    """Whether there is a sentence with this key."""
    section, _, name = key.partition(".")
    return name in _sentences().get(section, {})


def number(value: float, digits: int = 0) -> str:
    """1.234,5 with a real minus sign."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=LOCALE).replace("-", "\u2212")


_DIGITS = {"ratio": 2, "per 1000": 1, "% a month": 1}
_SIGNS = {"% a month": "%"}


def figure(value: float | None, unit: str) -> str:
    """A value as it stands in a table: 36%, 11 mnd, 1.234; an en dash where there is none."""
    if value is None:
        return "\u2013"
    if unit == "share":
        return f"{number(value * 100)}%"
    if unit == "fraction":
        sign = "+" if value > 0 else ""
        return f"{sign}{number(value * 100)}%"
    if unit == "months":
        return f"{number(value, 0 if float(value).is_integer() else 1)} mnd"
    return number(value, _DIGITS.get(unit, 0)) + _SIGNS.get(unit, "")


def difference(now: float | None, before: float | None, unit: str) -> str:
    """The change against a year before, in the words of the unit."""
    if now is None or before is None:
        return "\u2013"
    change = now - before
    sign = "+" if change > 0 else ""
    if unit in ("share", "fraction"):
        return f"{sign}{number(change * 100)} procentpunt"
    if unit == "months":
        return f"{sign}{number(change, 0 if float(change).is_integer() else 1)} mnd"
    return f"{sign}{number(change, _DIGITS.get(unit, 0))}"


def period_words(period: str) -> str:
    """december 2025, 4de kwartaal 2025 or 2025."""
    if "Q" in period:
        year, _, quarter = period.partition("Q")
        ordinal = {"1": "1ste", "2": "2de", "3": "3de", "4": "4de"}[quarter]
        return f"{ordinal} kwartaal {year}"
    if "-" in period:
        year, _, month = period.partition("-")
        return format_date(first_day(int(year) * 12 + int(month) - 1), "MMMM y", locale=LOCALE)
    return period


def breakdown_words(breakdown: str) -> str:
    """What a breakdown splits by."""
    return words(f"breakdown.{breakdown}") if has_words(f"breakdown.{breakdown}") else breakdown.capitalize()


def group_words(breakdown: str, group: str) -> str:
    """A group as people say it; age bands and care forms speak for themselves."""
    if breakdown == "reason":
        return words(f"reason.{group}")
    if breakdown == "age":
        return f"{group} jaar"
    if breakdown == "prior_duration":
        return f"{group} maanden" if group != "unknown" else words("group.unknown")
    return words(f"group.{group}") if has_words(f"group.{group}") else group.replace("_", " ").capitalize()
