"""What became of those who started: still on, back, to work or left otherwise, 6, 12 and 24 months later."""

from __future__ import annotations

from demad.reporting import charts
from demad.reporting.blocks import Figure, Note
from demad.reporting.readings import Readings
from demad.reporting.themes.drawn import reason_of, state_of
from demad.reporting.themes.parted import Look, bars, parts_table
from demad.reporting.words import group_words, words
from demad.tables.months import last_month
from demad.tables.terms import MONTHS_TRACKED, START_STATUSES

_YEARS = 3
_AFTER_A_YEAR = 12
_MONTHS = 12


def tracking(r: Readings) -> Figure | Note:
    """One picture of the last years, with what cannot be seen yet."""
    looks = _looks(r)
    known = [look for look in looks if look.months == _AFTER_A_YEAR and look.first is not None]
    if not known:
        found = r.latest(_id(_AFTER_A_YEAR))
        return Note(words("short.missing", label=words("tracking.none"), reason=reason_of(state_of(found))))
    newest = max(known, key=lambda look: look.year)
    names = (words("tracking.still_on"), *(group_words("start_status", status) for status in START_STATUSES))
    said = {"year": str(newest.year), **dict(zip(("on", "back", "work", "other"), newest.written(), strict=True))}
    some = "" if newest.complete else "_some"
    alt = " ".join(
        words("alt.item", label=name, value=value) for name, value in zip(names, newest.written(), strict=True)
    )
    return Figure(
        "na-de-start",
        words(f"tracking.title{some}", **said),
        words("tracking.sub"),
        charts.parted(bars(looks), names),
        f"{newest.name}. {alt}",
        words(f"tracking.read{some}", **said),
        parts_table(r, looks, words("tracking.column_start"), names, words("tracking.none")),
        note=words("tracking.note"),
    )


def _looks(r: Readings) -> list[Look]:
    """The years that somebody can be seen of, the newest first, each after 6, 12 and 24 months."""
    quarters = [row["period"] for row in r.course("outflow_count", "Q")]
    known = [int(row["period"]) for months in MONTHS_TRACKED for row in r.all(_id(months))]
    if not quarters or not known:
        return []
    until = last_month(max(quarters))
    last = (until - MONTHS_TRACKED[0]) // _MONTHS
    years = range(max(last, *known), max(min(known), last - _YEARS + 1) - 1, -1)
    return [_look(r, year, months, until) for year in years for months in MONTHS_TRACKED]


def _look(r: Readings, year: int, months: int, until: int) -> Look:
    groups = r.groups(_id(months), "start_status", str(year))
    rows = (r.at(_id(months), str(year)), *(groups.get(status) for status in START_STATUSES))
    pending = "" if rows[0] is not None else "partly" if year * _MONTHS + months <= until else "not_yet"
    return Look(words("tracking.row", year=str(year), months=str(months)), year, months, rows, pending)


def _id(months: int) -> str:
    return f"status_after_start_{months}m"
