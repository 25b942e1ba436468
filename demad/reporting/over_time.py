"""The charts over time on the page of an indicator: all cities together, each apart, and before and after a reform."""

from __future__ import annotations

from typing import TypedDict

import polars as pl

from demad.catalogue import indicator
from demad.reference.events import PolicyEvent, policy_events
from demad.reporting import charts
from demad.reporting.blocks import Figure, Source, Table
from demad.reporting.charts.together import CityLine
from demad.reporting.edition import CityCard
from demad.reporting.readings import Row
from demad.reporting.themes.evolution import event_label
from demad.reporting.words import catalogue_words, figure, has_words, period_words, words

_HUNDRED = ("share", "fraction")
_COUNTS = ("persons", "spells")
_DIGITS = {"ratio": 2, "per 1000": 1, "% a month": 1, "months": 1}
_YEAR = 12
_RECENT = 2  # years
Lines = tuple[list[str], list[CityLine], list[float | None]]
"""Periods, a line a city, and the median of each period."""


def over_time(course: pl.DataFrame, id: str, shown: list[CityCard]) -> tuple[Figure, ...]:
    """Lines together, before and after a reform, and a small chart a city; without those that have nothing to show.

    ``course``: totals of one indicator, rows of `compared` in order of period.
    """
    drawn = _lines(course, shown)
    periods, lines, _ = drawn
    table = _table_of(id, periods, lines)
    return (*_together(drawn, table, id), *_slopes(drawn, id), *_multiples(drawn, table, id))


def _lines(course: pl.DataFrame, shown: list[CityCard]) -> Lines:
    periods = course["period"].unique().sort().to_list()
    values = {(row["city"], row["period"]): row for row in course.iter_rows(named=True)}
    medians = {row["period"]: row["median_all"] for row in values.values()}
    lines = [
        CityLine(card.slug, card.name, tuple(_value(values.get((card.slug, period))) for period in periods))
        for card in shown
    ]
    return periods, lines, [medians[period] for period in periods]


def _value(row: Row | None) -> float | None:
    return None if row is None else row["value"]


def _together(drawn: Lines, table: Table, id: str) -> tuple[Figure, ...]:
    """Not of counts: the size of a city would be all one sees."""
    unit = indicator(id).unit
    periods, lines, middle = drawn
    if unit in _COUNTS or len(periods) < 2 or not any(value is not None for line in lines for value in line.values):
        return ()
    svg = charts.together(periods, lines, middle, words("short.middle"), **scale(unit))
    alt = _ends(lines, unit)
    title = words("indicator_page.course", label=catalogue_words(id, "label"))
    subtitle = words("indicator_page.course_sub", unit=unit_words(unit))
    return (Figure("verloop", title, subtitle, svg, alt, words("indicator_page.course_read"), table),)


def _multiples(drawn: Lines, table: Table, id: str) -> tuple[Figure, ...]:
    unit = indicator(id).unit
    periods, lines, _ = drawn
    if len(periods) < 2 or not any(value is not None for line in lines for value in line.values):
        return ()
    svg = charts.multiples(periods, lines, **scale(unit), one_scale=unit not in _COUNTS, hidden=words("short.hidden"))
    alt = _ends(lines, unit)
    key = "multiples_own" if unit in _COUNTS else "multiples"
    title = words("indicator_page.multiples_title")
    span = {"first": period_words(periods[0]), "last": period_words(periods[-1])}
    return (
        Figure(
            "veelvoud",
            title,
            words(f"indicator_page.{key}", **span),
            svg,
            alt,
            words("indicator_page.multiples_read"),
            table,
        ),
    )


def _ends(lines: list[CityLine], unit: str) -> str:
    """The first and the newest value of each city in words; the dash where the newest is not shown."""
    said = []
    for line in lines:
        first, now = next((one for one in line.values if one is not None), None), figure(line.values[-1], unit)
        told = {"label": line.name, "before": figure(first, unit), "now": now}
        said.append(words("alt.item", label=line.name, value=now) if first is None else words("alt.change", **told))
    return " ".join(said)


