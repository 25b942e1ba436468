"""The scale on which a figure's interval is symmetric: there cities are set against each other."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.catalogue import Indicator
from demad.estimators.survival import Z_95

_EDGE = 1e-9
_COMPLEMENT = ("return_6m", "return_12m", "return_24m", "art60_return_12m")
"""Shares that come back: their interval is that of those who stay away, turned round."""
_LOGARITHM = ("ratio", "per 1000", "% a month")


def scales(catalogue: Sequence[Indicator]) -> dict[str, str]:
    """The scale of every indicator that can have a verdict: log_log, log_log_rest, logit, log or identity.

    Indicators without an interval (counts, balances, changes over a year, data quality) have none.
    """
    return {entry.id: name for entry in catalogue if (name := _scale(entry))}


def _scale(entry: Indicator) -> str:
    if entry.interval.startswith("geen"):
        return ""
    if entry.unit == "share":
        if entry.interval.startswith("Wilson"):
            return "logit"
        return "log_log_rest" if entry.id in _COMPLEMENT else "log_log"
    return {"months": "identity"}.get(entry.unit, "log" if entry.unit in _LOGARITHM else "")


def scaled(value: pl.Expr, scale: pl.Expr) -> pl.Expr:
    """A value on its scale; rising with it on every scale."""
    share = value.clip(_EDGE, 1 - _EDGE)
    return (
        pl.when(scale == "log_log")
        .then(-(-share.log()).log())
        .when(scale == "log_log_rest")
        .then((-(1 - share).log()).log())
        .when(scale == "logit")
        .then((share / (1 - share)).log())
        .when(scale == "log")
        .then(value.clip(_EDGE).log())
        .otherwise(value)
    )


def error(low: pl.Expr, high: pl.Expr, scale: pl.Expr) -> pl.Expr:
    """The standard error that a 95 % interval implies, on its scale."""
    return (scaled(high, scale) - scaled(low, scale)).abs() / (2 * Z_95)
