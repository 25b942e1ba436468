"""Words and numbers as people in Flanders read them. Sentences come from `reports/words.<language>.toml` only."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from demad.catalogue import indicator
from demad.errors import DemadError, UsageRefused
from demad.reference.places import data_folder
from demad.tables.months import first_day

LOCALES = {"nl": "nl_BE", "en": "en_GB"}
"""Languages a report can be in, each with how it writes numbers and dates. Dutch is complete and leads."""

PAGES = {"brussel-fr": "fr_BE"}
"""Words of one page in a language that has no report, and how they write numbers and dates."""

_SPOKEN: ContextVar[str] = ContextVar("spoken_language", default="nl")
_DASH = "\u2013"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Every sentence and number within is in this language.

    Raises
    ------
    UsageRefused
        D-512: there are no words in this language.
    """
    if language not in LOCALES | PAGES:
        raise UsageRefused("D-512", "In deze taal is er geen rapport.", f"Kies uit: {', '.join(LOCALES)}.")
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken_language() -> str:
    """The language in which sentences are made now."""
    return _SPOKEN.get()


def words(key: str, **filled: object) -> str:
    """The sentence with this key (``section.name``), filled in.

    Raises
    ------
    DemadError
        D-510: the key or a value to fill in is missing.
    """
    section, _, name = key.partition(".")
    try:
        return sentences(_SPOKEN.get())[section][name].format(**filled)
    except KeyError:
        what = f"De zin {key} ontbreekt of is niet ingevuld."
        raise DemadError("D-510", what, f"Vul words.{_SPOKEN.get()}.toml aan.") from None


def sentence(key: str) -> str:
    """The sentence with this key as it stands, for a page that fills it in itself."""
    section, _, name = key.partition(".")
    return sentences(_SPOKEN.get())[section][name]


def has_words(key: str) -> bool:
    """Whether there is a sentence with this key."""
    section, _, name = key.partition(".")
    return name in sentences(_SPOKEN.get()).get(section, {})


@lru_cache(maxsize=4)
def sentences(language: str) -> dict[str, dict[str, str]]:
    """All sentences of a language, by section and name."""
    return tomllib.loads((data_folder("reports") / f"words.{language}.toml").read_text(encoding="utf-8"))


def catalogue_words(id: str, field: str) -> str:
    """What the catalogue says of an indicator (label, population, formula, worked_example, ...), in this language."""
    entry = indicator(id)
    return entry.translated.get(_SPOKEN.get(), {}).get(field) or getattr(entry, field)


def number(value: float, digits: int = 0) -> str:
    """1.234,5 with a real minus sign."""
    return _written(round(value, 9), digits, _locale())


@lru_cache(maxsize=1 << 16)
def _written(value: float, digits: int, locale: str) -> str:
    """Kept, because the pages write the same number many times and babel reads its pattern and its locale each time."""
    from babel.numbers import format_decimal  # not for a command that writes no number

    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    shown = 0 if abs(value) < 0.5 * 10**-digits else value
    return format_decimal(shown, format=pattern, locale=locale).replace("-", "\u2212")


_DIGITS = {"ratio": 2, "per 1000": 1, "% a month": 1}
_SIGNS = {"% a month": "%"}


def figure(value: float | None, unit: str) -> str:
    """A value as it stands in a table: 36%, 11 mnd, 1.234; an en dash where there is none."""
    return _DASH if value is None else _figure(value, unit, _SPOKEN.get())


@lru_cache(maxsize=1 << 16)
def _figure(value: float, unit: str, _language: str) -> str:
    """Kept, because a share is one of a hundred and is written thousands of times."""
    if unit == "share":
        return f"{number(value * 100)}%"
    if unit == "fraction":
        return f"{_plus(value)}{number(value * 100)}%"
    if unit == "months":
        return words("short.months", value=number(value, 0 if float(value).is_integer() else 1))
    return number(value, _DIGITS.get(unit, 0)) + _SIGNS.get(unit, "")


def difference(change: float | None, unit: str) -> str:
    """A change against a year before, in the words of the unit: rounded once, from unrounded values."""
    if change is None:
        return _DASH
    if unit in ("share", "fraction"):
        return words("short.points", value=_signed(change * 100, 0))
    if unit == "months":
        return words("short.months", value=_signed(change, 1))
    return _signed(change, _DIGITS.get(unit, 0))


def _signed(change: float, digits: int) -> str:
    written = number(change, digits)
    return written if written.strip("0,.") == "" else _plus(change) + written


def between(low: float | None, high: float | None, unit: str) -> str:
    """26% tot 31%; an en dash where there is no interval."""
    if low is None or high is None:
        return _DASH
    return words("short.between", low=figure(low, unit), high=figure(high, unit))


def day(value: object) -> str:
    """30 september 2026; an en dash where there is none."""
    return _dated(value, "d MMMM y") if value is not None else _DASH


def _dated(value: object, pattern: str) -> str:
    from babel.dates import format_date

    return format_date(value, pattern, locale=_locale())  # pyright: ignore[reportArgumentType]


def period_words(period: str) -> str:
    """Words for a period: december 2025, 4de kwartaal 2025 or 2025."""
    if "Q" in period:
        year, _, quarter = period.partition("Q")
        return words(f"short.quarter_{quarter}", year=year)
    if "-" in period:
        year, _, month = period.partition("-")
        return _dated(first_day(int(year) * 12 + int(month) - 1), "MMMM y")
    return period


def breakdown_words(breakdown: str) -> str:
    """What a breakdown splits by."""
    return words(f"breakdown.{breakdown}") if has_words(f"breakdown.{breakdown}") else breakdown.capitalize()


def group_words(breakdown: str, group: str) -> str:
    """A group as people say it."""
    if breakdown in ("reason", "origin"):
        return words(f"{breakdown}.{group}")
    if breakdown == "age":
        return _age(group)
    if breakdown == "prior_duration":
        unknown = group == "unknown"
        return words("group.duration_unknown") if unknown else words("short.prior", group=group.replace("-", _DASH))
    if breakdown == "months_on":
        return words("short.prior", group=group.replace("-", _DASH))
    if breakdown == "nationality" and group == "unknown":
        return words("group.nationality_unknown")
    return words(f"group.{group}") if has_words(f"group.{group}") else group.replace("_", " ").capitalize()


def _age(group: str) -> str:
    if group.startswith("<"):
        return words("short.age_under", group=group[1:])
    if group.endswith("+"):
        return words("short.age_over", group=group[:-1])
    return words("short.age", group=group.replace("-", _DASH))


def group_spoken(breakdown: str, group: str) -> str:
    """A group in the middle of a sentence."""
    if breakdown == "age" and group.startswith("<"):
        return words("group_spoken.age_under", group=_age(group))
    if has_words(f"group_spoken.{breakdown}"):
        said = group_words(breakdown, group)
        return words(f"group_spoken.{breakdown}", group=said[:1].lower() + said[1:])
    return words(f"group_spoken.{group}") if has_words(f"group_spoken.{group}") else group_words(breakdown, group)


def _locale() -> str:
    return (LOCALES | PAGES)[_SPOKEN.get()]


def _plus(value: float) -> str:
    return "+" if value > 0 else ""
