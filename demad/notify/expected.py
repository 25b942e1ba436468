"""What the newest month of each city is expected to become, for the morning. Protected figures of the preview only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demad.errors import DemadError
from demad.notify.alert import city_labels
from demad.reference.several import several
from demad.reporting import charts
from demad.reporting.drawings import light
from demad.reporting.edition import Look
from demad.reporting.themes.expected import BANDS, sentence_of, why_none
from demad.store import Store

_STOCK = "caseload_stock"


@dataclass(frozen=True, slots=True)
class Expectation:
    """A city and what is said of its newest month; ``drawn``: the band as SVG, empty where none is shown."""

    city: str
    said: str
    drawn: str
    shown: bool


def expectations(root: Path) -> list[Expectation]:
    """The newest month of every city, sorted by name: a sentence and its band, or why there is none; empty without."""
    try:
        rows = Store(root).read("benchmark", "nowcast").filter(indicator=_STOCK).sort("city", "period")
    except DemadError:
        return []
    newest = rows.unique("city", keep="last", maintain_order=True).to_dicts()
    labels = city_labels(root, (row["city"] for row in newest))
    return sorted((_expectation(labels[row["city"]], row) for row in newest), key=lambda one: one.city)


def counted(found: Sequence[Expectation]) -> str:
    """How many cities have an estimate: a line for the message, which is not confidential and so has no numbers."""
    shown, banded = sum(one.shown for one in found), sum(bool(one.drawn) for one in found)
    if not found:
        return "- niets"
    have = "heeft" if shown == 1 else "hebben"
    return f"- {shown} van {several(len(found), 'stad', 'steden')} {have} een schatting, {banded} met een marge"


def _expectation(city: str, row: dict[str, Any]) -> Expectation:
    if row["status"] != "nowcast":
        return Expectation(city, why_none(row), "", shown=False)
    said = sentence_of(row).text
    if row["low_95"] is None:
        return Expectation(city, said, "", shown=True)
    drawing = charts.band(row["told"], charts.Ahead(0, row["value"], *(row[name] for name in BANDS)))
    return Expectation(city, said, light(drawing, Look()), shown=True)
