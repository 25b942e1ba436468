"""Printed figures become statements about rounded counts: this sum of counts, rounded one by one, is so much."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bench.attack.followed import OWN_CELLS, followed
from bench.attack.vocabulary import (
    BAND_LEFT,
    BANDS,
    BASE,
    LEFT,
    LONGEST_BAND,
    MEANINGS,
    NEARLY_ALL,
    RESTS,
    SAME_PEOPLE,
    WITH_RESTS,
    Meaning,
    family_of,
)

CELL = ["city", "cell_breakdown", "cell_group", "cell_unit", "cell_period", "family"]
COUNT = ["city", "series", "breakdown", "group", "unit", "period", "count"]
STATEMENT = ["city", "series", "breakdown", "group", "unit", "count", "first", "last"]
_EXACT = ["city", "month"]
_EVENTS = ("left_", "back_", "took_", "activated_", "agreed_in_", "decided_")
_OF_NO_SERIES = ("in_art60", "back_after_art60_12", "out_after_art60")


def periods(figures: pl.DataFrame) -> pl.DataFrame:
    """Add ``end`` (the last month of the period, year x 12 + month - 1) and ``length`` (of its label, in months)."""
    label = pl.col("period")
    year = label.str.slice(0, 4).cast(pl.Int32)
    is_quarter, is_month = label.str.contains("Q"), label.str.contains("-")
    within = pl.when(is_quarter).then(label.str.slice(5).cast(pl.Int32, strict=False) * 3).otherwise(12)
    within = pl.when(is_month).then(label.str.slice(5).cast(pl.Int32, strict=False)).otherwise(within)
    length = pl.when(is_month).then(1).when(is_quarter).then(3).otherwise(12)
    return figures.with_columns(end=year * 12 + within - 1, length=length.cast(pl.Int32))


def exact_stocks(figures: pl.DataFrame) -> pl.DataFrame:
    """The stock of main by month, which is published exactly: ``city``, ``month``, ``exact``."""
    stocks = figures.filter(indicator="caseload_stock", variant="main", breakdown="total")
    return periods(stocks).select("city", month="end", exact=pl.col("value").cast(pl.Int64)).drop_nulls()


def statements(figures: pl.DataFrame) -> pl.DataFrame:
    """Read every printed numerator and denominator.

    Parameters
    ----------
    figures
        As in ``cijfers.csv``: key, ``numerator``, ``denominator``, ``value``, ``status``.

    Returns
    -------
    One row per window of a count: `STATEMENT` and ``rounded``, null where it is hidden. A window runs over the months
    (m), quarters (q) or years (y) ``first`` to ``last``. What is printed twice stands once, shown if it is ever shown.
    """
    figures = figures.filter(pl.col("breakdown") != "origin")  # inflow by origin is not attacked yet
    unspoken = (pl.col("status") == "not_computable") & pl.all_horizontal(pl.col("numerator", "denominator").is_null())
    placed = _as_bands(periods(figures.filter(~unspoken)))
    parts = [_of_indicator(placed.filter(indicator=id), meaning) for id, meaning in MEANINGS.items()]
    parts += [_changes(placed), _yearly_means(placed), *followed(placed)]
    read = _beyond_main(pl.concat(parts), exact_stocks(figures))
    read = _of_ages(_as_rests(read, exact_stocks(figures)))
    once = read.group_by(STATEMENT, maintain_order=True).agg(pl.col("rounded").drop_nulls().first())
    return pl.concat([once, _rests(once)]).group_by(STATEMENT, maintain_order=True).agg(pl.col("rounded").max())


def _as_bands(placed: pl.DataFrame) -> pl.DataFrame:
    """Months on benefit in five years by band; the band that is left is no count that was rounded."""
    bands = pl.col("indicator") == "months_on_5y"
    group = pl.when(pl.col("breakdown") == "total").then(pl.lit(LONGEST_BAND)).otherwise("group")
    named = placed.with_columns(group=pl.when(bands).then(group).otherwise("group"))
    kept = named.filter(~bands | (pl.col("group") != BAND_LEFT))
    return kept.with_columns(breakdown=pl.when(bands).then(pl.lit(BANDS)).otherwise("breakdown"))


def _of_indicator(rows: pl.DataFrame, meaning: Meaning) -> pl.DataFrame:
    """The events of a curve are cut to those at risk: where the curve breaks off, its numerator is no count."""
    whole = rows.filter(pl.col("status") != "not_computable") if meaning.part.startswith(_EVENTS) else rows
    found = [_read(whole, meaning.part, "numerator", meaning, 1)] if meaning.part else []
    of_groups = rows.filter(pl.col("breakdown") != "total") if meaning.whole == "mean" else rows
    found += [_read(of_groups, meaning.whole, "denominator", meaning, meaning.per)] if meaning.whole else []
    return pl.concat(found)


def _read(rows: pl.DataFrame, count: str, column: str, meaning: Meaning, per: int) -> pl.DataFrame:
    in_group = pl.col("breakdown") != "total"
    months = (
        pl.when(pl.col("indicator").is_in(["inflow_count", "outflow_count"])).then("length").otherwise(meaning.months)
    )
    unit = pl.when(in_group).then(pl.lit("y")).otherwise(pl.lit(meaning.unit))
    size = unit.replace_strict({"m": 1, "q": 3, "y": 12}, return_dtype=pl.Int32)
    last = pl.col("end") // size
    named = pl.lit(count)
    if "{}" in count:
        named = pl.lit("left_") + pl.col("value").cast(pl.Int64).cast(pl.String)
        rows = rows.filter(pl.col("value").is_not_null())
    named = _as_in_groups(named, count)
    return rows.select(
        "city",
        "breakdown",
        "group",
        pl.col(column).cast(pl.Int64).floordiv(per).alias("rounded"),
        series=pl.lit("main") if count in _OF_NO_SERIES else pl.col("variant"),
        unit=unit,
        count=named,
        first=(last - (months // size).clip(1) + 1).cast(pl.Int32),
        last=last.cast(pl.Int32),
    ).select(*STATEMENT, "rounded")


def _as_in_groups(named: pl.Expr, count: str) -> pl.Expr:
    """By sex everybody counts; by age the inflow of a rate is of 18 to 64."""
    if count == "working_age":
        return pl.when(pl.col("breakdown") == "sex").then(pl.lit("stock")).otherwise(named)
    if count == "inflow":
        of_age = (pl.col("breakdown") == "age") & (pl.col("indicator") == "inflow_rate")
        return pl.when(of_age).then(pl.lit("inflow_working_age")).otherwise(named)
    return named


def _changes(placed: pl.DataFrame) -> pl.DataFrame:
    """A change over a year prints both stocks."""
    rows, stock = placed.filter(indicator="caseload_change_yoy"), MEANINGS["caseload_stock"]
    before = rows.with_columns(end=pl.col("end") - 12)
    return pl.concat([_read(rows, "stock", "numerator", stock, 1), _read(before, "stock", "denominator", stock, 1)])


def _yearly_means(placed: pl.DataFrame) -> pl.DataFrame:
    """The numerator of a yearly mean: of a group twelve means, of a total the sum of twelve stocks."""
    rows = placed.filter(indicator="caseload_year_mean")
    groups, totals = rows.filter(pl.col("breakdown") != "total"), rows.filter(breakdown="total")
    of_groups = _read(groups, "mean", "numerator", Meaning("mean", "", "y", 12), 12)
    return pl.concat([of_groups, _read(totals, "stock", "numerator", Meaning("stock", "", "m", 12), 1)])


def _beyond_main(read: pl.DataFrame, exact: pl.DataFrame) -> pl.DataFrame:
    """Stocks of all persons: of main exact, or hidden and rounded; of wide what it has beyond main."""
    is_stock = (pl.col("breakdown") == "total") & (pl.col("count") == "stock")
    stocks = read.filter(is_stock, series="wide").with_row_index("place")
    months = stocks.select("place", "city", month=pl.int_ranges("first", pl.col("last") + 1)).explode("month")
    known = months.join(exact.with_columns(pl.col("month").cast(pl.Int64)), on=_EXACT, how="inner")
    summed = known.group_by("place").agg(pl.col("exact").sum(), pl.len())
    beyond = stocks.join(summed, on="place").filter(pl.col("len") == pl.col("last") - pl.col("first") + 1)
    beyond = beyond.with_columns(rounded=pl.col("rounded") - pl.col("exact"), count=pl.lit("beyond"))
    few = _of_few(read.filter(is_stock, pl.col("first") == pl.col("last"), series="main"), exact)
    return pl.concat([read.filter(~is_stock), beyond.select(read.columns), few.select(read.columns)])


def _of_few(stocks: pl.DataFrame, exact: pl.DataFrame) -> pl.DataFrame:
    """Hidden stocks, and of all cities together what the hidden ones add up to."""
    of_all = pl.col("city") == "all"
    months = exact.select("city", pl.col("exact"), last=pl.col("month").cast(pl.Int32))
    hidden = stocks.filter(~of_all).join(months, on=["city", "last"], how="anti").unique()
    known = months.filter(~of_all).group_by("last").agg(known=pl.col("exact").sum())
    pool = stocks.filter(of_all, pl.col("rounded").is_not_null()).join(
        hidden.select("last").unique(), on="last", how="semi"
    )
    rest = pool.join(known, on="last", how="left").with_columns(
        rounded=pl.col("rounded") - pl.col("known").fill_null(0)
    )
    return pl.concat([hidden, rest.select(hidden.columns)])


def _as_rests(read: pl.DataFrame, exact: pl.DataFrame) -> pl.DataFrame:
    """Where a part is at least half of an exact stock, the rounded rest: that stock, to a multiple, less it."""
    place = (pl.col("breakdown") == "total") & pl.col("series").is_in(list(WITH_RESTS))
    place = place & pl.col("count").is_in(NEARLY_ALL)
    at = ["city", "series", "last"]
    stocks = _stocks_to_a_multiple(read, exact).filter(pl.col("city") != "all")
    summed = stocks.group_by("series", "last").agg(pl.col("stock").sum())
    stocks = pl.concat([stocks, summed.select(pl.lit("all").alias("city"), "series", "last", "stock")])
    parts = read.filter(place).join(stocks, on=at, how="left", maintain_order="left")
    is_rest = (2 * pl.col("rounded") >= pl.col("stock")).fill_null(False)
    own = pl.col("city") != "all"
    key = ["series", "count", "last"]
    told = parts.filter(is_rest, own).unique(["city", *key]).group_by(key).len()
    everybody = exact.filter(own).group_by(last=pl.col("month").cast(pl.Int32)).agg(cities=pl.len())
    all_told = told.join(everybody, on="last").filter(pl.col("len") == pl.col("cities"))  # else the pool adds up both
    rests = parts.filter(is_rest)
    rests = pl.concat([rests.filter(own), rests.filter(~own).join(all_told.select(key), on=key, how="semi")])
    rest = rests.with_columns(rounded=pl.col("stock") - pl.col("rounded"), count=pl.lit("without_") + pl.col("count"))
    known = (pl.col("series") == "main") | pl.col("stock").is_not_null()  # else a part or a stock less the rest
    unread = parts.with_columns(rounded=pl.when(~is_rest & known & (pl.col("rounded") % BASE == 0)).then("rounded"))
    return pl.concat([read.filter(~place), *(rows.select(read.columns) for rows in (unread, rest))])


def _stocks_to_a_multiple(read: pl.DataFrame, exact: pl.DataFrame) -> pl.DataFrame:
    """The stock of main to the nearest multiple of the base; of wide with what it has beyond, where that is told."""
    nearest = (pl.col("exact") + BASE // 2) // BASE * BASE
    main = exact.select("city", pl.lit("main").alias("series"), last=pl.col("month").cast(pl.Int32), stock=nearest)
    single = (pl.col("first") == pl.col("last")) & pl.col("rounded").is_not_null()
    beyond = read.filter(single, count="beyond", breakdown="total").unique(["city", "last"])
    wide = main.join(beyond.select("city", "last", "rounded"), on=["city", "last"]).select(
        "city", pl.lit("wide").alias("series"), "last", pl.col("stock") + pl.col("rounded")
    )
    return pl.concat([main, wide])


def _of_ages(read: pl.DataFrame) -> pl.DataFrame:
    """Of an age group the rounded stock less what is printed of 18 to 64 is who is left, rounded."""
    place = (pl.col("breakdown") == "age") & (pl.col("count") == "working_age")
    key = [name for name in STATEMENT if name != "count"]
    stocks = read.filter(pl.col("count") == "stock", pl.col("rounded").is_not_null()).unique(key)
    parts = read.filter(place).join(stocks.select(*key, stock="rounded"), on=key, how="left", maintain_order="left")
    rest = parts.filter(pl.col("group").is_in(list(LEFT))).with_columns(
        rounded=pl.col("stock") - pl.col("rounded"), count=pl.lit("without_working_age")
    )
    unread = parts.with_columns(rounded=pl.lit(None, pl.Int64))
    return pl.concat([read.filter(~place), unread.select(read.columns), rest.select(read.columns)])


def _rests(read: pl.DataFrame) -> pl.DataFrame:
    """Who is left of the stock of main is a count of which nothing is printed."""
    of_series = pl.col("series").is_in(list(WITH_RESTS))
    parts = read.filter(of_series, pl.col("count").is_in(list(RESTS)), breakdown="total", unit="m")
    return parts.with_columns(count=pl.lit("without_") + pl.col("count"), rounded=pl.lit(None, pl.Int64))


def counts_of(read: pl.DataFrame) -> pl.DataFrame:
    """Every count that the statements speak of, once: `COUNT`, and the cell whose offset it has."""
    span = pl.int_ranges("first", pl.col("last") + 1, dtype=pl.Int32).alias("period")
    single = read.with_columns(span).explode("period").select(COUNT).unique(maintain_order=True)
    of_group = (pl.col("breakdown") == "total") & pl.col("count").is_in(list(SAME_PEOPLE))
    by_quarter = (pl.col("unit") == "m") & ~of_group
    families = {name: family_of(name) for name in single["count"].unique().to_list()}
    parts = [{name: part[place] for name, part in SAME_PEOPLE.items()} for place in (0, 1)]
    breakdown, group = (pl.col("count").replace_strict(part, default=None, return_dtype=pl.String) for part in parts)
    of_age = (pl.col("breakdown") == "age") & (pl.col("count") == "without_working_age")
    own = pl.when(of_age).then(pl.col("group").replace(LEFT)).otherwise("group")
    return single.with_columns(
        cell_breakdown=pl.when(of_group)
        .then(breakdown)
        .otherwise(pl.col("count").replace_strict(OWN_CELLS, default=pl.col("breakdown"))),
        cell_group=pl.when(of_group).then(group).otherwise(own),
        cell_unit=pl.when(by_quarter).then(pl.lit("q")).when(of_group).then(pl.lit("y")).otherwise("unit"),
        cell_period=pl.when(by_quarter)
        .then(pl.col("period") // 3)
        .when(of_group & (pl.col("unit") == "m"))
        .then(pl.col("period") // 12)
        .otherwise("period"),
        family=pl.col("count").replace_strict(families, return_dtype=pl.String),
    )


def multiples(read: pl.DataFrame) -> Mapping[str, int]:
    """How many printed numbers are no multiple of the base, by count: a sign that something else was printed."""
    odd = read.filter(pl.col("rounded") % BASE != 0).group_by("count").len()
    return dict(odd.iter_rows())
