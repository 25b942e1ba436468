"""The parts of a workbook that make a pivot table, which XlsxWriter does not write (ECMA-376 part 1, section 18.10).

A pivot holds no figures of its own: no records in its cache, and the program that opens the workbook reads the table
again (`saveData="0" refreshOnLoad="1"`). The cells of the first view are written by who makes the sheet, for a program
that does not refresh, such as the protected view of Excel.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import quoteattr

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CACHE = "pivotCache/pivotCacheDefinition1.xml"
_TABLE = "pivotTables/pivotTable1.xml"
_VERSIONS = 'createdVersion="3" {}="6" minRefreshableVersion="3"'
_WRITTEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the table that the pivot reads.

    Parameters
    ----------
    name
        As in the head of the table.
    axis
        Where the pivot has it: as rows, columns or filter; empty for a field that it only offers.
    items
        Its values in the order they are shown, each once, for a field on an axis.
    chosen
        The place in ``items`` that a filter lets through.
    span
        Smallest and largest value of a column of numbers.
    empty
        Whether a column of numbers has empty cells.
    """

    name: str
    axis: Literal["", "axisRow", "axisCol", "axisPage"] = ""
    items: Sequence[str] = ()
    chosen: int = 0
    span: tuple[float, float] | None = None
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Pivot:
    """A pivot table on the first sheet that reads a named table of the same workbook.

    Parameters
    ----------
    table
        The name of that table.
    fields
        Every column of the table, in its order; two of them as rows (the outer one first), one as columns.
    counted
        The name of the column that is shown, and what the pivot calls it: another word.
    place
        The cells of the first view, filters and the row between left out: ``A6:N90``.
    rows
        The first view, a row each: the place of the outer item, and of the inner one, or None on the row of its head.
    columns
        The places of the items in its columns.
    """

    table: str
    fields: Sequence[Field]
    counted: tuple[str, str]
    place: str
    rows: Sequence[tuple[int, int | None]]
    columns: Sequence[int]


