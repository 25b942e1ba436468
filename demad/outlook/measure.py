"""What all cities told of one measure, and what it will have become: bands, earlier errors, unusual months.

Not here: which rows are shown, and why there are none (`nowcast`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import sqrt

from demad.estimators.shrunk_factors import Predicted, Shrunk, predicted, shrunk_factors
from demad.outlook.triangles import SETTLED, Told
from demad.tables.outlook import LEAST_VINTAGES
from demad.tables.terms import GAPS, SETTLEMENT_LAG

MEASURES = {"stock": "caseload_stock", "inflow": "inflow_count", "outflow": "outflow_count"}
"""What is nowcast, and the indicator of each."""
RECORD = 12
"""Earlier bands from which a record says something."""
_BEYOND_O = SETTLEMENT_LAG + GAPS["main"] + 1


_YEAR = 12
_LEAST_MISS, _MOST_MISS = 0.8, 3.0
"""Bounds of what earlier errors may make of a band, in parts of what the model says."""
_NEWEST = 3
"""Months before a delivery of which the next one says whether recording is as it was."""
_BORROWED = 3.0
"""Changes with which those of all cities enter that of one."""
_CLEAR = 5.0
"""Standard errors from which a change says no more of all cities: one city alone does not widen the bands of others."""
_UNUSUAL, _MOST_UNUSUAL = 2.0, 4.0
"""Mean square of the newest changes from which a band widens, and the most that makes of it."""


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
    widened: dict[tuple[str, int], float] = field(default_factory=dict)

    def predicted(self, city: str, last: int, origin: int) -> Predicted | None:
        """The final count of an origin as it could be told when M was ``last``; None where nothing was told then.

        The error is what the model says, times how far earlier errors were from it: where delays drift, bands widen.
        They widen as well where the newest delivery changed more than usual (`unusual`).
        """
        found = self._expected(city, last, origin)
        if found is None:
            return None
        wider = self._missed(self.told[city].step, last, last - origin) * self.unusual(city, last)
        return replace(found, error=found.error * wider)

    def unusual(self, city: str, last: int) -> float:
        """How much wider the bands of a delivery are because recording is not as it was; 1 where it is.

        What the delivery before told of its newest months is held against what this one tells of them, in standard
        errors. Of one city that is little, so the changes of all cities with the same step enter with a fixed weight: a
        month in which recording stops everywhere is seen at once, of one city alone if it is clear.
        """
        if (city, last) not in self.widened:
            own = self._surprises(city, last)
            step = self.told[city].step
            others = [
                one for name, told in self.told.items() if told.step == step for one in self._surprises(name, last)
            ]
            common = sum(min(one**2, _CLEAR**2) for one in others) / len(others) if others else 1.0
            square = (sum(one**2 for one in own) + _BORROWED * common) / (len(own) + _BORROWED)
            self.widened[city, last] = min(sqrt(square), _MOST_UNUSUAL) if square > _UNUSUAL else 1.0
        return self.widened[city, last]

    def _surprises(self, city: str, last: int) -> list[float]:
        """How far each newest count of the delivery before moved from what was expected, in standard errors."""
        told = self.told[city]
        before = last - told.step
        if before not in told.deliveries or len(told.until(before).deliveries) < LEAST_VINTAGES:
            return []
        found = []
        for origin in range(before - _NEWEST + 1, before + 1):
            was, became = (told.counts.get((delivery, origin)) for delivery in (before, last))
            if not was or became is None:
                continue
            next_step = self._factors(told.step, before, before - origin)[city].first_step
            one = predicted(was, 0, next_step, rounding=self.rounding)
            error = sqrt(one.error**2 + self.rounding)
            if error > 0:
                found.append((became - one.value) / error / sqrt(one.freedom / (one.freedom - 2)))
        return found

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
                recent = last - _YEAR - SETTLED < earlier and len(told.until(earlier).deliveries) >= LEAST_VINTAGES
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
            if last <= now - SETTLED - _YEAR or len(told.until(last).deliveries) < LEAST_VINTAGES:
                continue
            for origin in open_origins(last, self.name):
                found = self.predicted(city, last, origin) if origin in final else None
                if found is not None:
                    low, high = found.band(0.95)
                    held.append(low <= final[origin] <= high)
        return sum(held) / len(held) if len(held) >= RECORD else None


def open_origins(last: int, name: str) -> list[int]:
    """The months after O up to M; of a flow those that end a quarter."""
    months = range(last - _BEYOND_O + 1, last + 1)
    return [month for month in months if name == "stock" or month % 3 == 2]
