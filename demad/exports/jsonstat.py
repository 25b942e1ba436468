"""Each indicator as JSON-stat 2.0, and a collection of them all: what a program reads without knowing our columns.

The figures of the main series: city, period and group as dimensions. A cell without a number has its status instead
(`suppressed`, `not_computable`); a cell that does not exist has neither. `latest/api/` keeps its addresses.
"""

from __future__ import annotations

import json

import polars as pl

from demad.catalogue import CATALOGUE, Indicator
from demad.disclosure import PublishedFigures
from demad.exports.about import About, Areas
from demad.exports.figures import rows_of
from demad.exports.shown import UNITS
from demad.tables.kinds import ExactFigures
from demad.tables.terms import GROUPS, Status

FOLDER = "api"
INDEX = f"{FOLDER}/index.json"
_POOL = "all"
_DIMENSIONS = ("city", "period", "group")
_TOTAL = "total"
_LABELS = {"city": "stad", "period": "periode", "group": "groep"}

_UNITS = {**UNITS, "share": "aandeel, van 0 tot 1", "fraction": "verandering, 0,1 is 10%"}
"""What a number is, in words; values are as in `cijfers.csv`, so a share is no per cent."""


def jsonstat_files(figures: PublishedFigures | ExactFigures, areas: Areas, about: About) -> dict[str, bytes]:
    """Content by path: `api/<indicator>.json`, and `api/index.json` that names each."""
    main = rows_of(figures).filter(variant="main")
    parts = {str(id): rows for (id,), rows in main.partition_by("indicator", as_dict=True).items()}
    entries = [entry for entry in CATALOGUE if entry.id in parts]
    made = {f"{FOLDER}/{entry.id}.json": _written(_dataset(entry, parts[entry.id], areas, about)) for entry in entries}
    return {**made, INDEX: _written(_collection(entries, about))}


def _dataset(entry: Indicator, rows: pl.DataFrame, areas: Areas, about: About) -> dict[str, object]:
    """One cube, cities outermost: every cell in the order of its dimensions."""
    total = pl.col("breakdown") == _TOTAL
    cells = rows.with_columns(group=pl.when(total).then("group").otherwise(pl.format("{}:{}", "breakdown", "group")))
    ids = {name: sorted(cells[name].unique()) for name in ("city", "period")} | {"group": _groups(cells)}
    sizes = [len(ids[name]) for name in _DIMENSIONS]
    place = pl.lit(0)
    for name, size in zip(_DIMENSIONS, sizes, strict=True):
        order = {id: number for number, id in enumerate(ids[name])}
        place = place * size + pl.col(name).replace_strict(order, return_dtype=pl.Int64)
    placed = cells.select("value", "status", place=place).sort("place")
    shown = placed.filter(pl.col("value").is_not_null())
    told = placed.filter(pl.col("status") != Status.OK)
    return {
        "version": "2.0",
        "class": "dataset",
        "label": f"{entry.label} ({_UNITS[entry.unit]})",
        "source": about.publisher,
        "note": [entry.population, f"Teller: {entry.numerator}. Noemer: {entry.denominator}."],
        "id": list(_DIMENSIONS),
        "size": sizes,
        "role": {"time": ["period"], "geo": ["city"]},
        "dimension": {name: _dimension(name, ids[name], areas) for name in _DIMENSIONS},
        "value": {str(at): number for at, number in shown.select("place", "value").iter_rows()},
        "status": {str(at): status for at, status in told.select("place", "status").iter_rows()},
        "extension": {
            "indicator": entry.id,
            "unit": entry.unit,
            "definition": entry.version,
            "release": about.label,
            "licence": about.licence_address or about.licence,
        },
    }


def _groups(cells: pl.DataFrame) -> list[str]:
    """The groups that are there: the total, then each breakdown in its own order."""
    order = [_TOTAL, *(f"{breakdown}:{group}" for breakdown, groups in GROUPS.items() for group in groups)]
    there = set(cells["group"])
    return [group for group in order if group in there] + sorted(there - set(order))


def _dimension(name: str, ids: list[str], areas: Areas) -> dict[str, object]:
    labels = {_POOL: "alle steden samen", _TOTAL: "totaal", **areas.groups, **areas.names}
    return {"label": _LABELS[name], "category": {"index": ids, "label": {id: labels.get(id, id) for id in ids}}}


def _collection(entries: list[Indicator], about: About) -> dict[str, object]:
    base = f"{about.address.rstrip('/')}/{FOLDER}/" if about.address else ""
    items = [
        {"class": "dataset", "href": f"{base}{entry.id}.json", "label": entry.label, "extension": {"unit": entry.unit}}
        for entry in entries
    ]
    return {
        "version": "2.0",
        "class": "collection",
        "label": about.label or "DEMaD",
        "source": about.publisher,
        "link": {"item": items},
    }


def _written(told: dict[str, object]) -> bytes:
    return (json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
