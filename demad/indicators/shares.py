"""Shares of counts with the Wilson interval: of the persons in a month, and of flows of twelve months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from demad.catalogue import indicator
from demad.estimators.proportions import variance_of_chance, wilson
from demad.indicators.caseload import month_grid, provisional_months
from demad.indicators.flows import YEAR, ending, first_months
from demad.indicators.grid import NONE, Estimates, Scope, dense, estimated, figures, much_wider
from demad.indicators.rates import tables_of_year, yearly_grid
from demad.indicators.told import PROJECTS
from demad.indicators.windows import months_of, quarters_of, rolling_sum
from demad.quantities import POOLED
from demad.tables.quantities import STOCKS
from demad.tables.schema import Table
from demad.tables.terms import GAPS

_LONG_TERM = 24
_MONTHS_OF_QUARTER = 3


def shares_of_stock(stocks: pl.DataFrame, scope: Scope, *, variant: str) -> list[pl.DataFrame]:
    """Figures of `youth_share`, `student_share`, `long_term_share` and `gpmi_share`, by month.

    In the sum of all cities `gpmi_share` is that of the cities that tell a GPMI.

    Parameters
    ----------
    stocks
        STOCKS.
    """
    of_variant, months = stocks.filter(variant=variant), months_of(scope.cities)
    late, once = provisional_months(scope.cities, months), scope.rounding(1)
    columns = ["stock", "young", "student", "student_known", "over_two_years", "start_known"]
    known = long_enough(scope, months, variant)
    told = [city.slug for city in scope.cities if PROJECTS not in city.untold and city.slug != POOLED]
    telling = of_cities(of_variant, STOCKS, told)
    blocks = []
    for breakdown in scope.breakdowns(indicator("gpmi_share")):
        counts = dense(of_variant, scope, breakdown, "month", months, columns)
        grid = month_grid(scope, months, variant, breakdown, history=0)
        exact = variant == "main" and breakdown == "total"
        of_stock = 0.0 if exact else once
        agreed = dense(telling, scope, breakdown, "month", months, ["gpmi", "stock"])
        shown = {"gpmi_share": share(agreed["gpmi"], agreed["stock"], (once, of_stock), provisional=late)}
        shown["long_term_share"] = share(
            counts["over_two_years"], counts["start_known"], (once, once), provisional=late, known=known
        )
        if breakdown == "total":
            shown["youth_share"] = share(counts["young"], counts["stock"], (once, of_stock), provisional=late)
            shown["student_share"] = share(counts["student"], counts["student_known"], (once, once), provisional=late)
        blocks += [figures(indicator(id), grid, estimates) for id, estimates in shown.items()]
    return blocks


def long_enough(scope: Scope, months: list[int], variant: str) -> np.ndarray:
    """With a cut history no known spell lasts two years before W + gap + 1 + 24: a share of 0 would be wrong."""
    first = np.array(
        [
            city.first_month if city.full_history else city.first_month + GAPS[variant] + 1 + _LONG_TERM
            for city in scope.cities
        ]
    )
    return np.array(months)[None, None, :] >= first[:, None, None]


def shares_of_flow(flows: pl.DataFrame, scope: Scope, *, variant: str) -> list[pl.DataFrame]:
    """Figures of the shares of new, returning and after-unemployment inflow and of unknown reasons.

    Parameters
    ----------
    flows
        FLOWS.
    """
    of_variant = flows.filter(variant=variant)
    since_return = first_months(scope.cities, variant, look_back=True)
    since_start = first_months(scope.cities, variant, new_only=True)
    definitions = {
        "inflow_new_share": ("in_new", "in_new_or_return", since_return),
        "repeat_inflow_share": ("in_new", "in_new_or_return", since_return),
        "inflow_unemployment_share": ("in_unemployment", "in_origin_known", since_start),
        "outflow_unknown_share": ("out_unknown", "outflow", None),
    }
    blocks = []
    for id, (part, whole, first) in definitions.items():
        definition = indicator(id)
        for breakdown in scope.breakdowns(definition):
            counts, ends = ending(of_variant, scope, breakdown, [part, whole], YEAR)
            if id == "repeat_inflow_share":
                counts[part] = counts[whole] - counts[part]
            rounding = scope.rounding(tables_of_year(breakdown))
            grid = yearly_grid(scope, variant, breakdown, ends, first=first)
            blocks.append(figures(definition, grid, share(counts[part], counts[whole], (rounding, rounding))))
    return blocks


def activation_share(stocks: pl.DataFrame, art60: pl.DataFrame, scope: Scope, *, variant: str) -> pl.DataFrame:
    """Figures of `activation_share`: person-months in art. 60/61 among those with leefloon or art. 60/61.

    The twelve months contain largely the same people, so the interval uses the mean month as sample size. With
    person-months as sample size its coverage was about 50 % (`bench.coverage`).
    """
    ends = quarters_of(scope.cities)
    months = list(range(ends[0] - YEAR + 1, ends[-1] + 1)) if ends else []
    delivering = [city.slug for city in scope.cities if city.has_supports and city.slug != POOLED]
    with_supports = of_cities(stocks.filter(variant=variant), STOCKS, delivering)
    persons = dense(with_supports, scope, "total", "month", months, ["stock"])["stock"]
    placed = art60.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    activated = dense(placed, scope, "total", "month", months, ["persons"])["persons"]
    closing = [months.index(month) for month in ends]
    part, rest = (rolling_sum(counts, YEAR, axis=2)[..., closing] for counts in (activated, persons))
    delivered = np.array([city.has_supports for city in scope.cities])[:, None, None]
    grid = yearly_grid(scope, variant, "total", ends)
    # Variance for a mean month of twelve rounded months, three of which share an offset.
    rounding = (_MONTHS_OF_QUARTER + 1) / 2 * _MONTHS_OF_QUARTER * scope.rounding(YEAR // _MONTHS_OF_QUARTER) / YEAR**2
    estimates = share(part, part + rest, (rounding, 0.0), delivered=delivered, months=YEAR)
    return figures(indicator("activation_share"), grid, estimates)


def of_cities(rows: pl.DataFrame, table: Table, cities: Sequence[str]) -> pl.DataFrame:
    """Rows of a table of quantities, with the pool as the sum of these cities alone."""
    own = rows.filter(pl.col("city") != POOLED)
    rest = [name for name in table.key if name != "city"]
    pooled = own.filter(pl.col("city").is_in(cities)).group_by(rest).agg(pl.col(table.counts).sum())
    return pl.concat([own, pooled.with_columns(city=pl.lit(POOLED)).select(own.columns)])


def share(
    part: np.ndarray,
    whole: np.ndarray,
    rounding: tuple[np.ndarray | float, np.ndarray | float] = (0.0, 0.0),
    *,
    provisional: np.ndarray | None = None,
    known: np.ndarray | None = None,
    delivered: np.ndarray | None = None,
    months: int = 1,
) -> Estimates:
    """``part / whole`` with the Wilson interval; not computable if the whole is 0 or unknown.

    ``rounding``: of part and whole; see `estimators.rounding`. ``delivered``: if False, the counts are null too.
    ``months``: number of months in the counts, of largely the same people.
    """
    part = np.minimum(part, whole)
    value = np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
    people = np.where(whole > 0, whole, months) / months
    added = 2 * (rounding[0] + rounding[1] * value**2) / people**2
    low, high = wilson(part / months, whole / months, added=added)
    computable = (whole > 0) & (True if known is None else known)
    if delivered is not None:
        computable = computable & delivered
        part, whole = np.where(delivered, part, NONE), np.where(delivered, whole, NONE)
    return estimated(
        value,
        low,
        high,
        numerator=part,
        denominator=whole,
        computable=computable,
        provisional=provisional,
        widened=much_wider(added, variance_of_chance(value * people, people)),
    )
