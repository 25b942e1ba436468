"""Reads a page as a reader does, and holds what it says of a figure against its interval, yardstick and margin.

Written from `methods.md` section 2.5 alone, in plain Python: it shares no code with the rule it judges.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from demad.reporting.blocks import Cards, Figure, Headline, Page, Prose, Questions, Sentence, Strip, Table

CLAIMS = (
    ("clear", re.compile(r"duidelijk (hoger|lager) dan de andere steden", re.IGNORECASE)),
    ("apart", re.compile(r"(?<!duidelijk )\b(hoger|lager) dan de mediaan van de andere steden", re.IGNORECASE)),
    ("apart", re.compile(r"\b(meer|minder)\b[^.;:]*? dan in de andere steden", re.IGNORECASE)),
    ("apart", re.compile(r"\b(meer|minder) stopzettingen dan verwacht", re.IGNORECASE)),
    ("maybe", re.compile(r"misschien (hoger|lager)", re.IGNORECASE)),
    ("nearly", re.compile(r"bijna gelijk()", re.IGNORECASE)),
    ("chance", re.compile(r"verschil met de andere steden kan toeval zijn()|^kan toeval zijn()", re.IGNORECASE)),
    ("unsaid", re.compile(r"niet te zeggen()", re.IGNORECASE)),
)
SIDES = {"meer": "hoger", "minder": "lager"}
FORBIDDEN = re.compile(
    r"geen duidelijk verschil|verschilt niet|middelste stad|geen oordeel|kijk hier|zoals in de meeste steden",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A text of a page about one figure."""

    where: str
    text: str
    indicator: str


def texts_of(page: Page) -> Iterator[Said]:
    """Every title, caption, alternative text, label and sentence, with the figure it is about where there is one."""
    for section in page.sections:
        for block in section.blocks:
            if isinstance(block, Strip):
                for row in block.rows:
                    yield Said("strip", f"{row.verdict_words} {row.meaning}", row.id)
                    yield Said("strip alt", row.place_alt, row.id)
                    yield Said("strip label", row.label, "")
            elif isinstance(block, Figure):
                about = block.table.sources[0][0].indicator if block.table.sources and block.table.sources[0] else ""
                yield Said("title", block.title, about)
                for where, text in (("alt", block.alt), ("caption", block.read), ("subtitle", block.subtitle)):
                    yield Said(where, text, "")
                yield from _rows_of(block.table, page.slug)
            elif isinstance(block, Headline):
                yield from (Said("headline", one.text, subject_of(one)) for one in (*block.said, *block.bullets))
                yield from (Said("headline", text, "") for text in (block.text, block.common))
            elif isinstance(block, Cards):
                for card in block.items:
                    yield Said("card", f"{card.verdict_words} {card.meaning}", card.id)
                    yield Said("card alt", card.place_alt, card.id)
                    yield Said("card text", card.text, card.id)
            elif isinstance(block, Prose):
                yield from (Said("sentence", one.text, "") for one in block.sentences)
            elif isinstance(block, Questions):
                yield from (Said("question", one.text, "") for one in block.items)


def _rows_of(table: Table, slug: str) -> Iterator[Said]:
    """Each row of a table that is about one figure of this city."""
    for row, sources in zip(table.rows, table.sources, strict=False):
        if len(sources) == 1 and sources[0].city == slug and sources[0].breakdown == "total":
            yield Said("row", "; ".join(row[1:]), sources[0].indicator)


def subject_of(one: Sentence) -> str:
    """The figure that a sentence is about: that of its first source."""
    return one.sources[0].indicator if one.sources else ""


def claims_of(text: str) -> list[tuple[str, str]]:
    """What a text claims: the kind of verdict, and the side where it has one."""
    found = [(kind, pattern.search(text)) for kind, pattern in CLAIMS]
    said = [(kind, (match[1] or "").lower()) for kind, match in found if match]
    return [(kind, SIDES.get(side, side)) for kind, side in said]


def contradiction(said: Said, row: Mapping[str, Any], yardstick: Mapping[str, Any] | None, margin: float) -> str:
    """Why a text contradicts the figure it is about; empty where it does not."""
    for kind, side in claims_of(said.text):
        if kind == "unsaid":
            continue
        if row["value"] is None or row["low"] is None or yardstick is None or row["median"] is None:
            return f"says {kind} of a figure that cannot be judged"
        above = row["value"] - row["median"]
        if side and (above > 0) != (side == "hoger"):
            return f"says {side} while the value lies on the other side of the drawn median"
        if wrong := _against_test(kind, row, yardstick, above, margin):
            return wrong
    return ""


def _against_test(kind: str, row: Mapping[str, Any], yardstick: Mapping[str, Any], above: float, margin: float) -> str:
    """Rebuilt from the intervals: the number of errors between the city and the others, whatever the scale."""
    far = _errors_apart(row, yardstick)
    if kind in ("clear", "apart", "nearly") and far < 2.9:  # intervals are not symmetric: a little under 3.09
        return f"says {kind} at {far:.2f} errors"
    if kind == "maybe" and far < 1.8:
        return f"says maybe at {far:.2f} errors"
    if kind in ("clear", "apart") and abs(above) < margin - 0.001:
        return f"says {kind} of a difference under the margin"
    if kind == "nearly" and abs(above) > margin + 0.001:
        return "says nearly of a difference above the margin"
    if kind == "chance" and far > 2.15 and not row["conflict"] and row["bound_low"] is None:
        return f"says chance at {far:.2f} errors"
    return ""


def _errors_apart(row: Mapping[str, Any], yardstick: Mapping[str, Any]) -> float:
    """On the scale of the logarithm of the odds, or of the logarithm; months as they are."""
    if row["unit"] == "months":
        scale = float
    elif row["unit"] == "share":
        scale = _odds
    else:
        scale = _logarithm
    own = (scale(row["high"]) - scale(row["low"])) / 3.92
    others = (scale(yardstick["others_high"]) - scale(yardstick["others_low"])) / 3.92
    whole_months = 1 / 6 if row["indicator"] == "duration_median" else 0.0
    error = math.sqrt(own**2 + others**2 + whole_months)
    return abs(scale(row["value"]) - scale(yardstick["others"])) / error if error else 0.0


def _odds(share: float) -> float:
    inside = min(max(share, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))


def _logarithm(value: float) -> float:
    return math.log(max(value, 1e-9))
