"""Months as integers: year * 12 + month - 1, so that a difference is a number of months."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl


def month_of(day: pl.Expr) -> pl.Expr:
    """Month number (Int32) of a Date expression; null in, null out."""
    return day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1


def months_of(days: pl.Series) -> pl.Series:
    """`month_of` of a Date column: few days are in many rows, so the calendar is asked once for each."""
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return days.cast(pl.Int32)
    calendar = pl.DataFrame({"day": pl.date_range(first, last, eager=True)}).select(month_of(pl.col("day")))
    number = pl.col(days.name).to_physical()
    return calendar["day"].gather(days.to_frame().select(number - number.min()).to_series()).alias(days.name)


def month_number(day: date) -> int:
    """Month number of one date."""
    return day.year * 12 + day.month - 1


def month_label(month: int) -> str:
    """``2026-03`` for a month number."""
    return f"{month // 12}-{month % 12 + 1:02d}"


def quarter_label(month: int) -> str:
    """``2026Q1`` for any month number in that quarter."""
    return f"{month // 12}Q{month % 12 // 3 + 1}"


def last_month(period: str) -> int:
    """Month number of the last month of a period: ``2025``, ``2025Q4`` or ``2025-12``."""
    year, rest = int(period[:4]), period[4:]
    month = int(rest[1:]) * (3 if rest[0] == "Q" else 1) if rest else 12
    return year * 12 + month - 1


def first_day(month: int) -> date:
    """First day of a month number."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """Last day of a month number."""
    return first_day(month + 1) - timedelta(days=1)


def label_of(month: pl.Expr) -> pl.Expr:
    """``2026-03`` (String) for a month-number expression."""
    return pl.format("{}-{}", month // 12, (month % 12 + 1).cast(pl.String).str.zfill(2))


def quarter_of(month: pl.Expr) -> pl.Expr:
    """``2026Q1`` (String) for a month-number expression."""
    return pl.format("{}Q{}", month // 12, month % 12 // 3 + 1)


def year_of(month: pl.Expr) -> pl.Expr:
    """``2026`` (String) for a month-number expression."""
    return (month // 12).cast(pl.String)
