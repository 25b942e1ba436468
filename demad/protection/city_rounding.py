"""The rounding of one city: stocks, flows, risk sets and cohorts, each under the offsets of its cells.

Not here: which quantity is rounded in which way (`protection.protect`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.protection.offsets import offsets
from demad.protection.rounding import OFFSET, nearest, rounded, rounded_cohort, rounded_events, starts
from demad.quantities.flows import COUNTED_IN_FLOWS
from demad.records.secrets import Secret
from demad.tables.months import quarter_of, year_of
from demad.tables.outlook import ELAPSED, STOCK_VINTAGES
from demad.tables.quantities import GPMI_YEARS, ORIGINS, STOCKS, YEARS
from demad.tables.schema import Table

WIDE_RESTS = 10
"""From this base on, which that of bundles is, every rounded count has a reader: the parts of the wide stock that are
nearly all of it tell, beside the exact stock of main, how many of its people are not in main."""
_TOTAL = {"breakdown": pl.lit("total"), "group": pl.lit("total")}
_MONTHS = 12
_YOUNG_PEOPLE, _STUDENTS, _STUDY_UNKNOWN = ("age", "<25"), ("student", "yes"), ("student", "unknown")
_SAME_PEOPLE = {"young": _YOUNG_PEOPLE, "student": _STUDENTS, "student_known": _STUDENTS}
"""Counts of the total that are, or go with, those of a group: one count is never rounded with two offsets."""
_NEARLY_ALL = {"working_age": None, "student_known": _STUDY_UNKNOWN, "start_known": None}
"""Parts that are nearly all of the stock, and the group that those are who are left."""
_MINORS, _PENSIONERS = ("age", "<18"), ("age", "65+")


class CityRounding:
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

    def cohorts(
        self, rows: pl.DataFrame, table: Table, step: str, *parts: str, of: Table | None = None
    ) -> pl.DataFrame:
        """Round closed cohorts: at risk as start minus losses, events as cumulative counts, other counts separately."""
        cell = [name for name in table.key if name != step]
        with_offsets = self._with_offsets(rows.sort(table.key), of).with_columns(starts(cell))
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
        """Keep the total of main exact; for the wide series round only its excess over main; round everything else.

        A total below twice the base is 0 or the base, so that those who are shown are exact and those who are hidden
        do not follow from the sum of all cities. Where a part is at least half of an exact stock, it is the stock to
        the nearest multiple less the rounded rest: a part that seems to exceed its whole would reveal that nobody is
        left. From a base of `WIDE_RESTS` on, so are parts of the wide series. Likewise the people of 18 to 64 of an age
        group are its rounded stock less the others, who are rounded as a group of their own.
        """
        total = pl.col("breakdown") == "total"
        period = pl.when(total).then(quarter_of(pl.col("month"))).otherwise(year_of(pl.col("month")))
        key = [name for name in STOCKS.key if name != "variant"]
        main = rows.filter(variant="main").select(*key, of_main="stock")
        named = (*_SAME_PEOPLE.values(), *_NEARLY_ALL.values(), _MINORS, _PENSIONERS)
        groups = {group for group in named if group}
        with_offsets = self._with_offsets(rows, STOCKS, period=period).with_columns(
            self._offsets(
                rows, STOCKS, breakdown=pl.lit(breakdown), group=pl.lit(group), period=year_of(pl.col("month"))
            ).alias(_offset_of((breakdown, group)))
            for breakdown, group in sorted(groups)
        )
        with_main = with_offsets.join(main, on=key, how="left", maintain_order="left")
        is_exact = exact_stock & total & (pl.col("of_main").fill_null(0) >= 2 * self._base)
        beneath = pl.when(is_exact).then("of_main").otherwise(0)
        stock = beneath + rounded(pl.col("stock") - beneath, self._base)
        others = [
            rounded(pl.col(name), self._base, _offset_of(_SAME_PEOPLE.get(name)))
            for name in STOCKS.counts
            if name not in ("stock", *_NEARLY_ALL)
        ]
        in_main = pl.col("variant") == "main"
        parts = self._nearly_all(stock, is_exact & (in_main | (self._base >= WIDE_RESTS)))
        few = exact_stock & total & in_main & ~is_exact
        shown = pl.when(few).then(stock.clip(upper_bound=self._base)).otherwise(stock)
        return _finished(with_main.with_columns(*others, *parts, stock=shown), STOCKS)

    def _nearly_all(self, stock: pl.Expr, of_exact: pl.Expr) -> list[pl.Expr]:
        """Parts that are nearly all of a stock: where it is exact, and in age groups, what the rounded rest leaves."""
        parts = {
            name: pl.when(of_exact & (2 * pl.col(name) >= pl.col("stock")))
            .then(
                nearest(stock, self._base)
                .sub(rounded(pl.col("stock") - pl.col(name), self._base, _offset_of(left)))
                .clip(0)
            )
            .otherwise(rounded(pl.col(name), self._base, _offset_of(_SAME_PEOPLE.get(name))))
            for name, left in _NEARLY_ALL.items()
        }
        minors, pensioners = (
            rounded(pl.col("stock") - pl.col("working_age"), self._base, _offset_of(left))
            for left in (_MINORS, _PENSIONERS)
        )
        left = pl.when(pl.col("group") == _YOUNG_PEOPLE[1]).then(minors).otherwise(pensioners)
        of_age = pl.when(pl.col("breakdown") == "age").then((stock - left).clip(0))
        parts["working_age"] = of_age.otherwise(parts["working_age"])
        return [part.alias(name) for name, part in parts.items()]

    def stock_vintages(self, rows: pl.DataFrame, *, exact_stock: bool) -> pl.DataFrame:
        """Keep or round the stock of every vintage as that of the delivery in force, with the offset of its quarter."""
        with_offsets = rows.with_columns(self._offsets(rows, STOCKS, period=quarter_of(pl.col("month"))).alias(OFFSET))
        few = rounded(pl.col("stock"), self._base)
        if exact_stock:
            few = few.clip(upper_bound=self._base)
        is_exact = pl.lit(exact_stock) & (pl.col("stock") >= 2 * self._base)
        shown = pl.when(is_exact).then("stock").otherwise(few)
        return _finished(with_offsets.with_columns(stock=shown), STOCK_VINTAGES)

    def elapsed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Round how many are in month k or later, with the offset of the stock: of k = 25 it is ``over_two_years``."""
        with_offsets = rows.with_columns(self._offsets(rows, STOCKS, period=quarter_of(pl.col("month"))).alias(OFFSET))
        return _finished(with_offsets.with_columns(rounded(pl.col("stock"), self._base)), ELAPSED)

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
        with_offsets = self._with_offsets(rows, YEARS, period=pl.col("year").cast(pl.String))
        with_sums = with_offsets.join(sums, on=YEARS.key, how="left")
        mean = rounded(pl.col("person_months") // _MONTHS, self._base) * _MONTHS
        return _finished(
            with_sums.with_columns(
                persons=rounded(pl.col("persons"), self._base),
                person_months=pl.when(pl.col("breakdown") == "total").then("of_stocks").otherwise(mean).fill_null(0),
            ),
            YEARS,
        )

    def of_years(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Round who had a GPMI with the offset of the persons of that year: a part never exceeds its whole."""
        with_offsets = self._with_offsets(rows, YEARS, period=pl.col("year").cast(pl.String))
        return _finished(with_offsets.with_columns(rounded(pl.col("with_gpmi"), self._base)), GPMI_YEARS)

    def origins(self, rows: pl.DataFrame, flows: pl.DataFrame) -> pl.DataFrame:
        """Round the origins that no other quantity counts; the others follow from protected flows.

        A count is never rounded with two offsets: the end of unemployment is that of FLOWS, what is unknown is the
        inflow less the known origins, and the total of the rest is the known origins less the end of unemployment.
        """
        own = self.counts(rows.filter(~_is_of_flows()), ORIGINS, ORIGINS.counts, period=pl.col("period"))
        told = flows.filter(pl.col("variant").is_in(["main", "wide"]), breakdown="total")
        known, ended = pl.col("in_origin_known"), pl.col("in_unemployment")
        of_flows = {
            ("origin", "unemployment_ended"): ended,
            ("origin", "unknown"): pl.col("inflow") - known,
            ("total", "total"): known - ended,
        }
        parts = [
            told.with_columns(pl.lit(breakdown).alias("breakdown"), pl.lit(group).alias("group"), inflow=count)
            for (breakdown, group), count in of_flows.items()
        ]
        return _finished(pl.concat([own, *(part.select(own.columns) for part in parts)]), ORIGINS)

    def _with_offsets(self, rows: pl.DataFrame, of: Table | None = None, /, **given: pl.Expr) -> pl.DataFrame:
        return rows.with_columns(self._offsets(rows, of, **given).alias(OFFSET))

    def _offsets(self, rows: pl.DataFrame, of: Table | None = None, /, **given: pl.Expr) -> pl.Series:
        """The offset of the cell of every row; ``of``: the table that has offsets of its own."""
        named = {name: pl.col(name) for name in ("breakdown", "group", "period") if name in rows.columns}
        parts = {**_TOTAL, **named, **given}
        key = [pl.lit(of.name.lower())] if of else []
        key += [parts[name] for name in ("breakdown", "group", "period")]
        return offsets(self._secret, rows.select(pl.concat_str(*key, separator="|")).to_series(), self._base)


def _offset_of(group: tuple[str, str] | None) -> str:
    """The column with the offset of a group, or of the row's own cell."""
    return "|".join((OFFSET, *group)) if group else OFFSET


def _is_of_flows() -> pl.Expr:
    """Whether a row of ORIGINS follows from FLOWS."""
    return (pl.col("breakdown") == "total") | pl.col("group").is_in(COUNTED_IN_FLOWS)


def _finished(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Select the columns of the table, without rows in which every count is 0."""
    some = pl.any_horizontal(pl.col(name) != 0 for name in table.counts)
    return table.check(rows.select(list(table.columns)).filter(some).sort(table.key))
