"""The true counts behind published figures, by the names that the attack gives them; to score it, never to help it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from bench.attack.followed import AFTER, LOOKS_AT_LEAVERS, LOOKS_AT_STARTERS, TRACKED
from bench.attack.vocabulary import BANDS, RESTS, WITH_RESTS
from demad.protection.offsets import offset
from demad.quantities import form
from demad.records.secrets import Secret
from demad.tables.counts import COUNT_TABLES
from demad.tables.terms import FOLDED

YOUNG = ("<18", "18-24")
COUNT = ["city", "series", "breakdown", "group", "unit", "period", "count"]
CELL = ["cell_breakdown", "cell_group", "cell_unit", "cell_period", "family"]
_OF_FAMILY = {"events": "", "stocks": "stocks|", "years": "years|", "applications": "applications|"}
_PERIOD = pl.col("period")
_DECEMBER = 11


def true_counts(tables: Mapping[str, pl.DataFrame], *, deep: bool = False, folded: bool = True) -> pl.DataFrame:
    """Every count of one city that is not 0.

    Parameters
    ----------
    tables
        `tables.counts.COUNT_TABLES` of the city, by name in lower case.
    deep
        Whether risk tables give every step, and not only those that figures print.
    folded
        Whether groups are those of protected figures, or those of releases before.

    Returns
    -------
    `COUNT` and ``true``. ``unit``: month (m), quarter (q) or year (y); ``period`` numbers it from year 0.
    """
    formed = form(
        _complete(tables),
        folds=FOLDED if folded else {},
        young=YOUNG if folded else YOUNG[1:],
        monthly=False,
        detail=False,
    )
    parts = [*_people(formed), *_flows(formed), *_risks(formed, deep=deep), *_care(formed), *_followed(formed)]
    return pl.concat(parts).filter(pl.col("true") != 0).unique(COUNT, keep="any", maintain_order=True)


def _complete(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables of an earlier version with those that it did not know, empty."""
    empty = {table.name.lower(): table.schema for table in COUNT_TABLES if table.name.lower() not in tables}
    return {**tables, **{name: pl.DataFrame(schema=schema) for name, schema in empty.items()}}


def offsets_of(secret: Secret, cells: pl.DataFrame, base: int) -> pl.DataFrame:
    """The offsets of cells (`CELL`) as column ``offset``."""
    rows = cells.select(CELL).unique(maintain_order=True)
    found = [
        offset(secret, f"{_OF_FAMILY[family]}{breakdown}|{group}|{_label(unit, period)}", base)
        for breakdown, group, unit, period, family in rows.iter_rows()
    ]
    return rows.with_columns(offset=pl.Series(found, dtype=pl.Int64))


def _label(unit: str, period: int) -> str:
    return f"{period // 4}Q{period % 4 + 1}" if unit == "q" else str(period)


def _long(rows: pl.DataFrame, names: Mapping[str, str], unit: str, period: pl.Expr) -> pl.DataFrame:
    """Columns of a table as rows; ``names``: how the attack calls each."""
    if "breakdown" not in rows.columns:
        rows = rows.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    series = "variant" if "variant" in rows.columns else pl.lit("main").alias("variant")
    wide = rows.select(
        "city",
        "breakdown",
        "group",
        pl.col(list(names)),
        series=series,
        unit=pl.lit(unit),
        period=period.cast(pl.Int32),
    )
    index = ["city", "series", "breakdown", "group", "unit", "period"]
    long = wide.unpivot(list(names), index=index, variable_name="count", value_name="true")
    return long.with_columns(pl.col("count").replace(dict(names))).select(*COUNT, "true")


