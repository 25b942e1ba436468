"""The page of definitions: every indicator as the catalogue has it, in Dutch."""

from __future__ import annotations

from collections.abc import Iterator

from demad.catalogue import CATALOGUE, TREND_RULE, Indicator
from demad.reporting.words import breakdown_words

_THEMES = {
    "volume": "Hoeveel mensen hebben een leefloon?",
    "inflow": "Wie komt erbij?",
    "duration": "Hoe lang duurt het?",
    "outflow": "Waarom stopt het leefloon?",
    "sustainability": "Blijven mensen uit het leefloon?",
    "re-inflow": "Wie komt terug?",
    "activation": "Activering en GPMI",
    "youth-care leavers": "Jongeren die de jeugdhulp verlaten",
    "data quality": "Kwaliteit van de gegevens",
}
_DIRECTIONS = {1: "hoger is gunstig", -1: "lager is gunstig", 0: "geen oordeel"}


def definitions() -> str:
    """The whole page, in the order of the catalogue."""
    return "\n".join([*_head(), *(line for theme in _themes() for line in _theme(theme))]) + "\n"


def _head() -> Iterator[str]:
    yield "# Definities"
    yield ""
    yield f"Elk van de {len(CATALOGUE)} cijfers zoals de catalogus het telt. `demad explain CODE` toont hetzelfde."
    yield ""
    yield TREND_RULE
    yield ""


def _themes() -> list[str]:
    return list(dict.fromkeys(entry.theme for entry in CATALOGUE))


def _theme(theme: str) -> Iterator[str]:
    yield f"## {_THEMES.get(theme, theme.capitalize())}"
    yield ""
    for entry in CATALOGUE:
        if entry.theme == theme:
            yield from _entry(entry)


def _entry(entry: Indicator) -> Iterator[str]:
    yield f"### {entry.label} {{#{entry.id}}}"
    yield ""
    yield f"`{entry.id}`, versie {entry.version}, {_DIRECTIONS[entry.direction]}"
    yield ""
    told = {
        "Wie telt mee": entry.population,
        "Formule": entry.formula,
        "Teller": entry.numerator,
        "Noemer": entry.denominator,
        "Onzekerheid": entry.interval,
        "Venster": "een maand" if entry.window == 1 else f"{entry.window} maanden",
        "Uitsplitsingen": ", ".join(breakdown_words(name).lower() for name in entry.breakdowns),
        "Voorbeeld": entry.worked_example,
        "Bron": ", ".join(entry.source),
    }
    yield from (f"- **{name}**: {_plain(text)}" for name, text in told.items() if text)
    yield ""


def _plain(text: str) -> str:
    """A text of which no sign is Markdown or HTML."""
    return "".join(f"\\{sign}" if sign in "\\*_[]`<>#" else sign for sign in text)
