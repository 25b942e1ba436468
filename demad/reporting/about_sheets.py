"""The sheets of a workbook that say what its figures are: read me, definitions, changes and provenance."""

from __future__ import annotations

from collections.abc import Iterable

from demad.catalogue import CATALOGUE, indicator
from demad.reporting.edition import Delivered, Edition
from demad.reporting.excel_csv import status_words, unit_words
from demad.reporting.sheet import Sheet, column_words
from demad.reporting.words import breakdown_words, catalogue_words, group_words, words


def read_me(edition: Edition, slug: str, others: Iterable[str]) -> Sheet:
    """The city, the edition, what is on the other sheets (by their keys), and the rules that every reader needs."""
    card = edition.card(slug)
    as_of = card.as_of or words("city.missing")
    rows = (
        (words("workbook.city"), card.name),
        (words("workbook.edition"), edition.label),
        (words("workbook.as_of"), as_of),
        (words("workbook.state"), words(f"city.{card.state}")),
        *(
            (words("workbook.sheet_of", sheet=words(f"workbook.sheet_{key}")), words(f"workbook.sheet_{key}_says"))
            for key in others
        ),
        *((words(f"workbook.{key}"), _rule(key, edition)) for key in _RULES),
        *((words("workbook.status_of", status=name), says) for name, says in status_words(edition)),
        (words("workbook.licence"), edition.look.licence),
        (words("workbook.contact"), edition.contact),
    )
    return Sheet(words("workbook.sheet_readme"), (words("workbook.subject"), words("workbook.says")), rows)


_RULES = ("values", "interval", "hidden", "fair")


def _rule(key: str, edition: Edition) -> str:
    policy = edition.policy
    says = words(f"workbook.{key}_says", base=str(policy.base), threshold=edition.threshold)
    return f"{says} {words('said.exact_stock')}" if key == "hidden" and policy.exact_stock else says


def definitions() -> Sheet:
    """What every indicator of the catalogue counts and divides, with its worked example."""
    rows = [
        (
            catalogue_words(entry.id, "label"), entry.id, unit_words(entry.unit),
            *(catalogue_words(entry.id, name) for name in _SAID), entry.version,
        )
        for entry in CATALOGUE
    ]  # fmt: skip
    return Sheet(
        words("workbook.sheet_definitions"),
        column_words(
            "indicator", "code", "unit", "population", "formula", "numerator_of", "denominator_of", "interval",
            "example", "version",
        ),
        rows,
    )  # fmt: skip


_SAID = ("population", "formula", "numerator", "denominator", "interval", "worked_example")


def changes(edition: Edition, slug: str) -> Sheet:
    """Figures of this city that a revision changed, with the old and the new value and the reason."""
    found = [one for one in edition.revisions if one.city == slug]
    rows = [
        (
            catalogue_words(one.indicator, "label"), one.indicator, one.period, breakdown_words(one.breakdown),
            group_words(one.breakdown, one.group), one.before, one.after, one.reason,
        )
        for one in found
    ]  # fmt: skip
    return Sheet(
        words("workbook.sheet_changes"),
        column_words("indicator", "code", "period", "breakdown", "group", "old", "new", "reason"),
        rows,
        [indicator(one.indicator).unit for one in found],
        column_words("old", "new"),
    )


def provenance(edition: Edition, slug: str) -> Sheet:
    """Publisher, software, the hash of the tables of every city, and the rules of what is shown."""
    cards = sorted(edition.cities, key=lambda card: card.name)
    delivered = edition.card(slug).delivered
    rows = (
        (words("workbook.publisher"), edition.look.publisher),
        (words("workbook.software"), f"{edition.version} ({edition.software})"),
        (words("workbook.threshold"), str(edition.threshold)),
        *(
            (words("workbook.inputs_of", city=card.name), edition.inputs.get(card.slug, "") or words("city.missing"))
            for card in cards
            if card.slug == slug or edition.inputs.get(card.slug)
        ),
        *((words("workbook.delivery_of", source=words(f"source.{one.dataset}")), _origin(one)) for one in delivered),
        (words("workbook.rows"), words("said.rows_inside")),
    )
    return Sheet(words("workbook.sheet_provenance"), (words("workbook.subject"), words("workbook.says")), rows)


def _origin(one: Delivered) -> str:
    since, as_of, made_on = (f"{found:%d/%m/%Y}" for found in (one.since, one.as_of, one.made_on))
    return words("workbook.delivery_says", delivery=one.delivery, since=since, until=as_of, made_on=made_on)
