"""Count which care leavers come back after their leefloon: CARE_LEAVER_RETURN_RISK (`methods.md` section 7.7)."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Block, numbers, rows_of, tally
from demad.tables.risk_counts import CARE_LEAVER_RETURN_RISK

_YEAR, _LONGEST = 12, 24


def count_care_leaver_return(exits: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count exits of care leavers that are out m months later: at risk, returns, censored.

    Parameters
    ----------
    exits
        Result of `follow_up.exits` for the spells of `follow_up.spells_after_care`; one without follow-up counts
        nowhere.

    Returns
    -------
    CARE_LEAVER_RETURN_RISK, by the year of the exit, for the series main and wide.
    """
    blocks = []
    for variant in ("main", "wide"):
        rows = exits.filter(pl.col("months_followed") > 0, variant=variant)
        if rows.is_empty():
            continue
        month, followed = numbers(rows, "month", "months_followed")
        year, m = month // _YEAR, np.minimum(followed, _LONGEST + 1)
        oldest = int(year.min())
        shape = (2, int(year.max()) - oldest + 1, _LONGEST + 2)
        censored, back = tally(shape, rows["returned"].to_numpy().astype(np.int64), year - oldest, m)
        out = np.flip(np.cumsum(np.flip(censored + back, axis=1), axis=1), axis=1)
        arrays = zip(("n", "d_return", "c"), (out, back, censored), strict=True)
        counts = {name: array[:, 1 : _LONGEST + 1] for name, array in arrays}
        axes = {"period": [str(oldest + number) for number in range(shape[1])], "m": range(1, _LONGEST + 1)}
        blocks.append(Block({"city": city, "variant": variant}, axes, counts))
    return rows_of(CARE_LEAVER_RETURN_RISK, blocks)
