"""Who comes back: when, after which reason, after how long a stay."""

from __future__ import annotations

from demad.reporting.blocks import Block, Prose, Section, Sentence
from demad.reporting.readings import Readings
from demad.reporting.themes.drawn import at_months, trend
from demad.reporting.themes.duration import PEOPLE
from demad.reporting.themes.elsewhere import elsewhere
from demad.reporting.themes.groups import per_group
from demad.reporting.themes.shock import shocks
from demad.reporting.words import figure, words


def returns(r: Readings) -> Section:
    """When people come back, for whom, after which reason and where, and how many ever did in ten years."""
    steps = ((6, "return_6m"), (12, "return_12m"), (24, "return_24m"))
    blocks: tuple[Block, ...] = (
        *shocks(r.edition, r.slug),
        at_months(r, steps, "returning", begin=0.0, figure_id="terugkeer-maanden"),
        trend(r, "return_12m", "again", figure_id="terugkeer-verloop"),
        per_group(r, "return_12m", PEOPLE, figure_id="terugkeer-groepen"),
        per_group(r, "return_12m", ("reason", "prior_duration"), figure_id="terugkeer-redenen"),
        *elsewhere(r),
        *_in_ten_years(r),
    )
    return Section("terugkeer", words("theme.returns"), blocks)


def _in_ten_years(r: Readings) -> tuple[Prose, ...]:
    """Of how many people the leefloon stopped and began again, in ten years or in the years that there are."""
    row = r.latest("instability_share")
    if row is None or row["value"] is None:
        return ()
    key = "said.unstable_short" if row["status"] == "not_comparable" else "said.unstable"
    said = words(key, city=r.name, year=row["period"], value=figure(row["value"], "share"))
    return (Prose((Sentence(said, (r.source(row),)),)),)
