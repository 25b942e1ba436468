"""The headline of a city: what is its own, with the numbers behind it, and what all cities share apart."""

from __future__ import annotations

from demad.catalogue import indicator
from demad.reporting import verdicts
from demad.reporting.blocks import Headline, Sentence
from demad.reporting.readings import Readings, Row
from demad.reporting.words import catalogue_words, difference, figure, number, period_words, words

FINDINGS = (
    "still_on_12m",
    "cif_work_12m",
    "sustainable_activation_12m",
    "return_12m",
    "outflow_oe",
    "outflow_rate",
    "inflow_rate",
    "caseload_rate",
    "careleaver_any_support_6m",
    "inflow_unemployment_share",
    "student_share",
    "youth_share",
    "outflow_unknown_share",
)
"""What a headline may be about: figures of what happens to people, of who they are, and of what is not registered."""

_REGISTRATION = "outflow_unknown_share"
_FEW, _NEARLY_ALL, _HALF = 4, 10 / 13, 1 / 2


def headline(r: Readings) -> Headline:
    """The largest difference of the city's own, else its own change; then the second, how many people, and the common.

    A sentence is made only of a figure that passed the test and matters (`methods.md` section 2.5).
    """
    own = [_finding(r, id, row) for id, row in _of_two_themes(findings(r))]
    told = own or _moved(r)
    first = told[0] if told else Sentence(words(f"headline.{_otherwise(r)}", city=r.name))
    rest = [*told[1:2], *([Sentence(words("headline.neither", city=r.name))] if told and not own else [])]
    bullets = tuple(one for one in (*rest, _people(r)) if one)
    return Headline(first.text, bullets, said=(first,), common=_common(r))


def findings(r: Readings) -> list[tuple[str, Row]]:
    """The figures in which the city really differs by something that matters.

    Those with a good and a bad side first, the clearest of them before the others, what is not registered last; then
    the furthest from the median.
    """
    rows = [(id, row) for id in FINDINGS if (row := r.latest(id)) and verdicts.sided(row)]
    return sorted(rows, key=lambda one: (_kind(one[0]), _is_less_clear(*one), -_far(one[1], "median")))


def _is_less_clear(id: str, row: Row) -> bool:
    """Of neutral figures the size says more than how unusual it is."""
    return bool(indicator(id).direction) and not row["verdict"].startswith("clear")


def _kind(id: str) -> int:
    return 2 if id == _REGISTRATION else 0 if indicator(id).direction else 1


def _far(row: Row, other: str) -> float:
    """How far from the median of the others or from a year before, as a part of it."""
    return abs(row["value"] - row[other]) / row[other] if row[other] else 0.0


def _of_two_themes(found: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
    """The first finding, and the next one that is about something else."""
    other = [one for one in found[1:] if indicator(one[0]).theme != indicator(found[0][0]).theme]
    return found[:1] + other[:1]


def _finding(r: Readings, id: str, row: Row) -> Sentence:
    unit, key = indicator(id).unit, f"finding.{id}_{verdicts.sided(row)}"
    if unit == "ratio":
        value = number(abs(round((row["value"] - 1) * 100)))
        text = f"{words(key, value=value, year=row['period'][:4])}."
    else:
        now, median = figure(row["value"], unit), figure(row["median"], unit)
        text = words("headline.beside", said=words(key), value=now, median=median)
    return Sentence(_capital(text), (r.source(row),))


def _moved(r: Readings) -> list[Sentence]:
    """Changes over a year that pass the test, matter, and are not those of half of the other cities."""
    found = []
    for id in FINDINGS:
        row, entry = r.latest(id), indicator(id)
        if row is None or entry.unit == "ratio" or row["change"] not in ("up", "down") or _is_shared(r, row):
            continue
        if abs(row["difference"]) >= max(entry.margin * row["year_before"], entry.least_margin):
            found.append((id, row))
    ordered = sorted(found, key=lambda one: (_kind(one[0]), -_far(one[1], "year_before")))
    return [
        Sentence(
            words(
                f"headline.moved_{row['change']}",
                label=catalogue_words(id, "label"),
                before=figure(row["year_before"], indicator(id).unit),
                now=figure(row["value"], indicator(id).unit),
            ),
            (r.source(row),),
        )
        for id, row in ordered
    ]


def _is_shared(r: Readings, row: Row) -> bool:
    others = [one for one in r.totals_at(row["indicator"], row["period"]) if one["city"] != r.slug]
    return sum(one["change"] == row["change"] for one in others) >= _HALF * len(others)


def _otherwise(r: Readings) -> str:
    """Nothing stands out: that is not certain, or nothing can be said."""
    told = any((row := r.latest(id)) and row["verdict"] not in ("none", "unsaid") for id in FINDINGS)
    return "neither" if told else "nothing"


def _people(r: Readings) -> Sentence | None:
    """How many people, how many more or fewer, and the city's place in that movement: exact numbers, not tested."""
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
    return Sentence(f"{said} {_place(r, change)}".strip(), (r.source(row),))


def _place(r: Readings, change: str) -> str:
    """Beyond the middle half of the other cities, or within it."""
    row = r.latest("caseload_change_yoy")
    if change not in ("up", "down") or row is None or row["value"] is None or row["upper_quartile"] is None:
        return ""
    side = 1 if change == "up" else -1
    ends = sorted((side * row["lower_quartile"], side * row["upper_quartile"]))
    own = side * row["value"]
    place = "most" if own > ends[1] else "least" if own < ends[0] else "usual"
    return words(f"headline.{place}_{change}")


def _common(r: Readings) -> str:
    """What moves the same way in at least ten of thirteen cities is said once, as common."""
    row = r.latest("caseload_change_yoy")
    if row is None:
        return ""
    changes = [
        found["value"] for found in r.totals_at("caseload_change_yoy", row["period"]) if found["value"] is not None
    ]
    for side, name in ((1, "up"), (-1, "down")):
        same = sum(side * change > 0 for change in changes)
        if len(changes) > _FEW and same >= _NEARLY_ALL * len(changes):
            return words(f"headline.common_{name}")
    return ""


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
