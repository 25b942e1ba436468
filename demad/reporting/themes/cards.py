"""The three cards of page one: how long, out to work or training, back again. One sentence and one verdict each."""

from __future__ import annotations

from demad.reporting import charts, verdicts
from demad.reporting.blocks import Card, Cards
from demad.reporting.readings import Readings
from demad.reporting.themes.drawn import cities_table, place_alt, reason_of, state_of
from demad.reporting.words import catalogue_words, number, words

ASKED = ("still_on_12m", "sustainable_activation_12m", "return_12m")


def cards(r: Readings) -> Cards:
    """How long, out, and back: with the city and the cities that are most like it among all dots."""
    return Cards(tuple(card(r, id) for id in ASKED))


def card(r: Readings, id: str) -> Card:
    """One figure in a sentence, its place between the cities, and what can be said of it."""
    title, row = words(f"card.{id}"), r.latest(id)
    if row is None or row["value"] is None:
        why = reason_of(state_of(row, delivered=r.delivered(id)))
        return Card(id, title, f"{catalogue_words(id, 'label')}: {why}", "", "", "unmarked", "", "")
    said = words(f"bullet.{id}", value=number(row["value"] * 100))
    if row["median"] is not None:
        said += " " + words("bullet.middle_share", median=number(row["median"] * 100))
    alike = tuple(r.edition.card(one["peer"]).name for one in r.peers())
    median = row["median"]
    middle = None if median is None else (row["lower_quartile"], median, row["upper_quartile"])
    points = r.beside(id, row["period"])
    drawn = charts.strip(
        points,
        middle,
        open_dot=verdicts.is_open(row),
        alike=alike,
    )
    return Card(
        id, title, said, drawn, place_alt(catalogue_words(id, "label"), row), verdicts.css_class(row),
        verdicts.short(row), verdicts.rest(row), (r.source(row),), cities_table(r, row, points),
    )  # fmt: skip
