"""The end of a report: what every figure counts, what to talk about, and where it all comes from."""

from __future__ import annotations

from demad.catalogue import CATALOGUE, TREND_RULE
from demad.reporting.blocks import Block, Definition, Listing, Prose, Section, Sentence, Table
from demad.reporting.readings import Readings
from demad.reporting.themes.glance import CORE
from demad.reporting.themes.monday import later
from demad.reporting.words import catalogue_words, day, has_words, words

_TERMS = ("population", "formula", "numerator", "denominator", "interval", "worked_example")


def definitions(ids: tuple[str, ...] = ()) -> Section:
    """What each indicator counts; all of the catalogue unless some are asked."""
    chosen = [entry for entry in CATALOGUE if not ids or entry.id in ids]
    return Section("definities", words("theme.definitions"), tuple(definition(entry.id) for entry in chosen))


def definition(id: str) -> Definition:
    """Who counts, how, and a worked example."""
    version = next(entry.version for entry in CATALOGUE if entry.id == id)
    terms = tuple((words(f"term.{name}"), catalogue_words(id, name)) for name in _TERMS)
    code = (words("term.code"), words("short.code", id=id, version=version))
    return Definition(id, catalogue_words(id, "label"), (*terms, code))


def plain_definition(id: str) -> Definition:
    """Who counts and a worked example; how it is computed one click away."""
    whole = definition(id)
    plain = {words(f"term.{name}") for name in ("population", "worked_example")}
    return Definition(
        id,
        whole.name,
        tuple(pair for pair in whole.terms if pair[0] in plain),
        tuple(pair for pair in whole.terms if pair[0] not in plain),
    )


def questions(r: Readings) -> Section:
    """What is left after the questions of page one."""
    return Section("vragen", words("theme.questions"), (later(r),))


def provenance(r: Readings) -> Section:
    """Who publishes this, under which licence, from which data and software."""
    edition = r.edition
    said = (
        words("said.pseudonyms"),
        *_shipped(r),
        words("said.publisher", publisher=edition.look.publisher),
        words("said.contact", contact=edition.contact),
        words("said.licence", licence=edition.look.licence),
        words("said.accessibility"),
        words("said.software", version=edition.version, software=edition.software),
        words("said.inputs", inputs=edition.inputs.get(r.slug, "") or "\u2013"),
    )
    return Section("herkomst", words("theme.provenance"), (Listing(said), *_deliveries(r)))


def _shipped(r: Readings) -> tuple[str, ...]:
    """That the city kept its rows, and who rounded the counts that it sent."""
    shipped = r.card.shipped
    if shipped is None:
        return ()
    said, how = "said.bundle_rounded", {"base": str(r.edition.policy.base)}
    if shipped.agreement:
        said, how = "said.bundle_exact", {"agreement": shipped.agreement}
    return (words(said, city=r.name, number=str(shipped.sequence), **how),)


def _deliveries(r: Readings) -> tuple[Block, ...]:
    """Which delivery each dataset comes from. No counts of rows: those are of people and went through no door."""
    if not r.card.delivered:
        return ()
    rows = tuple(
        (words(f"source.{one.dataset}"), one.delivery, day(one.since), day(one.as_of), day(one.made_on))
        for one in r.card.delivered
    )
    columns = tuple(words(f"table.{name}") for name in ("source", "delivery", "since", "until", "made_on"))
    return (
        Table(columns, rows, words("table.deliveries", city=r.name)),
        Prose((Sentence(words("said.rows_inside")),)),
    )


def trend_rule() -> Definition:
    """When a series may be said to rise or fall, as the catalogue has it."""
    rule = words("trend.rule") if has_words("trend.rule") else TREND_RULE
    terms = ((words("trend.term_word"), words("trend.word")), (words("trend.term_rule"), rule))
    return Definition("pijl", words("trend.title"), terms)


def core_definitions() -> Section:
    """What the nine of page one count; the others stand on the page of definitions."""
    section = definitions(CORE)
    return Section(
        section.id, section.title, (*section.blocks, trend_rule(), Prose((Sentence(words("said.all_definitions")),)))
    )
