"""A city report as a tree of blocks. Written once here; every renderer draws it."""

from __future__ import annotations

from demad.catalogue import CATALOGUE
from demad.reporting.blocks import Block, Listing, Note, Page, Section, Table
from demad.reporting.edition import CityCard, Edition
from demad.reporting.glance import headline, strip_table
from demad.reporting.themes import themes
from demad.reporting.words import number, words


def city_page(edition: Edition, slug: str) -> Page:
    """The whole report of one city."""
    card = edition.card(slug)
    breaks: tuple[Block, ...] = (Note(card.series_break),) if card.series_break else ()
    sections = (
        Section("oogopslag", words("page.glance"), (headline(edition, slug), strip_table(edition, slug), *breaks)),
        *themes(edition, slug),
        Section("gegevens", words("theme.quality"), (state_table(edition), _provenance(edition, card))),
        Section("vragen", words("page.questions"), (_questions(),)),
        Section("definities", words("page.definitions"), (definitions(),)),
    )
    return Page(slug, card.name, words("page.title"), edition.label, sections)


def state_table(edition: Edition) -> Table:
    """Every city by name, with how old its data are; late and refused ones too."""
    rows = tuple(
        (
            card.name,
            words(f"city.{card.state}"),
            card.as_of.strftime("%d/%m/%Y") if card.as_of else "\u2013",
            f"{number(card.age_days)} dagen" if card.age_days is not None else "\u2013",
            card.note,
        )
        for card in sorted(edition.cities, key=lambda card: card.name)
    )
    return Table(("Stad", "Toestand", "Gegevens tot", "Ouder dan de nieuwste", "Opmerking"), rows, "De steden")


def definitions() -> Table:
    """What every indicator counts, in words."""
    rows = tuple(
        (
            entry.label,
            entry.population,
            entry.formula,
            entry.worked_example,
            f"{entry.id}, versie {entry.version}",
        )
        for entry in CATALOGUE
    )
    return Table(("Indicator", "Wie telt mee", "Hoe we tellen", "Voorbeeld", "Code"), rows, words("page.definitions"))


def _questions() -> Listing:
    return Listing(tuple(words(f"question.{name}") for name in ("one", "two", "three", "four")))


def _provenance(edition: Edition, card: CityCard) -> Listing:
    inputs = edition.inputs.get(card.slug, "\u2013")
    return Listing(
        (
            "De gegevens zijn gepseudonimiseerd. In dit rapport staan alleen samengetelde cijfers.",
            f"Aantallen onder {edition.threshold} tonen we niet, en ook niet wat ze zou verraden.",
            "De onzekerheid gaat over toeval van jaar tot jaar: dit is een volledige telling, geen steekproef.",
            "De steden verschillen ook in wie er woont. Een verschil is geen bewijs van beter of slechter werk.",
            f"Software {edition.version} ({edition.software}), gegevens {inputs}. Vragen: {edition.contact}.",
        )
    )
