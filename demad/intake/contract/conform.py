"""How a delivered table gets the columns, types and codes of its dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.contract.columns import columns_of
from demad.intake.contract.datasets import DATASETS, Field
from demad.intake.contract.values import as_bare_text, as_boolean, as_code, as_date, as_integer, as_month, as_text
from demad.intake.reading.dictionary_encoding import as_text_columns, texts_of
from demad.intake.reading.parallel import each
from demad.intake.reading.table import Reading
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

    Returns
    -------
    Conformed; its columns of codes are a `pl.Enum` of the contract's codes, which `coded.as_text_columns` makes
    the text that `Dataset.table` says.

    Raises
    ------
    DeliveryRefused
        As `columns_of`; D-153 where most rows are of another city.
    """
    found = columns_of(reading, dataset, city)
    fields, schema = DATASETS[dataset].fields, DATASETS[dataset].table.schema

    def column(name: str) -> tuple[pl.Series, dict[str, pl.Series]]:
        dtype = _codes(fields[name], city) or schema[name]
        if name not in found:
            return pl.repeat(None, reading.frame.height, dtype=dtype, eager=True).alias(name), {}
        return _column(reading.frame[found[name]], name, fields[name], dtype, city)

    columns = each(column, fields, rows=reading.frame.height)
    odd = {flaw: rows for _, seen in columns for flaw, rows in seen.items()}
    frame = pl.DataFrame([typed for typed, _ in columns]).with_row_index("rij", offset=1)
    flaws = {name: rows.len() for name, rows in odd.items()}
    if flaws.get("nis_niet_begrepen", 0) * 2 > frame.height:
        raise DeliveryRefused(
            "D-153", f"De NIS-codes zijn niet die van {city.name}.", "Lever het bestand bij je eigen stad."
        )
    _ = DATASETS[dataset].table.check(as_text_columns(frame.head(0)))
    return Conformed(dataset, frame, flaws, odd)


def _column(
    delivered: pl.Series, name: str, field: Field, dtype: pl.DataType, city: City
) -> tuple[pl.Series, dict[str, pl.Series]]:
    """The column in its type, and by what is odd the rows, from 1, where that is."""
    cells = texts_of(delivered)
    judged = _judgement(cells.each.alias("cell").to_frame(), field, city)
    odd = {f"{name}_niet_begrepen": cells.places(judged["lost"])}
    if field.kind == "stop_reason":
        odd["stopreden_onbekend"] = cells.places(judged["unmapped"])
    typed = cells.spread(judged["typed"].cast(dtype)).alias(name)
    return typed, {flaw: places + 1 for flaw, places in odd.items() if places.len()}


def _codes(field: Field, city: City) -> pl.Enum | None:
    """The type of a column of codes: a byte a row, where text takes sixteen."""
    if field.kind == "nis":
        return pl.Enum([city.nis])
    return pl.Enum(field.codes) if field.kind in ("code", "stop_reason") else None


def _judgement(cells: pl.DataFrame, field: Field, city: City) -> pl.DataFrame:
    dtype = cells.schema["cell"]
    filled = as_text("cell", dtype).is_not_null() if dtype == pl.String else pl.col("cell").is_not_null()
    reasons = field.kind == "stop_reason"
    words = as_text("cell", dtype).str.to_lowercase() if reasons else pl.lit(None, dtype=pl.String)
    judged = cells.with_columns(typed=_typed(dtype, field, city), filled=filled, word=words)
    unmapped = pl.col("word").is_not_null() & ~pl.col("word").is_in(list(stop_words(city)))
    lost = pl.col("filled") & pl.col("typed").is_null()
    return judged.select("cell", "typed", lost=lost, unmapped=unmapped)


def _typed(dtype: pl.DataType, field: Field, city: City) -> pl.Expr:
    name = "cell"
    if field.kind == "date":
        return as_date(name, dtype)
    if field.kind == "integer":
        return as_integer(name, dtype)
    if field.kind == "boolean":
        return as_boolean(name, dtype)
    text = as_text(name, dtype)
    if field.kind == "nis":
        return as_code(text, {city.nis: city.nis, **dict.fromkeys(city.old_nis, city.nis)})
    if field.kind == "pseudonym":  # none is an empty word
        bare = as_bare_text(name, dtype)
        return pl.when(bare.str.contains(PSEUDONYM)).then(bare)
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
