"""Page one of a city report: the headline, three sentences, the core indicators in one image, two courses."""

from __future__ import annotations

from demad.catalogue import indicator
from demad.reporting import charts
from demad.reporting.blocks import Block, Figure, Headline, Note, Section, Sentence, Strip, StripRow
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import alt_of, by_period, missing, reason_of, trend
from demad.reporting.words import catalogue_words, difference, figure, has_words, number, period_words, words

CORE = (
    "caseload_stock",
    "caseload_change_yoy",
    "inflow_rate",
    "still_on_12m",
    "cif_work_12m",
    "sustainable_activation_12m",
    "return_12m",
    "outflow_oe",
    "careleaver_any_support_6m",
)
"""THE NINE of page one (`methods.md` section 6)."""

_FINDINGS = ("sustainable_activation_12m", "still_on_12m", "cif_work_12m", "return_12m", "outflow_oe")


def glance(r: Readings) -> Section:
    """In one minute: what is the case, how that compares, and since when."""
    breaks: tuple[Block, ...] = (Note(r.card.series_break),) if r.card.series_break else ()
    blocks = (
        headline(r),
        strip_table(r),
        rate(r),
        trend(r, "sustainable_activation_12m", "sustainable", figure_id="blijvend-weg"),
        *breaks,
    )
    return Section("oogopslag", words("theme.glance"), blocks)


def findings(r: Readings) -> list[tuple[str, Row]]:
    """The judged core indicators that passed the test, each with its row; the most telling first."""
    rows = ((id, r.latest(id)) for id in _FINDINGS)
    return [(id, row) for id, row in rows if row and row["verdict"] in ("favourable", "attention")]


def headline(r: Readings) -> Headline:
    """A sentence only about what passed the test, and the three figures behind it."""
    found: dict[str, str] = {}
    for id, row in findings(r):
        found.setdefault(row["verdict"], f"{id}_{row['verdict']}")
    section = "finding_short" if len(found) > 1 else "finding"
    good, bad = (words(f"{section}.{found[name]}") if name in found else "" for name in ("favourable", "attention"))
    variant = "both" if good and bad else "good" if good else "bad" if bad else _otherwise(r)
    text = words(f"headline.{variant}", good=good, bad=bad, city=r.name)
    bullets = (_stock_bullet(r), *(_share_bullet(r, id) for id in ("still_on_12m", "sustainable_activation_12m")))
    return Headline(text[:1].upper() + text[1:], tuple(bullet for bullet in bullets if bullet))


def _otherwise(r: Readings) -> str:
    """Nothing stands out beside the other cities: then the course of the city itself, where that is clear."""
    if not any((row := r.latest(id)) and row["verdict"] in ("similar", "look") for id in _FINDINGS):
        return "nothing"
    stock = r.latest("caseload_stock")
    return f"neither_{stock['change']}" if stock and stock["change"] in ("up", "down") else "neither"


def _stock_bullet(r: Readings) -> Sentence | None:
    row = r.latest("caseload_stock")
    if row is None or row["value"] is None:
        return None
    before = row["year_before"]
    change = row["change"] if before is not None and row["change"] in ("up", "down", "same") else "none"
    said = words(
        f"bullet.caseload_stock_{change}",
        month=period_words(row["period"]),
        value=number(row["value"]),
        change=number(abs(row["value"] - before)) if before is not None else "",
    )
    return Sentence(said, (r.source(row),))


def _share_bullet(r: Readings, id: str) -> Sentence | None:
    row = r.latest(id)
    if row is None or row["value"] is None:
        return None
    said = words(f"bullet.{id}", value=number(row["value"] * 100))
    if row["median"] is not None:
        said += " " + words("bullet.middle_share", median=number(row["median"] * 100))
    return Sentence(said, (r.source(row),))


def strip_table(r: Readings) -> Strip:
    """The core indicators: value, change, course, place between the cities, and what it means."""
    return Strip(r.name, tuple(strip_row(r, id) for id in CORE))


def strip_row(r: Readings, id: str) -> StripRow:
    """One indicator of the strip table."""
    entry, row = indicator(id), r.latest(id)
    label = catalogue_words(id, "label")
    if row is None:
        dash = figure(None, entry.unit)
        why = reason_of("not_computable")
        return StripRow(id, label, "", dash, dash, "", "", "", "", why, "hidden", words("verdict.hidden"), why)
    meaning = _meaning(row)
    shown = figure(row["value"], entry.unit)
    changed = row["year_before"] is not None and row["value"] is not None
    return StripRow(
        id=id,
        label=label,
        detail=_detail(id, row),
        value=shown,
        change=difference(row["value"], row["year_before"], entry.unit),
        change_words=words(f"change.{row['change'] if changed else 'none'}"),
        course=_course(r, id, row) if row["value"] is not None else "",
        course_alt=words("alt.spark", label=label, value=shown),
        place=_place(r, id, row) if row["value"] is not None else "",
        place_alt=f"{label}: {meaning}.",
        verdict=row["verdict"] or "hidden",
        verdict_words=words(f"verdict.{row['verdict'] or 'hidden'}"),
        meaning=meaning,
        sources=(r.source(row),),
        trend=_trend(r, row),
    )


def _detail(id: str, row: Row) -> str:
    key = f"detail.{id}"
    said = period_words(row["period"])
    return f"{words(key)}, {said}" if has_words(key) else said


def _meaning(row: Row) -> str:
    """Where the city stands by its interval; a count has no interval, so nothing about it was tested: other words."""
    if row["status"] in ("not_computable", "not_comparable"):
        return reason_of(row["status"])
    if row["verdict"] == "look":
        return words("position.look")
    tested = row["low"] is not None or row["position"] in ("hidden", "uncertain")
    return words(f"{'position' if tested else 'position_count'}.{row['position'] or 'hidden'}")


def _course(r: Readings, id: str, row: Row) -> str:
    kind = "Q" if "Q" in row["period"] else "M" if "-" in row["period"] else "Y"
    values = [one["value"] for one in r.course(id, kind) if one["period"] <= row["period"]]
    unit = indicator(id).unit
    return charts.sparkline(values, least_range={"share": 0.2, "months": 6, "ratio": 0.4}.get(unit, 0))


def _trend(r: Readings, row: Row) -> str:
    """Rises, falls or a break in the series; nothing where the rule of the catalogue allows no arrow."""
    wanted = {"indicator": row["indicator"], "city": r.slug, "period": row["period"]}
    found = next(iter(r.table("trends", variant="main", **wanted)), None)
    if found is None or row["value"] is None:
        return ""
    if found["breaks"]:
        return words("trend.broken")
    return words(f"trend.{found['arrow']}") if found["arrow"] in ("up", "down") else ""


def _place(r: Readings, id: str, row: Row) -> str:
    middle = (row["lower_quartile"], row["median"], row["upper_quartile"])
    points = r.beside(id, row["period"])
    return charts.strip(points, middle if row["median"] is not None else None, open_dot=row["verdict"] == "uncertain")


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
