"""The privacy policy as a page a data controller can read. Not here: applying it.

What is published is a choice, and the choice is the first protection:

* The series ``wide`` is shown in totals only, its flows only by year: the difference with ``main`` in a group
  or a month would count the few people with an equivalent leefloon. A total is hidden where it is small.
* Groups are shown once a year and are never crossed.
* Numerators of shares are not published, nor the denominators of groups: shares would give them back.
* Numbers are printed coarsely: shares in whole per cents, durations in tenths of a month, ratios in hundredths.
"""

from __future__ import annotations

from dataclasses import dataclass

from demad.reference.settings import Settings

SENSITIVE = ("nationality", "reason", "zorgvorm")
PRINTED = {
    "share": 2,
    "fraction": 2,
    "ratio": 2,
    "months": 1,
    "per 1000": 1,
    "% a month": 1,
    "persons": 0,
    "spells": 0,
    "days": 0,
}
COUNT_UNITS = ("persons", "spells")
RATE_UNITS = ("ratio", "per 1000", "% a month")
FLOWS = ("inflow_count", "outflow_count", "net_flow")
TOTALS_ONLY = ("wide", "gap0", "gap3")


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be shown (`methods.md` section 3.6); every number can only become stricter.

    ``threshold``: counts from 1 to one less are hidden, and shares that rest on such a count or on such a
    rest. A hidden count stays protected when whoever knows everything published, and his own city, cannot
    bound it more narrowly than ``threshold`` values.
    ``least_denominator``: shares and durations of fewer people are hidden.
    ``group_denominator``: 0 % and 100 % of fewer people are hidden where the trait is sensitive, because
    they speak of everybody at once.
    ``fewest_cities``, ``dominance``: a pooled figure of a group is hidden if fewer cities stand behind it, or
    if one city whose own figure is hidden is more than this share of it.
    ``coalition``: so many cities may put their own counts together and still not find another's.
    ``sensitive``: breakdowns in which a shown 0 would also say something of everybody.
    """

    threshold: int = 10
    least_denominator: int = 30
    group_denominator: int = 50
    fewest_cities: int = 3
    dominance: float = 0.75
    sensitive: tuple[str, ...] = SENSITIVE
    coalition: int = 2


def policy_of(settings: Settings) -> Policy:
    """The policy of one installation, from the table ``[privacy]`` of its ``demad.toml``."""
    return Policy(
        threshold=max(settings.publish_threshold, settings.privacy.threshold),
        least_denominator=settings.privacy.least_denominator,
        group_denominator=settings.privacy.group_denominator,
        fewest_cities=settings.privacy.fewest_cities,
        dominance=settings.privacy.dominance_percent / 100,
        coalition=settings.privacy.coalition,
    )
