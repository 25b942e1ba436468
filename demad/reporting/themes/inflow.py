"""The chart that explains a year: who comes in and from where, against who leaves, with the dates of the reform."""

from __future__ import annotations

from demad.benchmark.change import counts_differ
from demad.reporting import charts
from demad.reporting.blocks import Figure, Note, Source, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import missing, reason_of
from demad.reporting.themes.evolution import events_of
from demad.reporting.words import figure, number, period_words, words

SHOWN_ORIGINS = ("unemployment_ended", "work", "elsewhere")
IN_THE_TABLE = (*SHOWN_ORIGINS, "unknown")
_QUARTERS, _FEWEST = 20, 2


def inflow_by_origin(r: Readings) -> Figure | Note:
    """Inflow stacked by origin and outflow as a line, per quarter.

    With fewer than two quarters that are shown there is nothing to see. What is left of the inflow is of an unknown
    origin or a number that is not shown: the parts never add up to more than the whole, although each is rounded.
    """
    inflow, outflow = (_by_quarter(r, id) for id in ("inflow_count", "outflow_count"))
    periods = sorted(inflow.keys() & outflow.keys())[-_QUARTERS:]
    if sum(inflow[period]["value"] is not None for period in periods) < _FEWEST:
        return missing(words("chart.flow_none"), inflow[periods[-1]] if periods else None)
    parts = {origin: [_origin(r, origin, period) for period in periods] for origin in IN_THE_TABLE}
    came = [inflow[period]["value"] for period in periods]
    left = [outflow[period]["value"] for period in periods]
    rest = [_rest(whole, [parts[origin][at] for origin in SHOWN_ORIGINS]) for at, whole in enumerate(came)]
    layers = [(words(f"origin.{origin}"), [_value(row) for row in parts[origin]]) for origin in SHOWN_ORIGINS]
    svg = charts.stacked(
        periods, layers, (words("origin.rest"), rest), left, words("short.outflow"), events=events_of(r)
    )
    title, read = _said(inflow[periods[-1]], outflow[periods[-1]], parts["unemployment_ended"][-1])
    columns = ("quarter", "inflow", *(f"origin_{origin}" for origin in IN_THE_TABLE), "outflow")
    cells = tuple(
        (
            period_words(period),
            figure(came[at], "spells"),
            *(_cell(parts[origin][at]) for origin in IN_THE_TABLE),
            figure(left[at], "spells"),
        )
        for at, period in enumerate(periods)
    )
    sources = tuple(_sources(r, period, inflow, outflow, parts, at) for at, period in enumerate(periods))
    table = Table(tuple(words(f"table.{name}") for name in columns), cells, words("chart.origin_table"), sources)
    return Figure("stromen", title, words("chart.origin_sub"), svg, read, read, table, note=words("chart.origin_note"))


def _by_quarter(r: Readings, id: str) -> dict[str, Row]:
    return {row["period"]: row for row in r.course(id, "Q") if row["status"] != "provisional"}


def _origin(r: Readings, origin: str, period: str) -> Row | None:
    return r.groups("inflow_count", "origin", period).get(origin)


def _value(row: Row | None) -> float | None:
    return None if row is None else row["value"]


def _cell(row: Row | None) -> str:
    if row is not None and row["value"] is None:
        return words(f"remark.{row['status']}")
    return figure(_value(row), "spells")


def _rest(whole: float | None, parts: list[Row | None]) -> float | None:
    return None if whole is None else max(whole - sum(_value(row) or 0 for row in parts), 0)


def _sources(
    r: Readings,
    period: str,
    inflow: dict[str, Row],
    outflow: dict[str, Row],
    parts: dict[str, list[Row | None]],
    at: int,
) -> tuple[Source, ...]:
    own = [row for origin in IN_THE_TABLE if (row := parts[origin][at])]
    return tuple(r.source(row) for row in (inflow[period], *own, outflow[period]))


def _said(inflow: Row, outflow: Row, ended: Row | None) -> tuple[str, str]:
    """More or less only where the difference of two rounded counts is more than rounding, and not small."""
    came, left = inflow["value"], outflow["value"]
    if came is None or left is None:
        return words("chart.flow_none"), reason_of("suppressed")
    variant = ("more" if came > left else "less") if counts_differ(came, left) else "none"
    read = words("chart.origin_read", period=period_words(inflow["period"]), inflow=number(came), outflow=number(left))
    if (value := _value(ended)) is not None:
        read += " " + words("chart.origin_read_ended", value=number(value))
    return words(f"chart.flow_{variant}"), read
