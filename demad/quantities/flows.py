"""Quantities of inflow and outflow: totals per month and quarter, groups per year, origins per quarter."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.quantities.groups import folded, of_age_rows
from demad.tables.columns import CELL
from demad.tables.months import label_of, quarter_of, year_of
from demad.tables.quantities import FLOWS, ORIGINS
from demad.tables.terms import REASONS, WORKING_AGES

_CELL = list(CELL)
INFLOW = ("in_new", "in_return", "in_unknown")
COUNTED_IN_FLOWS = ("unemployment_ended", "unknown")
"""Origins that FLOWS counts: `in_unemployment`, and the inflow less `in_origin_known`."""
OUTFLOW = tuple(f"out_{reason}" for reason in REASONS)


def flows(flow: pl.DataFrame, folds: Mapping[str, Mapping[str, str]], *, monthly: bool) -> pl.DataFrame:
    """Form FLOWS.

    Parameters
    ----------
    flow
        FLOW of one city.
    folds
        Groups to combine, by breakdown: {group: combined group}.
    monthly
        Whether to add totals per month; never for protected flows.
    """
    cell = ["city", "variant", "month"]
    rows = flow.with_columns(
        inflow=pl.sum_horizontal(INFLOW),
        in_new_or_return=pl.col("in_new") + pl.col("in_return"),
        outflow=pl.sum_horizontal(OUTFLOW),
    )
    total = rows.filter(breakdown="total").join(
        of_age_rows(rows, cell, "inflow", inflow_working_age=WORKING_AGES), on=cell, how="left"
    )
    total = total.with_columns(pl.col("inflow_working_age").fill_null(0))
    working = pl.when((pl.col("breakdown") != "age") | pl.col("group").is_in(WORKING_AGES)).then("inflow").otherwise(0)
    groups = rows.filter(pl.col("breakdown") != "total").with_columns(inflow_working_age=working)
    month, quarter, year = label_of(pl.col("month")), quarter_of(pl.col("month")), year_of(pl.col("month"))
    parts = [total.with_columns(period=quarter), groups.with_columns(period=year)]
    parts += [total.with_columns(period=month)] if monthly else []
    parts.append(_reasons(total).with_columns(period=year))
    key = [*_CELL, "period"]
    wanted = [*key, *FLOWS.counts]
    return FLOWS.check(folded(pl.concat([part.select(wanted) for part in parts]), folds, FLOWS, key))


def origins(origin_inflow: pl.DataFrame, folds: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Form ORIGINS from ORIGIN_INFLOW: every origin, and the sum of those that no other quantity counts."""
    of_each = origin_inflow.rename({"origin": "group"}).with_columns(breakdown=pl.lit("origin"))
    together = of_each.filter(~pl.col("group").is_in(COUNTED_IN_FLOWS)).with_columns(
        breakdown=pl.lit("total"), group=pl.lit("total")
    )
    key = [*_CELL, "period"]
    rows = pl.concat([part.select(*key, "inflow") for part in (together, of_each)])
    return ORIGINS.check(folded(rows, folds, ORIGINS, key))


def _reasons(total: pl.DataFrame) -> pl.DataFrame:
    """Outflow per reason, with each reason as a group."""
    long = total.select("city", "variant", "month", *OUTFLOW).unpivot(
        index=["city", "variant", "month"], variable_name="group", value_name="outflow"
    )
    nothing = [pl.lit(0, dtype=pl.Int64).alias(name) for name in FLOWS.counts if name != "outflow"]
    return long.with_columns(*nothing, group=pl.col("group").str.slice(len("out_")), breakdown=pl.lit("reason"))
