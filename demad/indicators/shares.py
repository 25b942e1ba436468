"""Shares of counts, with Wilson's interval: of the people in a month, and of the flow of twelve months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.proportions import wilson
from demad.indicators.caseload import month_grid, provisional_months
from demad.indicators.flows import OUTFLOW, first_months, monthly
from demad.indicators.grid import NONE, City, Estimates, dense, estimated, figures
from demad.indicators.pooling import POOLED
from demad.indicators.rates import YEAR, yearly_grid
from demad.indicators.windows import months_of, rolling_sum
from demad.tables.counts import STOCK
from demad.tables.terms import GAPS, GROUPS

_LONG_TERM = 24


def shares_of_stock(stock: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of `youth_share`, `student_share`, `long_term_share` and `gpmi_share`, by month."""
    of_variant, months = stock.filter(variant=variant), months_of(cities)
    late = provisional_months(cities, months)
    blocks = []

    def add(id: str, breakdown: str, part: np.ndarray, whole: np.ndarray, known: np.ndarray | None = None) -> None:
        grid = month_grid(cities, months, variant, breakdown, history=0)
        blocks.append(figures(indicator(id), grid, share(part, whole, provisional=late, known=known)))

    by_age, by_student = (
        dense(of_variant, cities, name, "month", months, ["stock"])["stock"] for name in ("age", "student")
    )
    young, student, other = GROUPS["age"].index("18-24"), *(GROUPS["student"].index(name) for name in ("yes", "no"))
    add("youth_share", "total", by_age[:, [young]], by_age.sum(axis=1, keepdims=True))
    add("student_share", "total", by_student[:, [student]], by_student[:, [student, other]].sum(axis=1, keepdims=True))
    columns = ["stock", "gpmi", "elapsed_over_24", "start_unknown"]
    seen_long_enough = _long_enough(cities, months, variant)
    for breakdown in ("total", *indicator("gpmi_share").breakdowns):
        counts = dense(of_variant, cities, breakdown, "month", months, columns)
        add("gpmi_share", breakdown, counts["gpmi"], counts["stock"])
        start_known = counts["stock"] - counts["start_unknown"]
        add("long_term_share", breakdown, counts["elapsed_over_24"], start_known, seen_long_enough)
    return blocks


def _long_enough(cities: Sequence[City], months: Sequence[int], variant: str) -> np.ndarray:
    """With a cut history nobody's known spell lasts two years before W + gap + 1 + 24: a share of 0 would be false."""
    first = np.array(
        [
            city.first_month if city.full_history else city.first_month + GAPS[variant] + 1 + _LONG_TERM
            for city in cities
        ]
    )
    return np.array(months)[None, None, :] >= first[:, None, None]


def shares_of_flow(flow: pl.DataFrame, cities: Sequence[City], *, variant: str) -> list[pl.DataFrame]:
    """Figures of the shares of new, returning and after-unemployment inflow and of unknown reasons."""
    of_variant = flow.filter(variant=variant)
    since_return = first_months(cities, variant, look_back=True)
    since_start = first_months(cities, variant, new_only=True)
    split = ("in_new", "in_return")
    definitions = {
        "inflow_new_share": (("in_new",), split, since_return),
        "repeat_inflow_share": (("in_return",), split, since_return),
        "inflow_unemployment_share": (("in_unemployment",), ("in_origin_known",), since_start),
        "outflow_unknown_share": (("out_unknown",), OUTFLOW, None),
    }
    blocks = []
    for id, (part, whole, first) in definitions.items():
        definition = indicator(id)
        for breakdown in ("total", *definition.breakdowns):
            grid, closing = yearly_grid(cities, variant, breakdown, first=first)
            parts, wholes = (
                rolling_sum(monthly(of_variant, cities, breakdown, columns), YEAR, axis=2)[..., closing]
                for columns in (part, whole)
            )
            blocks.append(figures(definition, grid, share(parts, wholes)))
    return blocks


def activation_share(
    stock: pl.DataFrame, art60_months: pl.DataFrame, cities: Sequence[City], *, variant: str
) -> pl.DataFrame:
    """Figures of `activation_share`: person-months in art. 60/61 among those with leefloon or art. 60/61.

    The twelve months hold largely the same people, so the interval counts a person once: Wilson on the mean
    month. On the person-months themselves it held the truth in half of the samples (`bench.coverage`).
    """
    months = months_of(cities)
    beside = _stock_with_supports(stock.filter(variant=variant), cities)
    persons = dense(beside, cities, "total", "month", months, ["stock"])["stock"]
    placed = art60_months.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    activated = dense(placed, cities, "total", "month", months, ["persons"])["persons"]
    grid, closing = yearly_grid(cities, variant, "total")
    part, rest = (rolling_sum(counts, YEAR, axis=2)[..., closing] for counts in (activated, persons))
    delivered = np.array([city.has_supports for city in cities])[:, None, None]
    return figures(indicator("activation_share"), grid, share(part, part + rest, delivered=delivered, months=YEAR))


def _stock_with_supports(stock: pl.DataFrame, cities: Sequence[City]) -> pl.DataFrame:
    """STOCK in which the pool is the sum of the cities that delivered their support alone."""
    delivered = [city.slug for city in cities if city.has_supports and city.slug != POOLED]
    own = stock.filter(pl.col("city") != POOLED)
    rest = [name for name in STOCK.key if name != "city"]
    pooled = own.filter(pl.col("city").is_in(delivered)).group_by(rest).agg(pl.col(STOCK.counts).sum())
    return pl.concat([own, pooled.with_columns(city=pl.lit(POOLED)).select(own.columns)])


def share(
    part: np.ndarray,
    whole: np.ndarray,
    *,
    provisional: np.ndarray | None = None,
    known: np.ndarray | None = None,
    delivered: np.ndarray | None = None,
    months: int = 1,
) -> Estimates:
    """``part / whole`` with Wilson's interval; not computable of nobody, or where it is not known.

    ``delivered``: where not, the counts themselves are null too. ``months``: how many months of the same
    people the counts add up.
    """
    low, high = wilson(part / months, whole / months)
    value = np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
    computable = (whole > 0) & (True if known is None else known)
    if delivered is not None:
        computable = computable & delivered
        part, whole = np.where(delivered, part, NONE), np.where(delivered, whole, NONE)
    return estimated(
        value, low, high, numerator=part, denominator=whole, computable=computable, provisional=provisional
    )
