"""Convert a delivered table to the columns, types and codes of its dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.contract.column_seen import ColumnSeen, seen_of
from demad.intake.contract.columns import columns_of
from demad.intake.contract.datasets import DATASETS, Field
from demad.intake.contract.days import as_days, as_month
from demad.intake.contract.doubtful_days import refuse_doubtful
from demad.intake.contract.values import as_bare_text, as_code, as_integer, as_nis, as_text
from demad.intake.contract.words import EMPTY, KINDS, bare_word, words_of
from demad.intake.reading.dictionary_encoding import as_text_columns, texts_of
from demad.intake.reading.parallel import map_parallel
from demad.intake.reading.table import Reading
from demad.reference.cities import City

PSEUDONYM = r"^[A-Za-z][A-Za-z0-9_-]{7,63}$"


@dataclass(frozen=True, slots=True)
class Conformed:
    """A typed dataset with every row of the file, and the cells that were not understood, as counts and rows.

    Parameters
    ----------
    flaws, odd
        Per problem of a column: how many rows, and which (``rij``).
    unreadable
        Per optional date column: rows with text that is not a date; they are set aside.
    seen
        How each delivered column was understood.
    """

    dataset: str
    frame: pl.DataFrame
    flaws: Mapping[str, int]
    odd: Mapping[str, pl.Series]
    unreadable: Mapping[str, pl.Series] = field(default_factory=dict)
    seen: tuple[ColumnSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class _Column:
    """One typed column, its rows (from 1) per problem, and how it was understood."""

    typed: pl.Series
    odd: Mapping[str, pl.Series]
    seen: ColumnSeen | None = None


def conform(reading: Reading, dataset: str, city: City) -> Conformed:
    """Convert a reading to the columns, types and codes of a dataset.

    A cell that is not understood becomes null and is counted per column; the suite decides whether its row is set
    aside or the file refused. An unknown stop reason becomes ``U0``, which counts as unknown.

    Returns
    -------
    Conformed. Columns of codes are a `pl.Enum` of the contract's codes; `dictionary_encoding.as_text_columns` converts
    them to the text of `Dataset.table`.

    Raises
    ------
    DeliveryRefused
        As `columns_of` and `refuse_doubtful`; D-153: most rows belong to another city.
    """
    found = columns_of(reading, dataset, city)
    fields, schema = DATASETS[dataset].fields, DATASETS[dataset].table.schema

    def column(name: str) -> _Column:
        dtype = _codes(fields[name], city) or schema[name]
        if name not in found:
            return _Column(pl.repeat(None, reading.frame.height, dtype=dtype, eager=True).alias(name), {})
        return _column(reading, found[name], name, dtype, dataset, city)

    nis, *others = fields
    whose = column(nis)
    _refuse_another_city(whose, reading.frame.height, city)
    columns = [whose, *map_parallel(column, others, rows=reading.frame.height)]
    odd = {flaw: rows for one in columns for flaw, rows in one.odd.items()}
    frame = pl.DataFrame([one.typed for one in columns]).with_row_index("rij", offset=1)
    flaws = {name: rows.len() for name, rows in odd.items()}
    seen = tuple(one.seen for one in columns if one.seen is not None)
    refuse_doubtful(seen, dataset, city)
    _ = DATASETS[dataset].table.check(as_text_columns(frame.head(0)))
    days = [name for name, field in fields.items() if field.kind == "date" and not field.required]
    unreadable = {name: odd[f"{name}_niet_begrepen"] for name in days if f"{name}_niet_begrepen" in odd}
    return Conformed(dataset, frame, flaws, odd, unreadable, seen)


def _refuse_another_city(nis: _Column, rows: int, city: City) -> None:
    """Raise D-153 if most NIS codes are not those of the city; no other column is looked at then."""
    if sum(wrong.len() for wrong in nis.odd.values()) * 2 > rows:
        raise DeliveryRefused(
            "D-153",
            f"De NIS-codes zijn niet die van {city.name}.",
            "Lever het bestand bij uw eigen stad. Is het van uw stad, kijk dan na of er namen in plaats van codes "
            "staan, of kolommen verschoven zijn, of er tekens rond de codes staan.",
        )


def _column(reading: Reading, header: str, name: str, dtype: pl.DataType, dataset: str, city: City) -> _Column:
    field, cells = DATASETS[dataset].fields[name], texts_of(reading.frame[header])
    judged = judgement(cells.each, reading, dataset, name, city)
    lost = cells.places(judged["lost"]) + 1
    odd = {f"{name}_niet_begrepen": lost} if lost.len() else {}
    if field.kind == "stop_reason":
        odd = {"stopreden_onbekend": lost} if lost.len() else {}
        judged = judged.with_columns(typed=pl.when("lost").then(pl.lit("U0")).otherwise("typed"))
    typed = cells.spread(judged["typed"].cast(dtype)).alias(name)
    return _Column(typed, odd, seen_of(cells, judged, header=header, name=name, kind=field.kind))


def _codes(field: Field, city: City) -> pl.Enum | None:
    """The type of a column of codes: one byte per row; text would take sixteen."""
    if field.kind == "nis":
        return pl.Enum([city.nis])
    return pl.Enum(field.codes) if field.kind in ("code", "stop_reason") else None


def judgement(cells: pl.Series, reading: Reading, dataset: str, name: str, city: City) -> pl.DataFrame:
    """Per cell: ``typed`` and ``lost`` (filled but not understood); for dates also the columns of `as_days`."""
    field = DATASETS[dataset].fields[name]
    rows = cells.alias("cell").to_frame()
    if field.kind == "date":
        days = as_days(rows["cell"], days_later=reading.days_later, utc=city.naive_utc)
        return days.rename({"day": "typed"}).with_columns(lost=pl.col("cause").is_not_null())
    if field.kind == "month":
        return rows.select(
            typed=as_month(rows["cell"], days_later=reading.days_later), lost=_filled(rows)
        ).with_columns(lost=pl.col("lost") & pl.col("typed").is_null())
    if field.kind in KINDS:
        return _coded(rows, dataset, name, field, city)
    typed = _typed(rows.schema["cell"], field, city)
    return rows.select(typed=typed, lost=_filled(rows) & typed.is_null())


def _filled(rows: pl.DataFrame) -> pl.Expr:
    dtype = rows.schema["cell"]
    return as_text("cell", dtype).is_not_null() if dtype == pl.String else pl.col("cell").is_not_null()


def _coded(rows: pl.DataFrame, dataset: str, name: str, field: Field, city: City) -> pl.DataFrame:
    if rows.schema["cell"] == pl.Boolean and field.kind == "boolean":
        return rows.select(typed="cell", lost=pl.lit(False))
    text = as_text("cell", rows.schema["cell"])
    code = words_of(dataset, name, field, city).code(text, as_bare_text("cell", rows.schema["cell"]))
    judged = rows.with_columns(code=code).with_columns(lost=_filled(rows) & pl.col("code").is_null())
    known = pl.when(pl.col("code") != EMPTY).then("code")
    code_itself = known.str.to_lowercase().str.replace_all("_", " ", literal=True)
    mapped = (bare_word(text) != code_itself).fill_null(value=False)
    return judged.select(typed=known == "ja" if field.kind == "boolean" else known, lost="lost", mapped=mapped)


def _typed(dtype: pl.DataType, field: Field, city: City) -> pl.Expr:
    if field.kind == "integer":
        return as_integer("cell", dtype)
    if field.kind == "nis":
        return as_code(as_nis("cell", dtype), {city.nis: city.nis, **dict.fromkeys(city.old_nis, city.nis)})
    bare = as_bare_text("cell", dtype)  # words such as n.v.t. do not make a pseudonym empty
    return pl.when(bare.str.contains(PSEUDONYM)).then(bare)
