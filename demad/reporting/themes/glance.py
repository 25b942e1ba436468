"""Page one of a city report: the headline, three sentences, the core indicators in one image, two courses."""

from __future__ import annotations

from demad.catalogue import indicator
from demad.reporting import charts, verdicts
from demad.reporting.blocks import Block, Figure, Headline, Note, Section, Sentence, Strip, StripRow
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import alt_of, by_period, missing, reason_of, state_of, trend
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

_FEW, _NEARLY_ALL = 4, 10 / 13
FINDINGS = (
    "still_on_12m",
    "cif_work_12m",
    "sustainable_activation_12m",
    "return_12m",
    "outflow_oe",
    "inflow_rate",
    "caseload_rate",
    "careleaver_any_support_6m",
)


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
    """The core figures in which the city really differs by something that matters.

    Those with a good and a bad side first, then the clearest, then the furthest.
    """
    rows = [(id, row) for id in FINDINGS if (row := r.latest(id)) and verdicts.sided(row)]
    neutral = {id: not indicator(id).direction for id in FINDINGS}
    return sorted(rows, key=lambda one: (neutral[one[0]], not one[1]["verdict"].startswith("clear"), -_far(one[1])))


def _far(row: Row) -> float:
    """How far from the median of the others, as a part of it."""
    median = row["median"]
    return abs(row["value"] - median) / median if median else 0.0


def headline(r: Readings) -> Headline:
    """A sentence only about what passed the test, and the three figures behind it."""
    found = findings(r)
    said = [words(f"finding.{id}_{verdicts.sided(row)}") for id, row in found[:2]]
    if len(said) > 1:
        text = words("headline.two", first=said[0], second=said[1])
    elif said:
        text = words("headline.one", first=said[0])
    else:
        text = words(f"headline.{_otherwise(r)}", city=r.name)
    text = f"{_movement(r)} {text[:1].upper()}{text[1:]}".strip()
    bullets = (
        _common_bullet(r),
        _stock_bullet(r),
        *(_share_bullet(r, id) for id in ("still_on_12m", "sustainable_activation_12m")),
    )
    return Headline(text, tuple(bullet for bullet in bullets if bullet))


def _movement(r: Readings) -> str:
    """The city's own place in what its number of people did over a year: exact numbers, so nothing is tested."""
    row, stock = r.latest("caseload_change_yoy"), r.latest("caseload_stock")
    if row is None or row["value"] is None or stock is None or row["upper_quartile"] is None:
        return ""
    if stock["change"] not in ("up", "down"):
        return words("headline.steady")
    side = 1 if stock["change"] == "up" else -1
    ends = sorted((side * row["lower_quartile"], side * row["upper_quartile"]))
    own = side * row["value"]
    place = "most" if own > ends[1] else "least" if own < ends[0] else "usual"
    return words(f"headline.{place}_{stock['change']}")


def _common_bullet(r: Readings) -> Sentence | None:
    """What moves the same way in at least ten of thirteen cities is said once, as common."""
    row = r.latest("caseload_change_yoy")
    if row is None:
        return None
    changes = [
        found["value"] for found in r.totals_at("caseload_change_yoy", row["period"]) if found["value"] is not None
    ]
    for side, name in ((1, "up"), (-1, "down")):
        same = sum(side * change > 0 for change in changes)
        if len(changes) > _FEW and same >= _NEARLY_ALL * len(changes):
            return Sentence(words(f"headline.common_{name}"))
    return None


def _otherwise(r: Readings) -> str:
    """Nothing stands out: that is not certain, or nothing can be said."""
    told = any((row := r.latest(id)) and row["verdict"] not in ("none", "unsaid") for id in FINDINGS)
    return "neither" if told else "nothing"


def _stock_bullet(r: Readings) -> Sentence | None:
    """The exact stock is a fact: its change is said in people and per cent, and named by its size."""
    row = r.latest("caseload_stock")
    if row is None or row["value"] is None:
        return None
    before = row["year_before"]
    change = row["change"] if before and row["change"] in ("up", "down", "about") else "none"
    moved = row["value"] - before if before else 0
    said = words(
        f"bullet.caseload_stock_{change}",
        month=period_words(row["period"]),
        value=number(row["value"]),
        change=number(abs(moved)),
        share=number(abs(moved) / before * 100) if before else "",
        signed=difference(moved, "persons"),
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
        course_alt=words("alt.spark", label=label, value=shown),
        place="" if entry.unit in ("persons", "spells") else _place(r, id, row),
        place_alt=_place_alt(label, row),
        verdict=verdicts.css_class(row),
        verdict_words=verdict,
        meaning=rest,
        sources=(r.source(row),),
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


def _place_alt(label: str, row: Row) -> str:
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


def _detail(id: str, row: Row) -> str:
    if indicator(id).unit == "ratio" and row["value"] is not None:
        return f"{ratio_words('detail.oe', row['value'])}, {period_words(row['period'])}"
    key = f"detail.{id}"
    said = period_words(row["period"])
    return f"{words(key)}, {said}" if has_words(key) else said


def ratio_words(key: str, value: float, **filled: object) -> str:
    """Observed against expected as a percentage: more, less or the same."""
    percent = round((value - 1) * 100)
    variant = "same" if percent == 0 else "more" if percent > 0 else "less"
    return words(f"{key}_{variant}", value=number(abs(percent)), **filled)


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
    return charts.strip(points, middle if row["median"] is not None else None, open_dot=verdicts.is_open(row))


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
