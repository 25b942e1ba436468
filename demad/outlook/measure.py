"""What all cities told of one measure, and what it will have become: bands, earlier errors, unusual months.

Not here: which rows are shown, and why there are none (`nowcast`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import sqrt

from demad.estimators.shrunk_factors import Predicted, Shrunk, predicted, shrunk_factors
from demad.outlook.triangles import SETTLED, Told
from demad.outlook.unusual import Change, common_shift, widening
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
_CALM = 3
"""Deliveries before the newest one whose factors are what is usual: those of an odd month are not among them."""


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
    changes: dict[tuple[str, int, int], Change | None] = field(default_factory=dict)
    shifts: dict[tuple[int, int], float] = field(default_factory=dict)

    def predicted(self, city: str, last: int, origin: int) -> Predicted | None:
        """The final count of an origin as it could be told when M was ``last``; None where nothing was told then.

        The error is what the model says, times how far earlier errors were from it: where delays drift, bands widen.
        They widen as well where this month, or the newest stock of all cities, is not as it was (`unusual`, `shift`).
        """
        found, calm = self._expected(city, last, origin), self._calm(city, last, origin)
        if found is None or calm is None:
            return None
        more = (self.unusual(city, last, origin) ** 2 - 1) * calm.error**2
        missed = self._missed(self.told[city].step, last, last - origin)
        shifted = self.shift(city, last, origin) * found.value
        return replace(found, error=sqrt((found.error**2 + more) * missed**2 + shifted**2))

    def is_odd(self, city: str, last: int, origin: int) -> bool:
        """Whether a band is wider than the model and earlier errors make it."""
        return self.unusual(city, last, origin) > 1 or self.shift(city, last, origin) > 0

    def unusual(self, city: str, last: int, origin: int) -> float:
        """How much wider the band of an origin is because recording is not as it was; 1 where it is.

        What deliveries changed of this origin since it was first told is held against what was expected; of one told
        for the first time, what they changed of the newest one before it, as a stop may go on. Of one city that is
        little, so the changes of all cities with the same step enter with a fixed weight: a month in which recording
        stops everywhere is seen at once, of one city alone if it is clear.
        """
        calm, step = self._calm(city, last, origin), self.told[city].step
        if calm is None:
            return 1.0
        alike = (self._evidence(name, last, origin) for name, told in self.told.items() if told.step == step)
        return widening(self._evidence(city, last, origin), [one for one in alike if one], calm.error**2)

    def shift(self, city: str, last: int, origin: int) -> float:
        """How far the newest stock of all cities with the same step is from usual, in parts; 0 of any other count."""
        if self.name != "stock" or origin != last:
            return 0.0
        step = self.told[city].step
        if (step, last) not in self.shifts:
            self.shifts[step, last] = common_shift([told for told in self.told.values() if told.step == step], last)
        return self.shifts[step, last]

    def _evidence(self, city: str, last: int, origin: int) -> Change | None:
        """The change of an origin, or else of the newest one that the delivery before told of its newest months."""
        own, told = self._change(city, last, origin), self.told[city]
        if own:
            return own
        before = last - told.step
        newest = [month for month in range(before - _NEWEST + 1, before + 1) if (before, month) in told.counts]
        return self._change(city, last, newest[-1]) if newest else None

    def _change(self, city: str, last: int, origin: int) -> Change | None:
        if (city, last, origin) not in self.changes:
            self.changes[city, last, origin] = self._changed(city, last, origin)
        return self.changes[city, last, origin]

    def _changed(self, city: str, last: int, origin: int) -> Change | None:
        """What became of an origin since it was first told, beside what was expected; None if nothing can be said."""
        told = self.told[city]
        first = next((one for one in told.deliveries if one >= origin and (one, origin) in told.counts), last)
        was, became = told.counts.get((first, origin)), told.counts.get((last, origin))
        steps, between = divmod(last - first, told.step)
        if not was or became is None or steps < 1 or between or told.number(last) <= LEAST_VINTAGES:
            return None
        factors = self._factors(told.step, self._usual(city, last), first - origin)[city].first(steps)
        one = predicted(was, 0, factors, rounding=self.rounding)
        variance = one.error**2 + self.rounding
        if variance == 0:
            return None
        return Change((became - one.value) / sqrt(variance * one.freedom / (one.freedom - 2)), variance)

    def _usual(self, city: str, last: int) -> int:
        """The delivery whose factors are what is usual: the third before one, but never one with fewer than six."""
        told = self.told[city]
        number = told.number(last)
        return told.deliveries[max(number - 1 - _CALM, min(LEAST_VINTAGES, number) - 1)] if number else last

    def _calm(self, city: str, last: int, origin: int) -> Predicted | None:
        """What is expected of an origin by the factors that are usual."""
        return self._expected(city, last, origin, self._usual(city, last))

    def _expected(self, city: str, last: int, origin: int, known: int | None = None) -> Predicted | None:
        """By the factors as they were known at a delivery, the same one unless another is named."""
        told = self.told[city].counts.get((last, origin))
        if told is None:
            return None
        factors = self._factors(self.told[city].step, last if known is None else known, last - origin)[city]
        return predicted(told, 0, factors, rounding=self.rounding)

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
                recent = last - _YEAR - SETTLED < earlier and told.number(earlier) >= LEAST_VINTAGES
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
            if last <= now - SETTLED - _YEAR or told.number(last) < LEAST_VINTAGES:
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
