"""How long the people of December had a leefloon in the last five years, all their spells together."""

from __future__ import annotations

from demad.reporting import charts
from demad.reporting.blocks import Figure, Note, Source, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import missing, remark, state_of
from demad.reporting.words import figure, group_words, words
from demad.tables.terms import LONGEST_ON, MONTHS_ON

_ID, _BREAKDOWN = "months_on_5y", "months_on"
_YEARS = 5
_BANDS = tuple(reversed(MONTHS_ON))


def years_on(r: Readings) -> Figure | Note:
    """One bar a December, the longest band first; of the newest the title."""
    newest = r.latest(_ID)
    if newest is None or newest["value"] is None:
        return missing(words("years_on.none"), newest)
    settled = [row for row in r.course(_ID, "Y") if row["status"] != "provisional"]
    looks = [_look(r, row) for row in reversed(settled[-_YEARS:])]
    names = tuple(words("years_on.longest") if band == LONGEST_ON else group_words(_BREAKDOWN, band) for band in _BANDS)
    bars = [(look[0]["period"], [_value(row) for row in look], _said(look), False) for look in looks]
    said = {"year": newest["period"], "share": figure(newest["value"], "share")}
    shares = (figure(_value(row), "share") for row in looks[0])
    alt = " ".join(words("alt.item", label=name, value=value) for name, value in zip(names, shares, strict=True))
    return Figure(
        "vijf-jaar",
        words("years_on.title", **said),
        words("years_on.sub"),
        charts.parted(bars, names),
        f"{newest['period']}. {alt}",
        words("years_on.read", **said),
        _table(r, looks, names),
        note=words("years_on.note"),
    )


Look = tuple[Row, ...]
"""A December: its total, which is the longest band, and the rows of the others; a row that is not there is empty."""


def _look(r: Readings, total: Row) -> Look:
    groups = r.groups(_ID, _BREAKDOWN, total["period"])
    return tuple(total if band == LONGEST_ON else groups.get(band, {}) for band in _BANDS)


def _value(row: Row) -> float | None:
    return row.get("value")


def _said(look: Look) -> str:
    """What stands in the place of the parts that are not there."""
    states = {state_of(row or None) for row in look if _value(row) is None}
    if not states:
        return ""
    return words("short.hidden" if "suppressed" in states else "short.none")


def _table(r: Readings, looks: list[Look], names: tuple[str, ...]) -> Table:
    cells = tuple(
        (look[0]["period"], *(figure(_value(row), "share") for row in look), _said(look) or remark(look[0]))
        for look in looks
    )
    columns = (words("years_on.column_december"), *names, words("table.note"))
    return Table(columns, cells, words("years_on.none"), tuple(_sources(r, look) for look in looks))


def _sources(r: Readings, look: Look) -> tuple[Source, ...]:
    return tuple(r.source(row) for row in look if row)
