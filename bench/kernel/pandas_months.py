"""The additive tables of decisions by months in pandas: ``python -m bench.kernel.pandas_months DECISIONS FOLDER``.

As an analyst who knows pandas writes it: a row per month, the decision that counts by a sort, spells by a shift, tables
by ``groupby``; what is counted under a condition is a column of zeros and ones that is summed.
"""

# pyright: reportAttributeAccessIssue=false, reportCallIssue=false, reportReturnType=false
# The types of pandas say that a column may be a number.
from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from bench.kernel.window import AS_OF, FIRST, LAST, SETTLED
from demad.tables.terms import ACTIVATION, AGES, GAPS, REASONS

STRATA = ("age", "household", "nationality", "sex", "student")
TABLES = ("stock", "flow", "spell_risk", "return_risk", "year_persons")


def month(days: pd.Series) -> pd.Series:
    """Months since the year 0."""
    return days.dt.year * 12 + days.dt.month - 1


def repeated(rows: pd.DataFrame, first: np.ndarray, last: np.ndarray, name: str) -> pd.DataFrame:
    """Each row once for every number from first to last."""
    times = np.maximum(last - first + 1, 0)
    laid = rows.loc[rows.index.repeat(times)].reset_index(drop=True)
    begins = np.repeat(np.cumsum(times) - times, times)
    laid[name] = np.repeat(first, times) + np.arange(times.sum()) - begins
    return laid


