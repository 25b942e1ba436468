"""What the newest months will have become when all is recorded, with bands and a record of earlier errors.

From protected tables alone; never judged. Months after O up to M: the stock by month, inflow and outflow by quarter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from demad.estimators.shrunk_factors import Predicted
from demad.outlook.measure import MEASURES, Measure, open_origins
from demad.outlook.triangles import Told
from demad.protection import ProtectedTables
from demad.tables.months import last_month, month_label, quarter_label
from demad.tables.outlook import LEAST_VINTAGES, NOWCAST

LEVELS = (80, 95)
LEAST_COVERED = 0.85
"""Share of earlier bands of 95 % that must have held what came; below it the band is hidden."""


def nowcast(cities: Mapping[str, ProtectedTables], *, threshold: int) -> pl.DataFrame:
    """The nowcast of every city, and why there is none.

    Parameters
    ----------
    cities
        Protected tables of each city by itself.
    threshold
        A count below it is hidden, and so is a nowcast.

    Returns
    -------
    NOWCAST: a row per city, indicator and month (stock) or quarter (flows) that ends after O and at most at M. Stocks
    are whole people, flows are to the base of the rounding, and bands are widened to those.
    """
    rows: list[dict[str, Any]] = []
    for name in MEASURES:
        measure = measured(cities, name)
        for city, tables in cities.items():
            rows += _of_city(measure, city, base=tables.base, threshold=threshold)
    return NOWCAST.check(pl.DataFrame(rows, schema=NOWCAST.schema).sort(NOWCAST.key))


def measured(cities: Mapping[str, ProtectedTables], name: str) -> Measure:
    """What the deliveries of all cities told of one of `MEASURES`."""
    base = max((tables.base for tables in cities.values()), default=1)
    return Measure(
        name,
        {city: _told(tables, name) for city, tables in cities.items()},
        {city: int(tables["span"]["last_month"].item()) for city, tables in cities.items()},
        0.0 if name == "stock" else (base**2 - 1) / 6,
    )


def _told(tables: ProtectedTables, name: str) -> Told:
    table = "stock_vintages" if name == "stock" else "flow_vintages"
    if table not in tables.tables:
        return Told({})
    frame = tables[table]
    origins = frame["month"] if name == "stock" else [last_month(period) for period in frame["period"]]
    counts = dict(zip(zip(frame["last_month"], origins, strict=True), frame[name], strict=True))
    return Told(counts, str(frame["told_by"][0]) if frame.height else "")


def _of_city(measure: Measure, city: str, *, base: int, threshold: int) -> Iterator[dict[str, Any]]:
    told, last, name = measure.told[city], measure.last[city], measure.name
    number, record = len(told.until(last).deliveries), measure.covered(city)
    for origin in open_origins(last, name):
        period = month_label(origin) if name == "stock" else quarter_label(origin)
        row = {"city": city, "indicator": MEASURES[name], "period": period, "vintages": number, "covered": record}
        row["told_by"] = told.told_by
        if number < LEAST_VINTAGES:
            yield {**row, "status": "not_computable", "reason": _too_few(told)}
            continue
        found, count = measure.predicted(city, last, origin), told.counts.get((last, origin), 0)
        if found is None or count < threshold or found.value < threshold:
            yield {**row, "status": "suppressed", "reason": "small"}
            continue
        print_to, hide = 1 if name == "stock" else base, record is not None and record < LEAST_COVERED
        value = float(round(found.value / print_to) * print_to)
        bands = {} if hide else _bands(found, print_to)
        reason = "record" if hide else "unusual" if measure.is_odd(city, last, origin) else ""
        yield {**row, "told": float(count), "value": value, **bands, "status": "nowcast", "reason": reason}


def _too_few(told: Told) -> str:
    """Why there are no six deliveries or month ends."""
    if not told.counts:
        return "bundle"
    return "decisions" if told.told_by == "contradicted" else "vintages"


def _bands(found: Predicted, print_to: int) -> dict[str, float]:
    """The ends of the bands, widened to what is printed."""
    ends: dict[str, float] = {}
    for level in LEVELS:
        low, high = found.band(level / 100)
        ends[f"low_{level}"] = float(low // print_to * print_to)
        ends[f"high_{level}"] = float(-(-high // print_to) * print_to)
    return ends
