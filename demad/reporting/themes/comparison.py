"""Beside the other cities: who is alike, what was expected, between which places, and what a better pace means."""

from __future__ import annotations

from demad.benchmark.others import COMPARABLE
from demad.benchmark.spread import LEAST_CITIES
from demad.reporting import charts, verdicts
from demad.reporting.blocks import Block, Figure, Note, Point, Prose, Section, Sentence, Source, Table
from demad.reporting.charts.dots import Expected
from demad.reporting.readings import Readings, Row, shown
from demad.reporting.themes.drawn import missing, per_city, ratio_words
from demad.reporting.themes.glance import CORE
from demad.reporting.themes.spine import spine
from demad.reporting.words import catalogue_words, figure, has_words, number, period_words, words

_COMPARED = ("still_on_12m", "return_12m")
_PLACED = "still_on_12m"
_WHAT_IF = ("sustainable_activation_12m", "cif_work_12m", "still_on_12m", "return_12m")


def comparison(r: Readings) -> Section:
    """Alike cities, expected and observed, the shares, the places, and what others do better in people."""
    blocks: tuple[Block, ...] = (
        *_peers(r),
        *spine(r),
        *_expected(r),
        _funnel(r),
        _places(r),
        *(per_city(r, id, figure_id=f"vergelijk-{id}") for id in _COMPARED),
        *_what_if(r),
        matrix(r),
    )
    return Section("vergelijken", words("theme.comparison"), blocks)


def _peers(r: Readings) -> tuple[Block, ...]:
    found = r.peers()
    if not found:
        return (Note(words("said.no_peers")),)
    rows = tuple((r.edition.card(row["peer"]).name, _alike(row["alike_in"])) for row in found)
    table = Table((words("table.city"), words("table.alike")), rows, words("table.peers", city=r.name))
    return (Prose((Sentence(words("said.peers", city=r.name)),)), table)


def _alike(text: str) -> str:
    """The traits that differ least, in the words of this language."""
    keys = [part.strip().replace(" ", "_") for part in text.split(",")]
    return ", ".join(words(f"alike.{key}") if has_words(f"alike.{key}") else key.replace("_", " ") for key in keys)


def _expected(r: Readings) -> tuple[Block, ...]:
    """Observed against expected, in words: the ratio as a percentage, and the verdict of the same row."""
    row = r.latest("outflow_oe")
    if row is None or row["value"] is None:
        return (missing(catalogue_words("outflow_oe", "label"), row),)
    said = (
        Sentence(ratio_words("said.oe", row["value"], year=row["period"][:4]), (r.source(row),)),
        Sentence(words("said.oe_verdict", said=verdicts.said(row))),
        Sentence(words("said.oe_how")),
    )
    return (Prose(said),)


def _funnel(r: Readings) -> Figure | Note:
    rows = r.table("funnel", variant="main", indicator="outflow_oe")
    label = catalogue_words("outflow_oe", "label")
    period = max((row["period"] for row in rows), default=None)
    placed = sorted((row for row in rows if row["period"] == period), key=lambda row: row["expected"])
    own = next((row for row in placed if row["city"] == r.slug), None)
    if own is None:
        return missing(label, r.latest("outflow_oe"))
    names = {card.slug: card.name for card in r.edition.cities}
    points = [
        (row["expected"], Point(names[row["city"]], row["ratio"], emphasised=row["city"] == r.slug)) for row in placed
    ]
    expected, low_95, high_95, low_998, high_998 = (tuple(row[name] for row in placed) for name in _LIMITS)
    limits = Expected(expected, low_95, high_95, low_998, high_998)
    svg = charts.funnel(points, limits, one=words("short.as_expected"))
    ordered = sorted(placed, key=lambda row: names[row["city"]])
    table = Table(
        tuple(words(f"table.{name}") for name in ("city", "expected", "ratio", "place")),
        tuple(
            (
                names[row["city"]], figure(row["expected"], "persons"), figure(row["ratio"], "ratio"),
                words(f"funnel_place.{row['place']}"),
            )
            for row in ordered
        ),
        label,
        tuple((Source("outflow_oe", row["city"], row["period"], table="funnel"),) for row in ordered),
    )  # fmt: skip
    said = words(f"said.funnel_{own['place']}", city=r.name)
    row = r.at("outflow_oe", own["period"])
    title = words("chart.funnel", city=r.name, said=verdicts.said(row) if row else words("verdict_short.chance"))
    read = words("chart.funnel_read")
    return Figure(
        "trechter", title, words("chart.funnel_sub"), svg, said, read, table, note=period_words(own["period"])
    )


_LIMITS = ("expected", "low_95", "high_95", "low_998", "high_998")


