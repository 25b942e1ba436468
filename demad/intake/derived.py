"""What a rule needs to see of a row beside its own cells: its neighbours, its age. Booleans and small integers.

The columns exist only while a suite judges; they are never stored and never travel.
"""

from __future__ import annotations

from datetime import date

import polars as pl

_KEYS = {
    "leefloon": ("persoon", "wet", "begin"),
    "jeugdhulp": ("persoon", "einde_jeugdhulp"),
    "steun": ("persoon", "soort", "begin"),
    "bevolking": ("jaar", "leeftijd_van", "leeftijd_tot", "geslacht"),
    "controle": ("maand", "wet"),
}
_ONE_YEAR_FROM = 200  # rows: fewer may be born in one year by chance
_GAP_DAYS = 31


def with_derived(rows: pl.DataFrame, dataset: str, *, as_of: date) -> pl.DataFrame:
    """The typed rows with the columns that only rules use; same rows, same order.

    Returns
    -------
    Every dataset: ``peildatum`` (``as_of`` in every row) and ``herhaald`` (its key stands in more than one
    row). Leefloon also: ``leeftijdsgroep`` at the begin, ``een_geboortejaar`` (everybody is born in one
    year), ``overlapt`` and ``kort_gat`` (the right begins before, or within a month after, an earlier one of
    the same person and law ended) and ``reden_zonder_einde``. Jeugdhulp also: ``leeftijdsgroep`` at the end.
    """
    every = [pl.lit(as_of).alias("peildatum"), pl.struct(_KEYS[dataset]).hash().is_duplicated().alias("herhaald")]
    if dataset == "jeugdhulp":
        return rows.with_columns(*every, _age_group("einde_jeugdhulp", (10, 25)))
    if dataset != "leefloon":
        return rows.with_columns(every)
    one_year = (pl.col("geboortejaar").n_unique() == 1) & (pl.len() >= _ONE_YEAR_FROM)
    reason = pl.col("stopreden").is_not_null() & (pl.col("stopreden") != "U0") & pl.col("einde").is_null()
    return rows.with_columns(
        *every,
        _age_group("begin", (15, 70, 100)),
        one_year.alias("een_geboortejaar"),
        reason.fill_null(value=False).alias("reden_zonder_einde"),
    ).join(_neighbours(rows), on="rij", how="left", maintain_order="left")


def _age_group(day: str, bounds: tuple[int, ...]) -> pl.Expr:
    """``onder 15``, ``gewoon``, ``boven 70``, ``boven 100`` for bounds 15, 70, 100; null where a year is."""
    age = pl.col(day).dt.year() - pl.col("geboortejaar")
    group = pl.when(age < bounds[0]).then(pl.lit(f"onder {bounds[0]}"))
    for bound in reversed(bounds[1:]):
        group = group.when(age > bound).then(pl.lit(f"boven {bound}"))
    return group.when(age.is_not_null()).then(pl.lit("gewoon")).alias("leeftijdsgroep")


def _neighbours(rows: pl.DataFrame) -> pl.DataFrame:
    """``rij``, ``overlapt``, ``kort_gat`` of the rows that stand: the last of each key, with at least one day.

    Person and law are compared by their hash: a number sorts faster, and only counts come of it.
    """
    ordered = rows.select(
        "rij", "begin", key=pl.struct("persoon", "wet").hash(), end=pl.col("einde").fill_null(pl.date(9999, 12, 31))
    ).sort("key", "begin", "rij")
    corrected = (pl.col("key") == pl.col("key").shift(-1)) & (pl.col("begin") == pl.col("begin").shift(-1))
    standing = ordered.filter(~corrected.fill_null(value=False) & (pl.col("end") >= pl.col("begin")))
    before = pl.col("end").cum_max().shift(1).over("key")
    apart = (pl.col("begin") - before).dt.total_days()
    return standing.select("rij", overlapt=apart <= 0, kort_gat=apart.is_between(2, _GAP_DAYS))
