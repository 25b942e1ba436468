"""How sure the figures are: how complete the data, how comparable the cities, and how current each of them."""

from __future__ import annotations

from demad.catalogue import CATALOGUE, indicator
from demad.reporting.blocks import Block, Note, Prose, Section, Sentence, Table
from demad.reporting.edition import Edition
from demad.reporting.readings import Readings
from demad.reporting.themes.drawn import filled_columns, remark
from demad.reporting.words import catalogue_words, day, figure, number, words

_SHARES = ("outflow_unknown_share",)


def certainty(r: Readings) -> Section:
    """Quality of this city's data, what the uncertainty means, and the state of every city."""
    said = ("chance", "judged", "marks", "alarms", "mix", "registering", "estimates")
    breaks: tuple[Block, ...] = (Note(r.card.series_break),) if r.card.series_break else ()
    blocks: tuple[Block, ...] = (
        _quality(r),
        Prose(
            (
                *(Sentence(words(f"said.{name}")) for name in said),
                *(Sentence(one) for one in how_rounded(r.edition)),
            )
        ),
        *breaks,
        state_table(r.edition),
    )
    return Section("zekerheid", words("theme.certainty"), blocks)


def how_rounded(edition: Edition) -> list[str]:
    """What counts are rounded to, from where on they are shown, and what is exact."""
    said = words("said.threshold", base=str(edition.policy.base), threshold=edition.threshold)
    return [said, words("said.exact_stock")] if edition.policy.exact_stock else [said]


def _quality(r: Readings) -> Table:
    ids = (*(entry.id for entry in CATALOGUE if entry.theme == "data quality"), *_SHARES)
    rows = [(id, r.latest(id)) for id in ids]
    cells = tuple(
        (
            catalogue_words(id, "label"),
            figure(row["value"] if row else None, indicator(id).unit),
            figure(row["median"] if row else None, indicator(id).unit),
            remark(row, delivered=r.delivered(id)),
        )
        for id, row in rows
    )
    columns = tuple(words(f"table.{name}") for name in ("indicator", "value", "middle", "note"))
    return Table(columns, cells, words("table.quality"), tuple((r.source(row),) if row else () for _, row in rows))


def state_table(edition: Edition) -> Table:
    """Every city by name, with how old its data are; late and refused ones too."""
    rows = tuple(
        (
            card.name,
            words(f"city.{card.state}"),
            day(card.as_of),
            words("short.days", value=number(card.age_days)) if card.age_days is not None else "\u2013",
            card.note,
        )
        for card in sorted(edition.cities, key=lambda card: card.name)
    )
    columns = tuple(words(f"table.{name}") for name in ("city", "state", "until", "age", "note"))
    return filled_columns(Table(columns, rows, words("table.states")))
