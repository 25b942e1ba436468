"""Young people who left youth care and the support they took up (methods.md section 1.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demad.tables.terms import GAPS, RETURN_REASONS, SUPPORTS
from tests.naive.applications import GIVEN, applications_of
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
CARE_LEAVER_RETURN_COLUMNS = ("n", "d_return", "c")
LAST_MONTH = 24
LAST_PAID_MONTH = 36
SOORTEN = {
    "installation_premium": ("installatiepremie",),
    "reference_address": ("referentieadres",),
    "guidance": ("begeleiding",),
    "activation": ACTIVATING,
}
COMPETING = {"verhuis": "d_moved", "overlijden": "d_death"}


def count_leavers(table: Counts, city: City) -> None:
    """Every leaver of the window, once per type of support; of a person's rows the last recorded counts."""
    leefloon = rows_by_person(city.leefloon)
    steun = rows_by_person(city.steun or [])
    asked: dict[str, list[dict]] = {}
    for application in applications_of(city):
        asked.setdefault(application["persoon"], []).append(application)
    for person, row in leavers_of(city).items():
        support = _support_months(leefloon.get(person, []), steun.get(person, []), city)
        applied = {kind: _months_asked(asked.get(person, []), kind, city) for kind in ("leefloon", "any")}
        support["applied"] = support["leefloon"] | applied["leefloon"]
        support["known"] = support["any"] | applied["any"]
        support["kept"] = _months_kept(decisions_of(leefloon.get(person, []), city), row, city)
        # Of what was not delivered nothing is known, and so of any support, or of who applied, neither.
        unknown = set() if city.steun is not None else {*SOORTEN, "any", "known"}
        unknown |= set() if city.aanvragen is not None else {"applied", "known"}
        _count_leaver(table, row, {name: of for name, of in support.items() if name not in unknown}, city)


def _months_asked(asked: list[dict], kind: str, city: City) -> set[int]:
    """From the month of each application to that of its end; an end on a day that is not known was in that month."""
    months: set[int] = set()
    for row in asked:
        if kind not in ("any", row["soort"]):
            continue
        last = row["beslist_op"] or (row["aangevraagd_op"] if row["uitkomst"] in GIVEN else city.as_of)
        months |= set(range(month_of(row["aangevraagd_op"]), month_of(last) + 1))
    return months


def _months_kept(decisions: list[Decision], row: dict, city: City) -> set[int]:
    """Months after the first twelve of a spell, of which those before month 0 are not counted."""
    start = counted_from(row, city)
    if start is None:
        return set()
    spells = spells_of(decisions, "main", GAPS["main"], window_of(city))
    return {month for spell in spells for month in range(max(spell.first, start) + 12, spell.last + 1)}


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


def count_leaver_returns(table: Counts, city: City, variant: str, decisions: list[Decision], leaver: dict) -> None:
    """CARE_LEAVER_RETURN_RISK: after each exit of such a spell, month by month until a return or M - L."""
    window, gap = window_of(city), GAPS[variant]
    start = counted_from(leaver, city)
    if start is None:
        return
    for spell in spells_of(decisions, variant, gap, window):
        if spell.first <= start or spell.left_censored or spell.ending not in RETURN_REASONS:
            continue
        if not window.first <= spell.last <= window.last_transition(gap):
            continue
        for m in range(1, LAST_MONTH + 1):
            key = (city.slug, variant, year_of(spell.last), m)
            table.add(key, "n")
            if spell.last + m == spell.next_first:
                table.add(key, "d_return")
                break
            if spell.last + m == window.settled:
                table.add(key, "c")
                break


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
