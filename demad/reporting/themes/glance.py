"""Page one of a city report, and the nine core figures that stand behind it."""

from __future__ import annotations

from demad.catalogue import indicator
from demad.reporting import charts, verdicts
from demad.reporting.blocks import Block, Note, Section, Strip, StripRow
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.cards import cards
from demad.reporting.themes.drawn import alt_of, place_alt, ratio_words, reason_of, state_of
from demad.reporting.themes.expected import newest_expected
from demad.reporting.themes.gpmi import within_reach
from demad.reporting.themes.headline import headline
from demad.reporting.themes.inflow import inflow_by_origin
from demad.reporting.themes.monday import monday
from demad.reporting.words import catalogue_words, difference, figure, has_words, period_words, words

CORE = (
    "still_on_12m",
    "cif_work_12m",
    "sustainable_activation_12m",
    "return_12m",
    "outflow_oe",
    "caseload_stock",
    "caseload_change_yoy",
    "inflow_rate",
    "careleaver_any_support_6m",
)
"""THE NINE (`methods.md` section 6): those with a good and a bad side first."""


def glance(r: Readings) -> Section:
    """In one minute: what is the city's own, the chart that explains it, three cards, and questions for Monday."""
    breaks: tuple[Block, ...] = (Note(r.card.series_break),) if r.card.series_break else ()
    blocks = (headline(r), inflow_by_origin(r), cards(r), monday(r), *within_reach(r), *breaks)
    return Section("oogopslag", words("theme.glance"), blocks)


def core(r: Readings) -> Section:
    """The nine core figures in one image, those that are judged first; and what the newest month may become."""
    return Section("kern", words("theme.core"), (strip_table(r), *newest_expected(r)))


def strip_table(r: Readings) -> Strip:
    """The core indicators: value, change, course, place between the cities, and what it means."""
    return Strip(r.name, tuple(strip_row(r, id) for id in CORE))


def strip_row(r: Readings, id: str) -> StripRow:
    """One indicator of the strip table."""
    entry, row = indicator(id), r.latest(id)
    label = catalogue_words(id, "label")
    if row is None or row["value"] is None:
        dash = figure(None, entry.unit)
        why = reason_of(state_of(row, delivered=r.delivered(id)))
        return StripRow(id, label, "", dash, dash, "", "", "", "", why, "unmarked", "", why)
    verdict, rest = verdicts.short(row), verdicts.rest(row)
    shown = figure(row["value"], entry.unit)
    return StripRow(
        id=id,
        label=label,
        detail=_detail(id, row),
        value=shown,
        change="" if row["change"] == "equal" else difference(row["difference"], entry.unit),
        change_words=change_words(row),
        course=_course(r, id, row),
        course_alt=f"{label}. {alt_of(_passed(r, id, row), {**row, 'median': None}, entry.unit)}",
        place="" if entry.unit in ("persons", "spells") else _place(r, id, row),
        place_alt=place_alt(label, row),
        verdict=verdicts.css_class(row),
        verdict_words=verdict,
        meaning=rest,
        sources=(r.source(row), *(r.source(one) for one in _passed(r, id, row) if one["period"] != row["period"])),
        trend=_trend(r, row),
    )


def change_words(row: Row) -> str:
    """What the change over a year is called: more or fewer of a count, higher or lower of anything else."""
    change = row["change"] or "none"
    if row["difference"] is None and change != "none":
        return ""
    if indicator(row["indicator"]).unit in ("persons", "spells") and change in ("up", "down"):
        return words("change.more" if change == "up" else "change.fewer")
    if change == "none" and indicator(row["indicator"]).unit == "fraction":
        return ""
    return words(f"change.{change}")


def _detail(id: str, row: Row) -> str:
    if indicator(id).unit == "ratio" and row["value"] is not None:
        return f"{ratio_words('detail.oe', row['value'])}, {period_words(row['period'])}"
    key = f"detail.{id}"
    said = period_words(row["period"])
    return f"{words(key)}, {said}" if has_words(key) else said


def _passed(r: Readings, id: str, row: Row) -> list[Row]:
    """The course up to this row, in periods of the same length."""
    kind = "Q" if "Q" in row["period"] else "M" if "-" in row["period"] else "Y"
    return [one for one in r.course(id, kind) if one["period"] <= row["period"]]


def _course(r: Readings, id: str, row: Row) -> str:
    values = [one["value"] for one in _passed(r, id, row)]
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
    return charts.strip(points, middle if row["median"] is not None else None, open_dot=verdicts.is_open(row))
