"""Parse delivered cells into text, numbers and codes; null if not understood. Not here: dates, words for codes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.intake.reading.table import BLANK

EMPTY = ("", "null", "none", "nan", "nat", "(leeg)", "n.v.t.", "nvt", "-", "na")  # Excel errors are not empty
_KEPT_AS_TEXT = r"""^(?:=\s*"([^"]*)"|'([^']*))$"""


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Text of a column, stripped; words for empty (blank, NULL, n.v.t., -) are null; 3.0 is 3."""
    text = as_bare_text(name, dtype)
    return pl.when(text.str.to_lowercase().is_in(EMPTY)).then(None).otherwise(text)


def as_bare_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Text of a column, stripped; 3.0 is 3, and ``="44021"`` (forced text in Excel) is 44021."""
    cell = pl.col(name)
    if dtype.is_float():
        cell = (
            pl.when(cell == cell.round(0))
            .then(cell.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(cell.cast(pl.String))
        )
    text = cell.cast(pl.String).str.strip_chars(BLANK)
    if dtype.is_numeric():
        return text
    return text.str.replace(_KEPT_AS_TEXT, "$1$2").str.strip_chars(BLANK)


def as_code(text: pl.Expr, codes: Mapping[str, str], *, otherwise: str | None = None) -> pl.Expr:
    """The code of a text (3.0 is read as 3); ``otherwise`` for a text without a code; null stays null."""
    whole = text.str.replace(r"^(\d+)[.,]0+$", "$1")
    code = whole.replace_strict(dict(codes), default=otherwise, return_dtype=pl.String)
    return pl.when(text.is_null()).then(None).otherwise(code)


def as_nis(name: str, dtype: pl.DataType) -> pl.Expr:
    """NIS codes as text; ``44.021`` and ``44 021`` are 44021."""
    return as_text(name, dtype).str.replace(r"^(\d{2})[.,\x{a0}\x{202f} ](\d{3})$", "$1$2")


def as_integer(name: str, dtype: pl.DataType) -> pl.Expr:
    """Int32 from ``1990``, ``1990,0``, ``1.234`` or ``1 234`` (thousands), ``1.234,00``, ``€ 12``; else null.

    ``1,234`` is null because it is ambiguous: a fraction in Dutch, twelve hundred thirty-four in English.
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
