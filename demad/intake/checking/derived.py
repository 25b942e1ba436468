"""Add temporary columns (Booleans and small integers) for rules that look at other rows or at the age of a person.

The columns exist only during validation; they are never stored and never delivered.
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
    "aanvragen": ("persoon", "aangevraagd_op", "soort"),
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
    """Return the typed rows, in the same order, with the columns that only rules use.

    Parameters
    ----------
    only
        The columns to add; None: all.
    unreadable
        Per optional date column: rows (``rij``) with text that is not a date.

    Returns
    -------
    Every dataset: ``peildatum`` (``as_of`` in every row), ``herhaald`` (the key occurs in more than one row) and
    ``…_onleesbaar`` for each optional date column. Leefloon also: ``leeftijdsgroep`` at the begin,
    ``een_geboortejaar`` (everybody has the same birth year), ``overlapt`` and ``kort_gat`` (the right begins before, or
    within a month after, the end of an earlier right of the same person and law), ``reden_zonder_einde`` and
    ``getekend_zonder_gpmi`` (a day but no kind). Jeugdhulp also: ``leeftijdsgroep`` at the end. Aanvragen also:
    ``besloten_zonder_datum`` (an outcome without a day) and ``weigering_zonder_weigering`` (a reason of refusal with
    another outcome).
    """
    wrong = {f"{name}_onleesbaar": _within(found) for name, found in _unreadable(dataset, unreadable or {}).items()}
    columns = {"peildatum": pl.lit(as_of), **wrong}
    if dataset == "leefloon":
        one_year = (pl.col("geboortejaar").n_unique() == 1) & (pl.len() >= _ONE_YEAR_FROM)
        reason = pl.col("stopreden").is_not_null() & (pl.col("stopreden") != "U0") & pl.col("einde").is_null()
        reason = reason & ~wrong["einde_onleesbaar"]  # reported once, as an unreadable end
        columns |= {
            "leeftijdsgroep": _age_group("begin", (15, 70, 100)),
            "een_geboortejaar": one_year,
            "reden_zonder_einde": reason.fill_null(value=False),
            "getekend_zonder_gpmi": pl.col("gpmi_begin").is_not_null() & pl.col("gpmi").is_null(),
        }
    else:
        columns |= {"herhaald": pl.struct(KEYS[dataset]).hash().is_duplicated()}
    if dataset == "aanvragen":
        decided = pl.col("uitkomst").is_not_null() & (pl.col("uitkomst") != "lopend")
        undated = decided & pl.col("beslist_op").is_null() & ~wrong["beslist_op_onleesbaar"]
        other = pl.col("weigering").is_not_null() & (pl.col("uitkomst") != "geweigerd")
        columns |= {
            "besloten_zonder_datum": undated.fill_null(value=False),
            "weigering_zonder_weigering": other.fill_null(value=False),
        }
    if dataset == "jeugdhulp":
        columns |= {"leeftijdsgroep": _age_group("einde_jeugdhulp", (10, 25))}
    wanted = rows.with_columns(**{name: column for name, column in columns.items() if only is None or name in only})
    if dataset == "leefloon" and (only is None or only & _BESIDE):
        return wanted.with_columns(_neighbours(rows))
    return wanted


def _unreadable(dataset: str, unreadable: Mapping[str, pl.Series]) -> dict[str, pl.Series]:
    """Rows with an unreadable date per optional date column; no rows for a column that is not given."""
    days = [name for name, field in DATASETS[dataset].fields.items() if field.kind == "date" and not field.required]
    return {name: unreadable.get(name, pl.Series(dtype=pl.UInt32)) for name in days}


def _within(found: pl.Series) -> pl.Expr:
    return pl.col("rij").is_in(found.cast(pl.UInt32).implode()) if found.len() else pl.lit(False)


def _age_group(day: str, bounds: tuple[int, ...]) -> pl.Expr:
    """``onder 15``, ``gewoon``, ``boven 70``, ``boven 100`` for bounds 15, 70, 100; null if a year is missing."""
    names = (f"onder {bounds[0]}", "gewoon", *(f"boven {bound}" for bound in bounds[1:]))
    texts = {name: pl.lit(name, dtype=pl.Enum(names)) for name in names}
    age = pl.col(day).dt.year() - pl.col("geboortejaar")
    group = pl.when(age < bounds[0]).then(texts[names[0]])
    for bound in reversed(bounds[1:]):
        group = group.when(age > bound).then(texts[f"boven {bound}"])
    return group.when(age.is_not_null()).then(texts["gewoon"])


def _neighbours(rows: pl.DataFrame) -> pl.DataFrame:
    """``herhaald``, ``overlapt``, ``kort_gat`` per row.

    The last two look only at rows that count: the last of each person, law and begin, with at least one day.
    Person, law and begin are packed into one integer, so that one sort makes neighbours adjacent. An offset per person
    and law keeps the groups apart in the running maximum that gives the latest end so far.
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
    ordered = ordered.with_columns(valid=(pl.col("begin") > 0) & (pl.col("end") >= pl.col("begin")) & ~pl.col("below"))
    latest = (pl.col("own") + pl.when("valid").then("end").otherwise(0)).cum_max().shift(1) - pl.col("own")
    ordered = ordered.with_columns(before=latest)
    apart = pl.when(pl.col("valid") & (pl.col("before") > 0)).then(pl.col("begin") - pl.col("before"))
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
    """An integer from 1 for each distinct text; 0 for null."""
    coded = column if is_coded(column.dtype) else column.cast(pl.Categorical(pl.Categories.random()))
    return (coded.to_physical().cast(pl.Int64) + 1).fill_null(0)


def _day(column: pl.Series) -> pl.Series:
    """A date as a positive integer in the same order; dates far outside the years 0 to 9999 are clipped."""
    return column.to_physical().cast(pl.Int64).clip(_FIRST_DAY, _FIRST_DAY + _DAYS - 3) - _FIRST_DAY + 1
