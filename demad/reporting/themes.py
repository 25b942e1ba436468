"""The themes of a city report, one function each: from published figures to blocks."""

from __future__ import annotations

import polars as pl

from demad.catalogue import indicator
from demad.reference.events import policy_events
from demad.reporting import charts
from demad.reporting.blocks import Figure, Note, Point, Section, Table
from demad.reporting.edition import Edition
from demad.reporting.words import figure, group_words, number, period_words, words
from demad.tables.terms import GROUPS


def themes(edition: Edition, slug: str) -> tuple[Section, ...]:
    """All themes, in the order a manager reads them."""
    return (
        Section("stand", words("theme.volume"), (_stock(edition, slug),)),
        Section("stromen", words("theme.flow"), (_flows(edition, slug),)),
        Section(
            "duur",
            words("theme.duration"),
            (_share(edition, slug, "still_on_12m", "still"), _by_group(edition, slug, "still_on_12m", _PEOPLE)),
        ),
        Section(
            "redenen",
            words("theme.outflow"),
            (_reasons(edition, slug), _by_group(edition, slug, "cif_work_12m", _PEOPLE)),
        ),
        Section(
            "duurzaam",
            words("theme.sustainability"),
            (
                _share(edition, slug, "sustainable_activation_12m", "sustainable"),
                _by_group(edition, slug, "sustainable_activation_12m", _PEOPLE),
            ),
        ),
        Section(
            "terugkeer",
            words("theme.return"),
            (_share(edition, slug, "return_12m", "returning"), _by_group(edition, slug, "return_12m", ("reason",))),
        ),
        Section(
            "jeugd",
            words("theme.youth"),
            (_youth(edition, slug), _by_group(edition, slug, "careleaver_leefloon_12m", ("age", "sex", "zorgvorm"))),
        ),
        Section("vergelijken", words("theme.compare"), tuple(_beside(edition, slug, id) for id in _COMPARED)),
    )


_PEOPLE = ("age", "household", "nationality")
_COMPARED = ("still_on_12m", "cif_work_12m", "sustainable_activation_12m", "return_12m")


def _stock(edition: Edition, slug: str) -> Figure | Note:
    rows = edition.series("caseload_stock", slug)
    newest = edition.latest("caseload_stock", slug)
    if newest is None:
        return Note(words("status.not_computable"))
    change = {"up": "up", "down": "down", "same": "same"}.get(newest["change"], "none")
    if newest["value"] is None:
        return Note(words("status.suppressed"))
    read = words(
        "chart.stock_read",
        month=period_words(newest["period"]),
        value=number(newest["value"]),
        city=edition.card(slug).name,
    )
    december = rows.filter(pl.col("period").str.ends_with("-12"))
    return Figure(
        "stand",
        words(f"chart.stock_{change}"),
        words("chart.stock_sub"),
        charts.course(
            rows["period"].to_list(),
            rows["value"].to_list(),
            scale=1,
            unit="",
            width=charts.WIDE,
            settled=rows["period"].to_list().index(newest["period"]),
            events=_events(),
        ),
        read,
        read,
        _table("caseload_stock", december, "Mensen met een leefloon in december"),
    )


def _events() -> list[tuple[str, str]]:
    """Policy events by month: the first of each year, by the first words of its label."""
    first_of_year = {event.day.year: event for event in reversed(policy_events())}
    return sorted((f"{event.day:%Y-%m}", event.label.split(",")[0]) for event in first_of_year.values())


def _flows(edition: Edition, slug: str) -> Figure | Note:
    quarters = {name: edition.series(name, slug, kind="Q") for name in ("inflow_count", "outflow_count")}
    both = (
        quarters["inflow_count"].join(quarters["outflow_count"], on="period", how="inner", suffix="_out").sort("period")
    )
    if both.is_empty():
        return Note(words("status.not_computable"))
    inflow, outflow = both["value"].to_list(), both["value_out"].to_list()
    if inflow[-1] is None or outflow[-1] is None:
        title, read = words("chart.flow_none"), words("status.suppressed")
    else:
        title = words(
            "chart.flow_more"
            if inflow[-1] > outflow[-1]
            else "chart.flow_less"
            if inflow[-1] < outflow[-1]
            else "chart.flow_none"
        )
        read = words("chart.flow_read", inflow=number(inflow[-1]), outflow=number(outflow[-1]))
    rows = tuple(
        (period_words(period), figure(begun, "spells"), figure(ended, "spells"))
        for period, begun, ended in both.select("period", "value", "value_out").tail(12).iter_rows()
    )
    table = Table(("Kwartaal", "Instroom", "Uitstroom"), rows, "Instroom en uitstroom")
    svg = charts.in_and_out(both["period"].to_list(), inflow, outflow)
    return Figure("stromen", title, words("chart.flow_sub"), svg, read, read, table)


