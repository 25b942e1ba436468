"""How many people: the stock over the months with what happened, per inhabitant, and who the people are."""

from __future__ import annotations

from demad.reference.events import PolicyEvent, policy_events
from demad.reporting import charts
from demad.reporting.blocks import Block, Figure, Note, Prose, Section, Sentence, Source, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.connected import connected
from demad.reporting.themes.drawn import alt_of, by_period, missing, reason_of
from demad.reporting.themes.expected import BANDS, expectations, expected_said, with_expected
from demad.reporting.themes.gpmi import gpmi
from demad.reporting.words import catalogue_words, figure, group_words, has_words, number, period_words, words
from demad.tables.terms import PUBLISHED_GROUPS

_YEARS_BACK = 5
_LEAST_SHOWN = 0.005


def evolution(r: Readings) -> Section:
    """People, per 1,000 inhabitants, profile, and who had a GPMI."""
    stock = _stock(r)
    events: tuple[Block, ...] = (Prose((Sentence(_events_said(r)),)),) if isinstance(stock, Figure) else ()
    blocks = (
        stock,
        *events,
        *expected_said(r),
        connected(r),
        rate(r),
        _profile(r, ("age",), "profile_age", "profiel-leeftijd"),
        _profile(r, ("household", "nationality", "student"), "profile_people", "profiel-mensen"),
        *gpmi(r),
    )
    return Section("evolutie", words("theme.evolution"), blocks)


def _stock(r: Readings) -> Figure | Note:
    newest = r.latest("caseload_stock")
    if newest is None or newest["value"] is None:
        return missing(catalogue_words("caseload_stock", "label"), newest)
    rows = r.course("caseload_stock", "M")
    periods = tuple(row["period"] for row in rows)
    expected = [row for row in expectations(r, "caseload_stock") if row["value"] is not None]
    after = tuple(row["period"] for row in expected if row["period"] not in periods)
    line = charts.Course(
        periods + after,
        (*(row["value"] for row in rows), *(None for _ in after)),
        settled=periods.index(newest["period"]),
    )
    ahead = [
        charts.Ahead(line.periods.index(row["period"]), row["value"], *(row[name] for name in BANDS))
        for row in expected
    ]
    svg, narrow = (
        charts.course(
            line, name=r.name, middle_name="", scale=1, unit="", width=width, events=events_of(r), ahead=ahead
        )
        for width in (charts.WIDE, charts.HALF)
    )
    month, value = period_words(newest["period"]), number(newest["value"])
    read = words("chart.stock_read", month=month, value=value, city=r.name)
    if periods[-1] != newest["period"]:
        read += " " + words("chart.stock_provisional")
    same_month = [row for row in rows if row["period"][4:] == newest["period"][4:] and row["status"] != "provisional"]
    title = words(f"chart.stock_{newest['change'] if newest['change'] in ('up', 'down', 'about') else 'none'}")
    table = with_expected(by_period(r, "caseload_stock", same_month), expected)
    alt = alt_of(same_month, {**newest, "median": None}, "persons")
    return Figure("stand", title, words("chart.stock_sub"), svg, alt, read, table, narrow=narrow)


def events_of(r: Readings) -> list[tuple[str, str]]:
    """What this city's line must mark: events of all cities and its own; of one year only the first has its name."""
    known = [event for event in policy_events() if not event.cities or r.slug in event.cities]
    years = set()
    named = []
    for event in known:
        named.append((f"{event.day:%Y-%m}", "" if event.day.year in years else event_label(event).split(",")[0]))
        years.add(event.day.year)
    return named


def _events_said(r: Readings) -> str:
    first = min((row["period"] for row in r.course("caseload_stock", "M")), default="")
    last = max((row["period"] for row in r.course("caseload_stock", "M")), default="")
    said = [
        words("said.event", label=event_label(event), month=period_words(f"{event.day:%Y-%m}"))
        for event in policy_events()
        if (not event.cities or r.slug in event.cities) and first < f"{event.day:%Y-%m}" <= last
    ]
    return words("said.events", events="; ".join(said))


