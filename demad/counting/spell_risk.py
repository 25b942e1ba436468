"""Spells become SPELL_RISK: who was at risk of leaving after k paid months, and who left why."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Axis, Stays, at_risk_by_step, axis, rows_of, tally
from demad.counting.flow import breakdowns_of
from demad.tables.counts import SPELL_RISK
from demad.tables.months import quarter_label
from demad.tables.observation import Observation
from demad.tables.terms import GAPS, REASONS, VARIANTS

SINGLE_MONTHS = 60
BANDS = (61, 121)


def count_spell_risk(spells: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count who is at risk, leaves and is censored, per period of the transition and month on benefit.

    Running spells are not dropped: they are at risk up to their last observed transition and then censored.
    Dropping them, or putting them at risk at their current month, makes every city look too fast or too slow.

    Parameters
    ----------
    spells
        SPELL; left-censored ones are left out because their k is unknown.

    Returns
    -------
    SPELL_RISK: quarters for the total, years for the breakdowns. Transition k of a spell that starts in
    month s belongs to month s + k - 1.
    """
    known = spells.filter(~pl.col("left_censored"))
    tables = [SPELL_RISK.empty()]
    for variant in VARIANTS:
        of_variant = known.filter(variant=variant)
        final = observation.last_transition(GAPS[variant])
        if final < observation.first_month:
            continue
        for breakdown in breakdowns_of(variant):
            length = 3 if breakdown == "total" else 12
            first = (observation.first_month - 1) // length
            labels = [_label(number, length) for number in range(first, final // length + 1)]
            groups = axis(of_variant, breakdown)
            steps = _steps(of_variant)
            counts = _counts(of_variant, groups, first=first, length=length, n_periods=len(labels), steps=steps)
            axes = {
                "group": list(groups.groups),
                "period": labels,
                "k": [*range(1, SINGLE_MONTHS + 1), *BANDS],
            }
            fixed = {"city": city, "variant": variant, "breakdown": breakdown}
            tables.append(rows_of(SPELL_RISK, fixed=fixed, axes=axes, counts=counts))
    return SPELL_RISK.check(pl.concat(tables))


def _label(number: int, length: int) -> str:
    return quarter_label(number * 3) if length == 3 else str(number)


def _steps(spells: pl.DataFrame) -> int:
    longest = spells.select(pl.max_horizontal(pl.col("last").max(), pl.col("entry").max())).item()
    return max(longest or 0, BANDS[-1]) + 1


def _counts(
    spells: pl.DataFrame, groups: Axis, *, first: int, length: int, n_periods: int, steps: int
) -> dict[str, np.ndarray]:
    start = spells["start"].to_numpy().astype(np.int64)
    entry = spells["entry"].to_numpy().astype(np.int64)
    last = spells["last"].to_numpy().astype(np.int64)
    order = {name: place for place, name in enumerate(REASONS)}
    reason = spells["reason"].cast(pl.String).replace_strict(order, default=-1, return_dtype=pl.Int64).to_numpy()
    exited = spells["exited"].to_numpy()
    at_risk = last > entry
    shape = (len(groups.groups), n_periods, steps + 1)

    def at(k: np.ndarray, rows: np.ndarray) -> np.ndarray:
        period = (start[rows] + k[rows] - 1) // length - first
        return _banded(tally(shape, groups.codes[rows], period, k[rows]))

    left = at_risk & exited
    month = (start[left] + last[left] - 1) // length - first
    by_reason = tally((len(REASONS), *shape), reason[left], groups.codes[left], month, last[left])
    counts = dict(zip((f"d_{name}" for name in REASONS), _banded(by_reason), strict=True))
    counts["c"] = at(last, at_risk & ~exited)
    counts["entries"] = at(entry, at_risk & (entry > 0))
    known = Axis(groups.breakdown, groups.codes[at_risk])
    stays = Stays(start[at_risk], entry[at_risk], last[at_risk])
    counts["n"] = _banded(at_risk_by_step(stays, known, first=first, length=length, shape=shape))
    return counts


def _banded(counts: np.ndarray) -> np.ndarray:
    """Keep k = 1..60 and add up 61-120 and 121 and more."""
    edges = [counts[..., 1 : SINGLE_MONTHS + 1]]
    edges += [
        counts[..., BANDS[0] : BANDS[1]].sum(axis=-1, keepdims=True),
        counts[..., BANDS[1] :].sum(axis=-1, keepdims=True),
    ]
    return np.concatenate(edges, axis=-1)
