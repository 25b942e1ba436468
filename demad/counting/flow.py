"""Spells become FLOW: how many run, begin and end in each month."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from demad.counting.cells import Axis, axis, rows_of, tally
from demad.spells import STRATA_COLUMNS
from demad.tables.counts import FLOW
from demad.tables.observation import Observation
from demad.tables.terms import GAPS, REASONS, SENSITIVITIES, VARIANTS


def breakdowns_of(variant: str) -> tuple[str, ...]:
    """The sensitivity series are counted in total only."""
    return ("total",) if variant in SENSITIVITIES else ("total", *STRATA_COLUMNS)


def count_flow(spells: pl.DataFrame, months: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count running, beginning and ending spells in each month W..O, per breakdown.

    Groups are frozen at the spell's first month, so that the balance closes per group:
    active(m) = active(m-1) - outflow(m-1) - admin(m-1) - law(m-1) + inflow(m).

    Parameters
    ----------
    spells
        SPELL.
    months
        MONTH: a spell's months without coverage are the bridged ones.

    Returns
    -------
    FLOW for the four variants; months after O have no rows.
    """
    tables = []
    for variant in VARIANTS:
        of_variant = spells.filter(variant=variant)
        series = "wide" if variant == "wide" else "main"
        bridged = _bridged_months(of_variant, months.filter(series=series))
        window = (observation.first_month, observation.last_transition(GAPS[variant]))
        if window[1] < window[0]:
            continue
        for breakdown in breakdowns_of(variant):
            counts = _counts(of_variant, axis(of_variant, breakdown), window)
            counts["bridged"] = _at_month(axis(bridged, breakdown), bridged["month"].to_numpy(), window)
            labels = {
                "group": list(axis(of_variant, breakdown).groups),
                "month": list(range(window[0], window[1] + 1)),
            }
            fixed = {"city": city, "variant": variant, "breakdown": breakdown}
            tables.append(rows_of(FLOW, fixed=fixed, axes=labels, counts=counts))
    return FLOW.check(pl.concat([FLOW.empty(), *tables]))


def _bridged_months(spells: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """One row per month inside a spell that no decision covers, with the strata of the spell."""
    after = pl.col("month").shift(-1)
    same_person = pl.col("person") == pl.col("person").shift(-1)
    holes = (
        months.select("person", first=pl.col("month") + 1, until=pl.when(same_person).then(after))
        .filter(pl.col("until") > pl.col("first"))
        .with_columns(month=pl.int_ranges("first", "until", dtype=pl.Int32))
        .explode("month")
    )
    inside = holes.sort("first").join_asof(
        spells.sort("start"),
        left_on="first",
        right_on="start",
        by="person",
        strategy="backward",
        check_sortedness=False,
    )
    return inside.filter(pl.col("month") < pl.col("end"))


def _at_month(groups: Axis, month: np.ndarray, window: tuple[int, int]) -> np.ndarray:
    shape = (len(groups.groups), window[1] - window[0] + 1)
    seen = (month >= window[0]) & (month <= window[1])
    return tally(shape, groups.codes[seen], month[seen].astype(np.int64) - window[0])


_ENDINGS = (*(f"out_{reason}" for reason in REASONS), "end_admin", "end_law")
_ENDING_OF = {str(name): place for place, name in enumerate((*REASONS, "admin", "law_change"))}
_BEGINNINGS = ("in_new", "in_return", "in_unknown")
_BEGINNING_OF = {"new": 0, "return": 1, "unknown": 2}


def _counts(spells: pl.DataFrame, groups: Axis, window: tuple[int, int]) -> dict[str, np.ndarray]:
    start, end = spells["start"].to_numpy(), spells["end"].to_numpy()
    ending = _coded(spells["reason"], _ENDING_OF)
    beginning = _coded(spells["inflow"], _BEGINNING_OF)

    def at(month: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return _at_month(Axis(groups.breakdown, groups.codes[rows]), month[rows], window)

    counts = _by_kind(end, ending, groups, window, _ENDINGS) | _by_kind(start, beginning, groups, window, _BEGINNINGS)
    begun = beginning >= 0
    flags = {"in_from_other_law": "from_other_law", "in_unemployment": "from_unemployment"}
    for name, column in {**flags, "in_origin_known": "origin_known"}.items():
        counts[name] = at(start, begun & spells[column].to_numpy())
    clipped = np.maximum(start, window[0])
    counts["left_censored"] = at(clipped, spells["left_censored"].to_numpy())
    everyone = end >= window[0]
    began, stopped = at(clipped, everyone), at(end + 1, everyone)
    counts["active"] = np.cumsum(began - stopped, axis=1)
    return counts


def _coded(column: pl.Series, codes: Mapping[str, int]) -> np.ndarray:
    """The number of each word, -1 for null."""
    return column.cast(pl.String).replace_strict(codes, default=-1, return_dtype=pl.Int64).to_numpy()


def _by_kind(
    month: np.ndarray, kind: np.ndarray, groups: Axis, window: tuple[int, int], names: tuple[str, ...]
) -> dict[str, np.ndarray]:
    """Counts per group and month of every kind at once."""
    shape = (len(groups.groups), window[1] - window[0] + 1, len(names))
    seen = (month >= window[0]) & (month <= window[1]) & (kind >= 0)
    found = tally(shape, groups.codes[seen], month[seen].astype(np.int64) - window[0], kind[seen])
    return {name: found[..., place] for place, name in enumerate(names)}
