"""The cascade of care leavers: known to the OCMW, applied, got a leefloon, still on a year later."""

from __future__ import annotations

from itertools import pairwise

from demad.reporting import charts
from demad.reporting.blocks import Figure, Note, Point, Prose, Sentence, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import bars_said, filled_columns, missing, remark
from demad.reporting.words import figure, number, words

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
    points = [Point(_label(id), _value(row), emphasised=True) for id, row in found.items()]
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
    """A sentence for each step that is shown, and where most are lost if all of them are."""
    found = {name: row for id, name in _STEPS.items() if (row := r.latest(id)) and row["value"] is not None}
    if not found:
        return ()
    said = [
        Sentence(words(f"said.cascade_{name}", value=number(row["value"] * 100)), (r.source(row),))
        for name, row in found.items()
    ]
    if len(found) < len(_STEPS):
        return (Prose((*said, Sentence(words("said.cascade_partial")))),)
    left = [1.0, *(row["value"] for row in found.values())]
    lost = dict(zip(found, (before - after for before, after in pairwise(left)), strict=True))
    most = max(lost, key=lambda name: lost[name])
    return (Prose((*said, Sentence(words(f"said.cascade_lost_{most}")))),)


def _label(id: str) -> str:
    return words("chart.cascade_granted") if _STEPS[id] == "granted" else words(f"youth.{id}")


def _value(row: Row | None) -> float | None:
    return row["value"] if row else None
