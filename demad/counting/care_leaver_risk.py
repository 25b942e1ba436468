"""Count care leavers into CARE_LEAVER_RISK: time from the end of youth care to support."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Block, axis, places, rows_of, tally
from demad.tables.risk_counts import CARE_LEAVER_RISK
from demad.tables.terms import SUPPORTS

LONGEST = 24
_ENDINGS = ("event", "moved", "death", "censored")


def count_care_leaver_risk(take_up: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count care leavers at risk (no support yet), events, moves, deaths and censored, per year and month m.

    Parameters
    ----------
    take_up
        Result of `follow_up.take_up`: one row per leaver and type of support.

    Returns
    -------
    CARE_LEAVER_RISK. Events after month 24 are outside the table; these persons are at risk through month 24.
    """
    if take_up.is_empty():
        return CARE_LEAVER_RISK.empty()
    year = take_up["month"].to_numpy().astype(np.int64) // 12
    labels = [str(number) for number in range(int(year.min()), int(year.max()) + 1)]
    support = places(take_up["support"], SUPPORTS)
    m = np.minimum(take_up["m"].to_numpy().astype(np.int64), LONGEST + 1)
    ended_by = places(take_up["ended_by"], _ENDINGS[:-1]) % len(_ENDINGS)  # null is -1, the last code: censored
    blocks = []
    for breakdown in ("total", "age", "sex", "zorgvorm"):
        groups = axis(take_up, breakdown)
        shape = (len(_ENDINGS), len(SUPPORTS), len(groups.groups), len(labels), LONGEST + 2)
        ended = tally(shape, ended_by, support, groups.codes, year - year.min(), m)
        observed = np.flip(np.cumsum(np.flip(ended.sum(axis=0), axis=-1), axis=-1), axis=-1)
        names = ("n", "d_event", "d_moved", "d_death", "c")
        counts: dict[str, np.ndarray] = dict(zip(names, (observed, *ended), strict=True))
        counts = {name: array[..., : LONGEST + 1] for name, array in counts.items()}
        axes = {"support": SUPPORTS, "group": groups.groups, "period": labels, "m": range(LONGEST + 1)}
        blocks.append(Block({"city": city, "breakdown": breakdown}, axes, counts))
    return rows_of(CARE_LEAVER_RISK, blocks)