def _places(r: Readings) -> Figure | Note:
    """Between which places the city may stand; alphabetical, so no row is a rank."""
    rows = {row["city"]: row for row in r.table("ranks", variant="main", indicator=_PLACED)}
    title = words("chart.places", city=r.name)
    own = rows.get(r.slug)
    if not rows:
        return Note(words("said.no_places"))
    any_row = next(iter(rows.values()))
    cards = [card for card in r.cards() if card.state != "missing"]
    points = [
        Point(
            card.name,
            None,
            _place(rows.get(card.slug), "low"),
            _place(rows.get(card.slug), "high"),
            card.slug == r.slug,
        )
        for card in cards
    ]
    svg = charts.places(points, most=any_row["n_cities"], hidden=words("short.hidden"))
    placed = [card for card in cards if card.slug in rows]
    table = Table(
        tuple(words(f"table.{name}") for name in ("city", "from_place", "to_place")),
        tuple((card.name, *(number(rows[card.slug][end]) for end in ("low", "high"))) for card in placed),
        title,
        tuple((Source(_PLACED, card.slug, any_row["period"], table="ranks"),) for card in placed),
    )
    subtitle = words(
        "chart.places_sub", label=catalogue_words(_PLACED, "label"), period=period_words(any_row["period"])
    )
    read = (
        words("chart.places_read", city=r.name, low=number(own["low"]), high=number(own["high"]))
        if own
        else words("chart.places_read_none")
    )
    return Figure("plaatsen", title, subtitle, svg, read, read, table, note=words("said.places_how"))


def _place(row: Row | None, end: str) -> float | None:
    return float(row[end]) if row else None


def _what_if(r: Readings) -> tuple[Block, ...]:
    """What the pace of the best quarter would mean in people a year."""
    rows = r.table("what_if", variant="main", city=r.slug)
    newest = {
        id: max((row for row in rows if row["indicator"] == id), key=lambda row: row["period"])
        for id in {row["indicator"] for row in rows}
    }
    periods = {id: row["period"] for id in newest if (row := r.latest(id))}
    found = [newest[id] for id in CORE if id in newest and newest[id]["period"] == periods.get(id)]
    if not found:
        return (_no_what_if(r),)
    table = Table(
        tuple(words(f"table.{name}") for name in ("indicator", "target", "people", "between")),
        tuple(
            (
                f"{catalogue_words(row['indicator'], 'label')}, {period_words(row['period'])}",
                figure(row["target"], "share"), number(row["people"]),
                words("short.between", low=number(row["low"]), high=number(row["high"])),
            )
            for row in found
        ),
        words("table.what_if"),
        tuple((Source(row["indicator"], r.slug, row["period"], table="what_if"),) for row in found),
    )  # fmt: skip
    said = (Sentence(words("said.what_if", city=r.name)), Sentence(words("said.what_if_how")))
    return (Prose(said), table)


def _no_what_if(r: Readings) -> Note:
    """At which figures the city is with the best quarter already; where no figure was compared, nobody can say so."""
    compared = [id for id in _WHAT_IF if (row := r.latest(id)) and _is_compared(r, row)]
    if not compared:
        return Note(words("said.no_what_if", city=r.name))
    labels = ", ".join(catalogue_words(id, "label") for id in compared)
    return Note(words("said.what_if_none", city=r.name, labels=labels))


def _is_compared(r: Readings, own: Row) -> bool:
    """Whether the figure is among five or more that may be compared, as for the table of `benchmark.what_if`."""
    rows = [row for row in r.totals_at(own["indicator"], own["period"]) if row["city"] != "all"]
    shown_rows = [row for row in shown(rows) if row["status"] in COMPARABLE]
    return len(shown_rows) >= LEAST_CITIES and any(row["city"] == r.slug for row in shown_rows)


def matrix(r: Readings) -> Table:
    """The core indicators of every city beside each other: the verdict in a word, never a rank."""
    from demad.catalogue import indicator

    cells, sources = [], []
    newest = {id: row for id in CORE if (row := r.latest(id))}
    for card in r.cards():
        rows = {id: r.of(id, row["period"], card.slug) for id, row in newest.items()}
        cells.append(
            (card.name, *(figure(row["value"] if row else None, indicator(id).unit) for id, row in rows.items()))
        )
        sources.append(tuple(Source(id, card.slug, newest[id]["period"]) for id, row in rows.items() if row))
    medians = (figure(row["median_all"], indicator(id).unit) for id, row in newest.items())
    cells.append((words("table.middle_all"), *medians))
    sources.append(tuple(r.source(row) for row in newest.values()))
    columns = (words("table.city"), *(catalogue_words(id, "label") for id in newest))
    return Table(columns, tuple(cells), words("table.nine"), tuple(sources))
