"""Convert exact counts to protected ones; there is no other way (`methods.md` section 3.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from demad.protection.offsets import offsets
from demad.protection.protected import ProtectedTables, sealed
from demad.protection.rounding import OFFSET, rounded, rounded_cohort, rounded_events, starts
from demad.quantities.formed import form
from demad.records.secrets import Secret
from demad.tables.months import quarter_of, year_of
from demad.tables.quantities import (
    ACTIVATION,
    AFTER_ART60,
    AFTER_CARE,
    ART60,
    CASE_MIX,
    CASE_MIX_RETURNS,
    CAUSES,
    DURATIONS,
    FLOWS,
    RETURNS,
    STOCKS,
    TAKE_UP,
    YEARS,
)
from demad.tables.schema import Table
from demad.tables.terms import FOLDED

BASE = 5
_YOUNG = ("<18", "18-24")
_TOTAL = {"breakdown": pl.lit("total"), "group": pl.lit("total")}
_MONTHS = 12


def protect(
    tables: Mapping[str, pl.DataFrame], secret: Secret, *, base: int = BASE, exact_stock: bool = True
) -> ProtectedTables:
    """Protect the additive tables of one city: combine small groups, form the quantities, round each of them.

    All quantities, causes and series of a cell (breakdown, group and period) share one offset, so that equal counts
    round equally and a part never exceeds its whole. In risk tables the cumulative counts are rounded, because errors
    with one shared offset do not average out over the steps.

    Parameters
    ----------
    tables
        `tables.counts.COUNT_TABLES` of one city, by name in lower case.
    secret
        The secret of the city. Equal tables and secret give equal protected tables.
    base
        Base of the rounding.
    exact_stock
        Whether the monthly stock of all persons of the main series stays exact.

    Returns
    -------
    ProtectedTables of the city. Cells in which every count is 0 have no row.
    """
    formed = form(tables, folds=FOLDED, young=_YOUNG, monthly=False, detail=True)
    by = _Rounding(secret, base)
    stocks = by.stocks(formed["stocks"], exact_stock=exact_stock)
    made = {
        **formed,
        "stocks": stocks,
        "years": by.years(formed["years"], stocks),
        "flows": by.counts(formed["flows"], FLOWS, FLOWS.counts, period=pl.col("period")),
        "durations": by.events(formed["durations"], DURATIONS, "k", ("d", *(f"d_{cause}" for cause in CAUSES))),
        "returns": by.cohorts(formed["returns"], RETURNS, "m", "", "_work", "_activation"),
        "take_up": by.cohorts(formed["take_up"], TAKE_UP, "m", ""),
        "case_mix": by.counts(formed["case_mix"], CASE_MIX, CASE_MIX.counts, **_of_stratum("case_mix")),
        "case_mix_returns": by.counts(
            formed["case_mix_returns"],
            CASE_MIX_RETURNS,
            CASE_MIX_RETURNS.counts,
            **_of_stratum("case_mix_return"),
        ),
        "activation": by.events(formed["activation"], ACTIVATION, "k", ("d", "d_activation")),
        "after_art60": by.cohorts(formed["after_art60"], AFTER_ART60, "m", ""),
        "after_care": by.events(formed["after_care"], AFTER_CARE, "k", ("d",)),
        "art60": by.counts(formed["art60"], ART60, ART60.counts, period=quarter_of(pl.col("month"))),
    }
    return sealed(made, base)


def _of_stratum(breakdown: str) -> dict[str, pl.Expr]:
    stratum = pl.concat_str("age", "household", "nationality", "band", separator="/")
    return {"breakdown": pl.lit(breakdown), "group": stratum, "period": pl.col("period")}


class _Rounding:
    """The rounding of one city: its secret and the base."""

    def __init__(self, secret: Secret, base: int) -> None:
        self._secret, self._base = secret, base

    def counts(self, rows: pl.DataFrame, table: Table, columns: Sequence[str], **cell: pl.Expr) -> pl.DataFrame:
        """Round each count separately."""
        with_offsets = self._with_offsets(rows, **cell)
        return _finished(with_offsets.with_columns(rounded(pl.col(name), self._base) for name in columns), table)

    def events(self, rows: pl.DataFrame, table: Table, step: str, events: Sequence[str]) -> pl.DataFrame:
        """Round at-risk counts per step, and events as cumulative counts."""
        cell = [name for name in table.key if name != step]
        with_offsets = self._with_offsets(rows.sort(table.key)).with_columns(starts(cell))
        return _finished(
            with_offsets.with_columns(
                rounded(pl.col("n"), self._base), *(rounded_events(name, self._base) for name in events)
            ),
            table,
        )

    def cohorts(self, rows: pl.DataFrame, table: Table, step: str, *parts: str) -> pl.DataFrame:
        """Round closed cohorts: at risk as start minus losses, events as cumulative counts, other counts separately."""
        cell = [name for name in table.key if name != step]
        with_offsets = self._with_offsets(rows.sort(table.key)).with_columns(starts(cell))
        at_risk = [rounded_cohort(f"n{part}", self._base) for part in parts]
        events = [name for name in table.counts if name[0] == "d"]
        rest = [name for name in table.counts if name[0] not in "nd"]
        return _finished(
            with_offsets.with_columns(
                *at_risk,
                *(rounded_events(name, self._base) for name in events),
                *(rounded(pl.col(name), self._base) for name in rest),
            ),
            table,
        )

    def stocks(self, rows: pl.DataFrame, *, exact_stock: bool) -> pl.DataFrame:
        """Keep the total of main exact; for the wide series round only its excess over main; round everything else."""
        period = (
            pl.when(pl.col("breakdown") == "total")
            .then(quarter_of(pl.col("month")))
            .otherwise(year_of(pl.col("month")))
        )
        key = [name for name in STOCKS.key if name != "variant"]
        main = rows.filter(variant="main").select(*key, of_main="stock")
        with_main = self._with_offsets(rows, period=period).join(main, on=key, how="left", maintain_order="left")
        base = pl.when(exact_stock & (pl.col("breakdown") == "total")).then(pl.col("of_main").fill_null(0)).otherwise(0)
        above = rounded(pl.col("stock") - base, self._base)
        others = [rounded(pl.col(name), self._base) for name in STOCKS.counts if name != "stock"]
        return _finished(with_main.with_columns(*others, stock=base + above), STOCKS)

    def years(self, rows: pl.DataFrame, stocks: pl.DataFrame) -> pl.DataFrame:
        """Round distinct persons. Person-months: for a total the sum of the stocks, for a group twelve rounded means.

        Twelve stocks rounded with one offset would add up their error twelve times. The sum itself, rounded once, would
        reveal the mean of a small group to a fraction of a person.
        """
        cell = [name for name in YEARS.key if name != "year"]
        sums = (
            stocks.filter(breakdown="total")
            .group_by(*cell, year=pl.col("month") // _MONTHS)
            .agg(of_stocks=pl.col("stock").sum())
        )
        with_sums = self._with_offsets(rows, period=pl.col("year").cast(pl.String)).join(sums, on=YEARS.key, how="left")
        mean = rounded(pl.col("person_months") // _MONTHS, self._base) * _MONTHS
        return _finished(
            with_sums.with_columns(
                persons=rounded(pl.col("persons"), self._base),
                person_months=pl.when(pl.col("breakdown") == "total").then("of_stocks").otherwise(mean).fill_null(0),
            ),
            YEARS,
        )

    def _with_offsets(self, rows: pl.DataFrame, **given: pl.Expr) -> pl.DataFrame:
        named = {name: pl.col(name) for name in ("breakdown", "group", "period") if name in rows.columns}
        parts = {**_TOTAL, **named, **given}
        cells = rows.select(pl.concat_str(*(parts[name] for name in ("breakdown", "group", "period")), separator="|"))
        return rows.with_columns(offsets(self._secret, cells.to_series(), self._base).alias(OFFSET))


def _finished(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Select the columns of the table, without rows in which every count is 0."""
    some = pl.any_horizontal(pl.col(name) != 0 for name in table.counts)
    return table.check(rows.select(list(table.columns)).filter(some).sort(table.key))