def _slopes(drawn: Lines, id: str) -> tuple[Figure, ...]:
    """Before and after the last date that all cities share and that lies within the course."""
    unit = indicator(id).unit
    periods, lines, _ = drawn
    found = _shock(periods)
    if unit in _COUNTS or found is None:
        return ()
    event, before, after = found
    pairs = [
        CityLine(line.slug, line.name, (line.values[periods.index(before)], line.values[periods.index(after)]))
        for line in lines
    ]
    pairs = [line for line in pairs if None not in line.values]
    if len(pairs) < 2:
        return ()
    names = (period_words(before), period_words(after))
    svg = charts.slopes(pairs, names, event_label(event), **scale(unit))
    rows = tuple((line.name, *(figure(value, unit) for value in line.values)) for line in pairs)
    sources = tuple((Source(id, line.slug, before), Source(id, line.slug, after)) for line in pairs)
    table = Table((words("table.city"), *names), rows, words("indicator_page.slope_title"), sources)
    alt = " ".join(words("alt.change", label=name, before=one, now=other) for name, one, other in rows)
    read = words("indicator_page.slope_read")
    if indicator(id).window > _YEAR:
        read += " " + words("indicator_page.slope_window", months=indicator(id).window)
    title = words("indicator_page.slope_title")
    subtitle = words("indicator_page.slope_sub", event=event_label(event), before=names[0], after=names[1])
    return (Figure("voor-en-na", title, subtitle, svg, alt, read, table),)


def _shock(periods: list[str]) -> tuple[PolicyEvent, str, str] | None:
    """The first event of the newest year with one, the last period that ended before it, and the newest period.

    None if the event is more than two years old: what is newest then says nothing about it.
    """
    if not periods or len(periods[-1]) == len("2025"):
        return None
    common = [event for event in policy_events() if not event.cities]
    inside = [
        event for event in common if any(_end(one) < f"{event.day:%Y-%m}" <= _end(periods[-1]) for one in periods)
    ]
    if not inside:
        return None
    event = next(one for one in inside if one.day.year == inside[-1].day.year)
    if event.day.year < int(periods[-1][:4]) - _RECENT:
        return None
    before = max(period for period in periods if _end(period) < f"{event.day:%Y-%m}")
    return event, before, periods[-1]


def _end(period: str) -> str:
    """The last month of a period."""
    return f"{period[:4]}-{int(period[-1]) * 3:02d}" if "Q" in period else period


class Scale(TypedDict):
    """By how much a chart multiplies values, what it writes after them, and their digits."""

    scale: float
    unit: str
    digits: int | None


def scale(unit: str) -> Scale:
    """How a chart writes a unit: shares in per cent, others with the digits that are published."""
    if unit in _HUNDRED:
        return {"scale": 100, "unit": "%", "digits": None}
    return {"scale": 1, "unit": "", "digits": _DIGITS.get(unit)}


def unit_words(unit: str) -> str:
    """A unit as the subtitle of a chart says it; empty where it needs no words."""
    key = f"per.{unit.replace(' ', '_').replace('%', 'percent')}"
    return words(key) if has_words(key) else ""


def _table_of(id: str, periods: list[str], lines: list[CityLine]) -> Table:
    """What is drawn: a row a period, the newest first, a column a city."""
    unit = indicator(id).unit
    places = range(len(periods))[::-1]
    rows = tuple(
        (period_words(periods[place]), *(figure(line.values[place], unit) for line in lines)) for place in places
    )
    sources = tuple(tuple(Source(id, line.slug, periods[place]) for line in lines) for place in places)
    columns = (words("table.period"), *(line.name for line in lines))
    return Table(columns, rows, words("indicator_page.table", label=catalogue_words(id, "label")), sources)
