"""Who came back in another city, where cities share a pseudonym key; nothing where none do."""

from __future__ import annotations

from demad.reporting import charts
from demad.reporting.blocks import Block, Figure, Note, Prose, Sentence
from demad.reporting.readings import Readings, Row, shown
from demad.reporting.themes.drawn import cities_table, reason_of
from demad.reporting.words import catalogue_words, figure, words

_ANYWHERE, _ELSEWHERE = "return_anywhere_12m", "return_elsewhere_12m"


def elsewhere(r: Readings) -> tuple[Block, ...]:
    """Returns anywhere of every city that shares the key, and how many were elsewhere alone, in a sentence.

    A city outside the key, or of which too few came back elsewhere, reads why it has no figure. The year is the newest
    of which some city has one, as every city waits for the last of them. Where no city has one, there is no block.
    """
    known = [row for row in r.all(_ANYWHERE) if _some_city_has_one(r, row["period"])]
    newest = max(known, key=lambda row: row["period"], default=None)
    if newest is None:
        return ()
    if newest["value"] is None:
        outside = newest["status"] == "not_computable"
        reason = words("said.no_common_key") if outside else reason_of(newest["status"])
        return (Note(words("short.missing", label=catalogue_words(_ANYWHERE, "label"), reason=reason)),)
    return (_per_city(r, newest), *_in_words(r, newest["period"]))


def _some_city_has_one(r: Readings, period: str) -> bool:
    return any(point.value is not None for point in r.beside(_ANYWHERE, period))


def _per_city(r: Readings, newest: Row) -> Figure:
    """The cities of the key by name, without a median or a verdict: who is near decides how many return elsewhere."""
    period, label = newest["period"], catalogue_words(_ANYWHERE, "label")
    slugs = {card.name: card.slug for card in r.edition.cities}
    rows = {name: r.of(_ANYWHERE, period, slug) for name, slug in slugs.items()}
    outside = {name for name, row in rows.items() if row is None or row["status"] == "not_computable"}
    points = [point for point in r.beside(_ANYWHERE, period) if point.label not in outside]
    svg = charts.dots(points, scale=100, unit="%", middle=None, middle_name="", hidden=words("short.hidden"))
    alt = " ".join(words("alt.item", label=point.label, value=figure(point.value, "share")) for point in points)
    subtitle = words("chart.compare_sub", unit=words("per.share"), period=period)
    table = cities_table(r, {**newest, "median": None}, points)
    return Figure("terugkeer-elders", label, subtitle, svg, alt, words("chart.elsewhere_read"), table)


def _in_words(r: Readings, period: str) -> tuple[Prose, ...]:
    rows = [row for id in (_ANYWHERE, _ELSEWHERE) if (row := r.at(id, period))]
    if len(shown(rows)) < 2:
        return ()
    anywhere, alone = (figure(row["value"], "share") for row in rows)
    said = Sentence(words("said.elsewhere", year=period, value=anywhere, part=alone), tuple(map(r.source, rows)))
    return (Prose((said, Sentence(words("said.common_key")))),)
