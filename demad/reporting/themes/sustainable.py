"""Who leaves for work, training or a temporary job and stays away."""

from __future__ import annotations

from demad.reporting.blocks import Block, Prose, Section, Sentence
from demad.reporting.readings import Readings
from demad.reporting.themes.after_exit import after_exit
from demad.reporting.themes.drawn import at_months, per_city
from demad.reporting.themes.duration import PEOPLE
from demad.reporting.themes.groups import per_group
from demad.reporting.themes.shock import shocks
from demad.reporting.themes.tracking import tracking
from demad.reporting.words import figure, number, words


def sustainable(r: Readings) -> Section:
    """Beside the other cities, by group, how long who left for work stays away; what became of who started and left."""
    away = ((6, "sustainable_work_6m"), (12, "sustainable_work_12m"), (24, "sustainable_work_24m"))
    blocks: tuple[Block, ...] = (
        *shocks(r.edition, r.slug),
        per_city(r, "sustainable_activation_12m", figure_id="duurzaam-steden"),
        per_group(r, "sustainable_activation_12m", PEOPLE),
        at_months(r, away, "away", begin=1.0, figure_id="wegblijven"),
        tracking(r),
        after_exit(r),
        *_in_words(r),
    )
    return Section("duurzaam", words("theme.sustainable"), blocks)


def _in_words(r: Readings) -> tuple[Prose, ...]:
    """One paragraph: in a PDF a second one may cost a page."""
    sentences = (*_lasting_work(r), *_temporary_jobs(r))
    return (Prose(sentences),) if sentences else ()


def _lasting_work(r: Readings) -> tuple[Sentence, ...]:
    """Who leaves for work and stays away, of those who are there and of those who begin; only where both are shown."""
    rate, share = (r.latest(id) for id in ("sustainable_outflow_12m", "sustainable_from_entry_24m"))
    if rate is None or share is None or rate["value"] is None or share["value"] is None:
        return ()
    said = words("said.lasting_work", rate=number(rate["value"], 1), share=figure(share["value"], "share"))
    return (Sentence(said, (r.source(rate), r.source(share))),)


def _temporary_jobs(r: Readings) -> tuple[Sentence, ...]:
    row = r.latest("art60_return_12m")
    if row is None or row["value"] is None:
        return ()
    return (Sentence(words("said.art60", value=number(row["value"] * 100)), (r.source(row),)),)
