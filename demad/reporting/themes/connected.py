"""Leefloon, equivalent leefloon and art. 60/61 as one picture: who goes from one to the other stays in it."""

from __future__ import annotations

from demad.reporting import charts
from demad.reporting.blocks import Figure, Note, Source, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import missing, reason_of, remark, state_of
from demad.reporting.words import figure, group_words, number, period_words, words
from demad.tables.terms import GROUPS

_ID, _BREAKDOWN = "connected_stock", "connected"
_QUARTERS, _FEWEST = 20, 2
_APART = GROUPS[_BREAKDOWN]


def connected(r: Readings) -> Figure | Note:
    """The last month of each quarter in layers, with all together as a line."""
    settled = [row for row in r.course(_ID, "M") if row["status"] != "provisional"]
    rows = [row for row in settled if int(row["period"][5:]) % 3 == 0][-_QUARTERS:]
    newest = rows[-1] if rows else None
    if newest is None or sum(row["value"] is not None for row in rows) < _FEWEST:
        return _missing(r, newest)
    parts = [_parts(r, row["period"]) for row in rows]
    names = (words("connected.leefloon"), *(group_words(_BREAKDOWN, name) for name in _APART))
    layers = [(name, [_value(part[at]) for part in parts]) for at, name in enumerate(names)]
    svg = charts.stacked(
        [f"{row['period'][:4]}Q{int(row['period'][5:]) // 3}" for row in rows],
        layers,
        ("", [None] * len(rows)),
        [row["value"] for row in rows],
        words("connected.all"),
    )
    title, read = _said(rows, parts)
    return Figure(
        "verbonden",
        title,
        words("connected.sub"),
        svg,
        f"{title}. {read[:1].upper()}{read[1:]}",
        read,
        _table(r, rows, parts, names),
        note=words("connected.note"),
    )


def _missing(r: Readings, newest: Row | None) -> Note:
    """Why there is no picture; a city that delivered no other support is told so."""
    if newest is None or r.delivered(_ID):
        return missing(words("connected.none"), newest)
    state = state_of(newest, delivered=False)
    return Note(words("short.missing", label=words("connected.none"), reason=reason_of(state)))


def _parts(r: Readings, period: str) -> tuple[Row | None, ...]:
    """Who has a leefloon, and those who have none by what they have."""
    groups = r.groups(_ID, _BREAKDOWN, period)
    return (r.at("caseload_stock", period), *(groups.get(name) for name in _APART))


def _value(row: Row | None) -> float | None:
    return row["value"] if row else None


def _said(rows: list[Row], parts: list[tuple[Row | None, ...]]) -> tuple[str, str]:
    """The newest month that is shown, with its parts where all of them are."""
    at = max(place for place, row in enumerate(rows) if row["value"] is not None)
    values = [_value(part) for part in parts[at]]
    said = {"month": period_words(rows[at]["period"]), "all": number(rows[at]["value"])}
    whole = all(value is not None for value in values)
    written = dict(zip(("leefloon", *_APART), (figure(value, "persons") for value in values), strict=True))
    read = words("connected.read" if whole else "connected.read_some", **said, **written)
    return words("connected.title", **said), read


def _table(r: Readings, rows: list[Row], parts: list[tuple[Row | None, ...]], names: tuple[str, ...]) -> Table:
    cells = tuple(
        (
            period_words(row["period"]),
            *(figure(_value(part), "persons") for part in of_month),
            figure(row["value"], "persons"),
            remark(row),
        )
        for row, of_month in zip(rows, parts, strict=True)
    )
    sources: tuple[tuple[Source, ...], ...] = tuple(
        tuple(r.source(one) for one in (row, *of_month) if one) for row, of_month in zip(rows, parts, strict=True)
    )
    columns = (words("table.period"), *names, words("connected.all"), words("table.note"))
    return Table(columns, cells, words("connected.none"), sources)
