"""What a rule needs to see of a row beside its own cells: its neighbours, its age. Booleans and small integers.

The columns exist only while a suite judges; they are never stored and never travel.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date

import polars as pl

from demad.intake.contract.datasets import DATASETS
from demad.intake.reading.dictionary_encoding import is_coded

KEYS = {
    "leefloon": ("persoon", "wet", "begin"),
    "jeugdhulp": ("persoon", "einde_jeugdhulp"),
    "steun": ("persoon", "soort", "begin"),
    "bevolking": ("jaar", "leeftijd_van", "leeftijd_tot", "geslacht"),
    "controle": ("maand", "wet"),
}
_BESIDE = {"herhaald", "overlapt", "kort_gat"}
_ONE_YEAR_FROM = 200  # rows: fewer may be born in one year by chance
_GAP_DAYS = 31
_FIRST_DAY, _DAYS = -800_000, 1 << 22  # from before the year 0 to after the year 9999


def with_derived(
    rows: pl.DataFrame,
    dataset: str,
    *,
    as_of: date,
    only: Set[str] | None = None,
    unreadable: Mapping[str, pl.Series] | None = None,
) -> pl.DataFrame:
    """The typed rows with the columns that only rules use; same rows, same order.

    Parameters
    ----------
    only
        The columns that are wanted; None: all.
    unreadable
        By column of days that may be empty, the rows (``rij``) in which something stands that is no day.

    Returns
    -------
    Every dataset: ``peildatum`` (``as_of`` in every row), ``herhaald`` (its key stands in more than one row) and
    of each column of days that may be empty ``…_onleesbaar``. Leefloon also: ``leeftijdsgroep`` at the begin,
    ``een_geboortejaar`` (everybody is born in one year), ``overlapt`` and ``kort_gat`` (the right begins before, or
    within a month after, an earlier one of the same person and law ended) and ``reden_zonder_einde``. Jeugdhulp
    also: ``leeftijdsgroep`` at the end.
    """
    wrong = {f"{name}_onleesbaar": _within(found) for name, found in _unreadable(dataset, unreadable or {}).items()}
    columns = {"peildatum": pl.lit(as_of), **wrong}
    if dataset == "leefloon":
        one_year = (pl.col("geboortejaar").n_unique() == 1) & (pl.len() >= _ONE_YEAR_FROM)
        reason = pl.col("stopreden").is_not_null() & (pl.col("stopreden") != "U0") & pl.col("einde").is_null()
        reason = reason & ~wrong["einde_onleesbaar"]  # that is told once
        columns |= {
            "leeftijdsgroep": _age_group("begin", (15, 70, 100)),
            "een_geboortejaar": one_year,
            "reden_zonder_einde": reason.fill_null(value=False),
        }
    else:
        columns |= {"herhaald": pl.struct(KEYS[dataset]).hash().is_duplicated()}
    if dataset == "jeugdhulp":
        columns |= {"leeftijdsgroep": _age_group("einde_jeugdhulp", (10, 25))}
    wanted = rows.with_columns(**{name: column for name, column in columns.items() if only is None or name in only})
    if dataset == "leefloon" and (only is None or only & _BESIDE):
        return wanted.with_columns(_neighbours(rows))
    return wanted


def _unreadable(dataset: str, unreadable: Mapping[str, pl.Series]) -> dict[str, pl.Series]:
    """The rows by column of days that may be empty, none where nothing is said of it."""
    days = [name for name, field in DATASETS[dataset].fields.items() if field.kind == "date" and not field.required]
    return {name: unreadable.get(name, pl.Series(dtype=pl.UInt32)) for name in days}


def _within(found: pl.Series) -> pl.Expr:
    return pl.col("rij").is_in(found.cast(pl.UInt32).implode()) if found.len() else pl.lit(False)


def _age_group(day: str, bounds: tuple[int, ...]) -> pl.Expr:
    """``onder 15``, ``gewoon``, ``boven 70``, ``boven 100`` for bounds 15, 70, 100; null where a year is."""
    names = (f"onder {bounds[0]}", "gewoon", *(f"boven {bound}" for bound in bounds[1:]))
    texts = {name: pl.lit(name, dtype=pl.Enum(names)) for name in names}
    age = pl.col(day).dt.year() - pl.col("geboortejaar")
    group = pl.when(age < bounds[0]).then(texts[names[0]])
    for bound in reversed(bounds[1:]):
        group = group.when(age > bound).then(texts[f"boven {bound}"])
    return group.when(age.is_not_null()).then(texts["gewoon"])


def _neighbours(rows: pl.DataFrame) -> pl.DataFrame:
    """``herhaald``, ``overlapt``, ``kort_gat`` per row; the last two of rows that stand: the last of each person,
    law and begin, with at least one day.

    Person, law and begin are one whole number, so that one sort puts neighbours beside each other. The days of
    one person and law lie above those of the one before, so that the latest end until here is a running maximum.
    """
    who = _codes(rows["persoon"]) * (rows["wet"].n_unique() + 1) + _codes(rows["wet"])
    key = (who * _DAYS + _day(rows["begin"]).fill_null(0)).rename("key")
    order = key.to_frame().select(pl.arg_sort_by("key", maintain_order=True)).to_series()
    end = _day(rows["einde"]).fill_null(_DAYS - 1)
    ordered = pl.DataFrame({"key": key.gather(order), "end": end.gather(order)}).lazy()
    ordered = ordered.with_columns(begin=pl.col("key") % _DAYS)
    ordered = ordered.with_columns(
        own=pl.col("key") - pl.col("begin"),
        above=(pl.col("key") == pl.col("key").shift(1)).fill_null(value=False),
        below=(pl.col("key") == pl.col("key").shift(-1)).fill_null(value=False),
    )
    ordered = ordered.with_columns(stands=(pl.col("begin") > 0) & (pl.col("end") >= pl.col("begin")) & ~pl.col("below"))
    latest = (pl.col("own") + pl.when("stands").then("end").otherwise(0)).cum_max().shift(1) - pl.col("own")
    ordered = ordered.with_columns(before=latest)
    apart = pl.when(pl.col("stands") & (pl.col("before") > 0)).then(pl.col("begin") - pl.col("before"))
    seen = (
        ordered.with_columns(apart=apart)
        .select(
            herhaald=pl.col("above") | pl.col("below"),
            overlapt=pl.col("apart") <= 0,
            kort_gat=pl.col("apart").is_between(2, _GAP_DAYS),
        )
        .collect()
    )
    places = pl.int_range(rows.height, dtype=pl.UInt32, eager=True)
    return seen.select(pl.all().gather(pl.zeros(rows.height, pl.UInt32, eager=True).scatter(order, places)))


def _codes(column: pl.Series) -> pl.Series:
    """A whole number from 1 for each different text; 0 for null."""
    coded = column if is_coded(column.dtype) else column.cast(pl.Categorical(pl.Categories.random()))
    return (coded.to_physical().cast(pl.Int64) + 1).fill_null(0)


def _day(column: pl.Series) -> pl.Series:
    """A day as a whole number above 0 and below the last there is, in order; years are those of a calendar."""
    return column.to_physical().cast(pl.Int64).clip(_FIRST_DAY, _FIRST_DAY + _DAYS - 3) - _FIRST_DAY + 1
