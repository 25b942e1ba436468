"""Quantities of the stock and of calendar years: persons and person-months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from demad.quantities.groups import folded, of_age_rows
from demad.tables.columns import CELL
from demad.tables.quantities import ART60, DECADES, GPMI_YEARS, LONG_STAYERS, STOCKS, YEARS, YEARS_ON
from demad.tables.terms import WORKING_AGES

_CELL = list(CELL)
REST_OF_STOCK = "25-48"
"""The band that is no quantity: the stock of December less the other four, of which none is its sum."""
_DECEMBER = 11


def stocks(stock: pl.DataFrame, folds: Mapping[str, Mapping[str, str]], young: Sequence[str]) -> pl.DataFrame:
    """Form STOCKS: totals of every month, and groups in December.

    Parameters
    ----------
    stock
        STOCK.
    folds
        Groups to combine, by breakdown; see `terms.FOLDED`.
    young
        Age bands that count as young.
    """
    cell = ["city", "variant", "month"]
    ages = of_age_rows(stock, cell, "stock", working_age=WORKING_AGES, young=young)
    students = (
        stock.filter(breakdown="student")
        .group_by(cell)
        .agg(
            student=pl.col("stock").filter(group="yes").sum(),
            student_known=pl.col("stock").filter(pl.col("group") != "unknown").sum(),
        )
    )
    total = stock.filter(breakdown="total").join(ages, on=cell, how="left").join(students, on=cell, how="left")
    in_group = pl.when((pl.col("breakdown") != "age") | pl.col("group").is_in(WORKING_AGES)).then("stock").otherwise(0)
    none = pl.lit(0, dtype=pl.Int64)
    groups = stock.filter(pl.col("breakdown") != "total", pl.col("month") % 12 == _DECEMBER).with_columns(
        working_age=in_group, young=none, student=none, student_known=none
    )
    rows = pl.concat([total, groups.select(total.columns)]).with_columns(
        over_two_years="elapsed_over_24", start_known=pl.col("stock") - pl.col("start_unknown")
    )
    return STOCKS.check(folded(rows, folds, STOCKS, [*_CELL, "month"]))


def years(stock: pl.DataFrame, year_persons: pl.DataFrame, folds: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Form YEARS from STOCK and YEAR_PERSONS. Person-months are summed from the stock: the same people."""
    key = [*_CELL, "year"]
    months = stock.group_by(*_CELL, year=pl.col("month") // 12).agg(person_months=pl.col("stock").sum())
    both = months.join(year_persons, on=key, how="full", coalesce=True).with_columns(pl.col(YEARS.counts).fill_null(0))
    return YEARS.check(folded(both, folds, YEARS, key))


def gpmi_years(gpmi_year: pl.DataFrame) -> pl.DataFrame:
    """Form GPMI_YEARS, which equals GPMI_YEAR."""
    return GPMI_YEARS.check(gpmi_year.sort(GPMI_YEARS.key))


def long_stayers(long_stay: pl.DataFrame) -> pl.DataFrame:
    """Form LONG_STAYERS from LONG_STAY: who is there is in STOCKS."""
    return LONG_STAYERS.check(long_stay.select(list(LONG_STAYERS.columns)).sort(LONG_STAYERS.key))


def art60(art60_months: pl.DataFrame) -> pl.DataFrame:
    """Form ART60, which equals ART60_MONTHS."""
    return ART60.check(art60_months.sort(ART60.key))


def years_on(years_on: pl.DataFrame) -> pl.DataFrame:
    """Form YEARS_ON, without the band that is what the others leave of the stock of December."""
    return YEARS_ON.check(years_on.filter(pl.col("band") != REST_OF_STOCK).sort(YEARS_ON.key))


def decades(ten_years: pl.DataFrame) -> pl.DataFrame:
    """Form DECADES, which equals TEN_YEARS."""
    return DECADES.check(ten_years.sort(DECADES.key))
