"""Write pseudonymised tables as CSV in the contract's columns and codes, after guarding exactly what is written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.errors import UsageRefused
from demad.intake.contract.conform import Conformed, conform
from demad.intake.contract.datasets import DATASETS
from demad.intake.deliveries import key_change
from demad.intake.privacy.guard import guard
from demad.intake.pseudonyms.reading import Keyed
from demad.intake.pseudonyms.tables import UNREADABLE
from demad.intake.reading.dictionary_encoding import as_text_rows
from demad.intake.reading.places import locate_refusals
from demad.intake.reading.table import Reading
from demad.reference.cities import City
from demad.store import private_folder, refusing_storage

_PART = ".deel"


@dataclass(frozen=True, slots=True)
class Written:
    """One file that was written: dataset, path, rows, and what the readers noticed."""

    dataset: str
    path: Path
    rows: int
    notes: tuple[str, ...]


def write_keyed(keyed: Keyed, city: City, out: Path, *, inputs: tuple[Path, ...]) -> list[Written]:
    """Write every table as a CSV with the name of its file, and `sleutelwissel.json` if the key changes.

    A cell that was not understood becomes `UNREADABLE`, so that `demad check` finds the same as in the file at the
    source. All files are written, or none.

    Parameters
    ----------
    inputs
        The files at the source, which are never overwritten.

    Raises
    ------
    UsageRefused
        D-273: a file at the source would be overwritten.
    DemadError
        As `conform` and `guard`.
    """
    named = _named(keyed, out)
    sources = {path.resolve() for path in inputs}
    if any(path.resolve() in sources for path in named):
        raise UsageRefused(
            "D-273",
            "De map van --out is die van de bestanden zelf.",
            "Kies een andere map: uw bestanden blijven staan.",
        )
    tables = {path: (dataset, reading, _texts(reading, dataset, city)) for path, (dataset, reading) in named.items()}
    for path, (_, _, texts) in tables.items():
        with locate_refusals(path.name):
            guard(Reading(texts, ()), file_name=path.name)
    private_folder(out)
    parts = []
    try:
        for path, (_, _, texts) in tables.items():
            part = path.with_name(f".{path.name}{_PART}")
            parts.append(part)
            _write(part, texts)
        for path, part in zip(tables, parts, strict=True):
            part.replace(path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    if keyed.change is not None:
        key_change.write_change(out / key_change.NAME, keyed.change)
    return [
        Written(dataset, path, reading.frame.height, reading.notes) for path, (dataset, reading, _) in tables.items()
    ]


def _named(keyed: Keyed, out: Path) -> dict[Path, tuple[str, Reading]]:
    """Path of each table: the name of its file, with the dataset where a file has several."""
    found: dict[Path, tuple[str, Reading]] = {}
    for tables in keyed.files:
        for dataset, reading in tables:
            stem = Path(reading.file).stem
            base = stem if len(tables) == 1 else f"{stem}-{dataset}"
            names = (base, *(f"{base}-{number}" for number in range(2, 10_000)))
            path = next(path for name in names if (path := out / f"{name}.csv") not in found)
            found[path] = (dataset, reading)
    return found


def _texts(reading: Reading, dataset: str, city: City) -> pl.DataFrame:
    """The delivered columns of the contract as they are written."""
    with locate_refusals(reading.source):
        typed = conform(reading, dataset, city)
    fields = [name for name in DATASETS[dataset].fields if name in reading.columns]
    return typed.frame.select(_cell(typed, name, DATASETS[dataset].fields[name].kind) for name in fields)


def _cell(typed: Conformed, name: str, kind: str) -> pl.Series:
    column = typed.frame[name]
    if kind == "boolean":
        column = column.replace_strict(_BOOLEAN, default=None, return_dtype=pl.String)
    lost = [typed.odd[flaw] for flaw in (f"{name}_niet_begrepen", f"{name}_onbekend") if flaw in typed.odd]
    if not lost or not sum(rows.len() for rows in lost):
        return column
    places = pl.concat([rows.cast(pl.UInt32) for rows in lost]) - 1
    return column.cast(pl.String).scatter(places, UNREADABLE)


_BOOLEAN: Mapping[bool, str] = {True: "ja", False: "nee"}


def _write(path: Path, texts: pl.DataFrame) -> None:
    with refusing_storage(), path.open("wb") as target:
        path.chmod(0o600)
        as_text_rows(texts).sink_csv(target, separator=";", date_format="%Y-%m-%d")
        target.flush()
        os.fsync(target.fileno())
