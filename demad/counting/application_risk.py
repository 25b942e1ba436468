"""Count applications into APPLICATION_RISK: days from the application to the decision, and what was decided."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Block, places, rows_of, tally
from demad.histories.applications import ENDINGS
from demad.tables.risk_counts import APPLICATION_RISK

LONGEST = 90


def count_application_risk(followed: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count applications that are open per year and day, decisions, withdrawals and censored.

    Parameters
    ----------
    followed
        Result of `histories.applications.followed_applications`.

    Returns
    -------
    APPLICATION_RISK. What ends after day 90 is outside the table; these applications are open through day 90. The
    outcomes stand at day 0.
    """
    if followed.is_empty():
        return APPLICATION_RISK.empty()
    year = followed["month"].to_numpy().astype(np.int64) // 12
    first, last = int(year.min()), int(year.max())
    labels = [str(number) for number in range(first, last + 1)]
    shape = (len(labels), LONGEST + 2)
    dated = followed["days"].is_not_null().to_numpy()
    days = np.minimum(followed["days"].fill_null(0).to_numpy().astype(np.int64), LONGEST + 1)
    ended_by = places(followed["ended_by"], ENDINGS) % (len(ENDINGS) + 1)  # null is -1, the last code: censored
    ended = tally((len(ENDINGS) + 1, *shape), ended_by[dated], (year - first)[dated], days[dated])
    is_open = np.flip(np.cumsum(np.flip(ended.sum(axis=0), axis=-1), axis=-1), axis=-1)
    counts: dict[str, np.ndarray] = dict(zip(("n", "d_decided", "d_withdrawn", "c"), (is_open, *ended), strict=True))
    for name in ("known", "refused"):
        chosen = followed[name].to_numpy()
        counts[name] = tally(shape, (year - first)[chosen], np.zeros(int(chosen.sum()), dtype=np.int64))
    kept = {name: array[..., : LONGEST + 1] for name, array in counts.items()}
    return rows_of(APPLICATION_RISK, [Block({"city": city}, {"period": labels, "day": range(LONGEST + 1)}, kept)])
