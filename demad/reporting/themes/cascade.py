"""The cascade of care leavers: known to the OCMW, applied, got a leefloon, still on a year later."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import sqrt

from demad.reporting import charts
from demad.reporting.blocks import Figure, Note, Point, Prose, Sentence, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import bars_said, filled_columns, instead, missing, remark
from demad.reporting.words import figure, number, words

_SURE = 1.96  # of a normal distribution, 95 %
_STEPS = {
    "careleaver_known_12m": "known",
    "careleaver_applied_12m": "applied",
    "careleaver_leefloon_12m": "granted",
    "careleaver_kept_12m": "kept",
}


def cascade(r: Readings) -> Figure | Note:
    """A bar for each step, the median of the other cities as a tick; a step that is not shown says why in the table."""
    found = {id: r.latest(id) for id in _STEPS}
    if not any(row is not None and row["value"] is not None for row in found.values()):
        return missing(words("chart.cascade"), found["careleaver_leefloon_12m"])
    points = [
        Point(_label(id), _value(row), emphasised=True, instead=instead(row, delivered=r.delivered(id)))
        for id, row in found.items()
    ]
    ticks = [row["median"] if row else None for row in found.values()]
    svg = charts.bars(points, unit="%", hidden=words("short.hidden"), scale=100, ticks=ticks)
    cells = tuple(
        (
            _label(id),
            figure(_value(row), "share"),
            figure(row["median"] if row else None, "share"),
            remark(row, delivered=r.delivered(id)),
        )
        for id, row in found.items()
    )
    sources = tuple((r.source(row),) if row else () for row in found.values())
    columns = tuple(words(f"table.{name}") for name in ("part", "value", "middle", "note"))
    table = filled_columns(Table(columns, cells, words("chart.cascade"), sources))
    alt = " ".join(words("alt.item", label=name, value=value) for name, value, *_ in cells)
    read = f"{bars_said(r, ticks)} {words('chart.cascade_nested')}"
    return Figure("jeugd-trap", words("chart.cascade"), words("chart.cascade_sub"), svg, alt, read, table)


def in_words(r: Readings) -> tuple[Prose, ...]:
    """A sentence for each step that is shown, the first whole, and where most are lost if that is no chance."""
    found = {name: row for id, name in _STEPS.items() if (row := r.latest(id)) and row["value"] is not None}
    if not found:
        return ()
    said = [
        Sentence(words(_sentence_of(name, list(found)), value=number(row["value"] * 100)), (r.source(row),))
        for name, row in found.items()
    ]
    if len(found) < len(_STEPS):
        return (Prose((*said, Sentence(words("said.cascade_partial")))),)
    most = _most_lost(found)
    return (Prose((*said, *([Sentence(words(f"said.cascade_lost_{most}"))] if most else []))),)


def _sentence_of(name: str, shown: list[str]) -> str:
    """The words of a step: whole where it is the first, or speaks of a leefloon that no step before it named."""
    alone = name == shown[0] != "known" or (name == "kept" and "granted" not in shown)
    return f"said.cascade_{name}{'_first' if alone else ''}"


def _most_lost(found: Mapping[str, Row]) -> str:
    """The step at which most are lost; empty where another may be as large by chance and rounding.

    Steps are taken as if they were of different people, which makes the difference of two falls look less sure.
    """
    left = [(1.0, 0.0), *((row["value"], _variance(row)) for row in found.values())]
    falls = {
        name: (before[0] - after[0], before[1] + after[1])
        for name, (before, after) in zip(found, pairwise(left), strict=True)
    }
    most, second = sorted(falls, key=lambda name: -falls[name][0])[:2]
    lead = falls[most][0] - falls[second][0]
    return most if lead > _SURE * sqrt(falls[most][1] + falls[second][1]) else ""


def _variance(row: Row) -> float:
    """Of a share, from its interval of 95 %, which carries the rounding."""
    if row["low"] is None or row["high"] is None:
        return 1.0
    return ((row["high"] - row["low"]) / (2 * _SURE)) ** 2


def _label(id: str) -> str:
    return words("chart.cascade_granted") if _STEPS[id] == "granted" else words(f"youth.{id}")


def _value(row: Row | None) -> float | None:
    return row["value"] if row else None
