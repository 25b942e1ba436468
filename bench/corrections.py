"""What a later delivery corrects: the decisions of some people, as cities correct them."""

from __future__ import annotations

import polars as pl

from demad.tables.people import ENDING, HOUSEHOLD, NATIONALITY, PERIOD, SEX

_KINDS = 6
_MONTH = "1mo"


def corrected(periods: pl.DataFrame, share: float, seed: int) -> pl.DataFrame:
    """Change the decisions of a share of the people.

    One kind of correction a person: the last decision ends a month earlier or later, or for another reason; the
    household, or the sex and nationality, were another all along; or there was no right at all.

    Parameters
    ----------
    periods
        PERIOD.
    share
        Of the persons, drawn by a hash of their name and ``seed``.

    Returns
    -------
    PERIOD, without the people who had no right.
    """
    drawn = pl.col("person").hash(seed)
    chosen = drawn % 10_000 < round(share * 10_000)
    kind = pl.when(chosen).then(drawn // 10_000 % _KINDS).otherwise(_KINDS)
    marked = periods.with_columns(
        kind=kind, last=pl.col("begin") == pl.col("begin").max().over("person"), draw=drawn // 100_000 % 3
    )
    moved = marked.with_columns(
        end=_when(0, pl.col("end").dt.offset_by("-" + _MONTH), "end", only_last=True),
        ending=_when(2, _other(ENDING, ("work", "moved", "other_benefit")), "ending", only_last=True),
        household=_when(3, _other(HOUSEHOLD, ("1", "2", "3")), "household"),
        sex=_when(4, _other(SEX, ("M", "V", "M")), "sex"),
        nationality=_when(4, _other(NATIONALITY, ("BE", "NEU", "EU")), "nationality"),
    )
    later = moved.with_columns(end=_when(1, pl.col("end").dt.offset_by(_MONTH), "end", only_last=True))
    kept = later.filter(pl.col("kind") != _KINDS - 1, pl.col("end").is_null() | (pl.col("end") >= pl.col("begin")))
    return PERIOD.check(kept.select(list(PERIOD.columns)).sort("person", "begin", "law"))


def _when(kind: int, value: pl.Expr, column: str, *, only_last: bool = False) -> pl.Expr:
    here = pl.col("kind") == kind
    return pl.when(here & pl.col("last") if only_last else here).then(value).otherwise(pl.col(column)).alias(column)


def _other(words: pl.Enum, names: tuple[str, ...]) -> pl.Expr:
    return pl.col("draw").replace_strict(dict(enumerate(names)), return_dtype=pl.String).cast(words)
