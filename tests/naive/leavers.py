"""Young people who left youth care and the support they took up (methods.md section 1.7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from demad.tables.terms import SUPPORTS
from tests.naive.history import (
    City,
    age_band,
    attributes,
    covered_months,
    decisions_of,
    month_of,
    of_laws,
    rows_by_person,
    window_of,
    year_of,
)

if TYPE_CHECKING:
    from tests.naive.tables import Counts

CARE_LEAVER_COLUMNS = ("n", "d_event", "d_moved", "d_death", "c")
LAST_MONTH = 24
SOORTEN = {
    "installation_premium": ("installatiepremie",),
    "reference_address": ("referentieadres",),
    "guidance": ("begeleiding",),
    "activation": ("art60", "art61", "opleiding"),
}
COMPETING = {"verhuis": "d_moved", "overlijden": "d_death"}


def count_leavers(table: Counts, city: City) -> None:
    """Every leaver of the window, once per type of support; of a person's rows the last recorded counts."""
    leavers = {row["persoon"]: row for row in city.jeugdhulp or []}
    leefloon = rows_by_person(city.leefloon)
    steun = rows_by_person(city.steun)
    for person, row in leavers.items():
        support = _support_months(leefloon.get(person, []), steun.get(person, []), city)
        _count_leaver(table, row, support, city)


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
        rows = [row for row in steun if row["soort"] in soorten]
        months[support] = {month for row in rows for month in _steun_months(row, city)}
    activation = months.pop("activation")
    months["any"] = activation.union(*months.values())
    return months


def _steun_months(row: dict, city: City) -> Iterable[int]:
    until = min(row["einde"] or city.as_of, city.as_of)
    if until < row["begin"]:
        return ()
    return range(month_of(row["begin"]), month_of(until) + 1)


def _count_leaver(table: Counts, row: dict, support: dict[str, set[int]], city: City) -> None:
    window = window_of(city)
    start = max(month_of(row["einde_jeugdhulp"]), (row["geboortejaar"] + 18) * 12)
    followed_until = month_of(row["gevolgd_tot"] or city.as_of)
    if not window.first <= start <= min(window.settled, followed_until):
        return
    cells = {
        "total": "total",
        "age": age_band(start // 12 - row["geboortejaar"]),
        "sex": row["geslacht"] or "unknown",
        "zorgvorm": row["zorgvorm"] or "unknown",
    }
    end = min(window.settled, followed_until)
    competing = COMPETING.get(row["einde_gevolgd"]) if followed_until <= window.settled else None
    for name in SUPPORTS:
        taken_up = [month for month in sorted(support[name]) if start <= month <= end]
        stop = taken_up[0] if taken_up else end
        column = "d_event" if taken_up else competing or "c"
        for breakdown, group in cells.items():
            cell = (city.slug, name, breakdown, group, year_of(start))
            for month in range(start, min(stop, start + LAST_MONTH) + 1):
                table.add((*cell, month - start), "n")
            if stop - start <= LAST_MONTH:
                table.add((*cell, stop - start), column)
