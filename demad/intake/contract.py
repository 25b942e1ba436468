"""How a delivered table gets the columns, types and codes of its dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.columns import columns_of
from demad.intake.datasets import DATASETS, Field
from demad.intake.sheet import Reading
from demad.intake.values import as_boolean, as_code, as_date, as_integer, as_month, as_text
from demad.reference.cities import City
from demad.reference.stop_reasons import STOP_REASONS

PSEUDONYM = r"^[A-Za-z][A-Za-z0-9_-]{7,63}$"


@dataclass(frozen=True, slots=True)
class Conformed:
    """A dataset in the types of the contract, every row of the file, and what was odd: counts and rows."""

    dataset: str
    frame: pl.DataFrame
    flaws: Mapping[str, int]
    odd: Mapping[str, pl.Series]


def conform(reading: Reading, dataset: str, city: City) -> Conformed:
    """Give a reading the columns, types and codes of a dataset.

    A cell that cannot be understood becomes null and is counted by column; whether its row is set aside or
    the file refused is for the suite to say. An unknown stop reason becomes ``U0``, which counts as unknown.

    Raises
    ------
    DeliveryRefused
        As `columns_of`; D-153 where most rows are of another city.
    """
    found = columns_of(reading, dataset, city)
    fields = DATASETS[dataset].fields
    picked = reading.frame.select(pl.col(header).alias(column) for column, header in found.items())
    typed, odd = [], {}
    for name, field in fields.items():
        if name not in found:
            typed.append(pl.lit(None, dtype=DATASETS[dataset].table.schema[name]).alias(name))
            continue
        typed.append(_typed(picked, name, field, city).alias(name))
    frame = picked.select(typed).with_row_index("rij", offset=1)
    for name in found:
        _note(odd, f"{name}_niet_begrepen", _filled(picked[name]) & frame[name].is_null())
    if "stopreden" in found:
        _note(odd, "stopreden_onbekend", _unmapped(picked["stopreden"], city))
    flaws = {name: rows.len() for name, rows in odd.items()}
    if flaws.get("nis_niet_begrepen", 0) * 2 > frame.height:
        raise DeliveryRefused(
            "D-153", f"De NIS-codes zijn niet die van {city.name}.", "Lever het bestand bij je eigen stad."
        )
    return Conformed(dataset, DATASETS[dataset].table.check(frame), flaws, odd)


def _typed(picked: pl.DataFrame, name: str, field: Field, city: City) -> pl.Expr:
    dtype = picked.schema[name]
    if field.kind == "date":
        return as_date(name, dtype)
    if field.kind == "integer":
        return as_integer(name, dtype)
    if field.kind == "boolean":
        return as_boolean(name, dtype)
    text = as_text(name, dtype)
    if field.kind == "nis":
        return as_code(text, {city.nis: city.nis, **dict.fromkeys(city.old_nis, city.nis)})
    if field.kind == "pseudonym":
        return pl.when(text.str.contains(PSEUDONYM)).then(text)
    if field.kind == "month":
        return as_month(name, dtype)
    if field.kind == "stop_reason":
        return as_code(text.str.to_lowercase(), stop_words(city), otherwise="U0")
    return as_code(text.str.to_lowercase(), {code.lower(): code for code in field.codes})


def stop_words(city: City) -> dict[str, str]:
    """Code by every word (lower case) that stands for a stop reason: codes, their labels, the city's own."""
    words = {label.lower(): code for code, (label, _) in STOP_REASONS.items()}
    words |= {code.lower(): code for code in STOP_REASONS}
    return words | {word.lower(): code for word, code in city.stop_reasons.items()}


def _filled(column: pl.Series) -> pl.Series:
    if column.dtype != pl.String:
        return column.is_not_null()
    return column.to_frame("cell").select(as_text("cell", pl.String()).is_not_null()).to_series()


def _note(odd: dict[str, pl.Series], name: str, where: pl.Series) -> None:
    """Remember the row numbers (from 1) where something is odd, if anywhere."""
    rows = where.arg_true() + 1
    if rows.len():
        odd[name] = rows


def _unmapped(column: pl.Series, city: City) -> pl.Series:
    text = column.to_frame("cell").select(as_text("cell", column.dtype).str.to_lowercase()).to_series()
    return text.is_not_null() & ~text.is_in(list(stop_words(city)))
