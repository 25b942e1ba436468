"""What a pivot of the figures shows when it opens: which filters, rows and columns, and the figure of each cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import polars as pl
from xlsxwriter.utility import xl_range

from demad.exports.pivot_parts import Field, Pivot
from demad.exports.shown import ALL_CITIES, EVERYBODY, KINDS

TABLE = "cijfers"
TOP = 6
"""Row of the head of the pivot, from 0: title, note, an empty row, two filters and an empty row stand above it."""
LABELS = 2
"""Columns before the figures: indicator and city."""
FILTERS = ("Tijdvak", "Groep")
_AXES: Mapping[str, Literal["axisPage", "axisRow", "axisCol"]] = MappingProxyType(
    {"Tijdvak": "axisPage", "Groep": "axisPage", "Indicator": "axisRow", "Stad": "axisRow", "Periode": "axisCol"}
)
_NUMBERS = ("Cijfer", "Laag", "Hoog", "Teller", "Noemer")


@dataclass(frozen=True, slots=True)
class View:
    """A pivot, and the figures of its first view by indicator, city and period."""

    pivot: Pivot
    values: Mapping[tuple[str, str, str], float]

    def field(self, name: str) -> Field:
        """A column of the table, as the pivot has it."""
        return next(one for one in self.pivot.fields if one.name == name)


def opening(table: pl.DataFrame) -> View:
    """The pivot of a table of `shown_figures`.

    It opens on everybody, or else the first group, and on the kind of period with most indicators, the longest of two.
    """
    fields = {name: _field(table, name) for name in table.columns}
    groups, kinds = fields["Groep"].items, fields["Tijdvak"].items
    group = EVERYBODY if EVERYBODY in groups else groups[0]
    counted = table.filter(Groep=group).group_by("Tijdvak").agg(pl.col("Indicator").n_unique())
    many = {str(kind): number for kind, number in counted.iter_rows()}
    kind = max(kinds, key=lambda one: many.get(one, 0))
    fields["Tijdvak"] = replace(fields["Tijdvak"], chosen=kinds.index(kind))
    fields["Groep"] = replace(fields["Groep"], chosen=groups.index(group))
    view = table.filter(Groep=group, Tijdvak=kind)
    there = set(view["Periode"])
    columns = [number for number, period in enumerate(fields["Periode"].items) if period in there]
    rows = _rows(view, fields)
    pivot = Pivot(
        table=TABLE,
        fields=list(fields.values()),
        counted=("Cijfer", "Cijfers"),
        place=xl_range(TOP, 0, TOP + 1 + len(rows), LABELS - 1 + len(columns)),
        rows=rows,
        columns=columns,
    )
    cells = view.select("Indicator", "Stad", "Periode", "Cijfer").iter_rows()
    return View(pivot, {(indicator, city, period): value for indicator, city, period, value in cells})


def _rows(view: pl.DataFrame, fields: Mapping[str, Field]) -> list[tuple[int, int | None]]:
    """A row for each indicator, and under it one for each of its cities."""
    outer, inner = ({item: number for number, item in enumerate(fields[name].items)} for name in ("Indicator", "Stad"))
    pairs = view.select("Indicator", "Stad").unique().iter_rows()
    cities = {(outer[indicator], inner[city]) for indicator, city in pairs}
    before = {(indicator, -1) for indicator, _ in cities}
    return [(one, None if city < 0 else city) for one, city in sorted(cities | before)]


def _field(table: pl.DataFrame, name: str) -> Field:
    if axis := _AXES.get(name):
        return Field(name, axis, _items(table, name))
    if name not in _NUMBERS:
        return Field(name)
    numbers = [float(value) for value in table.select(pl.min(name), least=pl.max(name)).row(0) if value is not None]
    span = (numbers[0], numbers[1]) if numbers else None
    return Field(name, span=span, empty=table[name].null_count() > 0)


def _items(table: pl.DataFrame, name: str) -> list[str]:
    """The values of a column, each once: kinds, periods and cities in order, the others as they come."""
    found = [str(item) for item in table[name].unique(maintain_order=True)]
    if name == "Tijdvak":
        return [kind for kind in KINDS if kind in found]
    if name == "Periode":
        return sorted(found)
    if name == "Stad":
        return sorted(found, key=lambda city: (city == ALL_CITIES, city))
    return found
