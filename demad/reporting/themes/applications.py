"""Applications: how soon they are decided, beside the other cities that deliver them, and how many are refused."""

from __future__ import annotations

from demad.reporting.blocks import Block, Note, Prose, Section, Sentence
from demad.reporting.readings import Readings
from demad.reporting.themes.drawn import per_city, reason_of, state_of
from demad.reporting.words import catalogue_words, number, words

_IN_TIME = "application_within_30d"


def applications(r: Readings) -> Section:
    """Decided within the legal term, per city; the median and the refusals in a sentence each."""
    blocks: tuple[Block, ...] = (_decided(r), *_in_words(r))
    return Section("aanvragen", words("theme.applications"), blocks)


def _decided(r: Readings) -> Block:
    newest = r.latest(_IN_TIME)
    if newest is None or newest["status"] == "not_computable":
        reason = reason_of(state_of(newest, delivered=r.delivered(_IN_TIME)))
        return Note(words("short.missing", label=catalogue_words(_IN_TIME, "label"), reason=reason))
    return per_city(r, _IN_TIME, figure_id="aanvragen-steden")


def _in_words(r: Readings) -> tuple[Prose, ...]:
    said = []
    if (half := r.latest("application_days_median")) and half["value"] is not None:
        said.append(Sentence(words("said.half_settled", value=number(half["value"])), (r.source(half),)))
    if (refused := r.latest("application_refused_share")) and refused["value"] is not None:
        value = number(refused["value"] * 100)
        said.append(Sentence(words("said.refused", value=value), (r.source(refused),)))
    if said:
        said.append(Sentence(words("said.applications")))
    return (Prose(tuple(said)),) if said else ()
