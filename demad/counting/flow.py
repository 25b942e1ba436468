"""Count spells into FLOW: running, beginning and ending spells per month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.counting.cells import Axis, Block, axis, numbers, places, rows_of, tally
from demad.histories.spells import STRATA_COLUMNS
from demad.tables.counts import FLOW
from demad.tables.observation import Observation
from demad.tables.terms import GAPS, REASONS, SENSITIVITIES, VARIANTS


def breakdowns_of(variant: str) -> tuple[str, ...]:
    """The sensitivity series have totals only."""
    return ("total",) if variant in SENSITIVITIES else ("total", *STRATA_COLUMNS)


def count_flow(spells: pl.DataFrame, months: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count running, beginning and ending spells in each month W..O, per breakdown.

    The group of a spell is that of its first month, so that the balance holds per group:
    active(m) = active(m-1) - outflow(m-1) - admin(m-1) - law(m-1) + inflow(m).

    Parameters
    ----------
    spells
        SPELL.
    months
        MONTH; months of a spell that are not in it are bridged months.

    Returns
    -------
    FLOW for the four variants; months after O have no rows.
    """
    holes = {series: _holes(months.filter(series=series)) for series in ("main", "wide")}
    blocks = []
    for variant in VARIANTS:
        window = (observation.first_month, observation.last_transition(GAPS[variant]))
        if window[1] < window[0]:
            continue
        of_variant = spells.filter(variant=variant)
        bridged = _bridged_months(of_variant, holes["wide" if variant == "wide" else "main"], GAPS[variant])
        begun = _Spells.of(of_variant)
        for breakdown in breakdowns_of(variant):
            groups = axis(of_variant, breakdown)
            counts = _counts(begun, groups, window)
            counts["bridged"] = _at_month(axis(bridged, breakdown), bridged["month"].to_numpy(), window)
            axes = {"group": groups.groups, "month": range(window[0], window[1] + 1)}
            blocks.append(Block({"city": city, "variant": variant, "breakdown": breakdown}, axes, counts))
    return rows_of(FLOW, blocks)


def _holes(months: pl.DataFrame) -> pl.DataFrame:
    """Uncovered months between two covered ones: ``person``, ``first``, and the next covered month ``until``."""
    after, same_person = pl.col("month").shift(-1), pl.col("person") == pl.col("person").shift(-1)
    return months.select("person", first=pl.col("month") + 1, until=pl.when(same_person).then(after)).filter(
        pl.col("until") > pl.col("first")
    )


def _bridged_months(spells: pl.DataFrame, holes: pl.DataFrame, gap: int) -> pl.DataFrame:
    """One row per uncovered month inside a spell, with the strata of the spell."""
    return (
        holes.filter(pl.col("until") - pl.col("first") <= gap)
        .sort("first")
        .join_asof(
            spells.sort("start"),
            left_on="first",
            right_on="start",
            by="person",
            strategy="backward",
            check_sortedness=False,
        )
        .with_columns(month=pl.int_ranges("first", "until", dtype=pl.Int32))
        .explode("month")
        .filter(pl.col("month") < pl.col("end"))
    )


def _at_month(groups: Axis, month: np.ndarray, window: tuple[int, int]) -> np.ndarray:
    shape = (len(groups.groups), window[1] - window[0] + 1)
    seen = (month >= window[0]) & (month <= window[1])
    return tally(shape, groups.codes[seen], month[seen].astype(np.int64) - window[0])


_ENDINGS = (*(f"out_{reason}" for reason in REASONS), "end_admin", "end_law")
_BEGINNINGS = ("in_new", "in_return", "in_unknown")
_ORIGINS = {
    "in_from_other_law": pl.col("from_other_law"),
    "in_unemployment": pl.col("origin").eq_missing(pl.lit("unemployment_ended")),
    "in_origin_known": pl.col("origin").is_not_null(),
}


@dataclass(frozen=True, slots=True)
class _Spells:
    """Start and end of spells (month numbers), how (positions in `_BEGINNINGS` and `_ENDINGS`), and what is known."""

    start: np.ndarray
    end: np.ndarray
    beginning: np.ndarray
    ending: np.ndarray
    left_censored: np.ndarray
    origins: dict[str, np.ndarray]

    @classmethod
    def of(cls, spells: pl.DataFrame) -> _Spells:
        start, end = numbers(spells, "start", "end")
        beginning = places(spells["inflow"], ("new", "return", "unknown"))
        ending = places(spells["reason"], (*REASONS, "admin", "law_change"))
        told = spells.select(**_ORIGINS)
        origins = {name: (beginning >= 0) & told[name].to_numpy() for name in _ORIGINS}
        return cls(start, end, beginning, ending, spells["left_censored"].to_numpy(), origins)


def _counts(spells: _Spells, groups: Axis, window: tuple[int, int]) -> dict[str, np.ndarray]:
    def at(month: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return _at_month(Axis(groups.breakdown, groups.codes[rows]), month[rows], window)

    counts = _by_kind(spells.end, spells.ending, groups, window, _ENDINGS)
    counts |= _by_kind(spells.start, spells.beginning, groups, window, _BEGINNINGS)
    counts |= {name: at(spells.start, rows) for name, rows in spells.origins.items()}
    clipped = np.maximum(spells.start, window[0])
    counts["left_censored"] = at(clipped, spells.left_censored)
    everyone = spells.end >= window[0]
    began, stopped = at(clipped, everyone), at(spells.end + 1, everyone)
    counts["active"] = np.cumsum(began - stopped, axis=1)
    return counts


def _by_kind(
    month: np.ndarray, kind: np.ndarray, groups: Axis, window: tuple[int, int], names: tuple[str, ...]
) -> dict[str, np.ndarray]:
    """Counts per group and month for all kinds at once."""
    shape = (len(groups.groups), window[1] - window[0] + 1, len(names))
    seen = (month >= window[0]) & (month <= window[1]) & (kind >= 0)
    found = tally(shape, groups.codes[seen], month[seen] - window[0], kind[seen])
    return {name: found[..., place] for place, name in enumerate(names)}
