"""The additive tables of decisions by months in polars: ``python -m bench.kernel.polars_months DECISIONS FOLDER``.

As an analyst who knows polars writes it: a row per month, the decision that counts by a sort, spells by a shift, tables
by ``group_by``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import polars as pl

from bench.kernel.window import AS_OF, FIRST, LAST, SETTLED
from demad.tables.terms import ACTIVATION, AGES, GAPS, REASONS

STRATA = ("age", "household", "nationality", "sex", "student")


def month(name: str) -> pl.Expr:
    """Months since the year 0."""
    return (pl.col(name).dt.year().cast(pl.Int32) * 12 + pl.col(name).dt.month() - 1).cast(pl.Int32)


def months(path: str, *, wide: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row per person and covered month; and the decisions that ended."""
    read = pl.read_parquet(f"{path}/*.parquet")
    rows = (read if wide else read.filter(pl.col("law") == "RMI")).with_columns(
        until=pl.col("end").fill_null(AS_OF), rmi=pl.col("law") == "RMI"
    )
    rows = rows.with_columns(first=month("begin"), last=month("until"))
    laid = rows.with_columns(month=pl.int_ranges("first", pl.col("last") + 1, dtype=pl.Int32)).explode("month")
    on_15th = ((pl.col("month") > pl.col("first")) | (pl.col("begin").dt.day() <= 15)) & (
        (pl.col("month") < pl.col("last")) | (pl.col("until").dt.day() >= 15)
    )
    chosen = (
        laid.with_columns(on_15th=on_15th, runs=pl.col("end").is_null())
        .sort("person", "month", "on_15th", "begin", "runs", "end", "rmi")
        .unique(["person", "month"], keep="last", maintain_order=True)
    )
    covered = chosen.select(
        "person",
        "month",
        "household",
        "nationality",
        "sex",
        "student",
        "origin",
        with_gpmi=pl.col("gpmi").is_in(["general", "study", "study_work"]),
        age=band(pl.col("month") // 12 - pl.col("birth_year")),
        first_begin_month=month("first_begin"),
    )
    ended = rows.drop_nulls("end").sort("person", "last", "end", "begin", "rmi")
    return covered, ended.unique(["person", "last"], keep="last").select("person", "ending", month="last")


def band(age: pl.Expr) -> pl.Expr:
    """Age band of an age."""
    edges = [(edge, name) for edge, name in zip((17, 24, 34, 44, 54, 64), AGES[1:], strict=True)]
    found = pl.lit(AGES[0])
    for edge, name in edges:
        found = pl.when(age > edge).then(pl.lit(name)).otherwise(found)
    return found


def with_spell(covered: pl.DataFrame, gap: int) -> pl.DataFrame:
    """The months with the number and the first month of their spell."""
    new = (pl.col("person") != pl.col("person").shift(1)) | (pl.col("month") - pl.col("month").shift(1) > gap + 1)
    numbered = covered.with_columns(spell=new.fill_null(True).cum_sum())
    return numbered.with_columns(begun=pl.col("month").first().over("spell"))


def spells(numbered: pl.DataFrame, ended: pl.DataFrame, other: pl.DataFrame, *, variant: str) -> pl.DataFrame:
    """One row per spell, with how it began and ended; ``other`` is the months of the wide series."""
    gap = GAPS[variant]
    final = SETTLED - gap - 1
    first = numbered.filter(pl.col("month") == pl.col("begun"))
    stop = numbered.group_by("spell", maintain_order=True).agg(stop=pl.col("month").last())
    rows = first.join(stop, on="spell").sort("spell").rename({"month": "start"})
    same = pl.col("person") == pl.col("person").shift(-1)
    rows = rows.with_columns(
        next_start=pl.when(same).then(pl.col("start").shift(-1)),
        previous_end=pl.when(pl.col("person") == pl.col("person").shift(1)).then(pl.col("stop").shift(1)),
        before=pl.col("start") - 1,
        after=pl.col("stop") + 1,
    ).join(ended, left_on=["person", "stop"], right_on=["person", "month"], how="left")
    if variant == "wide":
        rows = rows.with_columns(law_before=pl.lit(False), law_after=pl.lit(False))
    else:
        wide = other.select("person", "month", there=pl.lit(True))
        rows = rows.join(wide, left_on=["person", "before"], right_on=["person", "month"], how="left")
        rows = rows.join(wide, left_on=["person", "after"], right_on=["person", "month"], how="left", suffix="_after")
        rows = rows.with_columns(
            law_before=pl.col("there").fill_null(False), law_after=pl.col("there_after").fill_null(False)
        )
    certain, start = pl.col("stop") <= final, pl.col("start")
    ending = pl.col("ending").cast(pl.String).fill_null("unknown")
    unknown_start = start <= FIRST + gap
    return rows.with_columns(
        left_censored=unknown_start,
        last=pl.min_horizontal("stop", pl.lit(final)) - start + 1,
        exited=certain & ~pl.col("law_after") & (ending != "admin"),
        reason=pl.when(certain).then(pl.when("law_after").then(pl.lit("law_change")).otherwise(ending)),
        inflow=pl.when(unknown_start)
        .then(None)
        .when(pl.col("first_begin_month") == start)
        .then(pl.lit("new"))
        .when(start - pl.col("previous_end") <= 24)
        .then(pl.lit("return"))
        .when(start - 24 >= FIRST)
        .then(pl.lit("new"))
        .otherwise(pl.lit("unknown")),
    )


def grouped(rows: pl.DataFrame, breakdowns: tuple[str, ...], by: list[str], counts: dict[str, pl.Expr]) -> pl.DataFrame:
    """The counts of the total and of every breakdown."""
    return pl.concat(
        rows.group_by(*by, group=pl.col(name).cast(pl.String) if name != "total" else pl.lit("total"))
        .agg(**counts)
        .with_columns(breakdown=pl.lit(name))
        for name in breakdowns
    )


def period(at: pl.Expr, breakdown: str) -> pl.Expr:
    """Quarter of the total, year of a breakdown."""
    return pl.format("{}Q{}", at // 12, at % 12 // 3 + 1) if breakdown == "total" else (at // 12).cast(pl.String)


def spell_risk(rows: pl.DataFrame, breakdowns: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """At risk after k paid months, exits by reason and censored."""
    known = rows.filter(~pl.col("left_censored"), pl.col("last") > 0)
    laid = known.with_columns(k=pl.int_ranges(1, pl.col("last") + 1, dtype=pl.Int32)).explode("k")
    ends = pl.col("k") == pl.col("last")
    counts = {"n": pl.len(), "c": (ends & ~pl.col("exited")).sum()}
    counts |= {f"d_{name}": (ends & pl.col("exited") & (pl.col("reason") == name)).sum() for name in REASONS}
    paid = pl.when(pl.col("k") <= 60).then("k").when(pl.col("k") <= 120).then(61).otherwise(121)
    at = pl.col("start") + pl.col("k") - 1
    for name in breakdowns:
        quarter = at // 3 * 3 if name == "total" else at // 12 * 12
        group = pl.lit("total") if name == "total" else pl.col(name).cast(pl.String)
        found = laid.group_by(group=group, period=quarter, paid=paid).agg(**counts).rename({"paid": "k"})
        yield found.with_columns(breakdown=pl.lit(name), period=period(pl.col("period"), name))


def flow(rows: pl.DataFrame, breakdowns: tuple[str, ...], gap: int, covered: pl.DataFrame) -> pl.DataFrame:
    """Running, beginning and ending spells per month."""
    final = SETTLED - gap - 1
    here = rows.with_columns(month=pl.int_ranges("start", pl.col("stop") + 1, dtype=pl.Int32)).explode("month")
    seen = covered.select("spell", "month", covered=pl.lit(True))
    here = here.join(seen, on=["spell", "month"], how="left").filter(pl.col("month").is_between(FIRST, final))
    start, stop = pl.col("month") == pl.col("start"), pl.col("month") == pl.col("stop")
    begins = start & pl.col("inflow").is_not_null()
    named = {name: f"out_{name}" for name in REASONS} | {"admin": "end_admin", "law_change": "end_law"}
    counts = {
        "active": pl.len(),
        "bridged": pl.col("covered").is_null().sum(),
        "left_censored": (
            pl.col("left_censored") & (pl.col("month") == pl.max_horizontal("start", pl.lit(FIRST)))
        ).sum(),
        **{f"in_{kind}": (start & (pl.col("inflow") == kind)).sum() for kind in ("new", "return", "unknown")},
        "in_from_other_law": (begins & pl.col("law_before")).sum(),
        "in_unemployment": (begins & (pl.col("origin") == "unemployment_ended")).sum(),
        "in_origin_known": (begins & pl.col("origin").is_not_null()).sum(),
        **{column: (stop & (pl.col("reason") == name)).sum() for name, column in named.items()},
    }
    return grouped(here, breakdowns, ["month"], counts)


def return_risk(rows: pl.DataFrame, breakdowns: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """Exits at risk of return per month since."""
    length = pl.col("stop") - pl.col("start") + 1
    duration = pl.lit("0-6")
    for bound, name in ((6, "7-12"), (12, "13-24"), (24, "25+")):
        duration = pl.when(length > bound).then(pl.lit(name)).otherwise(duration)
    returned = (pl.col("next_start") <= SETTLED).fill_null(False)
    away = pl.when(returned).then(pl.col("next_start") - pl.col("stop")).otherwise(SETTLED - pl.col("stop"))
    left = rows.filter("exited", ~pl.col("reason").is_in(["moved", "death"]), pl.col("stop") >= FIRST).with_columns(
        prior_duration=pl.when("left_censored").then(pl.lit("unknown")).otherwise(duration),
        returned=returned,
        followed=pl.min_horizontal(away, pl.lit(37)),
    )
    laid = left.with_columns(m=pl.int_ranges(1, pl.col("followed").clip(1, 36) + 1, dtype=pl.Int32)).explode("m")
    risk, back = pl.col("followed") >= pl.col("m"), pl.col("returned") & (pl.col("followed") == pl.col("m"))
    kinds = {"": pl.lit(True), "_activation": pl.col("reason").is_in(ACTIVATION), "_work": pl.col("reason") == "work"}
    counts: dict[str, pl.Expr] = {}
    for suffix, kind in kinds.items():
        counts |= {f"n{suffix}": (risk & kind).sum(), f"d{suffix or '_return'}": (back & kind).sum()}
        counts[f"exits{suffix}"] = ((pl.col("m") == 1) & kind).sum()
    counts["c"] = (~pl.col("returned") & (pl.col("followed") == pl.col("m"))).sum()
    counts["without_follow_up"] = (pl.col("followed") == 0).sum()
    for name in breakdowns:
        quarter = pl.col("stop") // 3 * 3 if name == "total" else pl.col("stop") // 12 * 12
        found = laid.group_by(
            group=pl.lit("total") if name == "total" else pl.col(name).cast(pl.String), period=quarter, month="m"
        ).agg(**counts)
        yield found.rename({"month": "m"}).with_columns(breakdown=pl.lit(name), period=period(pl.col("period"), name))


def stock(covered: pl.DataFrame, breakdowns: tuple[str, ...]) -> pl.DataFrame:
    """Persons covered per month."""
    seen = covered.filter(pl.col("month").is_between(FIRST, LAST))
    known, elapsed = pl.col("begun") > FIRST + 1, pl.col("month") - pl.col("begun")
    counts = {"stock": pl.len(), "gpmi": pl.col("with_gpmi").sum()}
    counts |= {f"elapsed_over_{long}": (known & (elapsed >= long)).sum() for long in (12, 24, 60)}
    return grouped(seen, breakdowns, ["month"], counts | {"start_unknown": (~known).sum()})


def year_persons(covered: pl.DataFrame, breakdowns: tuple[str, ...]) -> pl.DataFrame:
    """Persons of a year, in the group of their last covered month of it."""
    years = (-(-FIRST // 12), (LAST + 1) // 12 - 1)
    dated = covered.with_columns(year=pl.col("month") // 12).filter(pl.col("year").is_between(*years))
    last = (pl.col("person") != pl.col("person").shift(-1)) | (pl.col("year") != pl.col("year").shift(-1))
    return grouped(dated.filter(last.fill_null(True)), breakdowns, ["year"], {"persons": pl.len()})


def main(given: str, folder: str) -> None:
    """Count and write every table."""
    found: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    own, reasons = {}, {}
    for series in ("main", "wide"):
        own[series], reasons[series] = months(given, wide=series == "wide")
    for variant, gap in GAPS.items():
        series = "wide" if variant == "wide" else "main"
        numbered = with_spell(own[series], gap)
        rows = spells(numbered, reasons[series], own["wide"], variant=variant)
        whole = variant in ("main", "wide")
        breakdowns = ("total", *STRATA) if whole else ("total",)
        label = pl.lit(variant).alias("variant")
        found["flow"].append(flow(rows, breakdowns, gap, numbered).with_columns(label))
        found["spell_risk"] += [part.with_columns(label) for part in spell_risk(rows, breakdowns)]
        more = ("reason", "prior_duration") if whole else ()
        found["return_risk"] += [part.with_columns(label) for part in return_risk(rows, (*breakdowns, *more))]
        if whole:
            found["stock"].append(stock(numbered, breakdowns).with_columns(label))
            found["year_persons"].append(year_persons(numbered, breakdowns).with_columns(label))
    for name, parts in found.items():
        pl.concat(parts, how="diagonal").write_parquet(f"{folder}/{name}.parquet")


TABLES = ("stock", "flow", "spell_risk", "return_risk", "year_persons")

if __name__ == "__main__":
    main(*sys.argv[1:])
