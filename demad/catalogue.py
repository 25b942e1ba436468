"""THE list of indicators: what each one is called, counts, and may be compared on. Not here: computing them.

The definitions are data, in `reference/catalogue.toml`. A change of one changes its ``version``, which
travels with every figure.
"""

from __future__ import annotations

from dataclasses import dataclass

from demad.errors import UsageRefused
from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml


@dataclass(frozen=True, slots=True)
class Indicator:
    """One definition (`methods.md` section 6).

    ``direction``: +1 higher is better, -1 lower is better, 0 no judgement. ``min_n``: the denominator
    from which a value gets a judgement. ``window``: months that end with the period.
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


def _read() -> tuple[tuple[Indicator, ...], str]:
    written = read_toml(data_folder("reference") / "catalogue.toml")
    entries = tuple(
        Indicator(**{**entry, "source": tuple(entry["source"]), "breakdowns": tuple(entry["breakdowns"])})
        for entry in written["indicator"]
    )
    return entries, written["trend_rule"]


CATALOGUE, TREND_RULE = _read()


def indicator(id: str) -> Indicator:
    """The indicator with this id; D-420 with the nearest name when there is none."""
    for candidate in CATALOGUE:
        if candidate.id == id:
            return candidate
    names = ", ".join(candidate.id for candidate in CATALOGUE)
    raise UsageRefused("D-420", "Deze indicator bestaat niet.", f"Kies uit: {names}.")
