"""Figures that several themes show: a share over time, per city, at a few months since the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from demad.catalogue import indicator
from demad.reporting import charts, verdicts
from demad.reporting.blocks import Figure, Note, Point, Source, Table
from demad.reporting.readings import Readings, Row, shown
from demad.reporting.words import (
    between,
    catalogue_words,
    figure,
    has_words,
    number,
    period_words,
    words,
)

_DASH = "\u2013"


def missing(label: str, row: Row | None) -> Note:
    """What stands in the place of a figure that is not there: which one, and why."""
    return Note(words("short.missing", label=label, reason=reason_of(state_of(row))))


def state_of(row: Row | None, *, delivered: bool = True) -> str:
    """The status of a figure, or why it is not there where that is not all: not delivered, or a median too wide."""
    status = row["status"] if row else "not_computable"
    if status == "not_computable" and not delivered:
        return "absent"
    if status == "suppressed" and row and row["indicator"] == "duration_median":
        return "uncertain_median"
    return status


def reason_of(status: str) -> str:
    """Why a figure is not shown, or how to read it; nothing for an ordinary one."""
    return "" if status == "ok" else words(f"status.{status}")


def instead(row: Row | None, *, delivered: bool = True) -> str:
    """What stands in a chart where a figure cannot be computed or was not delivered; nothing where it is hidden."""
    status = state_of(row, delivered=delivered)
    return words(f"remark.{status}") if status in ("not_computable", "absent") else ""


def remark(row: Row | None, *, delivered: bool = True) -> str:
    """The same in two words, for the column of a table."""
    return words(f"remark.{state_of(row, delivered=delivered)}")


def filled_columns(table: Table) -> Table:
    """The table without columns that hold nothing."""
    kept = [at for at in range(len(table.columns)) if at == 0 or any(row[at] not in ("", _DASH) for row in table.rows)]
    columns = tuple(table.columns[at] for at in kept)
    return replace(table, columns=columns, rows=tuple(tuple(row[at] for at in kept) for row in table.rows))


def trend(r: Readings, id: str, key: str, *, figure_id: str = "", kind: str = "Q") -> Figure | Note:
    """A share per quarter with its uncertainty and the median of the others; the title says what the test says.

    ``kind``: Y for a share that is per year.
    """
    newest = r.latest(id)
    rows = [row for row in r.course(id, kind) if row["status"] != "provisional"]
    if newest is None or newest["value"] is None:
        return missing(words(f"chart.{key}_hidden"), newest)
    line = _line(rows)
    svg = charts.course(line, name=r.name, middle_name=words("short.middle"), scale=100, unit="%", least_range=20)
    table = by_period(r, id, _yearly(rows, newest))
    read = words(f"chart.{key}_read", value=number(newest["value"] * 100))
    return Figure(
        figure_id or id,
        judged_title(newest),
        words(f"chart.{key}_sub"),
        svg,
        alt_of(rows, newest, "share"),
        read,
        table,
    )


def judged_title(row: Row) -> str:
    """What a figure is, and what can be said of it beside the other cities."""
    label, verdict = catalogue_words(row["indicator"], "label"), verdicts.said(row)
    return words("chart.judged", label=label, said=verdict) if verdict else label


def _line(rows: Sequence[Row]) -> charts.Course:
    value, low, high, median = (tuple(row[name] for row in rows) for name in ("value", "low", "high", "median"))
    return charts.Course(tuple(row["period"] for row in rows), value, low, high, median)


def alt_of(rows: Sequence[Row], newest: Row, unit: str) -> str:
    """A course in words: where it starts and stands, its highest and lowest value, and where the middle city stands."""
    passed = shown(_yearly(rows, newest))
    first, by_value = passed[0], sorted(passed, key=lambda row: (row["value"], row["period"]))
    said = words(
        "alt.course", start=period_words(first["period"]), begin=figure(first["value"], unit),
        end=period_words(newest["period"]), now=figure(newest["value"], unit),
    )  # fmt: skip
    if len(passed) > 2:
        low, high = by_value[0], by_value[-1]
        said += " " + words(
            "alt.extremes", high=figure(high["value"], unit), highest=period_words(high["period"]),
            low=figure(low["value"], unit), lowest=period_words(low["period"]),
        )  # fmt: skip
    if newest["median"] is not None:
        said += " " + words("alt.middle", median=figure(newest["median"], unit))
    return said


def _yearly(rows: Sequence[Row], newest: Row) -> list[Row]:
    """The rows of the same quarter or month as the newest one."""
    return [row for row in rows if row["period"][4:] == newest["period"][4:]]


def by_period(r: Readings, id: str, rows: Sequence[Row]) -> Table:
    """The table of a course: value, uncertainty, middle city and remark per period."""
    unit = indicator(id).unit
    cells = tuple(
        (
            period_words(row["period"]),
            figure(row["value"], unit),
            between(row["low"], row["high"], unit),
            figure(row["median"], unit),
            remark(row),
        )
        for row in rows
    )
    columns = tuple(words(f"table.{name}") for name in ("period", "value", "between", "middle", "note"))
    return filled_columns(Table(columns, cells, catalogue_words(id, "label"), tuple((r.source(row),) for row in rows)))


def per_city(r: Readings, id: str, *, figure_id: str) -> Figure | Note:
    """Every city with its uncertainty, by name; the middle city as a line."""
    newest = r.latest(id)
    label = catalogue_words(id, "label")
    if newest is None:
        return missing(label, None)
    points = r.beside(id, newest["period"])
    if not any(point.value is not None for point in points):
        return missing(label, newest)
    title = judged_title(newest)
    subtitle = words("chart.compare_sub", unit=words("per.share"), period=period_words(newest["period"]))
    svg = charts.dots(
        points, scale=100, unit="%", middle=newest["median"], middle_name=words("short.middle"),
        hidden=words("short.hidden"),
    )  # fmt: skip
    alt = " ".join(words("alt.item", label=point.label, value=figure(point.value, "share")) for point in points)
    return Figure(figure_id, title, subtitle, svg, alt, words("chart.compare_read"), cities_table(r, newest, points))


def cities_table(r: Readings, newest: Row, points: Sequence[Point]) -> Table:
    """The share of every city with its uncertainty, and the median of the others."""
    slugs = {card.name: card.slug for card in r.edition.cities}
    rows = [(point.label, figure(point.value, "share"), between(point.low, point.high, "share")) for point in points]
    sources = [(Source(newest["indicator"], slugs[point.label], newest["period"]),) for point in points]
    if newest["median"] is not None:
        rows.append((words("table.middle"), figure(newest["median"], "share"), figure(None, "share")))
        sources.append((r.source(newest),))
    columns = tuple(words(f"table.{name}") for name in ("city", "value", "between"))
    return Table(columns, tuple(rows), catalogue_words(newest["indicator"], "label"), tuple(sources))


def at_months(
    r: Readings, ids: Sequence[tuple[int, str]], key: str, *, begin: float, figure_id: str, **said: object
) -> Figure | Note:
    """Shares at a few months since the start, from the same quarter; begins at 0 or 100 by definition.

    ``ids``: (month, indicator). ``said``: what the title and the reading line are filled in with, or nothing
    where a value is missing.
    """
    rows = _same_quarter(r, [id for _, id in ids])
    if not rows:
        return missing(words(f"chart.{key}_none"), r.latest(ids[0][1]))
    months = [0, *(month for month, id in ids if id in rows)]
    found = [rows[id] for _, id in ids if id in rows]
    value, low, high = ((begin, *(row[name] for row in found)) for name in ("value", "low", "high"))
    compared = all(row["median"] is not None for row in found)
    middle = (begin, *(row["median"] for row in found)) if compared else ()
    line = charts.Course(("0",) * len(months), value, low, high, middle)
    svg = charts.curve(months, line, name=r.name, middle_name=words("short.middle"), unit="%")
    columns = tuple(words(f"table.{name}") for name in ("months", "value", "between", "middle"))
    cells = tuple(
        (
            str(month), figure(row["value"], "share"), between(row["low"], row["high"], "share"),
            figure(row["median"], "share"),
        )
        for month, row in zip(months[1:], found, strict=True)
    )  # fmt: skip
    table = filled_columns(Table(columns, cells, words(f"chart.{key}_none"), tuple((r.source(row),) for row in found)))
    alt = " ".join(
        words("alt.months", months=month, value=figure(row["value"], "share"))
        for month, row in zip(months[1:], found, strict=True)
    )
    title = (
        words(f"chart.{key}", value=_hundred(rows, ids, 12)) if _hundred(rows, ids, 12) else words(f"chart.{key}_none")
    )
    last, half = number(found[-1]["value"] * 100), _hundred(rows, ids, 6)
    whole = len(found) == len(ids) and (half or key in ("stay", "away"))
    name = f"chart.{key}_read" if whole or not has_words(f"chart.{key}_read_none") else f"chart.{key}_read_none"
    read = words(name, value=last, half=half)
    return Figure(figure_id, title, words(f"chart.{key}_sub"), svg, alt, read, table, note=_apart(list(rows)))


def _apart(ids: Sequence[str]) -> str:
    """Why no line joins the dots: nothing is published between them, and each may look back over other years."""
    windows = [indicator(id).window for id in ids]
    spans = " " + words("chart.months_windows") if len(set(windows)) == len(windows) > 1 else ""
    return words("chart.months_note") + spans


def _hundred(rows: dict[str, Row], ids: Sequence[tuple[int, str]], wanted: int) -> str:
    id = next((id for month, id in ids if month == wanted and id in rows), None)
    return number(rows[id]["value"] * 100) if id else ""


def _same_quarter(r: Readings, ids: Sequence[str]) -> dict[str, Row]:
    """The rows with a value in the newest quarter that the first indicator is shown in."""
    first = [row for row in shown(r.all(ids[0])) if row["status"] != "provisional"]
    if not first:
        return {}
    period = max(row["period"] for row in first)
    rows = {id: r.at(id, period) for id in ids}
    return {id: row for id, row in rows.items() if row and row["value"] is not None}


def place_alt(label: str, row: Row) -> str:
    """The strip in words, with its numbers."""
    unit = indicator(row["indicator"]).unit
    said = words("alt.item", label=label, value=figure(row["value"], unit))
    if row["low"] is not None and row["high"] is not None:
        low, high = figure(row["low"], unit), figure(row["high"], unit)
        said += " " + words("alt.between", low=low, high=high)
    if row["median"] is not None:
        said += " " + words("alt.middle", median=figure(row["median"], unit))
    verdict = verdicts.said(row)
    return f"{said} {verdict[:1].upper()}{verdict[1:]}." if verdict else said


def ratio_words(key: str, value: float, **filled: object) -> str:
    """Observed against expected as a percentage: more, less or the same."""
    percent = round((value - 1) * 100)
    variant = "same" if percent == 0 else "more" if percent > 0 else "less"
    return words(f"{key}_{variant}", value=number(abs(percent)), **filled)


def bars_said(r: Readings, ticks: Sequence[float | None]) -> str:
    """How bars of the city are read: with the median of the others where one is drawn."""
    drawn = any(tick is not None for tick in ticks)
    return words("chart.youth_steps_read" if drawn else "chart.youth_steps_alone", city=r.name)
