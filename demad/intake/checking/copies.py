"""Order the tables of one dataset, and refuse an old copy of another table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.errors import DeliveryRefused, UsageRefused
from demad.intake.checking.derived import KEYS
from demad.intake.contract.conform import Conformed
from demad.intake.reading.table import Reading
from demad.reference.several import several


@dataclass(frozen=True, slots=True)
class Order:
    """The order of recording, as the user or the manifest gave it.

    Parameters
    ----------
    names
        Sheets, archive members or files, oldest first; empty if no order was given.
    of_files
        Whether the order is that of the files, as in a manifest.
    """

    names: tuple[str, ...] = ()
    of_files: bool = False


def in_order(readings: Sequence[Reading], order: Order) -> list[Reading]:
    """Sort the tables of one dataset, oldest first.

    Raises
    ------
    UsageRefused
        D-408: names were given, and a table has none of them or two tables have the same one.
    """
    if len(readings) == 1 or not order.names:
        return list(readings)
    places = {}
    for reading in readings:
        called = _names(reading)
        place = next((place for place, name in enumerate(order.names) if name.strip().lower() in called), None)
        if place is None or place in places:
            raise UsageRefused(
                "D-408",
                "--order noemt niet elk blad of bestand één keer.",
                f"Noem ze alle, oudste eerst: {', '.join(map(_name, readings))}.",
            )
        places[place] = reading
    return [places[place] for place in sorted(places)]


def _names(reading: Reading) -> set[str]:
    """Names by which a table can be called, in lower case."""
    names = [reading.name, reading.source]
    if not reading.name:
        names += [reading.file, Path(reading.file).stem]
    return {name.lower() for name in names if name}


def _name(reading: Reading) -> str:
    return reading.name or reading.file or reading.source


def refuse_old_copies(
    parts: Sequence[Conformed], readings: Sequence[Reading], dataset: str, order: Order
) -> tuple[str, ...]:
    """Refuse tables that hold one key with different contents in unknown order; else return what to report.

    Parameters
    ----------
    parts
        Typed tables, in the order of ``readings``. A cell that was not understood is not equal to an empty one.

    Raises
    ------
    DeliveryRefused
        D-160, with the number of keys and the tables.
    """
    if len(parts) < 2:
        return ()
    if order.names:
        return (f"volgorde: {', '.join(_name(reading) for reading in readings)}",)
    files = [reading.file if order.of_files else "" for reading in readings]
    notes = []
    for file in dict.fromkeys(files):
        places = [place for place, one in enumerate(files) if one == file]
        notes += _compared([parts[place] for place in places], [readings[place] for place in places], dataset)
    return tuple(notes)


def _compared(parts: Sequence[Conformed], readings: Sequence[Reading], dataset: str) -> list[str]:
    if len(parts) < 2:
        return []
    rows = pl.concat(_last_per_key(table, dataset).with_columns(part=pl.lit(part)) for part, table in enumerate(parts))
    keys = rows.group_by("key").agg(pl.col("part").unique(), contents=pl.col("content").n_unique())
    shared = keys.filter(pl.col("part").list.len() > 1)
    other = shared.filter(pl.col("contents") > 1)
    if other.is_empty():
        keys_stand = several(shared.height, "sleutel staat", "sleutels staan")
        same = f"{keys_stand} in meer dan één blad of bestand, overal gelijk"
        return [same] if shared.height else []
    twice = [readings[part] for part in sorted(other["part"].explode().unique())]
    names, key = " en ".join(map(_name, twice)), " + ".join(KEYS[dataset])
    raise DeliveryRefused(
        "D-160",
        f"In {names} staat {other.height} keer dezelfde {key} van {dataset} met een andere inhoud: een oude kopie?",
        "Lever alleen de juiste, of noem ze in volgorde van registratie: --order OUDSTE --order NIEUWSTE.",
    )


def _last_per_key(table: Conformed, dataset: str) -> pl.DataFrame:
    """The last row of each key: ``key`` and ``content`` (a number that is equal if the contents are)."""
    key = KEYS[dataset]
    flaws = [
        pl.when(pl.col("rij").is_in(table.odd[name].implode())).then(pl.lit(name)).otherwise(pl.lit(""))
        for name in sorted(table.odd)
    ]
    named = table.frame.with_columns(flaws=pl.concat_str(pl.lit(""), *flaws))
    texts = named.drop("rij").with_columns(pl.all().cast(pl.String))
    rows = texts.drop_nulls(key).unique(key, keep="last", maintain_order=True)
    return rows.select(key=pl.struct(key).hash(), content=pl.struct(pl.all()).hash())