def months(read: pd.DataFrame, *, wide: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per person and covered month; and the decisions that ended."""
    rows = (read if wide else read[read["law"] == "RMI"]).reset_index(drop=True)
    until = rows["end"].fillna(pd.Timestamp(AS_OF))
    rows = rows.assign(
        first=month(rows["begin"]),
        last=month(until),
        early=rows["begin"].dt.day <= 15,
        late=until.dt.day >= 15,
        runs=rows["end"].isna(),
        rmi=rows["law"] == "RMI",
        first_begin_month=month(rows["first_begin"]),
        with_gpmi=rows["gpmi"].isin(["general", "study", "study_work"]),
    )
    laid = repeated(rows, rows["first"].to_numpy(), rows["last"].to_numpy(), "month")
    laid["on_15th"] = ((laid["month"] > laid["first"]) | laid["early"]) & (
        (laid["month"] < laid["last"]) | laid["late"]
    )
    order = ["person", "month", "on_15th", "begin", "runs", "end", "rmi"]
    covered = laid.sort_values(order).drop_duplicates(["person", "month"], keep="last")
    kept = ["person", "month", *STRATA[1:], "origin", "with_gpmi", "birth_year", "first_begin_month"]
    covered = covered[kept].reset_index(drop=True)
    age = covered["month"] // 12 - covered.pop("birth_year")
    covered["age"] = pd.cut(age, [-np.inf, 17, 24, 34, 44, 54, 64, np.inf], labels=list(AGES))
    ended = rows[~rows["runs"]].sort_values(["person", "last", "end", "begin", "rmi"])
    ended = ended.drop_duplicates(["person", "last"], keep="last")[["person", "last", "ending"]]
    return covered, ended.rename(columns={"last": "stop"})


def with_spell(covered: pd.DataFrame, gap: int) -> pd.DataFrame:
    """The months with the number and the first month of their spell."""
    new = (covered["person"] != covered["person"].shift()) | (covered["month"].diff() > gap + 1)
    numbered = covered.assign(spell=new.cumsum())
    numbered["begun"] = numbered["month"].where(new).ffill().astype(int)
    return numbered


def spells(numbered: pd.DataFrame, ended: pd.DataFrame, other: pd.DataFrame, *, variant: str) -> pd.DataFrame:
    """One row per spell, with how it began and ended; ``other`` is the months of the wide series."""
    gap = GAPS[variant]
    final = SETTLED - gap - 1
    rows = numbered.drop_duplicates("spell").rename(columns={"month": "start"}).drop(columns="begun")
    rows = rows.assign(stop=numbered.drop_duplicates("spell", keep="last")["month"].to_numpy()).reset_index(drop=True)
    person = rows["person"]
    rows["next_start"] = rows["start"].shift(-1).where(person == person.shift(-1))
    rows["previous_end"] = rows["stop"].shift().where(person == person.shift())
    rows = rows.merge(ended, on=["person", "stop"], how="left")
    rows["ending"] = rows["ending"].astype(object).fillna("unknown")
    rows["law_before"] = rows["law_after"] = False
    if variant != "wide":
        wide = other[["person", "month"]].assign(there=True)
        for name, near in (("law_before", rows["start"] - 1), ("law_after", rows["stop"] + 1)):
            beside = rows[["person"]].assign(month=near).merge(wide, on=["person", "month"], how="left")
            rows[name] = beside["there"].notna().to_numpy()
    start = rows["start"]
    certain = rows["stop"] <= final
    rows["left_censored"] = start <= FIRST + gap
    rows["last"] = np.minimum(rows["stop"], final) - start + 1
    rows["exited"] = certain & ~rows["law_after"] & (rows["ending"] != "admin")
    rows["reason"] = np.where(certain, np.where(rows["law_after"], "law_change", rows["ending"]), "")
    new = rows["first_begin_month"] == start
    back = start - rows["previous_end"] <= 24
    rows["inflow"] = np.select(
        [rows["left_censored"], new, back, start - 24 >= FIRST], ["", "new", "return", "new"], "unknown"
    )
    return rows


def grouped(rows: pd.DataFrame, breakdowns: tuple[str, ...], by: list[str], counts: list[str]) -> list[pd.DataFrame]:
    """The sums of the total and of every breakdown."""
    found = []
    for name in breakdowns:
        keys = by if name == "total" else [name, *by]
        part = rows.groupby(keys, observed=True)[counts].sum().reset_index()
        part = part.assign(group="total") if name == "total" else part.rename(columns={name: "group"})
        part["group"] = part["group"].astype(str)
        found.append(part.assign(breakdown=name))
    return found


def flags(rows: pd.DataFrame, given: dict[str, pd.Series | np.ndarray | bool]) -> pd.DataFrame:
    """The rows with columns of zeros and ones."""
    return rows.assign(**{name: np.asarray(given[name], dtype=np.int64) for name in given})


def in_periods(rows: pd.DataFrame, at: pd.Series, breakdowns: tuple[str, ...], by: str, counts: list[str]) -> list:
    """The sums by quarter for the total and by year for the breakdowns."""
    quarter = rows.assign(period=at // 3)
    found = grouped(quarter, ("total",), ["period", by], counts)
    found[0]["period"] = (found[0]["period"] // 4).astype(str) + "Q" + (found[0]["period"] % 4 + 1).astype(str)
    others = grouped(rows.assign(period=at // 12), breakdowns[1:], ["period", by], counts)
    return [*found, *(part.assign(period=part["period"].astype(str)) for part in others)]


def spell_risk(rows: pd.DataFrame, breakdowns: tuple[str, ...]) -> list[pd.DataFrame]:
    """At risk after k paid months, exits by reason and censored."""
    known = rows[~rows["left_censored"] & (rows["last"] > 0)].reset_index(drop=True)
    known = known[[*STRATA, "start", "last", "exited", "reason"]]
    laid = repeated(known, np.ones(len(known), dtype=np.int64), known["last"].to_numpy(), "k")
    ends = laid["k"] == laid["last"]
    given = {"n": np.ones(len(laid)), "c": ends & ~laid["exited"]}
    given |= {f"d_{name}": ends & laid["exited"] & (laid["reason"] == name) for name in REASONS}
    at = laid["start"] + laid["k"] - 1
    laid = flags(laid, given)
    laid["k"] = np.select([laid["k"] <= 60, laid["k"] <= 120], [laid["k"], 61], 121)
    return in_periods(laid, at, breakdowns, "k", list(given))


def flow(rows: pd.DataFrame, breakdowns: tuple[str, ...], gap: int, covered: pd.DataFrame) -> list[pd.DataFrame]:
    """Running, beginning and ending spells per month."""
    final = SETTLED - gap - 1
    first, last = np.maximum(rows["start"], FIRST).to_numpy(), np.minimum(rows["stop"], final).to_numpy()
    kept = [*STRATA, "spell", "start", "stop", "left_censored", "inflow", "law_before", "origin", "reason"]
    here = repeated(rows[kept], first, last, "month")
    seen = covered[["spell", "month"]].assign(covered=True)
    here = here.merge(seen, on=["spell", "month"], how="left")
    start, stop = here["month"] == here["start"], here["month"] == here["stop"]
    begins = start & (here["inflow"] != "")
    given = {
        "active": np.ones(len(here)),
        "bridged": here["covered"].isna(),
        "left_censored": here["left_censored"] & (here["month"] == np.maximum(here["start"], FIRST)),
        **{f"in_{kind}": start & (here["inflow"] == kind) for kind in ("new", "return", "unknown")},
        "in_from_other_law": begins & here["law_before"],
        "in_unemployment": begins & (here["origin"] == "unemployment_ended"),
        "in_origin_known": begins & here["origin"].notna(),
    }
    named = {name: f"out_{name}" for name in REASONS} | {"admin": "end_admin", "law_change": "end_law"}
    given |= {column: stop & (here["reason"] == name) for name, column in named.items()}
    return grouped(flags(here, given), breakdowns, ["month"], list(given))


def return_risk(rows: pd.DataFrame, breakdowns: tuple[str, ...]) -> list[pd.DataFrame]:
    """Exits at risk of return per month since."""
    left = rows[rows["exited"] & ~rows["reason"].isin(["moved", "death"]) & (rows["stop"] >= FIRST)]
    left = left.reset_index(drop=True)
    length = left["stop"] - left["start"] + 1
    left["prior_duration"] = np.select(
        [left["left_censored"], length > 24, length > 12, length > 6], ["unknown", "25+", "13-24", "7-12"], "0-6"
    )
    left["returned"] = left["next_start"] <= SETTLED
    away = np.where(left["returned"], left["next_start"] - left["stop"], SETTLED - left["stop"])
    left["followed"] = np.minimum(away, 37).astype(np.int64)
    kept = [*STRATA, "reason", "prior_duration", "stop", "returned", "followed"]
    ones = np.ones(len(left), dtype=np.int64)
    laid = repeated(left[kept], ones, np.clip(left["followed"], 1, 36).to_numpy(), "m")
    risk, same = laid["followed"] >= laid["m"], laid["followed"] == laid["m"]
    kinds = {"": ~laid["returned"] | laid["returned"], "_activation": laid["reason"].isin(ACTIVATION)}
    kinds["_work"] = laid["reason"] == "work"
    given = {"c": same & ~laid["returned"], "without_follow_up": laid["followed"] == 0}
    for suffix, kind in kinds.items():
        given |= {f"n{suffix}": risk & kind, f"d{suffix or '_return'}": same & laid["returned"] & kind}
        given[f"exits{suffix}"] = (laid["m"] == 1) & kind
    return in_periods(flags(laid, given), laid["stop"], breakdowns, "m", list(given))


def stock(covered: pd.DataFrame, breakdowns: tuple[str, ...]) -> list[pd.DataFrame]:
    """Persons covered per month."""
    seen = covered[covered["month"].between(FIRST, LAST)]
    known, elapsed = seen["begun"] > FIRST + 1, seen["month"] - seen["begun"]
    given = {"stock": np.ones(len(seen)), "gpmi": seen["with_gpmi"], "start_unknown": ~known}
    given |= {f"elapsed_over_{long}": known & (elapsed >= long) for long in (12, 24, 60)}
    return grouped(flags(seen, given), breakdowns, ["month"], list(given))


def year_persons(covered: pd.DataFrame, breakdowns: tuple[str, ...]) -> list[pd.DataFrame]:
    """Persons of a year, in the group of their last covered month of it."""
    dated = covered.assign(year=covered["month"] // 12, persons=1)
    dated = dated[dated["year"].between(-(-FIRST // 12), (LAST + 1) // 12 - 1)]
    return grouped(dated.drop_duplicates(["person", "year"], keep="last"), breakdowns, ["year"], ["persons"])


def main(given: str, folder: str) -> None:
    """Count and write every table."""
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    own, reasons = {}, {}
    read = pd.read_parquet(given)
    for name in ("begin", "end", "first_begin"):
        read[name] = pd.to_datetime(read[name])
    for series in ("main", "wide"):
        own[series], reasons[series] = months(read, wide=series == "wide")
    del read
    for variant, gap in GAPS.items():
        series = "wide" if variant == "wide" else "main"
        numbered = with_spell(own[series], gap)
        rows = spells(numbered, reasons[series], own["wide"], variant=variant)
        whole = variant in ("main", "wide")
        breakdowns = ("total", *STRATA) if whole else ("total",)
        more = ("reason", "prior_duration") if whole else ()
        counted = {
            "flow": flow(rows, breakdowns, gap, numbered),
            "spell_risk": spell_risk(rows, breakdowns),
            "return_risk": return_risk(rows, (*breakdowns, *more)),
            "stock": stock(numbered, breakdowns) if whole else [],
            "year_persons": year_persons(numbered, breakdowns) if whole else [],
        }
        for name, parts in counted.items():
            found[name] += [part.assign(variant=variant) for part in parts]
    for name, parts in found.items():
        pd.concat(parts).to_parquet(f"{folder}/{name}.parquet")


if __name__ == "__main__":
    main(*sys.argv[1:])
