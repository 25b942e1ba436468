"""Who comes back: when, after which reason, after how long a stay."""

from __future__ import annotations

from demad.reporting.blocks import Section
from demad.reporting.readings import Readings
from demad.reporting.themes.drawn import at_months, trend
from demad.reporting.themes.duration import PEOPLE
from demad.reporting.themes.groups import per_group
from demad.reporting.themes.shock import shocks
from demad.reporting.words import words


def returns(r: Readings) -> Section:
    """When people come back, for whom, and after which reason."""
    steps = ((6, "return_6m"), (12, "return_12m"), (24, "return_24m"))
    blocks = (
        *shocks(r.edition, r.slug),
        at_months(r, steps, "returning", begin=0.0, figure_id="terugkeer-maanden"),
        trend(r, "return_12m", "again", figure_id="terugkeer-verloop"),
        per_group(r, "return_12m", PEOPLE, figure_id="terugkeer-groepen"),
        per_group(r, "return_12m", ("reason", "prior_duration"), figure_id="terugkeer-redenen"),
    )
    return Section("terugkeer", words("theme.returns"), blocks)
