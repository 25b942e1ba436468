"""What is known to hold between the true counts of one city, whatever they are: sums, parts and wholes, bounds.

Every identity follows from what the counts mean (`methods.md` sections 1 and 6). They are written as linear rules over
counts: least <= sum of coefficient x count <= most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from bench.attack.followed import rules_of_followed
from bench.attack.statements import COUNT
from bench.attack.vocabulary import BANDS, GROUPS, LARGEST_HIDDEN, LAW_SERIES, RESTS, STRATA, WITH_RESTS

FAR = 10**9
RULE = ["rule", *COUNT, "coefficient"]
_YEAR_OF = {"q": 4, "m": 12}
_OF_DECEMBER = ("gpmi", "over_two_years", "start_known", "working_age")
_OF_QUARTERS = (
    "inflow", "in_new", "in_new_or_return", "outflow", "at_risk", "left_12", "left_24", "left_work_12",
    "left_work_24", "left_activation_12", "left_other_benefit_12", "out", "exits", "exits_activation",
    "back_6", "back_12", "back_24",
)  # fmt: skip
_OF_YEARS = ("persons", "leavers", "took_leefloon_0", "took_leefloon_12", "took_any_6")
_PARTS = (
    ("gpmi", "stock"), ("start_known", "stock"), ("over_two_years", "start_known"), ("working_age", "stock"),
    ("stock", "persons"), ("mean", "persons"), ("agreed", "persons"), ("in_new", "in_new_or_return"),
    ("apart", "in_art60"), ("back_3", "back_6"),
    ("inflow_working_age", "inflow"), ("in_unemployment", "in_origin_known"), ("in_origin_known", "inflow"),
    ("out_unknown", "outflow"), ("left_all", "outflow"), ("left_work_all", "left_all"), ("left_24", "left_all"),
    ("left_12", "left_24"), ("left_work_12", "left_activation_12"), ("left_work_12", "left_work_24"),
    ("left_work_24", "left_24"), ("left_work_24", "left_work_all"),
    ("left_activation_12", "left_12"), ("back_6", "back_12"), ("back_12", "back_24"), ("back_24", "out"),
    ("exits", "outflow"), ("exits_activation", "exits"), ("out_work", "exits_activation"), ("out_work", "out"),
    ("back_work_6", "back_work_12"), ("back_work_12", "back_work_24"), ("back_work_24", "out_work"),
    ("back_work_6", "back_6"), ("back_work_12", "back_12"), ("back_work_24", "back_24"), ("left_work_all", "out_work"),
    ("student", "student_known"), ("activated_12", "not_activated"), ("back_after_art60_12", "out_after_art60"),
    ("took_leefloon_0", "took_leefloon_12"), ("took_leefloon_12", "leavers"), ("took_any_6", "leavers"),
    ("took_leefloon_0", "took_any_6"), ("took_gpmi_6", "leavers"), ("took_leefloon_12", "took_applied_12"),
    ("took_applied_12", "took_known_12"), ("took_known_12", "leavers"), ("took_any_6", "took_known_12"),
    ("took_kept_24", "leavers"), ("back_care_12", "out_care"), ("decided_30", "asked"), ("refused", "outcomes"),
    ("outcomes", "asked"), ("agreed_in_3", "not_activated"), ("came_back_10", "persons_10"), ("persons", "persons_10"),
)  # fmt: skip
_SAME = (("at_risk", "inflow"), ("out", "exits"), ("in_new_or_return", "inflow"))
_WHOLES = (
    (("left_activation_12", "left_other_benefit_12"), "left_12"),
    (("left_activation_12", "left_other_benefit_12", "left_moved_12"), "left_12"),
    (("exits", "left_moved_12"), "outflow"),
    (("exits_activation", "out_unknown"), "exits"),
)


def identities(counts: pl.DataFrame, exact: pl.DataFrame, groups: Mapping[str, Sequence[str]] = GROUPS) -> pl.DataFrame:
    """Every rule between the counts that are spoken of.

    Parameters
    ----------
    counts
        `statements.counts_of`.
    exact
        `statements.exact_stocks`.
    groups
        The groups of every breakdown.

    Returns
    -------
    One row per rule and count: ``rule`` (its name), ``id`` (of the count: its row in ``counts``), ``coefficient``,
    ``least``, ``most``. Rules of which a count is not spoken of are left out.
    """
    made = [
        *_within_cells(counts),
        *_over_groups(counts, exact, groups),
        *_of_months(counts, exact),
        *_over_time(counts),
        *_of_bands(counts, exact),
        *(
            _rule(rows, name, key, coefficient, 0, FAR, size)
            for rows, name, key, coefficient, size in rules_of_followed(counts)
        ),
    ]
    rows = pl.concat(rule.select(*RULE, "least", "most", "size") for rule in made)
    placed = rows.join(counts.with_row_index("id").select(*COUNT, "id"), on=COUNT, how="inner")
    complete = pl.len().over("rule") == pl.col("size")
    return placed.filter(complete).select("rule", pl.col("id").cast(pl.Int64), "coefficient", "least", "most")


def _rule(
    rows: pl.DataFrame,
    name: str,
    by: Iterable[str],
    coefficient: int,
    least: pl.Expr | int,
    most: pl.Expr | int,
    size: pl.Expr | int,
) -> pl.DataFrame:
    """``size``: of how many counts the rule speaks; where one is missing, nothing is known."""
    label = pl.concat_str(pl.lit(name), *(pl.col(one) for one in by), separator="|")
    ends = [pl.lit(end, pl.Int64) if isinstance(end, int) else end.cast(pl.Int64) for end in (least, most)]
    of = pl.lit(size, pl.Int64) if isinstance(size, int) else size.cast(pl.Int64)
    return rows.with_columns(
        rule=label, coefficient=pl.lit(coefficient, pl.Int64), least=ends[0], most=ends[1], size=of
    ).select(*RULE, "least", "most", "size")


def _within_cells(counts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Parts of a whole and counts that are the same, within one group and period."""
    place = [name for name in COUNT if name != "count"]
    for part, whole in (*_PARTS, *_SAME):
        most = 0 if (part, whole) in _SAME else FAR
        for count, sign in ((whole, 1), (part, -1)):
            name = f"{part}<={whole}" if most else f"{part}={whole}"
            yield _rule(counts.filter(count=count), name, place, sign, 0, most, 2)
    for parts, whole in _WHOLES:
        name = f"{'+'.join(parts)}<={whole}"
        for count, sign in ((whole, 1), *((part, -1) for part in parts)):
            yield _rule(counts.filter(count=count), name, place, sign, 0, FAR, 1 + len(parts))
    for count in ("stock", "working_age", "student_known", "persons", "without_working_age"):
        for series, sign in (("wide", 1), ("main", -1)):
            rows = counts.filter(count=count, series=series)
            yield _rule(rows, "wide>=main", [name for name in place if name != "series"] + ["count"], sign, 0, FAR, 2)


