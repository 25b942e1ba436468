"""What people have from this OCMW after they left: 1, 3, 6 and 12 months later, as far as the extracts show it."""

from __future__ import annotations

from demad.reporting import charts
from demad.reporting.blocks import Figure, Note
from demad.reporting.readings import Readings
from demad.reporting.themes.drawn import reason_of, state_of
from demad.reporting.themes.parted import Look, bars, parts_table
from demad.reporting.words import figure, group_words, words
from demad.tables.months import last_month
from demad.tables.terms import GAPS, MONTHS_AFTER_EXIT, PUBLISHED_GROUPS

_YEARS = 2
_AFTER_A_YEAR = 12
_MONTHS = 12
_SETTLING = GAPS["main"] + 1
"""Months between the last whose exits are certain and the last that is settled."""
_STATUSES = PUBLISHED_GROUPS["exit_status"]
_AGAIN = (1,)
"""Place of a leefloon in the bar: nobody has one a month after an exit."""


def after_exit(r: Readings) -> Figure | Note:
    """The newest year that is seen after a year; its table has the last years, with what cannot be seen yet.

    Where other support was not delivered it is said in words what can be told.
    """
    looks = _looks(r)
    known = [look for look in looks if look.months == _AFTER_A_YEAR and look.first is not None]
    if not known:
        return _untold(r)
    newest = max(known, key=lambda look: look.year)
    names = (words("after_exit.nothing"), *(group_words("exit_status", status) for status in _STATUSES))
    nothing, again, *_ = newest.written()
    some = "" if newest.rows[1] and newest.rows[1]["value"] is not None else "_some"
    said = {"year": str(newest.year), "nothing": nothing, "again": again}
    alt = " ".join(
        words("alt.item", label=name, value=value) for name, value in zip(names, newest.written(), strict=True)
    )
    return Figure(
        "na-het-vertrek",
        words(f"after_exit.title{some}", **said),
        words("after_exit.sub"),
        charts.parted(bars([look for look in looks if look.year == newest.year]), names),
        f"{newest.name}. {alt}",
        words(f"after_exit.read{some}", **said),
        parts_table(r, looks, words("after_exit.column_exit"), names, words("after_exit.none")),
        note=words("after_exit.note"),
    )


def _looks(r: Readings) -> list[Look]:
    """The newest years of which something can be seen, each 1, 3, 6 and 12 months after the exit."""
    quarters = [row["period"] for row in r.course("outflow_count", "Q")]
    known = [int(row["period"]) for months in MONTHS_AFTER_EXIT for row in r.all(_id(months))]
    if not quarters or not known:
        return []
    until = last_month(max(quarters))
    years = range(max(known), max(min(known), max(known) - _YEARS + 1) - 1, -1)
    return [_look(r, year, months, until) for year in years for months in MONTHS_AFTER_EXIT]


def _look(r: Readings, year: int, months: int, until: int) -> Look:
    groups = r.groups(_id(months), "exit_status", str(year))
    rows = (r.at(_id(months), str(year)), *(groups.get(status) for status in _STATUSES))
    partly = year * _MONTHS + max(months - _SETTLING, 0) <= until
    pending = "" if rows[0] is not None else "partly" if partly else "not_yet"
    name = words("tracking.row", year=str(year), months=str(months))
    return Look(name, year, months, rows, pending, _AGAIN if months == MONTHS_AFTER_EXIT[0] else ())


def _untold(r: Readings) -> Note:
    """Why there is no picture, and what can be told all the same."""
    found, delivered = r.latest(_id(_AFTER_A_YEAR)), r.delivered(_id(_AFTER_A_YEAR))
    state = state_of(found, delivered=delivered)
    said = words("short.missing", label=words("after_exit.none"), reason=reason_of(state))
    if found is None or delivered:
        return Note(said)
    groups = r.groups(_id(_AFTER_A_YEAR), "exit_status", found["period"])
    told = [
        words("alt.item", label=group_words("exit_status", name), value=figure(groups[name]["value"], "share"))
        for name in _STATUSES
        if name in groups and groups[name]["value"] is not None
    ]
    if not told:
        return Note(said)
    return Note(" ".join((said, words("after_exit.told", year=found["period"]), *told)))


def _id(months: int) -> str:
    return f"status_after_exit_{months}m"
