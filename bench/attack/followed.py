"""What the figures of `methods.md` section 7.6 print: who started, who left, who was on for long, and who is connected.

Their counts stand by the quarter of the start, the year of the exit, or the year of the Januaries; the whole of each is
a count that other figures print too.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

COUNT = ["city", "series", "breakdown", "group", "unit", "period", "count"]
STATEMENT = ["city", "series", "breakdown", "group", "unit", "count", "first", "last"]
LOOKS_AT_STARTERS, LOOKS_AT_LEAVERS = (6, 12, 24), (1, 3, 6, 12)
TRACKED = {"back_on": "back", "left_to_work": "work"}
AFTER = ("leefloon_again", "art60", "equivalent_or_other")
OWN_CELLS = {
    **{f"tracked_{name}_{months}": "tracking" for name in TRACKED.values() for months in LOOKS_AT_STARTERS},
    **{f"after_{group}_{months}": "after_exit" for group in AFTER for months in LOOKS_AT_LEAVERS},
    "long_out": "long_stay",
}
"""Counts with an offset of their own, and the breakdown that its key has."""
_FIRST_RETURN = 3
FAR = 10**9


def followed(placed: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Statements of these figures: `STATEMENT` and ``rounded``.

    Parameters
    ----------
    placed
        Figures with ``end``, the last month of the period.
    """
    year = pl.col("end") // 12
    for months in LOOKS_AT_STARTERS:
        rows = placed.filter(indicator=f"status_after_start_{months}m")
        later = year * 4 + months // 3
        yield _said(rows.filter(breakdown="total"), "numerator", f"at_risk_{months + 1}", "q", later, later + 3)
        whole = rows.filter(breakdown="total").join(_with_rest(rows, "left_otherwise"), on=["city", "end"], how="semi")
        yield _said(whole, "denominator", "at_risk", "q", year * 4, year * 4 + 3)
        for group, name in TRACKED.items():
            count = f"tracked_{name}_{months}"
            yield _said(rows.filter(group=group), "numerator", count, "q", year * 4, year * 4 + 3)
    for months in LOOKS_AT_LEAVERS:
        rows = placed.filter(indicator=f"status_after_exit_{months}m")
        whole = rows.join(_with_rest(rows, "total"), on=["city", "end"], how="semi")
        yield _said(whole, "denominator", "exits", "q", year * 4, year * 4 + 3)
        for group in AFTER:
            known = rows.filter(group=group)
            if group == AFTER[0] and months == _FIRST_RETURN:
                yield _said(known, "numerator", f"back_{months}", "q", year * 4, year * 4 + 3)
            else:
                yield _said(known, "numerator", f"after_{group}_{months}", "y", year, year)
    rows = placed.filter(indicator="long_stay_exit_12m")
    yield _said(rows, "numerator", "long_out", "y", year, year)
    yield _said(rows, "denominator", "over_two_years", "m", year * 12, year * 12)
    parts = placed.filter(indicator="connected_stock", group="art60")
    yield _said(parts, "value", "apart", "m", pl.col("end"), pl.col("end"))


def _with_rest(rows: pl.DataFrame, group: str) -> pl.DataFrame:
    """Where the part that is left is shown the whole is not lifted to what its parts add up to."""
    return rows.filter(pl.col("group") == group, pl.col("numerator") > 0).select("city", "end")


def _said(rows: pl.DataFrame, column: str, count: str, unit: str, first: pl.Expr, last: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "city",
        series=pl.lit("main"),
        breakdown=pl.lit("total"),
        group=pl.lit("total"),
        unit=pl.lit(unit),
        count=pl.lit(count),
        first=first.cast(pl.Int32),
        last=last.cast(pl.Int32),
        rounded=pl.col(column).cast(pl.Int64),
    ).select(*STATEMENT, "rounded")


def connected_sums(counts: pl.DataFrame, figures: pl.DataFrame, exact: pl.DataFrame, base: int) -> pl.DataFrame:
    """The connected stock less the exact stock of main: the rounded counts of its two other parts together.

    Parameters
    ----------
    counts
        Every count; its row is its ``id``.
    figures
        Figures with ``end`` and marked names of cities.
    exact
        ``city``, ``month``, ``exact``.
    """
    totals = figures.filter(pl.col("value").is_not_null(), indicator="connected_stock", breakdown="total")
    told = totals.select("city", "value", period="end").join(
        exact, left_on=["city", "period"], right_on=["city", "month"]
    )
    both = pl.DataFrame({"count": ["beyond", "apart"], "series": ["wide", "main"]})
    here = (
        counts.with_row_index("id")
        .filter(breakdown="total", unit="m")
        .select("id", "city", "period", "count", "series")
    )
    rows = told.join(both, how="cross").join(here, on=["city", "period", "count", "series"])
    sums = ((pl.col("value").cast(pl.Int64) - pl.col("exact")) // base).cast(pl.Int64)
    return rows.filter(pl.len().over("city", "period") == 2).select(
        rule=pl.format("connected|{}|{}", "city", "period"),
        id=pl.col("id").cast(pl.Int64),
        coefficient=pl.lit(1, pl.Int64),
        least=sums,
        most=sums,
    )


def rules_of_followed(counts: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, str, list[str], int, int]]:
    """Parts and wholes of these counts: rows, name, key, coefficient, and of how many counts the rule speaks."""
    total = counts.filter(breakdown="total", series="main")
    quarters, years = total.filter(unit="q"), total.filter(unit="y").with_columns(year="period")
    by_year = quarters.with_columns(year=pl.col("period") // 4)
    by_year = by_year.filter(pl.len().over("city", "count", "year") == 4)
    for months in LOOKS_AT_STARTERS:
        names = [f"tracked_{name}_{months}" for name in TRACKED.values()]
        still = quarters.filter(count=f"at_risk_{months + 1}").with_columns(start=pl.col("period") - months // 3)
        begun = quarters.with_columns(start="period")
        label, key = f"starters {months}", ["city", "start"]
        yield begun.filter(count="at_risk"), label, key, 1, 4
        for rows in (still, *(begun.filter(count=name) for name in names)):
            yield rows, label, key, -1, 4
        yield begun.filter(count="at_risk"), f"still {months}", key, 1, 2
        yield still, f"still {months}", key, -1, 2
    for months in LOOKS_AT_LEAVERS:
        parts = [f"after_{group}_{months}" for group in AFTER if months > _FIRST_RETURN or group != AFTER[0]]
        own = [years.filter(count=name) for name in parts]
        if months == _FIRST_RETURN:
            own.append(by_year.filter(count=f"back_{months}"))
        size = 4 + len(parts) + (4 if months == _FIRST_RETURN else 0)
        yield by_year.filter(count="exits"), f"leavers {months}", ["city", "year"], 1, size
        for rows in own:
            yield rows, f"leavers {months}", ["city", "year"], -1, size
        if months > _FIRST_RETURN:
            yield by_year.filter(count=f"back_{months}"), f"again {months}", ["city", "year"], 1, 5
            yield years.filter(count=f"after_{AFTER[0]}_{months}"), f"again {months}", ["city", "year"], -1, 5
    january = total.filter(pl.col("period") % 12 == 0, unit="m", count="over_two_years")
    yield january.with_columns(year=pl.col("period") // 12), "long", ["city", "year"], 1, 2
    yield years.filter(count="long_out"), "long", ["city", "year"], -1, 2
