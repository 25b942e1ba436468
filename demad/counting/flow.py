"""Count spells into FLOW: running, beginning and ending spells per month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from demad.counting.cells import N_JOINT, Block, joint, margin, numbers, places, rows_of, running, tally
from demad.histories.segments import STRATA_COLUMNS
from demad.histories.spells import bridged_months
from demad.tables.counts import FLOW
from demad.tables.observation import Observation
from demad.tables.terms import GAPS, GROUPS, REASONS, SENSITIVITIES, VARIANTS


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
        breakdowns = breakdowns_of(variant)
        counts = _counts(of_variant, bridged, months, n_cells=N_JOINT if len(breakdowns) > 1 else 1)
        for breakdown in breakdowns:
            axes = {"group": GROUPS[breakdown], "month": months}
            of_breakdown = {name: margin(count, breakdown) for name, count in counts.items()}
            blocks.append(Block({"city": city, "variant": variant, "breakdown": breakdown}, axes, of_breakdown))
    return rows_of(FLOW, blocks)


_ENDINGS = (*(f"out_{reason}" for reason in REASONS), "end_admin", "end_law")
_BEGINNINGS = ("in_new", "in_return", "in_unknown")
_ORIGINS = {
    "in_from_other_law": pl.col("from_other_law"),
    "in_unemployment": pl.col("origin").eq_missing(pl.lit("unemployment_ended")),
    "in_origin_known": pl.col("origin").is_not_null(),
}


def _counts(spells: pl.DataFrame, bridged: pl.DataFrame, months: range, *, n_cells: int) -> dict[str, np.ndarray]:
    """Counts per combination of strata and month, or in one cell; combinations never leave this module."""
    shape, cell = (n_cells, len(months)), joint(spells) % n_cells
    start, end = (month - months[0] for month in numbers(spells, "start", "end"))

    def at(month: np.ndarray, kind: np.ndarray, names: Sequence[str]) -> dict[str, np.ndarray]:
        """Counts of every kind, which is a position in ``names``, or -1."""
        seen = (kind >= 0) & (month >= 0) & (month < len(months))
        return dict(zip(names, tally((len(names), *shape), kind[seen], cell[seen], month[seen]), strict=True))

    beginning = places(spells["inflow"], ("new", "return", "unknown"))
    ending = places(spells["reason"], (*REASONS, "admin", "law_change"))
    told = spells.select(**_ORIGINS)
    first, last = (month - months[0] for month in numbers(bridged, "first", "last"))
    counts = at(end, ending, _ENDINGS) | at(start, beginning, _BEGINNINGS)
    for name in _ORIGINS:
        counts |= at(start, np.where((beginning >= 0) & told[name].to_numpy(), 0, -1), [name])
    left_censored = np.where(spells["left_censored"].to_numpy(), 0, -1)
    return {
        **counts,
        **at(np.maximum(start, 0), left_censored, ["left_censored"]),
        **running(shape, cell, {"active": start}, end),
        **running(shape, joint(bridged) % n_cells, {"bridged": first}, last),
    }
