"""Page one of a city report: the headline, three sentences and the core indicators in one image."""

from __future__ import annotations

from demad.catalogue import indicator
from demad.reporting import charts
from demad.reporting.blocks import Headline, Strip, StripRow
from demad.reporting.edition import Edition
from demad.reporting.words import difference, figure, has_words, number, period_words, words

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


def headline(edition: Edition, slug: str) -> Headline:
    """A sentence only about what passed the test, and the three figures behind it."""
    name = edition.card(slug).name
    found = {"favourable": "", "attention": ""}
    for id in ("sustainable_activation_12m", "still_on_12m", "cif_work_12m", "return_12m", "duration_median"):
        row = edition.latest(id, slug)
        verdict = row["verdict"] if row else ""
        key = f"finding.{id}_{verdict}"
        if verdict in found and not found[verdict] and has_words(key):
            found[verdict] = words(key)
    good, bad = found["favourable"], found["attention"]
    variant = "both" if good and bad else "good" if good else "bad" if bad else "neither"
    text = words(f"headline.{variant}", good=good, bad=bad, city=name)
    return Headline(text[:1].upper() + text[1:], tuple(_bullets(edition, slug, name)))


def _bullets(edition: Edition, slug: str, name: str) -> list[str]:
    bullets = []
    stock = edition.latest("caseload_stock", slug)
    if stock and stock["value"] is not None:
        said = words(
            "bullet.caseload_stock",
            month=period_words(stock["period"]),
            value=number(stock["value"]),
            city=name,
        )
        if stock["year_before"] is not None:
            said += " " + words("bullet.caseload_stock_year", before=number(stock["year_before"]))
        bullets.append(said)
    for id in ("still_on_12m", "sustainable_activation_12m"):
        row = edition.latest(id, slug)
        if row and row["value"] is not None:
            said = words(f"bullet.{id}", value=number(row["value"] * 100))
            if row["median"] is not None:
                said += " " + words("bullet.middle_share", median=number(row["median"] * 100))
            bullets.append(said)
    return bullets


def strip_table(edition: Edition, slug: str) -> Strip:
    """The core indicators: value, change, course, place between the cities, and what it means."""
    rows = [_row(edition, slug, id) for id in CORE]
    return Strip(edition.card(slug).name, tuple(rows))


def _row(edition: Edition, slug: str, id: str) -> StripRow:
    entry, row = indicator(id), edition.latest(id, slug)
    if row is None:
        return StripRow(
            entry.label,
            "",
            "\u2013",
            "\u2013",
            "",
            "",
            "",
            "",
            "",
            "hidden",
            words("verdict.hidden"),
            words("status.not_computable"),
        )
    kind = "Q" if "Q" in row["period"] else "M" if "-" in row["period"] else "Y"
    values = edition.series(id, slug, kind=kind)["value"].to_list()
    points = edition.beside(id, row["period"], slug)
    middle = (row["lower_quartile"], row["median"], row["upper_quartile"])
    has_interval = row["low"] is not None
    section = "position" if has_interval or row["position"] in ("hidden", "uncertain") else "position_count"
    meaning = words(f"{section}.{row['position']}")
    if row["status"] not in ("ok", "low_n"):
        meaning = words(f"status.{row['status']}")
    shown = figure(row["value"], entry.unit)
    return StripRow(
        label=entry.label,
        detail=period_words(row["period"]),
        value=shown,
        change=difference(row["value"], row["year_before"], entry.unit),
        change_words=words(f"change.{row['change']}"),
        course=charts.sparkline(
            values, least_range=0.2 if entry.unit == "share" else 6 if entry.unit == "months" else 0
        ),
        course_alt=f"{entry.label}: {len([v for v in values if v is not None])} metingen, de laatste is {shown}.",
        place=charts.strip(points, middle if row["median"] is not None else None) if row["value"] is not None else "",
        place_alt=f"{entry.label}: {meaning}.",
        verdict=row["verdict"],
        verdict_words=words(f"verdict.{row['verdict']}"),
        meaning=meaning,
    )
