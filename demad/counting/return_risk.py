"""Exits become RETURN_RISK: who was still out and followed m months later, and who came back."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Axis, axis, rows_of, tally
from demad.counting.flow import breakdowns_of
from demad.tables.counts import RETURN_RISK
from demad.tables.months import quarter_label
from demad.tables.terms import VARIANTS

LONGEST = 36
_ONLY_MAIN_SERIES = ("reason", "prior_duration")


def count_return_risk(exits: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count who is at risk of returning, returns and is censored, per period of the exit and month away.

    Every exit of the period is in, whatever its follow-up; those with none are counted apart. The counts for
    exits to work and to activation stand beside the whole, so that lasting outflow needs no crossed groups.

    Parameters
    ----------
    exits
        Of `follow_up.exits`.

    Returns
    -------
    RETURN_RISK: quarters for the total, years for the breakdowns.
    """
    tables = [RETURN_RISK.empty()]
    for variant in VARIANTS:
        of_variant = exits.filter(variant=variant)
        if of_variant.is_empty():
            continue
        extra = () if len(breakdowns_of(variant)) == 1 else _ONLY_MAIN_SERIES
        for breakdown in (*breakdowns_of(variant), *extra):
            length = 3 if breakdown == "total" else 12
            month = of_variant["month"].to_numpy().astype(np.int64)
            first = int(month.min()) // length
            numbers = range(first, int(month.max()) // length + 1)
            labels = [quarter_label(number * 3) if length == 3 else str(number) for number in numbers]
            groups = axis(of_variant, breakdown)
            counts = _counts(of_variant, groups, period=month // length - first, n_periods=len(labels))
            axes = {"group": list(groups.groups), "period": labels, "m": list(range(1, LONGEST + 1))}
            fixed = {"city": city, "variant": variant, "breakdown": breakdown}
            tables.append(rows_of(RETURN_RISK, fixed=fixed, axes=axes, counts=counts))
    return RETURN_RISK.check(pl.concat(tables))


def _counts(exits: pl.DataFrame, groups: Axis, *, period: np.ndarray, n_periods: int) -> dict[str, np.ndarray]:
    followed = exits["months_followed"].to_numpy().astype(np.int64)
    returned = exits["returned"].to_numpy()
    to_work, to_activation = exits["to_work"].to_numpy(), exits["to_activation"].to_numpy()
    shape = (len(groups.groups), n_periods, LONGEST + 2)
    capped = np.minimum(followed, LONGEST + 1)

    def at(m: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return tally(shape, groups.codes[rows], period[rows], m[rows])

    def still_out(rows: np.ndarray) -> np.ndarray:
        return np.flip(np.cumsum(np.flip(at(capped, rows), axis=2), axis=2), axis=2)[..., 1 : LONGEST + 1]

    def only_first(rows: np.ndarray) -> np.ndarray:
        return at(np.ones_like(followed), rows)[..., 1 : LONGEST + 1]

    everyone, within = np.ones_like(returned), slice(1, LONGEST + 1)
    return {
        "n": still_out(everyone),
        "d_return": at(capped, returned)[..., within],
        "c": at(capped, ~returned)[..., within],
        "exits": only_first(everyone),
        "without_follow_up": only_first(followed < 1),
        "n_work": still_out(to_work),
        "d_work": at(capped, returned & to_work)[..., within],
        "exits_work": only_first(to_work),
        "n_activation": still_out(to_activation),
        "d_activation": at(capped, returned & to_activation)[..., within],
        "exits_activation": only_first(to_activation),
    }