def event_label(event: PolicyEvent) -> str:
    """The event's label; in another language the words of that language, where it has them."""
    key = f"event.{event.day:%Y-%m-%d}"
    return words(key) if has_words(key) else event.label


def rate(r: Readings) -> Figure | Note:
    """People on benefit per 1,000 inhabitants over the months, beside the middle city."""
    newest = r.latest("caseload_rate")
    if newest is None or newest["value"] is None:
        return missing(catalogue_words("caseload_rate", "label"), newest)
    rows = [row for row in r.course("caseload_rate", "M") if row["status"] != "provisional"]
    line = charts.Course(
        tuple(row["period"] for row in rows),
        tuple(row["value"] for row in rows),
        middle=tuple(row["median"] for row in rows),
    )
    svg = charts.course(line, name=r.name, middle_name=words("short.middle"), scale=1, unit="", digits=1)
    read = words("chart.rate_read", value=number(newest["value"], 1))
    if newest["median"] is not None:
        read += " " + words("chart.rate_middle", median=number(newest["median"], 1))
    table = by_period(r, "caseload_rate", [row for row in rows if row["period"][4:] == newest["period"][4:]])
    title = words(f"chart.rate_{newest['change']}")
    alt = alt_of(rows, newest, "per 1000")
    return Figure("per-inwoner", title, words("chart.rate_sub"), svg, alt, read, table)


def _profile(r: Readings, breakdowns: tuple[str, ...], key: str, id: str) -> Figure | Note:
    """Who the people are, in the newest December and a few years before."""
    now = max((row["period"] for row in r.all("caseload_stock", breakdowns[0])), default=None)
    if now is None:
        return missing(words(f"chart.{key}"), None)
    before = f"{int(now[:4]) - _YEARS_BACK}{now[4:]}"
    parts, cells, sources = [], [], []
    for breakdown in breakdowns:
        rows = {period: r.groups("caseload_stock", breakdown, period) for period in (now, before)}
        for group in PUBLISHED_GROUPS[breakdown]:
            if group not in rows[now] or (breakdown == "student" and group != "yes"):
                continue
            pair = [_share(r, rows[period].get(group), period) for period in (now, before)]
            if all(share is not None and share < _LEAST_SHOWN for share in pair):
                continue
            counts = [rows[period].get(group) for period in (now, before)]
            parts.append((group_words(breakdown, group), pair))
            cells.append((group_words(breakdown, group), *_cells(pair, counts)))
            sources.append(tuple(_sources(r, row) for row in counts if row))
    if not any(share is not None for _, pair in parts for share in pair):
        return Note(words("short.missing", label=words(f"chart.{key}"), reason=reason_of("suppressed")))
    names = [period_words(now), period_words(before)]
    svg = charts.mix(parts, names, hidden=words("short.hidden"))
    columns = (
        words("table.group"),
        *(f"{words(f'table.{name}')} {said}" for said in names for name in ("count", "share")),
    )
    table = Table(
        columns, tuple(cells), words(f"chart.{key}"), tuple(tuple(s for pair in row for s in pair) for row in sources)
    )
    alt = " ".join(words("alt.item", label=name, value=figure(pair[0], "share")) for name, pair in parts)
    read = words("chart.profile_read", now=names[0], before=names[1])
    return Figure(id, words(f"chart.{key}"), words("chart.profile_sub"), svg, alt, read, table)


def _share(r: Readings, row: Row | None, period: str) -> float | None:
    total = r.at("caseload_stock", period)
    if row is None or row["value"] is None or total is None or not total["value"]:
        return None
    return row["value"] / total["value"]


def _cells(pair: list[float | None], counts: list[Row | None]) -> tuple[str, ...]:
    both = zip(counts, pair, strict=True)
    return tuple(
        cell
        for row, share in both
        for cell in (figure(row["value"] if row else None, "persons"), figure(share, "share"))
    )


def _sources(r: Readings, row: Row) -> tuple[Source, Source]:
    return r.source(row), Source("caseload_stock", r.slug, row["period"])