def _people(formed: Mapping[str, pl.DataFrame]) -> Iterator[pl.DataFrame]:
    stocks, years = formed["stocks"], formed["years"]
    names = ("stock", "working_age", "young", "student", "student_known", "gpmi", "over_two_years", "start_known")
    of_stock = {name: name for name in names}
    totals = stocks.filter(breakdown="total")
    yield _long(totals, of_stock, "m", pl.col("month"))
    rests = totals.filter(pl.col("variant").is_in(list(WITH_RESTS))).with_columns(
        (pl.col("stock") - pl.col(part)).alias(f"without_{part}") for part in RESTS
    )
    yield _long(rests, {f"without_{part}": f"without_{part}" for part in RESTS}, "m", pl.col("month"))
    groups = stocks.filter(pl.col("breakdown") != "total", pl.col("month") % 12 == _DECEMBER)
    yield _long(groups, of_stock, "y", pl.col("month") // 12)
    ages = groups.filter(breakdown="age").with_columns(left=pl.col("stock") - pl.col("working_age"))
    yield _long(ages, {"left": "without_working_age"}, "y", pl.col("month") // 12)
    main = totals.filter(variant="main").select("city", "month", of_main="stock")
    above = totals.filter(variant="wide").join(main, on=["city", "month"], how="left")
    above = above.with_columns(beyond=pl.col("stock") - pl.col("of_main").fill_null(0))
    yield _long(above, {"beyond": "beyond"}, "m", pl.col("month"))
    means = years.with_columns(mean=pl.col("person_months") // 12)
    yield _long(means.filter(breakdown="total"), {"persons": "persons"}, "y", pl.col("year"))
    of_groups = means.filter(pl.col("breakdown") != "total")
    yield _long(of_groups, {"persons": "persons", "mean": "mean"}, "y", pl.col("year"))
    yield _long(formed["gpmi_years"], {"with_gpmi": "agreed"}, "y", pl.col("year"))
    yield _long(formed["art60"], {"persons": "in_art60", "apart": "apart"}, "m", pl.col("month"))
    bands = formed["years_on"].with_columns(breakdown=pl.lit(BANDS), group=pl.col("band"))
    yield _long(bands, {"persons": "on"}, "y", pl.col("year"))
    yield _long(formed["decades"], {"persons": "persons_10", "returned": "came_back_10"}, "y", pl.col("year"))
    yield _long(formed["long_stayers"], {"out": "long_out"}, "y", pl.col("year"))


def _flows(formed: Mapping[str, pl.DataFrame]) -> Iterator[pl.DataFrame]:
    counts = ("inflow", "inflow_working_age", "in_new", "in_new_or_return", "in_unemployment", "in_origin_known")
    names = {name: name for name in (*counts, "outflow", "out_unknown")}
    for rows, unit, period in _quarters_and_years(formed["flows"]):
        yield _long(rows, names, unit, period)


def _quarters_and_years(rows: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, str, pl.Expr]]:
    quarterly = rows.filter(_PERIOD.str.contains("Q"))
    year = _PERIOD.str.slice(0, 4).cast(pl.Int32)
    yield quarterly, "q", year * 4 + _PERIOD.str.slice(5).cast(pl.Int32) - 1
    yield rows.filter(~_PERIOD.str.contains("Q")), "y", year


def _cumulated(rows: pl.DataFrame, step: str, names: Mapping[str, str], steps: list[int]) -> pl.DataFrame:
    """Cumulative events by step; ``names``: what the attack calls each, with {} for the step."""
    cell = [name for name in ("city", "variant", "support", "breakdown", "group", "period") if name in rows.columns]
    ticks = pl.DataFrame({step: pl.Series(steps, dtype=pl.Int32)})
    grid = rows.select(cell).unique().join(ticks, how="cross").sort(*cell, step)
    so_far = rows.sort(*cell, step).with_columns(pl.col(name).cum_sum().over(cell) for name in names)
    at = grid.join_asof(so_far.select(*cell, step, *names), on=step, by=cell, check_sortedness=False)
    index = [*cell, step]
    long = at.unpivot(list(names), index=index, variable_name="count", value_name="true").drop_nulls("true")
    named = pl.col("count").replace(dict(names))
    return long.with_columns(count=named.str.replace("{}", pl.col(step).cast(pl.String), literal=True)).drop(step)


def _placed(long: pl.DataFrame) -> Iterator[pl.DataFrame]:
    if "breakdown" not in long.columns:
        long = long.with_columns(breakdown=pl.lit("total"), group=pl.lit("total"))
    series = "variant" if "variant" in long.columns else pl.lit("main")
    for rows, unit, period in _quarters_and_years(long.with_columns(series=series)):
        yield rows.with_columns(unit=pl.lit(unit), period=period.cast(pl.Int32)).select(*COUNT, "true")


def _at_start(rows: pl.DataFrame, step: str, first: int, names: Mapping[str, str]) -> pl.DataFrame:
    at = rows.filter(pl.col(step) == first)
    cell = [name for name in ("city", "variant", "breakdown", "group", "period") if name in rows.columns]
    long = at.unpivot(list(names), index=cell, variable_name="count", value_name="true")
    return long.with_columns(pl.col("count").replace(dict(names)))


def _risks(formed: Mapping[str, pl.DataFrame], *, deep: bool) -> Iterator[pl.DataFrame]:
    durations, returns = formed["durations"], formed["returns"]
    causes = ("work", "activation", "other_benefit", "moved")
    yield from _placed(_at_start(durations, "k", 1, {"n": "at_risk"}))
    yield from _placed(_cumulated(durations, "k", {"d": "left_{}"}, list(range(1, 61))))
    of_cause = {f"d_{cause}": f"left_{cause}_{{}}" for cause in causes}
    yield from _placed(_cumulated(durations, "k", of_cause, list(range(1, 61)) if deep else [12]))
    if not deep:  # the share from entry prints who left for work within two years
        yield from _placed(_cumulated(durations, "k", {"d_work": "left_work_{}"}, [24]))
    ever = {"d": "left_all", "d_work": "left_work_all"}
    yield from _placed(_cumulated(durations, "k", ever, [121]))
    cohorts = {"n": "out", "n_work": "out_work", "exits": "exits", "exits_activation": "exits_activation"}
    yield from _placed(_at_start(returns, "m", 1, cohorts))
    back = {"d": "back_{}", "d_work": "back_work_{}"}
    yield from _placed(_cumulated(returns, "m", back, list(range(1, 25)) if deep else [3, 6, 12, 24]))
    if deep:
        for step in range(2, 61):
            yield from _placed(_at_start(durations, "k", step, {"n": f"at_risk_{step}"}))


def _followed(formed: Mapping[str, pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Who started and who left, so many months later."""
    for months in LOOKS_AT_STARTERS:
        yield from _placed(_at_start(formed["durations"], "k", months + 1, {"n": f"at_risk_{months + 1}"}))
        names = {name: f"tracked_{name}_{months}" for name in TRACKED.values()}
        tracked = formed["tracked"].filter(pl.col("elapsed") == months)
        for rows, unit, period in _quarters_and_years(tracked):
            yield _long(rows, names, unit, period)
    after = formed["after_exits"].drop("breakdown", "variant")
    for months in LOOKS_AT_LEAVERS:
        for group in AFTER:
            rows = after.filter(pl.col("m") == months, pl.col("group") == group).drop("group")
            yield _long(rows, {"people": f"after_{group}_{months}"}, "y", pl.col("period").cast(pl.Int32))


def _care(formed: Mapping[str, pl.DataFrame]) -> Iterator[pl.DataFrame]:
    activation, after, care = formed["activation"], formed["after_art60"], formed["after_care"]
    yield from _placed(_at_start(activation, "k", 1, {"n": "not_activated"}))
    yield from _placed(_cumulated(activation, "k", {"d_activation": "activated_{}"}, [12]))
    yield from _placed(_at_start(after, "m", 1, {"n": "out_after_art60"}))
    yield from _placed(_cumulated(after, "m", {"d": "back_after_art60_{}"}, [12]))
    yield from _placed(_at_start(care, "k", 1, {"n": "at_risk_care"}))
    yield from _placed(_cumulated(care, "k", {"d": "left_care_{}"}, [24]))
    back = formed["after_care_returns"]
    yield from _placed(_at_start(back, "m", 1, {"n": "out_care"}))
    yield from _placed(_cumulated(back, "m", {"d": "back_care_{}"}, [12]))
    starts, asked = formed["gpmi_starts"], formed["applications"]
    yield from _placed(_at_start(starts, "k", 0, {"n": "not_activated"}))  # the same starts
    yield from _placed(_cumulated(starts, "k", {"d_gpmi": "agreed_in_{}"}, [3]))
    yield from _placed(_at_start(asked, "day", 0, {"n": "asked", "known": "outcomes", "refused": "refused"}))
    yield from _placed(_cumulated(asked, "day", {"d_decided": "decided_{}"}, [30]))
    take_up = formed["take_up"]
    for support, month in (("known", 12), ("applied", 12), ("kept", 24)):
        rows = take_up.filter(support=support, breakdown="total").drop("support")
        steps = rows.with_columns(variant=pl.lit("main"))
        yield from _placed(_cumulated(steps, "m", {"d_event": f"took_{support}_{{}}"}, [month]))
    for support, name, variant in (
        ("leefloon", "leefloon", "main"),
        ("leefloon_or_equivalent", "leefloon", "wide"),
        ("any", "any", "main"),
        ("gpmi", "gpmi", "main"),
    ):
        rows = take_up.filter(support=support).drop("support").with_columns(variant=pl.lit(variant))
        yield from _placed(_at_start(rows, "m", 0, {"n": "leavers"}))
        yield from _placed(_cumulated(rows, "m", {"d_event": f"took_{name}_{{}}"}, [0, 6, 12]))
