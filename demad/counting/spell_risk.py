"""Count spells into SPELL_RISK: at risk at k paid months, and exits by reason."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Axis, Block, Stays, at_risk_by_step, axis, numbers, places, rows_of, tally
from demad.counting.flow import breakdowns_of
from demad.tables.months import quarter_label
from demad.tables.observation import Observation
from demad.tables.risk_counts import SPELL_RISK
from demad.tables.terms import GAPS, REASONS, VARIANTS

SINGLE_MONTHS = 60
BANDS = (61, 121)
_CENSORED = len(REASONS)


def count_spell_risk(spells: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count spells at risk, exits and censored, per period of the transition and month on benefit k.

    Running spells are at risk up to their last observed transition and are then censored. Leaving them out, or putting
    them at risk at their current month, would bias the exit speed of every city.

    Parameters
    ----------
    spells
        SPELL; left-censored spells are left out because their k is unknown.

    Returns
    -------
    SPELL_RISK: quarters for the total, years for the breakdowns. Transition k of a spell that starts in
    month s belongs to month s + k - 1.
    """
    known = spells.filter(~pl.col("left_censored"), pl.col("last") > pl.col("entry"))
    blocks = []
    for variant in VARIANTS:
        final = observation.last_transition(GAPS[variant])
        if final < observation.first_month:
            continue
        of_variant = known.filter(variant=variant)
        stays = Stays(*numbers(of_variant, "start", "entry", "last"))
        reason = np.where(of_variant["exited"].to_numpy(), places(of_variant["reason"], REASONS), _CENSORED)
        for breakdown in breakdowns_of(variant):
            length = 3 if breakdown == "total" else 12
            first = (observation.first_month - 1) // length
            labels = [_label(number, length) for number in range(first, final // length + 1)]
            groups = axis(of_variant, breakdown)
            counts = _counts(stays, reason, groups, first=first, length=length, n_periods=len(labels))
            axes = {"group": groups.groups, "period": labels, "k": (*range(1, SINGLE_MONTHS + 1), *BANDS)}
            blocks.append(Block({"city": city, "variant": variant, "breakdown": breakdown}, axes, counts))
    return rows_of(SPELL_RISK, blocks)


def _label(number: int, length: int) -> str:
    return quarter_label(number * 3) if length == 3 else str(number)


def _counts(
    stays: Stays, reason: np.ndarray, groups: Axis, *, first: int, length: int, n_periods: int
) -> dict[str, np.ndarray]:
    """Count per cell; ``reason`` is the position in `REASONS`, or `_CENSORED`."""
    steps = max(int(stays.last.max(initial=0)), BANDS[-1]) + 1
    shape = (len(groups.groups), n_periods, steps + 1)

    def period(k: np.ndarray) -> np.ndarray:
        return (stays.start + k - 1) // length - first

    ended = groups.tally(
        (len(REASONS) + 1, *shape[1:]), (reason * n_periods + period(stays.last)) * shape[2] + stays.last
    )
    counts = dict(zip((*(f"d_{name}" for name in REASONS), "c"), _banded(ended.swapaxes(0, 1)), strict=True))
    late = stays.entry > 0
    entries = tally(shape, groups.codes[late], period(stays.entry)[late], stays.entry[late])
    n = at_risk_by_step(stays, groups, first=first, length=length, shape=shape)
    return {"n": _banded(n), "entries": _banded(entries), **counts}


def _banded(counts: np.ndarray) -> np.ndarray:
    """Keep k = 1..60 and sum 61-120 and 121 and more."""
    edges = [counts[..., 1 : SINGLE_MONTHS + 1]]
    edges += [
        counts[..., BANDS[0] : BANDS[1]].sum(axis=-1, keepdims=True),
        counts[..., BANDS[1] :].sum(axis=-1, keepdims=True),
    ]
    return np.concatenate(edges, axis=-1)
