"""Cells of real life become dates, numbers, booleans and codes. What is not understood becomes null."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

EMPTY = ("", "null", "none", "nan", "(leeg)", "n.v.t.", "nvt", "-", "#n/b", "#n/a", "na")
_EXCEL_EPOCH_DAYS = 25_569  # days from Excel's day 0 to 1 January 1970
_SERIALS = (10_000, 80_000)  # 1927 to 2119
_TIME = r"[ T]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AP]M)?(Z|[+-]\d{2}:?\d{2})?$"
_TRUE, _FALSE = ("ja", "j", "1", "true", "waar", "yes"), ("nee", "n", "0", "false", "onwaar", "no")


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Text of a column, stripped; empty words (blank, NULL, n.v.t., -) are null; 3.0 is 3."""
    text = as_bare_text(name, dtype)
    return pl.when(text.str.to_lowercase().is_in(EMPTY)).then(None).otherwise(text)


def as_bare_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Text of a column, stripped; 3.0 is 3."""
    cell = pl.col(name)
    if dtype.is_float():
        cell = (
            pl.when(cell == cell.round(0))
            .then(cell.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(cell.cast(pl.String))
        )
    return cell.cast(pl.String).str.strip_chars(" \t\r\n\u00a0")


def as_code(text: pl.Expr, codes: Mapping[str, str], *, otherwise: str | None = None) -> pl.Expr:
    """The code of a text (3.0 counts as 3); ``otherwise`` for a cell without one; null stays null."""
    whole = text.str.replace(r"^(\d+)[.,]0+$", "$1")
    code = whole.replace_strict(dict(codes), default=otherwise, return_dtype=pl.String)
    return pl.when(text.is_null()).then(None).otherwise(code)


def as_integer(name: str, dtype: pl.DataType) -> pl.Expr:
    """Int32 of ``1990``, ``1990,0``, ``1.234`` or ``1 234`` (thousands), ``1.234,00``, ``€ 12``; else null.

    ``1,234`` is null: in Dutch it is no whole number, in English it is twelve hundred.
    """
    if dtype.is_integer():
        return pl.col(name).cast(pl.Int32, strict=False)
    if dtype.is_float():
        cell = pl.col(name)
        return pl.when(cell == cell.round(0)).then(cell).cast(pl.Int32, strict=False)
    bare = as_text(name, dtype).str.replace_all("[€\u00a0\u202f' ]", " ").str.strip_chars(" ")
    points, commas = r"^-?\d{1,3}([. ]\d{3})+(,0{1,2})?$", r"^-?\d{1,3}(,\d{3})+\.0{1,2}$"
    digits = (
        pl.when(bare.str.contains(points))
        .then(bare.str.replace(r",0+$", "").str.replace_all(r"[. ]", ""))
        .when(bare.str.contains(commas))
        .then(bare.str.replace(r"\.0+$", "").str.replace_all(",", "", literal=True))
        .otherwise(bare.str.replace(r"^(-?\d+)[.,]0{1,2}$", "$1"))
    )
    return digits.cast(pl.Int32, strict=False)


def as_boolean(name: str, dtype: pl.DataType) -> pl.Expr:
    """Boolean of ja/nee, j/n, 1/0, true/false; anything else is null."""
    if dtype == pl.Boolean:
        return pl.col(name)
    text = as_text(name, dtype).str.to_lowercase().str.replace(r"^(\d)[.,]0+$", "$1")
    return pl.when(text.is_in(_TRUE)).then(pl.lit(True)).when(text.is_in(_FALSE)).then(pl.lit(False))


def as_date(name: str, dtype: pl.DataType) -> pl.Expr:
    """Date of 2026-09-30, 30/09/2026, 30-9-2026, 20260930, with or without a time, or an Excel serial.

    Two-digit years are null: nobody can say which century was meant. A moment with a zone is the day it was
    in Brussels.
    """
    if dtype == pl.Date:
        return pl.col(name)
    if isinstance(dtype, pl.Datetime):
        moment = pl.col(name).dt.convert_time_zone("Europe/Brussels") if dtype.time_zone else pl.col(name)
        return moment.dt.date()
    text = as_text(name, dtype).str.replace(_TIME, "")
    dashed = text.str.replace_all(r"[/.]", "-")
    iso = pl.when(dashed.str.contains(r"^\d{4}-")).then(dashed.str.to_date("%Y-%m-%d", strict=False))
    day_first = pl.when(dashed.str.contains(r"-\d{4}$")).then(dashed.str.to_date("%d-%m-%Y", strict=False))
    compact = pl.when(text.str.contains(r"^(19|20|21)\d{6}$")).then(text.str.to_date("%Y%m%d", strict=False))
    serial = pl.when(text.str.contains(r"^\d{5}([.,]\d+)?$")).then(text.str.slice(0, 5)).cast(pl.Int32, strict=False)
    from_serial = pl.when(serial.is_between(*_SERIALS)).then(serial - _EXCEL_EPOCH_DAYS).cast(pl.Date)
    return pl.coalesce(iso, day_first, compact, from_serial)


def as_month(name: str, dtype: pl.DataType) -> pl.Expr:
    """Text ``2025-09`` of 2025-09, 09/2025, 202509, or any date; anything else is null."""
    day = as_date(name, dtype)
    if isinstance(dtype, pl.Date | pl.Datetime):
        return day.dt.strftime("%Y-%m")
    text = as_text(name, dtype)
    first = text.str.replace(r"^((?:19|20)\d{2})[-/.]?(\d{1,2})$", "$1-$2-1").str.replace(
        r"^(\d{1,2})[-/.]((?:19|20)\d{2})$", "$2-$1-1"
    )
    return pl.coalesce(first.str.to_date("%Y-%m-%d", strict=False), day).dt.strftime("%Y-%m")
