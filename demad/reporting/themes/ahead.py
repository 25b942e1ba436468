"""The year ahead: the caseload if the inflow of the last year goes on, and what other scenarios make of it."""

from __future__ import annotations

from demad.reference.scenarios import BASELINE, scenario_of, scenarios
from demad.reporting import charts
from demad.reporting.blocks import Figure, Note, Prose, Section, Sentence, Source, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.expected import BANDS
from demad.reporting.words import between, figure, has_words, number, period_words, words
from demad.tables.months import last_month, month_label

_MONTHS_SHOWN = 36


def ahead(r: Readings) -> Section:
    """The baseline in a chart with its table, and every scenario a year on; or why there is no projection."""
    rows = sorted(r.table("projection", city=r.slug, scenario=BASELINE), key=lambda row: row["period"])
    if not rows or rows[-1]["value"] is None:
        reason = rows[-1]["reason"] if rows else "history"
        blocks = (Note(f"{words('ahead.none')} {words(f'ahead.none_{reason}')}"),)
        return Section("vooruitblik", words("theme.ahead"), blocks)
    how = Prose((Sentence(words("ahead.how")), Sentence(words("ahead.hatched"))))
    return Section("vooruitblik", words("theme.ahead"), (_chart(r, rows), how, _scenarios(r, rows[-1]), *_record(r)))


def _chart(r: Readings, rows: list[Row]) -> Figure:
    """The stock of three years, and twelve months that are not counted, with their bands."""
    counted = [row for row in r.course("caseload_stock", "M") if row["period"] <= rows[0]["begin"]][-_MONTHS_SHOWN:]
    between_them = _between(counted[-1]["period"], rows[0]["period"]) if counted else ()
    periods = (*(row["period"] for row in counted), *between_them, *(row["period"] for row in rows))
    values = (*(row["value"] for row in counted), *(None for _ in (*between_them, *rows)))
    line = charts.Course(periods, values, settled=len(counted) - 1)
    shown = [
        charts.Ahead(place, row["value"], *(row[name] for name in BANDS))
        for place, row in enumerate(rows, start=len(counted) + len(between_them))
    ]
    svg, narrow = (
        charts.course(line, name=r.name, middle_name="", scale=1, unit="", width=width, ahead=shown)
        for width in (charts.WIDE, charts.HALF)
    )
    last = rows[-1]
    said = {name: number(last[name]) for name in ("value", "low_95", "high_95")}
    table = _table(rows)
    alt = " ".join(_in_words(row) for row in rows[2::3])
    read = words("ahead.read", period=period_words(last["period"]), **said)
    return Figure(
        "vooruit", words("ahead.chart"), words("ahead.chart_sub"), svg, alt, read, table,
        narrow=narrow,
    )  # fmt: skip


def _between(counted: str, first: str) -> tuple[str, ...]:
    """The months after the last that is counted and before the first that is not: a release ends with its period."""
    return tuple(month_label(month) for month in range(last_month(counted) + 1, last_month(first)))


def _in_words(row: Row) -> str:
    said = {name: number(row[name]) for name in ("value", "low_95", "high_95")}
    return words("ahead.alt", period=period_words(row["period"]), **said)


def _table(rows: list[Row]) -> Table:
    """A row per month; with the workers, where the city says how many files each has."""
    staffed = any(row["workers"] is not None for row in rows)
    names = ("period", "expected", "between", "here", "come", *(["workers"] if staffed else []))
    cells = tuple(
        (
            period_words(row["period"]),
            figure(row["value"], "persons"),
            between(row["low_95"], row["high_95"], "persons"),
            figure(row["of_here"], "persons"),
            figure(row["of_inflow"], "persons"),
            *([number(row["workers"], 1)] if staffed else []),
        )
        for row in rows
    )
    columns = tuple(words(f"ahead.column_{name}") for name in names)
    return Table(columns, cells, words("ahead.chart"), tuple((_source(row),) for row in rows))


def _scenarios(r: Readings, last: Row) -> Table:
    """Where each scenario ends, a year after the newest settled month, with its source and how sure that is."""
    known = [one.id for one in scenarios()]
    found = [row for row in r.table("projection", city=r.slug, period=last["period"]) if row["value"] is not None]
    ordered = sorted(found, key=lambda row: known.index(row["scenario"]))
    cells = tuple(
        (
            scenario_words(row["scenario"]),
            figure(row["value"], "persons"),
            between(row["low_95"], row["high_95"], "persons"),
            words("ahead.kept" if row["reason"] == "kept" else f"ahead.status_{scenario_of(row['scenario']).status}"),
        )
        for row in ordered
    )
    columns = tuple(words(f"ahead.column_{name}") for name in ("scenario", "expected", "between", "status"))
    caption = words("ahead.scenarios", period=period_words(last["period"]))
    return Table(columns, cells, caption, tuple((_source(row),) for row in ordered))


def _record(r: Readings) -> tuple[Table, ...]:
    """What earlier releases computed and what came, the newest months first; no table without any."""
    found = sorted(
        r.table("forecast_record", city=r.slug), key=lambda row: (row["period"], row["release"]), reverse=True
    )
    if not found:
        return ()
    cells = tuple(
        (
            row["release"],
            period_words(row["period"]),
            str(row["months"]),
            figure(row["value"], "persons"),
            between(row["low_95"], row["high_95"], "persons"),
            figure(row["became"], "persons"),
            words("ahead.held" if row["held"] else "ahead.missed"),
        )
        for row in found
    )
    names = ("release", "period", "months", "expected", "between", "became", "held")
    columns = tuple(words(f"ahead.column_{name}") for name in names)
    sources = tuple(
        (Source(row["indicator"], row["city"], row["period"], row["release"], table="forecast_record"),)
        for row in found
    )
    return (Table(columns, cells, words("ahead.record"), sources),)


def scenario_words(id: str) -> str:
    """What a scenario supposes; in another language the words of that language, where it has them."""
    key = f"ahead.scenario_{id.replace('-', '_')}"
    label = words(key) if has_words(key) else scenario_of(id).label
    return label[:1].upper() + label[1:]


def _source(row: Row) -> Source:
    return Source(row["indicator"], row["city"], row["period"], row["scenario"], table="projection")
