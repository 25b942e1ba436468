"""How long people stay on benefit."""

from __future__ import annotations

from demad.reporting.blocks import Block, Prose, Section, Sentence
from demad.reporting.readings import Readings
from demad.reporting.themes.drawn import at_months, trend
from demad.reporting.themes.groups import per_group
from demad.reporting.themes.shock import shocks
from demad.reporting.themes.years_on import years_on
from demad.reporting.words import number, words

PEOPLE = ("age", "household", "nationality")


def duration(r: Readings) -> Section:
    """Who is still on benefit after one and two years, over time and by group, and months in five years."""
    steps = ((12, "still_on_12m"), (24, "still_on_24m"))
    blocks: tuple[Block, ...] = (
        *shocks(r.edition, r.slug),
        at_months(r, steps, "stay", begin=1.0, figure_id="blijven"),
        trend(r, "still_on_12m", "still", figure_id="nog-leefloon"),
        *_in_words(r),
        per_group(r, "still_on_12m", PEOPLE),
        per_group(r, "long_term_share", PEOPLE),
        years_on(r),
    )
    return Section("duur", words("theme.duration"), blocks)


def _in_words(r: Readings) -> tuple[Prose, ...]:
    said = []
    if (half := r.latest("duration_median")) and half["value"] is not None:
        digits = 0 if float(half["value"]).is_integer() else 1
        said.append(Sentence(words("said.half_gone", value=number(half["value"], digits)), (r.source(half),)))
    if (long := r.latest("long_term_share")) and long["value"] is not None:
        said.append(Sentence(words("said.long_term", value=number(long["value"] * 100)), (r.source(long),)))
    return (Prose(tuple(said)),) if said else ()