def _over_groups(
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
    yield _rule(complete, "groups", by, 1, 0, 0, size)
    yield _rule(beside, "groups", ["city", "series", "count", "of", "year"], -1, 0, 0, of_total)


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
    yield _rule(parts, "stock", by, 1, total, total, size)
    beyond = counts.filter(count="beyond").filter(pl.col("period") % 12 == 11).with_columns(year=pl.col("period") // 12)
    wide = parts.filter(series="wide").select("city", "exact", year="period", of="breakdown").unique()
    beside = beyond.join(wide, on=["city", "year"]).with_columns(stock=pl.lit("stock"))
    of_wide = pl.col("of").replace_strict(sizes, return_dtype=pl.Int64) + 1
    yield _rule(beside, "stock", ["city", "series", "stock", "of", "year"], -1, total, total, of_wide)


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
    yield _rule(parts.with_columns(lowest=least), "mean", ["city", "series", "count", "breakdown", "period"], 1,
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
        yield _rule(parts, f"reason {name}", by, 1, 0, most, size)
        yield _rule(quarters.filter(count=total), f"reason {name}", by, -1, 0, most, size)
    for group in ("work", "activation_training", "other_benefit", "choice_or_conditions", "unknown"):
        for count, sign in (("outflow", 1), ("out", -1)):
            rows = reason.filter(group=group, count=count)
            yield _rule(rows, f"all followed {group}", by, sign, 0, 0, 2)


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
        yield _rule(
            stocks.filter(pl.col("group").is_in(groups), breakdown=breakdown), name, by, 1, 0, 0, len(groups) + 1
        )
        yield _rule(december.filter(count=total), name, by, -1, 0, 0, len(groups) + 1)
    quarters = totals.filter(unit="q").with_columns(year=pl.col("period") // 4)
    quarters = quarters.filter(pl.len().over("city", "series", "count", "year") == 4)
    yearly = totals.filter(unit="y").with_columns(year="period")
    yield _rule(yearly.filter(count="not_activated"), "starters", by, 1, 0, 0, 5)
    yield _rule(quarters.filter(count="at_risk"), "starters", by, -1, 0, 0, 5)
    durations = counts.filter(pl.col("group").is_in(["0-6", "7-12"]), breakdown="prior_duration", count="out")
    yield _rule(quarters.filter(count="left_12"), "left in a year", by, 1, 0, FAR, 6)
    yield _rule(durations.with_columns(year="period"), "left in a year", by, -1, 0, FAR, 6)


def _of_months(counts: pl.DataFrame, exact: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Parts of an exact stock; of wide, of main and what wide has beyond. A rest is the stock less its part."""
    months = counts.filter(breakdown="total", unit="m").join(
        exact, left_on=["city", "period"], right_on=["city", "month"]
    )
    by = ["city", "series", "period", "of"]
    for part in ("working_age", "young", "student_known", "gpmi", "start_known"):
        parts = months.filter(count=part).with_columns(of=pl.lit(part))
        total, of = pl.col("exact"), pl.when(pl.col("series") == "wide").then(2).otherwise(1)
        yield _rule(parts, "of stock", by, 1, -FAR, total, of)
        beyond = months.filter(count="beyond").with_columns(of=pl.lit(part))
        yield _rule(beyond, "of stock", by, -1, -FAR, total, 2)

    ages = counts.filter(breakdown="age", unit="y")
    grown = ages.filter(pl.col("group").is_in(["25-34", "35-44", "45-54"]))
    for rows, names in ((grown, ("stock", "working_age")), (ages, ("stock", "working_age", "without_working_age"))):
        for count in names:
            sign = 1 if count == "stock" else -1
            of = rows.filter(count=count)
            yield _rule(of, f"ages {len(names)}", ["city", "series", "group", "period"], sign, 0, 0, len(names))
    few = counts.filter(breakdown="total", unit="m", count="stock", series="main")
    yield _rule(few, "few", ["city", "period"], 1, 0, LARGEST_HIDDEN, 1)
    for part in RESTS:
        named = months.with_columns(of=pl.lit(part)).filter(pl.col("series").is_in(list(WITH_RESTS)))
        both, beyond = named.filter(pl.col("count").is_in([part, f"without_{part}"])), named.filter(count="beyond")
        size = pl.when(pl.col("series") == "wide").then(3).otherwise(2)
        yield _rule(both, "rest", by, 1, pl.col("exact"), pl.col("exact"), size)
        yield _rule(beyond, "rest", by, -1, pl.col("exact"), pl.col("exact"), size)


def _of_bands(counts: pl.DataFrame, exact: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Four bands are at most the stock of December; who was there for six months at most began in this year."""
    bands = counts.filter(breakdown=BANDS, count="on")
    december = exact.filter(pl.col("month") % 12 == 11).select("city", "exact", period=pl.col("month") // 12)
    of_stock = bands.join(december, on=["city", "period"])
    yield _rule(of_stock, "bands", ["city", "period"], 1, 0, pl.col("exact"), 4)
    began = counts.filter(breakdown="total", series="main", count="at_risk", unit="q")
    quarters = began.with_columns(year=pl.col("period") // 4)
    short = bands.filter(group="1-6").with_columns(year="period")
    yield _rule(quarters, "short in the year", ["city", "year"], 1, 0, FAR, 5)
    yield _rule(short, "short in the year", ["city", "year"], -1, 0, FAR, 5)


def _over_time(counts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Who left within a year began in this year or the year before; who has a GPMI in a month has one in its year."""
    total = counts.filter(breakdown="total", series="main")
    months = total.filter(count="gpmi", unit="m").with_columns(month="period", year=pl.col("period") // 12)
    of_year = total.filter(count="agreed").select(*COUNT, year="period")
    beside = months.select("city", "month", "year").join(of_year, on=["city", "year"])
    yield _rule(beside, "agreed in the year", ["city", "month"], 1, 0, FAR, 2)
    yield _rule(months, "agreed in the year", ["city", "month"], -1, 0, FAR, 2)
    groups = counts.filter(pl.col("breakdown").is_in(list(STRATA)), pl.col("series").is_in(LAW_SERIES))
    by = ["city", "series", "breakdown", "group", "year"]
    yield _rule(groups.filter(count="left_12").with_columns(year="period"), "began", by, -1, 0, FAR, 3)
    for back in (0, 1):
        began = groups.filter(count="at_risk").with_columns(year=pl.col("period") + back)
        yield _rule(began, "began", by, 1, 0, FAR, 3)
