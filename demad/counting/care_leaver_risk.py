"""Care leavers become CARE_LEAVER_RISK: who had support m months after leaving youth care."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import axis, rows_of, tally
from demad.tables.counts import CARE_LEAVER_RISK
from demad.tables.terms import SUPPORTS

LONGEST = 24


def count_care_leaver_risk(take_up: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count who is observed without support, gets it, moves, dies or is censored, per year and month since.

    Parameters
    ----------
    take_up
        Of `follow_up.take_up`: one row per leaver and type of support.

    Returns
    -------
    CARE_LEAVER_RISK; events after month 24 fall outside the table, the people stay at risk until then.
    """
    tables = [CARE_LEAVER_RISK.empty()]
    for support in SUPPORTS:
        rows = take_up.filter(support=support)
        if rows.is_empty():
            continue
        year = rows["month"].to_numpy().astype(np.int64) // 12
        labels = [str(number) for number in range(int(year.min()), int(year.max()) + 1)]
        for breakdown in ("total", "age", "sex", "zorgvorm"):
            groups = axis(rows, breakdown)
            shape = (len(groups.groups), len(labels), LONGEST + 2)
            counts = _counts(rows, groups.codes, year - year.min(), shape)
            axes = {"group": list(groups.groups), "period": labels, "m": list(range(LONGEST + 1))}
            fixed = {"city": city, "support": support, "breakdown": breakdown}
            tables.append(rows_of(CARE_LEAVER_RISK, fixed=fixed, axes=axes, counts=counts))
    return CARE_LEAVER_RISK.check(pl.concat(tables))


def _counts(rows: pl.DataFrame, codes: np.ndarray, period: np.ndarray, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    m = np.minimum(rows["m"].to_numpy().astype(np.int64), LONGEST + 1)
    ended_by = rows["ended_by"].fill_null("censored").to_numpy()

    def at(kind: str) -> np.ndarray:
        chosen = ended_by == kind
        return tally(shape, codes[chosen], period[chosen], m[chosen])[..., : LONGEST + 1]

    observed = tally(shape, codes, period, m)
    return {
        "n": np.flip(np.cumsum(np.flip(observed, axis=2), axis=2), axis=2)[..., : LONGEST + 1],
        "d_event": at("event"),
        "d_moved": at("moved"),
        "d_death": at("death"),
        "c": at("censored"),
    }