def _share(edition: Edition, slug: str, id: str, key: str) -> Figure | Note:
    rows = edition.series(id, slug, kind="Q")
    if rows.is_empty():
        return Note(words("status.not_computable"))
    last = rows.row(-1, named=True)
    read = _read(last, key)
    svg = charts.course(
        rows["period"].to_list(),
        rows["value"].to_list(),
        scale=100,
        unit="%",
        least_range=20,
        low=rows["low"].to_list(),
        high=rows["high"].to_list(),
    )
    newest = rows.filter(pl.col("period").str.ends_with("Q4"))
    return Figure(
        id,
        words(f"chart.{key}"),
        words(f"chart.{key}_sub"),
        svg,
        read,
        read,
        _table(id, newest, indicator(id).label),
    )


def _read(row: dict, key: str) -> str:
    if row["value"] is None:
        return words(f"status.{row['status']}")
    return words(f"chart.{key}_read", value=number(row["value"] * 100))


def _by_group(edition: Edition, slug: str, id: str, breakdowns: tuple[str, ...]) -> Figure | Note:
    """The newest figure of every group that has one, with its uncertainty."""
    points, rows = [], []
    for breakdown in breakdowns:
        found = {row["group"]: row for row in edition.groups(id, slug, breakdown).iter_rows(named=True)}
        for group in GROUPS[breakdown]:
            row = found.get(group)
            if row is None or row["status"] == "not_computable":
                continue
            label = group_words(breakdown, group)
            points.append(Point(label, row["value"], row["low"], row["high"], emphasised=True))
            rows.append((label, figure(row["value"], "share"), _between(row), _status(row["status"])))
    if not points:
        return Note(words("status.not_computable"))
    label = indicator(id).label
    title, subtitle = words("chart.groups", label=label), words("chart.groups_sub")
    table = Table(("Groep", "Cijfer", "Wellicht tussen", "Opmerking"), tuple(rows), title)
    svg = charts.dots(points, scale=100, unit="%", middle=None)
    return Figure(f"groepen-{id}", title, subtitle, svg, words("chart.groups_read"), words("chart.groups_read"), table)


def _reasons(edition: Edition, slug: str) -> Figure | Note:
    rows = edition.groups("outflow_count", slug, "reason")
    if rows.is_empty():
        return Note(words("status.not_computable"))
    year = rows["period"][0]
    total = edition.series("outflow_count", slug, kind="Y").filter(period=year)["value"]
    values = dict(rows.select("group", "value").iter_rows())
    points = [
        Point(words(f"reason.{reason}"), values.get(reason), emphasised=reason != "unknown")
        for reason in GROUPS["reason"]
    ]
    unknown = values.get("unknown")
    read = words("status.suppressed")
    if unknown is not None and len(total) and total[0] is not None:
        read = words("chart.reasons_read", value=number(unknown), total=number(total[0]))
    table = Table(
        ("Reden", f"Stopzettingen in {year}"),
        tuple((p.label, figure(p.value, "spells")) for p in points),
        words("chart.reasons"),
    )
    subtitle = words("chart.reasons_sub", year=year)
    return Figure("redenen", words("chart.reasons"), subtitle, charts.bars(points), read, read, table)


def _youth(edition: Edition, slug: str) -> Figure | Note:
    row = edition.latest("careleaver_leefloon_12m", slug)
    if row is None or row["value"] is None:
        return Note(words(f"status.{row['status']}" if row else "status.not_computable"))
    points = edition.beside("careleaver_leefloon_12m", row["period"], slug)
    svg = charts.dots(points, scale=100, unit="%", middle=row["median"])
    read = words("chart.youth_read", value=number(row["value"] * 100))
    return Figure("jeugd", words("chart.youth"), words("chart.youth_sub"), svg, read, read, _cities(points))


def _beside(edition: Edition, slug: str, id: str) -> Figure | Note:
    row = edition.latest(id, slug)
    if row is None:
        return Note(words("status.not_computable"))
    points = edition.beside(id, row["period"], slug)
    label = indicator(id).label
    subtitle = words("chart.compare_sub", label=label, period=period_words(row["period"]))
    title = f"{label}: {words('position.' + row['position']).lower()}"
    read = words("chart.compare_read")
    svg = charts.dots(points, scale=100, unit="%", middle=row["median"])
    return Figure(f"vergelijk-{id}", title, subtitle, svg, f"{title}.", read, _cities(points))


def _cities(points: list[Point]) -> Table:
    rows = tuple(
        (
            p.label,
            figure(p.value, "share"),
            f"{figure(p.low, 'share')} tot {figure(p.high, 'share')}" if p.low is not None else "\u2013",
        )
        for p in points
    )
    return Table(("Stad", "Cijfer", "Wellicht tussen"), rows)


def _table(id: str, rows: pl.DataFrame, caption: str) -> Table:
    unit = indicator(id).unit
    cells = tuple(
        (
            period_words(row["period"]),
            figure(row["value"], unit),
            _between(row, unit),
            _status(row["status"]),
        )
        for row in rows.iter_rows(named=True)
    )
    return Table(("Periode", "Cijfer", "Wellicht tussen", "Opmerking"), cells, caption)


def _between(row: dict, unit: str = "share") -> str:
    return f"{figure(row['low'], unit)} tot {figure(row['high'], unit)}" if row["low"] is not None else "\u2013"


def _status(status: str) -> str:
    return "" if status in ("ok", "not_comparable") else words(f"status.{status}")
