"""What became of those who started: still on, back, to work or left otherwise, 6, 12 and 24 months later."""

from __future__ import annotations

from dataclasses import dataclass

from demad.reporting import charts
from demad.reporting.blocks import Figure, Note, Source, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import reason_of, remark, state_of
from demad.reporting.words import figure, group_words, words
from demad.tables.months import last_month
from demad.tables.terms import MONTHS_TRACKED, START_STATUSES

_YEARS = 3
_AFTER_A_YEAR = 12
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class _Look:
    """Those who started in a year, so many months later: the total row, then one of each status; or why not yet.

    ``pending``: partly, not_yet, or nothing where the figure is there.
    """

    year: int
    months: int
    rows: tuple[Row | None, ...]
    pending: str

    @property
    def complete(self) -> bool:
        """Whether all parts are shown."""
        return all(row is not None and row["value"] is not None for row in self.rows)


def tracking(r: Readings) -> Figure | Note:
    """One picture of the last years, with what cannot be seen yet."""
    looks = _looks(r)
    known = [look for look in looks if look.months == _AFTER_A_YEAR and _value(look.rows[0]) is not None]
    if not known:
        found = r.latest(_id(_AFTER_A_YEAR))
        return Note(words("short.missing", label=words("tracking.none"), reason=reason_of(state_of(found))))
    newest = max(known, key=lambda look: look.year)
    names = (words("tracking.still_on"), *(group_words("start_status", status) for status in START_STATUSES))
    bars = [(_name(look), _shares(look), _said(look), look.pending == "not_yet") for look in looks]
    said = {"year": str(newest.year), **dict(zip(("on", "back", "work", "other"), _written(newest), strict=True))}
    some = "" if newest.complete else "_some"
    alt = " ".join(
        words("alt.item", label=name, value=value) for name, value in zip(names, _written(newest), strict=True)
    )
    return Figure(
        "na-de-start",
        words(f"tracking.title{some}", **said),
        words("tracking.sub"),
        charts.parted(bars, names),
        f"{_name(newest)}. {alt}",
        words(f"tracking.read{some}", **said),
        _table(r, looks, names),
        note=words("tracking.note"),
    )


def _looks(r: Readings) -> list[_Look]:
    """The years that somebody can be seen of, the newest first, each after 6, 12 and 24 months."""
    quarters = [row["period"] for row in r.course("outflow_count", "Q")]
    known = [int(row["period"]) for months in MONTHS_TRACKED for row in r.all(_id(months))]
    if not quarters or not known:
        return []
    until = last_month(max(quarters))
    last = (until - MONTHS_TRACKED[0]) // _MONTHS
    years = range(max(last, *known), max(min(known), last - _YEARS + 1) - 1, -1)
    return [_look(r, year, months, until) for year in years for months in MONTHS_TRACKED]


def _look(r: Readings, year: int, months: int, until: int) -> _Look:
    groups = r.groups(_id(months), "start_status", str(year))
    rows = (r.at(_id(months), str(year)), *(groups.get(status) for status in START_STATUSES))
    if rows[0] is not None:
        return _Look(year, months, rows, "")
    return _Look(year, months, rows, "partly" if year * _MONTHS + months <= until else "not_yet")


def _id(months: int) -> str:
    return f"status_after_start_{months}m"


def _name(look: _Look) -> str:
    return words("tracking.row", year=str(look.year), months=str(look.months))


def _value(row: Row | None) -> float | None:
    return row["value"] if row else None


def _shares(look: _Look) -> list[float | None]:
    """Shares in order; nothing where those who are still on are not shown, because the bar would begin elsewhere."""
    values = [_value(row) for row in look.rows]
    return values if values[0] is not None else []


def _written(look: _Look) -> list[str]:
    return [figure(_value(row), "share") for row in look.rows]


def _said(look: _Look) -> str:
    """What stands in the place of the parts that are not there."""
    if look.complete:
        return ""
    if look.pending:
        return words(f"tracking.{look.pending}")
    states = {state_of(row) for row in look.rows if _value(row) is None}
    return words("short.hidden" if "suppressed" in states else "short.none")


def _table(r: Readings, looks: list[_Look], names: tuple[str, ...]) -> Table:
    cells = tuple((_name(look), *_written(look), _remark(look)) for look in looks)
    columns = (words("tracking.column_start"), *names, words("table.note"))
    return Table(columns, cells, words("tracking.none"), tuple(_sources(r, look) for look in looks))


def _remark(look: _Look) -> str:
    return _said(look) or remark(look.rows[0])


def _sources(r: Readings, look: _Look) -> tuple[Source, ...]:
    return tuple(r.source(row) for row in look.rows if row)
