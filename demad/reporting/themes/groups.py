"""A share per group of one or more breakdowns: the figure that several themes show of the newest period."""

from __future__ import annotations

from collections.abc import Sequence

from demad.benchmark.groups import extremes
from demad.reporting import charts
from demad.reporting.blocks import Figure, Note, Point, Table
from demad.reporting.readings import Readings, Row, shown
from demad.reporting.themes.drawn import filled_columns, reason_of, remark
from demad.reporting.words import between, breakdown_words, catalogue_words, figure, group_spoken, group_words, words
from demad.tables.terms import PUBLISHED_GROUPS


def per_group(r: Readings, id: str, breakdowns: Sequence[str], *, figure_id: str = "") -> Figure | Note:
    """The newest figure of every group that has one, with its uncertainty; hidden groups keep their row."""
    found = [
        (group_words(breakdown, group), row)
        for breakdown in breakdowns
        for group, row in _in_order(r.groups(id, breakdown), breakdown)
    ]
    label = catalogue_words(id, "label")
    if not shown(row for _, row in found):
        return Note(words("short.missing", label=words("chart.groups_none", label=label), reason=_why(found)))
    points = [Point(name, row["value"], row["low"], row["high"], emphasised=True) for name, row in found]
    cells = tuple(
        (name, figure(row["value"], "share"), between(row["low"], row["high"], "share"), remark(row))
        for name, row in found
    )
    columns = tuple(words(f"table.{name}") for name in ("group", "value", "between", "note"))
    title = _groups_title(label, found)
    table = filled_columns(
        Table(columns, cells, words("chart.groups_none", label=label), tuple((r.source(row),) for _, row in found))
    )
    svg = charts.dots(
        points, scale=100, unit="%", middle=None, middle_name="", hidden=words("short.hidden"), blocks=_blocks(found)
    )
    alt = " ".join(words("alt.item", label=name, value=figure(row["value"], "share")) for name, row in found)
    read = words("chart.groups_read")
    return Figure(figure_id or f"groepen-{id}", title, words("chart.groups_sub"), svg, alt, read, table)


def _blocks(found: Sequence[tuple[str, Row]]) -> tuple[tuple[int, str], ...]:
    """Where each breakdown begins: groups of different breakdowns are not to be compared with each other."""
    kinds = [row["breakdown"] for _, row in found]
    begins = [place for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] != kind]
    return tuple((place, breakdown_words(kinds[place])) for place in begins) if len(begins) > 1 else ()


def _why(found: Sequence[tuple[str, Row]]) -> str:
    return reason_of("suppressed" if any(row["status"] == "suppressed" for _, row in found) else "not_computable")


def _in_order(rows: dict[str, Row], breakdown: str) -> list[tuple[str, Row]]:
    return [
        (group, rows[group])
        for group in PUBLISHED_GROUPS[breakdown]
        if group in rows and rows[group]["status"] != "not_computable"
    ]


def _groups_title(label: str, found: Sequence[tuple[str, Row]]) -> str:
    """Names the highest and the lowest group of one breakdown, only where those two differ beyond chance."""
    furthest = extremes([row for _, row in found])
    if furthest is None:
        return words("chart.groups_none", label=label)
    most, least = furthest
    return words("chart.groups_higher", label=label, most=_said(most), least=_said(least))


def _said(row: Row) -> str:
    return group_spoken(row["breakdown"], row["group"])
