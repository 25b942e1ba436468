"""What several deliveries told of each month or quarter, as triangles. Not here: estimating from them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

SETTLED = 6
"""Months after which a count is taken as final."""
USED = 12
"""Deliveries that factors rest on, the newest ones."""


@dataclass(frozen=True)
class Told:
    """What deliveries told: ``counts`` by (M of the delivery, last month of the origin).

    An origin is a month of the stock or a quarter of a flow. Deliveries may come each month or each quarter; where
    there are too few, ``told_by`` says what stands in their place (`tables.outlook`).
    """

    counts: Mapping[tuple[int, int], int]
    told_by: str = ""

    @cached_property
    def deliveries(self) -> list[int]:
        """M of every delivery, in order."""
        return sorted({last for last, _ in self.counts})

    @cached_property
    def step(self) -> int:
        """Months between two deliveries, as they mostly come; 1 without."""
        after = [late - early for early, late in zip(self.deliveries, self.deliveries[1:], strict=False)]
        return Counter(after).most_common(1)[0][0] if after else 1

    @property
    def finals(self) -> dict[int, int]:
        """The newest count of every origin that is settled."""
        return {origin: count for (last, origin), count in sorted(self.counts.items()) if last - origin >= SETTLED}

    def number(self, last: int) -> int:
        """How many deliveries there are up to one."""
        return bisect_right(self.deliveries, last)

    def until(self, last: int, used: int = USED) -> Told:
        """What was told up to a delivery, by it and the ones before it."""
        kept = set(self.deliveries[: self.number(last)][-used:])
        return Told({key: count for key, count in self.counts.items() if key[0] in kept}, self.told_by)

    def triangle(self, first_delay: int, step: int) -> np.ndarray:
        """Cumulative counts at ``first_delay``, and every ``step`` months on until settled; NaN where not told.

        An origin that a delivery in between did not tell of is left out from there on.
        """
        delays = delays_from(first_delay, step)
        origins = sorted({origin for _, origin in self.counts})
        told = np.array(
            [[self.counts.get((origin + delay, origin), np.nan) for delay in delays] for origin in origins]
        ).reshape(len(origins), len(delays))
        return told[(~np.isnan(told)).any(axis=1)]


def delays_from(first_delay: int, step: int) -> list[int]:
    """The delays at which an origin is told, from the first to the first that is settled."""
    delays = [first_delay]
    while delays[-1] < SETTLED:
        delays.append(delays[-1] + step)
    return delays
