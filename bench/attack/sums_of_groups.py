"""Groups that add up: to the total of their year, to the exact stock, to the same people under another name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from bench.attack.rules import FAR, rule_of
from bench.attack.vocabulary import STRATA

_YEAR_OF = {"q": 4, "m": 12}
_OF_DECEMBER = ("gpmi", "over_two_years", "start_known", "working_age")
_OF_QUARTERS = (
    "inflow", "in_new", "in_new_or_return", "outflow", "at_risk", "left_12", "left_24", "left_work_12",
    "left_work_24", "left_activation_12", "left_other_benefit_12", "out", "exits", "exits_activation",
    "back_6", "back_12", "back_24",
)  # fmt: skip
_OF_YEARS = ("persons", "leavers", "took_leefloon_0", "took_leefloon_12", "took_any_6")


def over_groups(
    counts: pl.DataFrame, exact: pl.DataFrame, groups: Mapping[str, Sequence[str]]
) -> Iterator[pl.DataFrame]:
    """Groups that add up to the total of the year."""
    sizes = {breakdown: len(names) for breakdown, names in groups.items()}
    for breakdown, size in sizes.items():
        known = counts.filter(pl.col("breakdown") == breakdown, pl.col("unit") == "y")
        full = known.filter(pl.col("group").n_unique().over("city", "series", "count", "period") == size)
        if breakdown in STRATA:
            yield from _stocks_add_up(counts, full, exact, sizes)
            yield from _means_add_up(full, exact)
            yield from _add_up(counts, full, (*_OF_DECEMBER, "stock"), "m", sizes)
        if breakdown != "zorgvorm":
            yield from _add_up(counts, full, _OF_QUARTERS, "q", sizes)
        yield from _add_up(counts, full, _OF_YEARS, "y", sizes)
    yield from _reasons(counts)
    yield from _same_people(counts)


def _add_up(
    counts: pl.DataFrame, groups: pl.DataFrame, names: Iterable[str], unit: str, sizes: Mapping[str, int]
) -> Iterator[pl.DataFrame]:
    by = ["city", "series", "count", "breakdown", "year"]
    parts = groups.filter(pl.col("count").is_in(list(names))).with_columns(year="period")
    if unit == "m":  # of the working age only ages are a part
        parts = parts.filter((pl.col("count") != "working_age") | (pl.col("breakdown") == "age"))
    totals = _totals_of_year(counts.filter(breakdown="total", unit=unit), unit)
    beside = totals.join(
        parts.select("city", "series", "count", "year", of="breakdown").unique(), on=["city", "series", "count", "year"]
    )
    if unit == "q":
        beside = beside.filter(pl.len().over("city", "series", "count", "year", "of") == 4)
    here = beside.select("city", "series", "count", "year", breakdown="of")
    complete = parts.join(here.unique(), on=by, how="semi")
    terms = 4 if unit == "q" else 1
    size = pl.col("breakdown").replace_strict(sizes, return_dtype=pl.Int64) + terms
    of_total = pl.col("of").replace_strict(sizes, return_dtype=pl.Int64) + terms
    yield rule_of(complete, "groups", by, 1, 0, 0, size)
    yield rule_of(beside, "groups", ["city", "series", "count", "of", "year"], -1, 0, 0, of_total)


def _totals_of_year(totals: pl.DataFrame, unit: str) -> pl.DataFrame:
    if unit == "m":
        totals = totals.filter(pl.col("period") % 12 == 11)
    return totals.with_columns(year=pl.col("period") // _YEAR_OF.get(unit, 1))


def _stocks_add_up(
    counts: pl.DataFrame, groups: pl.DataFrame, exact: pl.DataFrame, sizes: Mapping[str, int]
) -> Iterator[pl.DataFrame]:
    """The stock of December is exact; of wide it is that of main and what wide has beyond."""
    december = exact.filter(pl.col("month") % 12 == 11).select("city", "exact", year=pl.col("month") // 12)
    by = ["city", "series", "count", "breakdown", "period"]
    parts = groups.filter(count="stock").join(december, left_on=["city", "period"], right_on=["city", "year"])
    total = pl.col("exact")
    size = pl.col("breakdown").replace_strict(sizes, return_dtype=pl.Int64) + (pl.col("series") == "wide")
    yield rule_of(parts, "stock", by, 1, total, total, size)
    beyond = counts.filter(count="beyond").filter(pl.col("period") % 12 == 11).with_columns(year=pl.col("period") // 12)
    wide = parts.filter(series="wide").select("city", "exact", year="period", of="breakdown").unique()
    beside = beyond.join(wide, on=["city", "year"]).with_columns(stock=pl.lit("stock"))
    of_wide = pl.col("of").replace_strict(sizes, return_dtype=pl.Int64) + 1
    yield rule_of(beside, "stock", ["city", "series", "stock", "of", "year"], -1, total, total, of_wide)


def _means_add_up(groups: pl.DataFrame, exact: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Means of groups are rounded down: together they miss less than one each of a twelfth of the exact months."""
    year = (
        exact.group_by("city", year=pl.col("month") // 12)
        .agg(pl.col("exact").sum(), pl.len())
        .filter(pl.col("len") == 12)
    )
    parts = groups.filter(count="mean", series="main").join(
        year.select("city", "exact", period="year"), on=["city", "period"]
    )
    of = pl.len().over("city", "breakdown", "period")
    least = -((11 * of.cast(pl.Int64) - pl.col("exact")) // 12)
    yield rule_of(parts.with_columns(lowest=least), "mean", ["city", "series", "count", "breakdown", "period"], 1,
                pl.col("lowest"), pl.col("exact") // 12, of)  # fmt: skip


def _reasons(counts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A reason's exits of the year beside the same exits told by quarter."""
    by = ["city", "series", "year"]
    reason = counts.filter(breakdown="reason").with_columns(year="period")
    quarters = counts.filter(breakdown="total", unit="q").with_columns(year=pl.col("period") // 4)
    four = pl.len().over("city", "series", "count", "year") == 4
    quarters = quarters.filter(four)
    for name, groups, count, total, sign in (
        ("unknown", ["unknown"], "outflow", "out_unknown", 0),
        ("work", ["work"], "outflow", "out_work", 0),
        ("activation", ["work", "activation_training"], "outflow", "exits_activation", 0),
        ("work ends", ["work"], "outflow", "left_work_all", 1),
        ("moved", ["moved"], "outflow", "left_moved_12", 1),
        ("other benefit", ["other_benefit"], "outflow", "left_other_benefit_12", 1),
        ("back 6", ["work"], "back_6", "back_work_6", 0),
        ("back 12", ["work"], "back_12", "back_work_12", 0),
        ("back 24", ["work"], "back_24", "back_work_24", 0),
    ):
        parts = reason.filter(pl.col("group").is_in(groups), count=count)
        most = FAR if sign else 0
        size = len(groups) + 4
        yield rule_of(parts, f"reason {name}", by, 1, 0, most, size)
        yield rule_of(quarters.filter(count=total), f"reason {name}", by, -1, 0, most, size)
    for group in ("work", "activation_training", "other_benefit", "choice_or_conditions", "unknown"):
        for count, sign in (("outflow", 1), ("out", -1)):
            rows = reason.filter(group=group, count=count)
            yield rule_of(rows, f"all followed {group}", by, sign, 0, 0, 2)


def _same_people(counts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The same people under two names: the young, students, those who start."""
    totals = counts.filter(breakdown="total")
    december = totals.filter(pl.col("period") % 12 == 11, unit="m").with_columns(year=pl.col("period") // 12)
    stocks = counts.filter(unit="y", count="stock").with_columns(year="period")
    by = ["city", "series", "year"]
    for name, total, breakdown, groups in (
        ("young", "young", "age", ["<25"]),
        ("young of 18", "young", "age", ["18-24"]),
        ("student", "student", "student", ["yes"]),
        ("study known", "student_known", "student", ["yes", "no"]),
    ):
        yield rule_of(
            stocks.filter(pl.col("group").is_in(groups), breakdown=breakdown), name, by, 1, 0, 0, len(groups) + 1
        )
        yield rule_of(december.filter(count=total), name, by, -1, 0, 0, len(groups) + 1)
    quarters = totals.filter(unit="q").with_columns(year=pl.col("period") // 4)
    quarters = quarters.filter(pl.len().over("city", "series", "count", "year") == 4)
    yearly = totals.filter(unit="y").with_columns(year="period")
    yield rule_of(yearly.filter(count="not_activated"), "starters", by, 1, 0, 0, 5)
    yield rule_of(quarters.filter(count="at_risk"), "starters", by, -1, 0, 0, 5)
    durations = counts.filter(pl.col("group").is_in(["0-6", "7-12"]), breakdown="prior_duration", count="out")
    yield rule_of(quarters.filter(count="left_12"), "left in a year", by, 1, 0, FAR, 6)
    yield rule_of(durations.with_columns(year="period"), "left in a year", by, -1, 0, FAR, 6)
