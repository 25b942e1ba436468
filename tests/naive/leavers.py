"""Young people who left youth care and the support they took up (methods.md section 1.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demad.tables.terms import GAPS, SUPPORTS
from tests.naive.at_risk import followed
from tests.naive.history import (
    City,
    Decision,
    age_band,
    attributes,
    covered_months,
    decisions_of,
    month_of,
    of_laws,
    rows_by_person,
    spells_of,
    window_of,
    year_of,
)
from tests.naive.supports import ACTIVATING, support_months

if TYPE_CHECKING:
    from tests.naive.tables import Counts

CARE_LEAVER_COLUMNS = ("n", "d_event", "d_moved", "d_death", "c")
CARE_LEAVER_SPELL_COLUMNS = ("n", "d", "c")
LAST_MONTH = 24
LAST_PAID_MONTH = 36
SOORTEN = {
    "installation_premium": ("installatiepremie",),
    "reference_address": ("referentieadres",),
    "guidance": ("begeleiding",),
    "activation": ACTIVATING,
}
FROM_LEEFLOON = ("leefloon", "leefloon_student", "leefloon_or_equivalent", "gpmi")
COMPETING = {"verhuis": "d_moved", "overlijden": "d_death"}


def count_leavers(table: Counts, city: City) -> None:
    """Every leaver of the window, once per type of support; of a person's rows the last recorded counts."""
    leefloon = rows_by_person(city.leefloon)
    steun = rows_by_person(city.steun or [])
    for person, row in leavers_of(city).items():
        support = _support_months(leefloon.get(person, []), steun.get(person, []), city)
        if city.steun is None:  # of what was not delivered nothing is known, and so of any support neither
            support = {name: support[name] for name in FROM_LEEFLOON}
        _count_leaver(table, row, support, city)


def leavers_of(city: City) -> dict[str, dict]:
    """The row that stands of every person who left youth care."""
    return {row["persoon"]: row for row in city.jeugdhulp or []}


def counted_from(row: dict, city: City) -> int | None:
    """Month 0 of a leaver that counts: it lies in the window and the leaver is followed then."""
    window = window_of(city)
    start = max(month_of(row["einde_jeugdhulp"]), (row["geboortejaar"] + 18) * 12)
    end = min(window.settled, month_of(row["gevolgd_tot"] or city.as_of))
    return start if window.first <= start <= end else None


def count_leaver_spells(table: Counts, city: City, variant: str, decisions: list[Decision], leaver: dict) -> None:
    """CARE_LEAVER_SPELL_RISK: the spells one leaver starts after month 0."""
    window, gap = window_of(city), GAPS[variant]
    start = counted_from(leaver, city)
    if start is None:
        return
    for spell in spells_of(decisions, variant, gap, window):
        risk = followed(spell, window, gap)
        if risk is None or spell.first <= start:
            continue
        for k in risk.steps:
            if k > LAST_PAID_MONTH:
                break
            key = (city.slug, variant, year_of(risk.month(k)), k)
            table.add(key, "n")
            if k == risk.horizon:
                table.add(key, "c" if risk.reason is None else "d")


def _support_months(leefloon: list[dict], steun: list[dict], city: City) -> dict[str, set[int]]:
    """Per type of support the months in which it is covered."""
    decisions = decisions_of(leefloon, city)
    rmi = of_laws(decisions, ("RMI",))
    of_month = {month: attributes(rmi, month) for month in covered_months(rmi)}
    months = {
        "leefloon": set(of_month),
        "leefloon_student": {month for month, known in of_month.items() if known.student},
        "leefloon_or_equivalent": covered_months(decisions),
        "gpmi": {month for month, known in of_month.items() if known.gpmi},
    }
    for support, soorten in SOORTEN.items():
        months[support] = support_months(steun, soorten, city)
    activation = months.pop("activation")
    months["any"] = activation.union(*months.values())
    return months


def _count_leaver(table: Counts, row: dict, support: dict[str, set[int]], city: City) -> None:
    window = window_of(city)
    start = counted_from(row, city)
    if start is None:
        return
    followed_until = month_of(row["gevolgd_tot"] or city.as_of)
    cells = {
        "total": "total",
        "age": age_band(start // 12 - row["geboortejaar"]),
        "sex": row["geslacht"] or "unknown",
        "zorgvorm": row["zorgvorm"] or "unknown",
    }
    end = min(window.settled, followed_until)
    competing = COMPETING.get(row["einde_gevolgd"]) if followed_until <= window.settled else None
    for name in (name for name in SUPPORTS if name in support):
        taken_up = [month for month in sorted(support[name]) if start <= month <= end]
        stop = taken_up[0] if taken_up else end
        column = "d_event" if taken_up else competing or "c"
        for breakdown, group in cells.items():
            cell = (city.slug, name, breakdown, group, year_of(start))
            for month in range(start, min(stop, start + LAST_MONTH) + 1):
                table.add((*cell, month - start), "n")
            if stop - start <= LAST_MONTH:
                table.add((*cell, stop - start), column)
