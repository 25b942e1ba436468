"""Publishing as section 3.6 asks for, where the built rules let counts through; to measure what is left then."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.disclosure import Policy, publish
from demad.disclosure.gate import gate
from demad.disclosure.gate.bounds import propagated
from demad.disclosure.gate.cells import SOURCES, Cells, Source, cells_of
from demad.protection import ProtectedTables
from demad.quantities import POOLED
from demad.tables.kinds import ProtectedFigures
from demad.tables.terms import PUBLISHED_GROUPS

_COUNTS = ("numerator", "denominator")
_KEY = ["city", "breakdown", "group", "year"]
_BESIDE = ["indicator", "city", "period", "breakdown", "group"]
_FEWEST, _SMALL, _TRIES = 5, 9, 8


def strictly_hidden(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Blank what the built rules print of hidden counts.

    A figure that cannot be computed because of its counts prints none of them, and looks like a hidden one; a figure
    of the wide series is hidden where it rests on a hidden number of people more or less than the same one of main.
    """
    main = frame.filter(variant="main").select(*_BESIDE, of_main="numerator", whole_of_main="denominator")
    beside = frame.join(main, on=_BESIDE, how="left", maintain_order="left")
    apart = [
        (pl.col(name) - pl.col(of_main)).abs().is_between(0, policy.threshold - 1)
        for name, of_main in zip(_COUNTS, ("of_main", "whole_of_main"), strict=True)
    ]
    close = (pl.col("variant") == "wide") & pl.any_horizontal(apart).fill_null(False)
    broken = (pl.col("status") == "not_computable") & pl.any_horizontal(pl.col(*_COUNTS).is_not_null())
    gone = close | broken
    numbers = ("value", "low", "high", *_COUNTS)
    return beside.with_columns(
        *(pl.when(~gone).then(pl.col(name)).alias(name) for name in numbers),
        status=pl.when(gone).then(pl.lit("suppressed")).otherwise("status"),
    ).select(frame.columns)


def published(figures: ProtectedFigures, tables: ProtectedTables, *, gated: bool) -> pl.DataFrame:
    """What a strict release prints."""
    barred = thorough_gate(tables) if gated else None
    frame = publish(figures, Policy(), barred).frame
    changes = pl.col("indicator") == "caseload_change_yoy"
    if barred is not None:  # a change over a year shows the stock of a barred year as the one before
        before = barred.select(
            "city", "breakdown", "group", period=(pl.col("year").cast(pl.Int32) + 1).cast(pl.String) + "-12"
        )
        pool = before.with_columns(city=pl.lit(POOLED))
        rest = frame.filter(changes).join(pl.concat([before, pool]).unique(), on=before.columns, how="anti")
        frame = pl.concat([frame.filter(~changes), rest])
    return strictly_hidden(frame, Policy())


def thorough_gate(tables: ProtectedTables) -> pl.DataFrame:
    """The built gate, and then more groups until every hidden one is wide: the largest of its neighbours each time."""
    barred = gate(tables).groups
    sources = [
        (source, cells_of(tables[source.table].filter(pl.col("city") != POOLED), source, breakdown))
        for source in SOURCES
        for breakdown in source.breakdowns
    ]
    for _ in range(_TRIES):
        more = pl.concat([barred, *(_neighbours(cells, source, barred) for source, cells in sources)]).unique()
        if more.height == barred.height:
            break
        barred = more
    return barred.sort(_KEY)


def _neighbours(cells: Cells, source: Source, barred: pl.DataFrame) -> pl.DataFrame:
    """The largest visible group beside each small one that is still narrow."""
    names, slack = PUBLISHED_GROUPS[cells.breakdown], source.rounded_in_total * 4
    gone = {(city, group, year) for city, _, group, year in barred.filter(breakdown=cells.breakdown).iter_rows()}
    places = cells.places.rows()
    hidden = np.array([[(city, name, year) in gone for name in names] for city, _, year in places], dtype=bool)
    hidden = hidden.reshape(len(places), len(names))[:, :, None, None] | (cells.groups < 10)
    exact = np.array([name in source.exact for name in source.columns])[None, None, :]
    main = (cells.places["variant"] == "main").to_numpy()[:, None, None]
    width = np.where(exact & main, 0, slack)
    low, high = np.maximum(cells.totals - width, 0), cells.totals + width
    own = np.where(hidden, 0, np.maximum(cells.groups - 4 * source.years, 0))
    most = np.where(hidden, np.maximum(high[:, None], 0), cells.groups + 4 * source.years)
    least, most = propagated(own, most, low, high)
    narrow = hidden & (most - least + 1 < _FEWEST) & (most >= 1) & (least <= _SMALL)
    found = []
    for place, _, step, column in zip(*np.nonzero(narrow), strict=True):
        visible = np.where(hidden[place, :, step, column], -1, cells.groups[place, :, step, column])
        if visible.max() >= 0:
            city, _, year = places[place]
            found.append((city, cells.breakdown, names[int(visible.argmax())], year))
    return pl.DataFrame(found, schema=dict.fromkeys(_KEY, pl.String), orient="row").unique()
