"""What the newest months will have become when all is recorded, with bands and a record of earlier errors.

From protected tables alone; never judged. Months after O up to M: the stock by month, inflow and outflow by quarter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any

import polars as pl

from demad.estimators.shrunk_factors import Predicted, Shrunk, predicted, shrunk_factors
from demad.outlook.triangles import SETTLED, Told
from demad.protection import ProtectedTables
from demad.tables.months import last_month, month_label, quarter_label
from demad.tables.outlook import LEAST_VINTAGES as LEAST
from demad.tables.outlook import NOWCAST
from demad.tables.terms import GAPS, SETTLEMENT_LAG

MEASURES = {"stock": "caseload_stock", "inflow": "inflow_count", "outflow": "outflow_count"}
"""What is nowcast, and the indicator of each."""
LEVELS = (80, 95)
RECORD = 12
"""Earlier bands from which a record says something."""
LEAST_COVERED = 0.85
"""Share of earlier bands of 95 % that must have held what came; below it the band is hidden."""
_BEYOND_O = SETTLEMENT_LAG + GAPS["main"] + 1


_YEAR = 12
_LEAST_MISS, _MOST_MISS = 0.8, 3.0
"""Bounds of what earlier errors may make of a band, in parts of what the model says."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What all cities told of one measure, and the factors of all of them, computed once for each question.

    ``last``: M of the delivery in force, by city. ``rounding``: variance that protection added to a count.
    """

    name: str
    told: Mapping[str, Told]
    last: Mapping[str, int]
    rounding: float = 0.0
    kept: dict[tuple[int, int, int], dict[str, Shrunk]] = field(default_factory=dict)
    misses: dict[tuple[int, int, int], float] = field(default_factory=dict)

    def predicted(self, city: str, last: int, origin: int) -> Predicted | None:
        """The final count of an origin as it could be told when M was ``last``; None where nothing was told then.

        The error is what the model says, times how far earlier errors were from it: where delays drift, bands widen.
        """
        found = self._expected(city, last, origin)
        if found is None:
            return None
        return replace(found, error=found.error * self._missed(self.told[city].step, last, last - origin))

    def _expected(self, city: str, last: int, origin: int) -> Predicted | None:
        told = self.told[city].counts.get((last, origin))
        if told is None:
            return None
        return predicted(
            told, 0, self._factors(self.told[city].step, last, last - origin)[city], rounding=self.rounding
        )

    def _missed(self, step: int, last: int, delay: int) -> float:
        """Root mean square of the errors of a year, over all cities with this step, in parts of what the model said.

        Of origins that were settled when M was ``last``, and from bounds that keep it sensible; 1 below twelve of them.
        """
        if (step, last, delay) in self.misses:
            return self.misses[step, last, delay]
        found = []
        for city, told in self.told.items():
            if told.step != step:
                continue
            settled = told.until(last, used=len(told.counts)).finals
            for earlier in told.deliveries:
                origin = earlier - delay
                recent = last - _YEAR - SETTLED < earlier and len(told.until(earlier).deliveries) >= LEAST
                one = self._expected(city, earlier, origin) if recent and origin in settled else None
                if one is not None and one.error > 0:
                    found.append((settled[origin] - one.value) / one.error / sqrt(one.freedom / (one.freedom - 2)))
        rms = sqrt(sum(miss**2 for miss in found) / len(found)) if len(found) >= RECORD else 1.0
        self.misses[step, last, delay] = min(max(rms, _LEAST_MISS), _MOST_MISS)
        return self.misses[step, last, delay]

    def _factors(self, step: int, last: int, delay: int) -> dict[str, Shrunk]:
        """The factors from a delay on of the cities that deliver as often, each shrunk to what they have in common."""
        if (step, last, delay) not in self.kept:
            alike = [city for city, told in self.told.items() if told.step == step]
            found = shrunk_factors([self.told[city].until(last).triangle(delay, step) for city in alike])
            self.kept[step, last, delay] = dict(zip(alike, found, strict=True))
        return self.kept[step, last, delay]

    def covered(self, city: str) -> float | None:
        """Of the bands of 95 % of a year that could have been told, the share that held what came; None below twelve.

        Each is computed again from what was known then. What came is the newest count of an origin that is settled.
        """
        told, now = self.told[city], self.last[city]
        final = told.finals
        held = []
        for last in told.deliveries:
            if last <= now - SETTLED - _YEAR or len(told.until(last).deliveries) < LEAST:
                continue
            for origin in open_origins(last, self.name):
                found = self.predicted(city, last, origin) if origin in final else None
                if found is not None:
                    low, high = found.band(0.95)
                    held.append(low <= final[origin] <= high)
        return sum(held) / len(held) if len(held) >= RECORD else None


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


def open_origins(last: int, name: str) -> list[int]:
    """The months after O up to M; of a flow those that end a quarter."""
    months = range(last - _BEYOND_O + 1, last + 1)
    return [month for month in months if name == "stock" or month % 3 == 2]


def _of_city(measure: Measure, city: str, *, base: int, threshold: int) -> Iterator[dict[str, Any]]:
    told, last, name = measure.told[city], measure.last[city], measure.name
    number, record = len(told.until(last).deliveries), measure.covered(city)
    for origin in open_origins(last, name):
        period = month_label(origin) if name == "stock" else quarter_label(origin)
        row = {"city": city, "indicator": MEASURES[name], "period": period, "vintages": number, "covered": record}
        row["told_by"] = told.told_by
        if number < LEAST:
            yield {**row, "status": "not_computable", "reason": _too_few(told)}
            continue
        found, count = measure.predicted(city, last, origin), told.counts.get((last, origin), 0)
        if found is None or count < threshold or found.value < threshold:
            yield {**row, "status": "suppressed", "reason": "small"}
            continue
        print_to, hide = 1 if name == "stock" else base, record is not None and record < LEAST_COVERED
        value = float(round(found.value / print_to) * print_to)
        bands = {} if hide else _bands(found, print_to)
        reason = "record" if hide else ""
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
