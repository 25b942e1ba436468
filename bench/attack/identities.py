"""What is known to hold between the true counts of one city, whatever they are: sums, parts and wholes, bounds.

Every identity follows from what the counts mean (`methods.md` sections 1 and 6). They are written as linear rules over
counts (`rules`). Not here: groups that add up (`sums_of_groups`) and people who are followed (`followed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from bench.attack.followed import rules_of_followed
from bench.attack.rules import FAR, RULE, rule_of
from bench.attack.statements import COUNT
from bench.attack.sums_of_groups import over_groups
from bench.attack.vocabulary import BANDS, GROUPS, LARGEST_HIDDEN, LAW_SERIES, RESTS, STRATA, WITH_RESTS

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
        *over_groups(counts, exact, groups),
        *_of_months(counts, exact),
        *_over_time(counts),
        *_of_bands(counts, exact),
        *(
            rule_of(rows, name, key, coefficient, 0, FAR, size)
            for rows, name, key, coefficient, size in rules_of_followed(counts)
        ),
    ]
    rows = pl.concat(rule.select(*RULE, "least", "most", "size") for rule in made)
    placed = rows.join(counts.with_row_index("id").select(*COUNT, "id"), on=COUNT, how="inner")
    complete = pl.len().over("rule") == pl.col("size")
    return placed.filter(complete).select("rule", pl.col("id").cast(pl.Int64), "coefficient", "least", "most")


def _within_cells(counts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Parts of a whole and counts that are the same, within one group and period."""
    place = [name for name in COUNT if name != "count"]
    for part, whole in (*_PARTS, *_SAME):
        most = 0 if (part, whole) in _SAME else FAR
        for count, sign in ((whole, 1), (part, -1)):
            name = f"{part}<={whole}" if most else f"{part}={whole}"
            yield rule_of(counts.filter(count=count), name, place, sign, 0, most, 2)
    for parts, whole in _WHOLES:
        name = f"{'+'.join(parts)}<={whole}"
        for count, sign in ((whole, 1), *((part, -1) for part in parts)):
            yield rule_of(counts.filter(count=count), name, place, sign, 0, FAR, 1 + len(parts))
    for count in ("stock", "working_age", "student_known", "persons", "without_working_age"):
        for series, sign in (("wide", 1), ("main", -1)):
            rows = counts.filter(count=count, series=series)
            yield rule_of(rows, "wide>=main", [name for name in place if name != "series"] + ["count"], sign, 0, FAR, 2)


def _of_months(counts: pl.DataFrame, exact: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Parts of an exact stock; of wide, of main and what wide has beyond. A rest is the stock less its part."""
    months = counts.filter(breakdown="total", unit="m").join(
        exact, left_on=["city", "period"], right_on=["city", "month"]
    )
    by = ["city", "series", "period", "of"]
    for part in ("working_age", "young", "student_known", "gpmi", "start_known"):
        parts = months.filter(count=part).with_columns(of=pl.lit(part))
        total, of = pl.col("exact"), pl.when(pl.col("series") == "wide").then(2).otherwise(1)
        yield rule_of(parts, "of stock", by, 1, -FAR, total, of)
        beyond = months.filter(count="beyond").with_columns(of=pl.lit(part))
        yield rule_of(beyond, "of stock", by, -1, -FAR, total, 2)

    ages = counts.filter(breakdown="age", unit="y")
    grown = ages.filter(pl.col("group").is_in(["25-34", "35-44", "45-54"]))
    for rows, names in ((grown, ("stock", "working_age")), (ages, ("stock", "working_age", "without_working_age"))):
        for count in names:
            sign = 1 if count == "stock" else -1
            of = rows.filter(count=count)
            yield rule_of(of, f"ages {len(names)}", ["city", "series", "group", "period"], sign, 0, 0, len(names))
    few = counts.filter(breakdown="total", unit="m", count="stock", series="main")
    yield rule_of(few, "few", ["city", "period"], 1, 0, LARGEST_HIDDEN, 1)
    for part in RESTS:
        named = months.with_columns(of=pl.lit(part)).filter(pl.col("series").is_in(list(WITH_RESTS)))
        both, beyond = named.filter(pl.col("count").is_in([part, f"without_{part}"])), named.filter(count="beyond")
        size = pl.when(pl.col("series") == "wide").then(3).otherwise(2)
        yield rule_of(both, "rest", by, 1, pl.col("exact"), pl.col("exact"), size)
        yield rule_of(beyond, "rest", by, -1, pl.col("exact"), pl.col("exact"), size)


def _of_bands(counts: pl.DataFrame, exact: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Four bands are at most the stock of December; who was there for six months at most began in this year."""
    bands = counts.filter(breakdown=BANDS, count="on")
    december = exact.filter(pl.col("month") % 12 == 11).select("city", "exact", period=pl.col("month") // 12)
    of_stock = bands.join(december, on=["city", "period"])
    yield rule_of(of_stock, "bands", ["city", "period"], 1, 0, pl.col("exact"), 4)
    began = counts.filter(breakdown="total", series="main", count="at_risk", unit="q")
    quarters = began.with_columns(year=pl.col("period") // 4)
    short = bands.filter(group="1-6").with_columns(year="period")
    yield rule_of(quarters, "short in the year", ["city", "year"], 1, 0, FAR, 5)
    yield rule_of(short, "short in the year", ["city", "year"], -1, 0, FAR, 5)


def _over_time(counts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Who left within a year began in this year or the year before; who has a GPMI in a month has one in its year."""
    total = counts.filter(breakdown="total", series="main")
    months = total.filter(count="gpmi", unit="m").with_columns(month="period", year=pl.col("period") // 12)
    of_year = total.filter(count="agreed").select(*COUNT, year="period")
    beside = months.select("city", "month", "year").join(of_year, on=["city", "year"])
    yield rule_of(beside, "agreed in the year", ["city", "month"], 1, 0, FAR, 2)
    yield rule_of(months, "agreed in the year", ["city", "month"], -1, 0, FAR, 2)
    groups = counts.filter(pl.col("breakdown").is_in(list(STRATA)), pl.col("series").is_in(LAW_SERIES))
    by = ["city", "series", "breakdown", "group", "year"]
    yield rule_of(groups.filter(count="left_12").with_columns(year="period"), "began", by, -1, 0, FAR, 3)
    for back in (0, 1):
        began = groups.filter(count="at_risk").with_columns(year=pl.col("period") + back)
        yield rule_of(began, "began", by, 1, 0, FAR, 3)
