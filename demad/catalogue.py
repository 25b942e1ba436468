"""THE list of indicators: what each one is called, counts, and may be compared on. Not here: computing them.

The definitions are data, in `reference/catalogue.toml`. A change of one changes its ``version``, which
travels with every figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demad.errors import UsageRefused
from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml


@dataclass(frozen=True, slots=True)
class Indicator:
    """One definition (`methods.md` section 6).

    ``direction``: +1 higher is better, -1 lower is better, 0 no judgement. ``min_n``: the denominator
    from which a value gets a judgement. ``window``: months that end with the period. ``margin`` (a part of the
    yardstick) and ``least_margin`` (in the unit): the difference from which a verdict says that it matters, whichever
    is larger. ``person_months``: which of numerator and denominator count months of people over a year; a twelfth of
    them is people. The words are Dutch;
    ``translated`` holds those of other languages, by language and field.
    """

    id: str
    label: str
    theme: str
    unit: str
    direction: int
    min_n: int
    window: int
    population: str
    formula: str
    numerator: str
    denominator: str
    interval: str
    source: tuple[str, ...]
    breakdowns: tuple[str, ...]
    worked_example: str
    version: str
    margin: float
    least_margin: float
    translated: Mapping[str, Mapping[str, str]]
    person_months: tuple[str, ...] = ()


def _read() -> tuple[tuple[Indicator, ...], str]:
    written = read_toml(data_folder("reference") / "catalogue.toml")
    entries = (_entry(entry, written["margin"]) for entry in written["indicator"])
    return tuple(entries), written["trend_rule"]


def _entry(written: dict[str, Any], margins: Mapping[str, Mapping[str, float]]) -> Indicator:
    usual = margins.get(written["unit"], {})
    given: dict[str, Any] = {"margin": usual.get("relative", 0.0), "least_margin": usual.get("least", 0.0), **written}
    translated = {name: given.pop(name) for name in list(given) if isinstance(given[name], dict)}
    lists: dict[str, Any] = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return Indicator(**{**given, **lists}, translated=translated)


CATALOGUE, TREND_RULE = _read()


def indicator(id: str) -> Indicator:
    """The indicator with this id; D-420 with the nearest name when there is none."""
    for candidate in CATALOGUE:
        if candidate.id == id:
            return candidate
    names = ", ".join(candidate.id for candidate in CATALOGUE)
    raise UsageRefused("D-420", "Deze indicator bestaat niet.", f"Kies uit: {names}.")
