"""Risk sets from the rows of a published cohort, counted by the kernel that counts the cities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demad.counting.cells import Axis, Stays, at_risk_by_step, tally


@dataclass(frozen=True, slots=True)
class Cohort:
    """At risk and events per cause at k = 1..K; ``events`` is the sum of the causes."""

    n: np.ndarray
    by_cause: np.ndarray

    @property
    def events(self) -> np.ndarray:
        """Of all causes together."""
        return self.by_cause.sum(axis=0)

    def given(self, k: int) -> Cohort:
        """Among who is still there after k: nobody leaves before."""
        seen = np.arange(1, len(self.n) + 1) > k
        return Cohort(np.where(seen, self.n, np.maximum(self.n, 1)), self.by_cause * seen)


def cohort(entry: np.ndarray, last: np.ndarray, cause: np.ndarray) -> Cohort:
    """Count who is at risk at entry < k <= last, and who leaves at ``last`` for cause 1, 2, ...; 0 is censored."""
    entry, last, cause = (np.asarray(given, dtype=np.int64) for given in (entry, last, cause))
    shape = (1, 1, int(last.max()) + 2)
    at_start = np.zeros_like(entry)
    stays = Stays(at_start, entry, last)
    n = at_risk_by_step(stays, Axis("total", at_start), first=0, length=10**6, shape=shape)
    causes = tally((int(max(cause.max(), 1)) + 1, shape[2]), cause, last)
    return Cohort(n[0, 0, 1:-1], causes[1:, 1:-1])
