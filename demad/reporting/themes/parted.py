"""People of a year in parts that are everybody together, as bars: one bar a year and look. Not here: whose and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from demad.reporting.blocks import Source, Table
from demad.reporting.charts.bars import Parts
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import remark, state_of
from demad.reporting.words import figure, words


@dataclass(frozen=True, slots=True)
class Look:
    """Those of a year so many months later: a row of each part in the order of the bar, or why not yet.

    ``pending``: partly, not_yet, or nothing where the figure is there. ``nobody``: places of parts that nobody can be
    in so soon.
    """

    name: str
    year: int
    months: int
    rows: tuple[Row | None, ...]
    pending: str
    nobody: tuple[int, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether all parts are shown."""
        return all(
            row is not None and row["value"] is not None
            for place, row in enumerate(self.rows)
            if place not in self.nobody
        )

    @property
    def first(self) -> float | None:
        """The share of the first part."""
        return self.rows[0]["value"] if self.rows[0] else None

    def written(self) -> list[str]:
        """The share of each part as text."""
        return [figure(row["value"] if row else None, "share") for row in self.rows]

    def said(self) -> str:
        """What stands in the place of the parts that are not there."""
        if self.complete:
            return ""
        if self.pending:
            return words(f"tracking.{self.pending}")
        parts = [row for place, row in enumerate(self.rows) if place not in self.nobody]
        states = {state_of(row) for row in parts if row is None or row["value"] is None}
        return words("short.hidden" if "suppressed" in states else "short.none")


def bars(looks: Sequence[Look]) -> list[Parts]:
    """The rows of `charts.parted`; without the first part nothing is drawn, because the bar would begin elsewhere."""
    return [
        (
            look.name,
            [] if look.first is None else [row["value"] if row else None for row in look.rows],
            look.said(),
            look.pending == "not_yet",
        )
        for look in looks
    ]


def parts_table(r: Readings, looks: Sequence[Look], column: str, names: Sequence[str], caption: str) -> Table:
    """A row a look, a column a part."""
    cells = tuple((look.name, *look.written(), look.said() or remark(look.rows[0])) for look in looks)
    sources: tuple[tuple[Source, ...], ...] = tuple(tuple(r.source(row) for row in look.rows if row) for look in looks)
    return Table((column, *names, words("table.note")), cells, caption, sources)
