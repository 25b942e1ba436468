"""Count spells into FLOW: running, beginning and ending spells per month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.counting.cells import Axis, Block, axis, numbers, places, rows_of, running
from demad.histories.segments import STRATA_COLUMNS
from demad.histories.spells import bridged_months
from demad.tables.counts import FLOW
from demad.tables.observation import Observation
from demad.tables.terms import GAPS, REASONS, SENSITIVITIES, VARIANTS


def breakdowns_of(variant: str) -> tuple[str, ...]:
    """The sensitivity series have totals only."""
    return ("total",) if variant in SENSITIVITIES else ("total", *STRATA_COLUMNS)


def count_flow(
    spells: pl.DataFrame, segments: Mapping[str, pl.DataFrame], observation: Observation, *, city: str
) -> pl.DataFrame:
    """Count running, beginning and ending spells in each month W..O, per breakdown.

    The group of a spell is that of its first month, so that the balance holds per group:
    active(m) = active(m-1) - outflow(m-1) - admin(m-1) - law(m-1) + inflow(m).

    Parameters
    ----------
    spells
        SPELL.
    segments
        SEGMENT by series; months of a spell that are in none are bridged months.

    Returns
    -------
    FLOW for the four variants; months after O have no rows.
    """
    blocks = []
    for variant in VARIANTS:
        months = range(observation.first_month, observation.last_transition(GAPS[variant]) + 1)
        if not months:
            continue
        of_variant = spells.filter(variant=variant)
        bridged = bridged_months(of_variant, segments["wide" if variant == "wide" else "main"], GAPS[variant])
        flows = _Flows.of(of_variant, months)
        holes = [month - months[0] for month in numbers(bridged, "first", "last")]
        for breakdown in breakdowns_of(variant):
            groups = axis(of_variant, breakdown)
            axes = {"group": groups.groups, "month": months}
            bridging = running((len(groups.groups), len(months)), axis(bridged, breakdown).codes, *holes)
            fixed = {"city": city, "variant": variant, "breakdown": breakdown}
            blocks.append(Block(fixed, axes, flows.counts(groups) | {"bridged": bridging}))
    return rows_of(FLOW, blocks)


_INFLOWS = ("new", "return", "unknown")
_KINDS = np.indices((len(_INFLOWS) + 1, 2, 2, 2, 2)).reshape(5, -1)
"""Of each kind of beginning: its inflow (0: none), and whether left-censored, from the other law, from unemployment,
and of known origin."""
_ENDINGS = (*(f"out_{reason}" for reason in REASONS), "end_admin", "end_law")
_BEGINNINGS = {
    "active": np.ones(_KINDS.shape[1], dtype=bool),
    **{f"in_{name}": _KINDS[0] == number for number, name in enumerate(_INFLOWS, start=1)},
    "left_censored": _KINDS[1] > 0,
    **{
        name: (_KINDS[0] > 0) & (_KINDS[place] > 0)
        for place, name in enumerate(("in_from_other_law", "in_unemployment", "in_origin_known"), start=2)
    },
}
"""The kinds that each column counts."""


@dataclass(frozen=True, slots=True)
class _Flows:
    """What begins and what ends: flat numbers of kind and month, of which the months outside the window are one."""

    n_months: int
    begun: np.ndarray
    over: np.ndarray

    @classmethod
    def of(cls, spells: pl.DataFrame, months: range) -> _Flows:
        """The beginning and the end of every spell; nothing is known of those outside ``months``."""
        n_months = len(months)
        start, after = (month - months[0] for month in numbers(spells, "start", "end"))
        after += 1
        told = spells.select(
            "from_other_law",
            unemployment=pl.col("origin").eq_missing(pl.lit("unemployment_ended")),
            known=pl.col("origin").is_not_null(),
        )
        inflow = np.where(start >= 0, places(spells["inflow"], _INFLOWS) + 1, 0)
        kind = inflow * 2 + spells["left_censored"].to_numpy()
        for name in told.columns:
            kind = kind * 2 + told[name].to_numpy()
        ending = np.where(after >= 1, places(spells["reason"], (*REASONS, "admin", "law_change")) + 1, 0)
        return cls(
            n_months,
            kind * (n_months + 2) + np.clip(start, 0, n_months),
            ending * (n_months + 2) + np.clip(after, 0, n_months + 1),
        )

    def counts(self, groups: Axis) -> dict[str, np.ndarray]:
        """Counts per group and month, by name of the column."""
        begun = groups.tally((_KINDS.shape[1], self.n_months + 2), self.begun)
        over = groups.tally((len(_ENDINGS) + 1, self.n_months + 2), self.over)
        counts = {name: begun[:, kinds].sum(axis=1) for name, kinds in _BEGINNINGS.items()}
        counts["active"] = np.cumsum(counts["active"] - over.sum(axis=1), axis=1)
        counts |= {name: over[:, kind, 1:] for kind, name in enumerate(_ENDINGS, start=1)}
        return {name: count[:, : self.n_months] for name, count in counts.items()}
