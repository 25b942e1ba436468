"""Which two groups of one breakdown lie furthest apart, if their difference is no chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from demad.benchmark.verdict import Z_998
from demad.estimators.survival import Z_95

_NOT_KNOWN = ("unknown", "other", "rest")
Row = Mapping[str, Any]


def extremes(rows: Sequence[Row]) -> tuple[Row, Row] | None:
    """The highest and the lowest known group of the breakdown whose two ends differ most, beyond 99.8 %.

    Overlap of two intervals is not a test: the difference is set against both their errors.

    Parameters
    ----------
    rows
        Published figures of groups (``breakdown``, ``group``, ``value``, ``low``, ``high``, ``status``) of one
        indicator and period; shares, or anything with an interval around its value.

    Returns
    -------
    None where no breakdown has two groups that differ so.
    """
    best: tuple[float, Row, Row] | None = None
    for breakdown in dict.fromkeys(row["breakdown"] for row in rows):
        known = [row for row in rows if row["breakdown"] == breakdown and _is_known(row)]
        if len(known) > 1:
            most, least = max(known, key=_value), min(known, key=_value)
            score = _score(most, least)
            if score > Z_998 and (best is None or score > best[0]):
                best = score, most, least
    return best[1:] if best else None


def _is_known(row: Row) -> bool:
    numbers = (row["value"], row["low"], row["high"])
    return row["group"] not in _NOT_KNOWN and row["status"] == "ok" and None not in numbers


def _value(row: Row) -> float:
    return row["value"]


def _score(one: Row, other: Row) -> float:
    """How many standard errors apart: each error from the side of its interval that faces the other (Newcombe)."""
    error = math.hypot(one["value"] - one["low"], other["high"] - other["value"]) / Z_95
    return (one["value"] - other["value"]) / error if error > 0 else 0.0