def add_pivot(workbook: bytes, pivot: Pivot) -> bytes:
    """The workbook with the pivot on its first sheet; the same workbook and pivot give the same bytes."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    for name, change in _CHANGES.items():
        parts[name] = change(parts[name].decode()).encode()
    parts |= {name: (_HEAD + content).encode() for name, content in _own_parts(pivot).items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, _WRITTEN), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _own_parts(pivot: Pivot) -> Mapping[str, str]:
    """The pivot, its cache, and what ties sheet, pivot and cache together."""
    return {
        f"xl/{_CACHE}": _cache(pivot),
        f"xl/{_TABLE}": _table(pivot),
        "xl/worksheets/_rels/sheet1.xml.rels": _relations(_relation("rId1", "pivotTable", f"../{_TABLE}")),
        "xl/pivotTables/_rels/pivotTable1.xml.rels": _relations(
            _relation("rId1", "pivotCacheDefinition", f"../{_CACHE}")
        ),
    }


def _kinds(types: str) -> str:
    """`[Content_Types].xml` that knows both parts."""
    added = "".join(
        f'<Override PartName="/xl/{part}" ContentType="{_KIND}.{kind}+xml"/>'
        for part, kind in ((_CACHE, "pivotCacheDefinition"), (_TABLE, "pivotTable"))
    )
    return types.replace("</Types>", f"{added}</Types>")


def _of_book(relations: str) -> str:
    return relations.replace(
        "</Relationships>", f"{_relation('rIdPivot', 'pivotCacheDefinition', _CACHE)}</Relationships>"
    )


def _book(book: str) -> str:
    """The cache is named after the calculation, which XlsxWriter writes last."""
    return book.replace(
        "</workbook>", '<pivotCaches><pivotCache cacheId="1" r:id="rIdPivot"/></pivotCaches></workbook>'
    )


_CHANGES: Mapping[str, Callable[[str], str]] = {
    "[Content_Types].xml": _kinds,
    "xl/workbook.xml": _book,
    "xl/_rels/workbook.xml.rels": _of_book,
}


def _relation(id: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{id}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _relations(inside: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}">{inside}</Relationships>'


def _cache(pivot: Pivot) -> str:
    fields = "".join(f"<cacheField name={quoteattr(one.name)}>{_shared(one)}</cacheField>" for one in pivot.fields)
    return (
        f'<pivotCacheDefinition xmlns="{_MAIN}" saveData="0" refreshOnLoad="1" refreshedBy="DEMaD" '
        f"{_VERSIONS.format('refreshedVersion')}>"
        f'<cacheSource type="worksheet"><worksheetSource name={quoteattr(pivot.table)}/></cacheSource>'
        f'<cacheFields count="{len(pivot.fields)}">{fields}</cacheFields></pivotCacheDefinition>'
    )


def _shared(field: Field) -> str:
    """The values of a field on an axis, the span of numbers, nothing of any other text."""
    if field.axis:
        items = "".join(f"<s v={quoteattr(item)}/>" for item in field.items)
        return f'<sharedItems count="{len(field.items)}">{items}</sharedItems>'
    if field.span is None:
        return "<sharedItems/>"
    blank = 'containsString="0" containsBlank="1"' if field.empty else 'containsSemiMixedTypes="0" containsString="0"'
    return f'<sharedItems {blank} containsNumber="1" minValue="{field.span[0]}" maxValue="{field.span[1]}"/>'


def _table(pivot: Pivot) -> str:
    """The children in the order of the standard."""
    places = {axis: [n for n, one in enumerate(pivot.fields) if one.axis == axis] for axis in _AXES}
    column, called = pivot.counted
    counted = next(number for number, one in enumerate(pivot.fields) if one.name == column)
    rows = [_row(outer, inner) for outer, inner in pivot.rows]
    pages = [f'<pageField fld="{number}" item="{pivot.fields[number].chosen}"/>' for number in places["axisPage"]]
    values = [f'<dataField name={quoteattr(called)} fld="{counted}" baseField="0" baseItem="0"/>']
    return (
        f'<pivotTableDefinition xmlns="{_MAIN}" name="Draaitabel" cacheId="1" dataCaption={quoteattr(called)} '
        f"{_VERSIONS.format('updatedVersion')} "
        'itemPrintTitles="1" indent="0" compact="0" outline="1" outlineData="1" compactData="0" '
        'multipleFieldFilters="0" rowGrandTotals="0" colGrandTotals="0">'
        f'<location ref="{pivot.place}" firstHeaderRow="1" firstDataRow="2" firstDataCol="{len(places["axisRow"])}" '
        f'rowPageCount="{len(pages)}" colPageCount="1"/>'
        + _list("pivotFields", [_field(one, counted=one.name == column) for one in pivot.fields])
        + _list("rowFields", [f'<field x="{number}"/>' for number in places["axisRow"]])
        + _list("rowItems", rows)
        + _list("colFields", [f'<field x="{number}"/>' for number in places["axisCol"]])
        + _list("colItems", [f'<i><x v="{number}"/></i>' for number in pivot.columns])
        + _list("pageFields", pages)
        + _list("dataFields", values)
        + '<pivotTableStyleInfo name="PivotStyleLight16" showRowHeaders="1" showColHeaders="1" showRowStripes="0" '
        'showColStripes="0" showLastColumn="1"/></pivotTableDefinition>'
    )


_AXES = ("axisRow", "axisCol", "axisPage")


def _row(outer: int, inner: int | None) -> str:
    """A row of the first view; one of an inner item leaves the outer one as it was (r)."""
    return f'<i><x v="{outer}"/></i>' if inner is None else f'<i r="1"><x v="{inner}"/></i>'


def _field(field: Field, *, counted: bool) -> str:
    """No subtotals: shares and medians do not add up. A filter has one all the same, its choice of all items."""
    if not field.axis:
        role = 'dataField="1" ' if counted else ""
        return f'<pivotField {role}compact="0" showAll="0"/>'
    items = [f'<item x="{number}"/>' for number in range(len(field.items))]
    if field.axis == "axisPage":
        return f'<pivotField axis="axisPage" compact="0" showAll="0">{_list("items", [*items, _EVERY])}</pivotField>'
    inside = _list("items", items)
    return f'<pivotField axis="{field.axis}" compact="0" showAll="0" defaultSubtotal="0">{inside}</pivotField>'


_EVERY = '<item t="default"/>'


def _list(name: str, inside: Sequence[str]) -> str:
    return f'<{name} count="{len(inside)}">{"".join(inside)}</{name}>'
