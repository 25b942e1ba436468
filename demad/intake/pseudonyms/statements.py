"""Read federal monthly statements (maandstaten) and derive the decision periods that their payments imply.

A statement tells payments and holds national numbers: only `demad pseudonymise` and `demad deliver --key` read it. Its
layout: `domain.md` section 1.2. Runs only in the child process that pseudonymises.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.pseudonyms.national_numbers import is_valid, sex
from demad.intake.reading.monthly_statement import SHORTEST
from demad.intake.reading.table import Reading
from demad.tables.months import month_label

LABEL = "leefloon-uit-maandstaten.txt"
"""What the table of all statements together is called."""
_FIELDS = {
    "law": (0, 1),
    "nis": (1, 5),
    "month": (6, 6),
    "suffix": (23, 2),
    "number": (25, 11),
    "kind": (48, 1),
    "first": (49, 8),
    "last": (57, 8),
    "sign": (71, 1),
    "cents": (72, 8),
    "category": (80, 1),
}
_LAWS = {"1": "RMI", "2": "RMH"}
_RECOVERIES = ("3", "6")
_LONGEST = 366 * 10  # days of one payment
_NOTHING = 1.0  # cents a day: what is left of a payment that was recovered whole
_MAIN = ("", "00")


def decisions(contents: Sequence[bytes]) -> Reading:
    """Decision periods that the payments of all statements imply: a row per person, law, category and unbroken stretch.

    Arrears pay days of an earlier month; recoveries take days back. Per person and law a day is one of right where
    more was paid for it than recovered, and its category is that of the last statement that paid it. So payments that
    overlap count once, a part that is recovered leaves the right, and a whole that is recovered ends it. A stretch that
    reaches the last day of the last month still runs. Days without payment, as in a suspension, are no right here.

    Returns
    -------
    Columns ``INSZ``, ``nis``, ``wet``, ``begin``, ``einde``, ``categorie``, ``geslacht``, in order of begin; notes say
    how many lines were left out: of the organic law, of people other than the main beneficiary.

    Raises
    ------
    DeliveryRefused
        D-280: a line is too short or not readable. D-278: a month is missing between two others. D-279: two files of
        the same month and law.
    """
    lines = [_lines(content) for content in contents]
    _refuse_twice(lines)
    every = pl.concat(lines)
    _refuse_gap(every)
    taken = every.filter(pl.col("law").is_in(list(_LAWS)) & pl.col("suffix").is_in(_MAIN))
    other, family = (every["law"] == "6").sum(), every.filter(pl.col("law") != "6").height - taken.height
    until = _last_day(every)
    rows = _stretches(taken).with_columns(
        wet=pl.col("law").replace_strict(_LAWS),
        einde=pl.when(pl.col("end") < until).then(pl.col("end")),
        geslacht=pl.col("number").replace_strict(_sexes(taken["number"]), default=None, return_dtype=pl.String),
    )
    frame = rows.sort("begin", maintain_order=True).select(
        pl.col("number").alias("INSZ"),
        "nis",
        "wet",
        pl.col("begin").dt.strftime("%Y-%m-%d"),
        pl.col("einde").dt.strftime("%Y-%m-%d"),
        pl.col("category").alias("categorie"),
        "geslacht",
    )
    months = every["month"]
    notes = [f"maandstaten {_label(months.min())} tot {_label(months.max())}, {every.height} betalingen"]
    notes += [f"{other} betalingen van de organieke wet niet meegenomen"] if other else []
    notes += [f"{family} betalingen aan anderen dan de hoofdbegunstigde niet meegenomen"] if family else []
    return Reading(frame, tuple(notes), name="leefloon")


def _lines(content: bytes) -> pl.DataFrame:
    """One row per payment: its fields as text, its first and last day, and ``rate``: cents a day, signed."""
    texts = [line for line in content.decode("latin-1").replace("\r", "").split("\n") if line.strip()]
    numbers = [place for place, line in enumerate(texts, start=1) if len(line) < SHORTEST]
    if numbers or not texts:
        raise _unreadable(len(numbers), len(texts))
    fields = (
        pl.Series("line", texts)
        .to_frame()
        .select(
            pl.col("line").str.slice(start, length).str.strip_chars().alias(name)
            for name, (start, length) in _FIELDS.items()
        )
    )
    days = {name: pl.col(name).str.to_date("%Y%m%d", strict=False) for name in ("first", "last")}
    read = fields.with_columns(**days, cents=pl.col("cents").cast(pl.Int64, strict=False)).with_columns(
        days=(pl.col("last") - pl.col("first")).dt.total_days() + 1
    )
    wrong = read.filter(
        pl.any_horizontal(pl.col("first", "last", "cents").is_null())
        | ~pl.col("days").is_between(1, _LONGEST)
        | ~pl.col("law").is_in(["1", "2", "6"])
        | ~pl.col("kind").str.contains("^[1-6]$")
        | ~pl.col("month").str.contains(r"^(19|20)\d\d(0[1-9]|1[0-2])$")
    )
    if wrong.height:
        raise _unreadable(wrong.height, read.height)
    recovery = pl.col("kind").is_in(_RECOVERIES)
    sign = pl.when(recovery | (pl.col("sign") == "-")).then(-1.0).otherwise(1.0)
    return read.select(
        "law",
        "nis",
        "month",
        "suffix",
        "number",
        "category",
        "first",
        "last",
        rate=sign * pl.col("cents") / pl.col("days"),
    )


def _stretches(lines: pl.DataFrame) -> pl.DataFrame:
    """number, law, nis, category, begin, end of every unbroken stretch of days of right."""
    who = ["number", "law"]
    starts = lines.select(*who, "category", "month", day="first", change="rate", paid=pl.col("rate") > 0)
    ends = lines.select(
        *who, "category", "month", day=pl.col("last") + pl.duration(days=1), change=-pl.col("rate"), paid=pl.lit(False)
    )
    events = pl.concat([starts, ends])
    paid = pl.when("paid").then(pl.col("month").cast(pl.Int32)).otherwise(0).max()
    changes = events.group_by(*who, "category", "day").agg(pl.col("change").sum(), since=paid)
    grid = events.select(*who, "day").unique().join(events.select(*who, "category").unique(), on=who)
    own = [*who, "category"]
    net = (
        grid.join(changes, on=[*own, "day"], how="left")
        .with_columns(pl.col("change", "since").fill_null(0))
        .sort(*own, "day")
        .with_columns(rate=pl.col("change").cum_sum().over(own), since=pl.col("since").cum_max().over(own))
    )
    whole = net.group_by(*who, "day").agg(total=pl.col("rate").sum())
    last_paid = (
        net.sort(pl.col("rate") > _NOTHING, "since", "rate").group_by(*who, "day").agg(pl.col("category").last())
    )
    day = (
        whole.join(last_paid, on=[*who, "day"])
        .sort(*who, "day")
        .with_columns(end=pl.col("day").shift(-1).over(who) - pl.duration(days=1))
        .filter((pl.col("total") > _NOTHING) & pl.col("end").is_not_null())
    )
    broken = (pl.col("day") != pl.col("end").shift(1) + pl.duration(days=1)) | (
        pl.col("category") != pl.col("category").shift(1)
    )
    return (
        day.with_columns(stretch=broken.fill_null(value=True).cum_sum().over(who))
        .group_by(*who, "stretch", maintain_order=True)
        .agg(pl.col("category").first(), begin=pl.col("day").first(), end=pl.col("end").last())
        .join(lines.group_by(who).agg(pl.col("nis").last()), on=who, maintain_order="left")
    )


def _sexes(numbers: pl.Series) -> dict[str, str | None]:
    return {number: sex(number) if is_valid(number) else None for number in numbers.unique()}


def _last_day(lines: pl.DataFrame) -> date:
    return lines.select((pl.col("month").max() + "01").str.to_date("%Y%m%d").dt.month_end()).item()


def _refuse_twice(lines: Sequence[pl.DataFrame]) -> None:
    held = [set(one.select("month", "law").unique().iter_rows()) for one in lines]
    twice = {month for place, one in enumerate(held) for other in held[:place] for month, _ in one & other}
    if twice:
        raise DeliveryRefused(
            "D-279",
            f"Van {_months(len(twice))} zijn er twee maandstaten, eerst van {_label(min(twice))}.",
            "Geef elke maandstaat één keer, de definitieve.",
        )


def _refuse_gap(lines: pl.DataFrame) -> None:
    numbers = sorted(int(month[:4]) * 12 + int(month[4:]) - 1 for month in lines["month"].unique())
    missing = sorted(set(range(numbers[0], numbers[-1] + 1)) - set(numbers))
    if missing:
        raise DeliveryRefused(
            "D-278",
            f"Tussen de maandstaten is er geen van {_months(len(missing))}, eerst {month_label(missing[0])}: iedereen "
            "zou er even gestopt lijken.",
            "Geef alle maandstaten van de eerste tot de laatste maand.",
        )


def _months(count: int) -> str:
    return f"{count} {'maand' if count == 1 else 'maanden'}"


def _label(month: object) -> str:
    return f"{str(month)[:4]}-{str(month)[4:]}"


def _unreadable(wrong: int, lines: int) -> DeliveryRefused:
    return DeliveryRefused(
        "D-280",
        f"In de maandstaat zijn {wrong} van {lines} lijnen te kort of niet te lezen.",
        "Neem het bestand zoals het ontvangen is, zonder het te openen in een ander programma.",
    )
