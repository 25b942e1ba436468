"""Read, guard, type and check files. City and receiver run this same code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.checking.copies import Order, in_order, refuse_old_copies
from demad.intake.checking.derived import KEYS
from demad.intake.checking.finding import Finding
from demad.intake.checking.findings import OVERTAKEN, causes_of, findings_of
from demad.intake.checking.validation import Verdict, validate
from demad.intake.contract.columns import known_names
from demad.intake.contract.conform import Conformed, conform
from demad.intake.contract.dataset_detection import dataset_of, no_dataset
from demad.intake.privacy.guard import guard
from demad.intake.reading.isolated import read_files
from demad.intake.reading.places import locate_refusals
from demad.intake.reading.table import Reading
from demad.reference.cities import City
from demad.store import file_hash


@dataclass(frozen=True, slots=True)
class Checked:
    """One dataset after reading, guarding, typing and checking.

    Parameters
    ----------
    notes
        What the readers noticed in the files.
    places
        For each ``rij``: its file and its row number in that file.
    causes
        Per date column: number of rows per cause why a cell is not a date.
    """

    dataset: str
    notes: tuple[str, ...]
    conformed: Conformed
    verdict: Verdict
    places: pl.DataFrame
    causes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether a suite refuses this dataset."""
        return self.verdict.refused

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Counts of findings: broken rules and cells that were not understood."""
        return tuple(findings_of(self.verdict.checks, self.conformed, self.causes))

    @property
    def unreadable(self) -> pl.Series:
        """Rows (``rij``) with text that is not a date in an optional date column. They are never delivered."""
        every = [pl.Series(dtype=pl.UInt32), *(rows.cast(pl.UInt32) for rows in self.conformed.unreadable.values())]
        return pl.concat(every).unique().sort()


@dataclass(frozen=True, slots=True)
class Given:
    """A file to read: path, name, expected dataset (empty: detect it), expected sha256 (empty: do not check)."""

    path: Path
    label: str
    dataset: str | None = None
    sha256: str | None = None


def read_datasets(files: Sequence[Given], city: City, *, stage: Path | None = None) -> list[list[tuple[str, Reading]]]:
    """Read files in a child process and guard every table; return the datasets of each file, in order.

    Raises
    ------
    DemadError
        As `read_announced` and `guarded`.
    """
    return guarded(files, read_announced(files, city, stage=stage), city)


def read_announced(files: Sequence[Given], city: City, *, stage: Path | None = None) -> list[list[Reading]]:
    """Read files in a child process; check their hashes in the meantime.

    Raises
    ------
    DemadError
        D-225, before any other refusal, if a file has another hash; as `isolated.read_files`.
    """
    with ThreadPoolExecutor(1) as executor:
        announced = executor.submit(_refuse_others, files)
        try:
            paths, labels = [file.path for file in files], [file.label for file in files]
            return read_files(paths, known=known_names(city), stage=stage, labels=labels)
        finally:
            announced.result()


def _refuse_others(files: Iterable[Given]) -> None:
    for file in files:
        if file.sha256 is not None and file_hash(file.path) != file.sha256:
            raise not_as_announced(file.dataset)


def not_as_announced(dataset: str | None) -> DeliveryRefused:
    """The refusal of a file whose bytes differ from the manifest."""
    return DeliveryRefused("D-225", f"Het bestand van {dataset} is niet wat delivery.json zegt.", "Lever opnieuw.")


def guarded(files: Sequence[Given], read: Sequence[Sequence[Reading]], city: City) -> list[list[tuple[str, Reading]]]:
    """Guard every table that was read; return the datasets of each file, in order.

    If a file is expected to hold one dataset, its tables of other datasets are dropped.

    Raises
    ------
    DemadError
        As `guard.guard`; D-154: the dataset of a table cannot be determined.
    """
    for file, readings in zip(files, read, strict=True):
        for reading in readings:
            with locate_refusals(_source(file, reading)):
                guard(reading, file_name=file.label, ignored=city.ignore)
    return [
        _chosen(file, [replace(reading, source=_source(file, reading), file=file.label) for reading in readings], city)
        for file, readings in zip(files, read, strict=True)
    ]


def _source(file: Given, reading: Reading) -> str:
    return f"{file.label} ({reading.name})" if reading.name else file.label


def _chosen(file: Given, readings: Sequence[Reading], city: City) -> list[tuple[str, Reading]]:
    if file.dataset and len(readings) == 1:
        return [(file.dataset, readings[0])]
    stem = Path(file.label).stem
    named = [(dataset_of(reading.name or stem, reading, city), reading) for reading in readings]
    chosen = [entry for entry in named if file.dataset in (None, entry[0])]
    if not chosen:
        raise no_dataset()
    return chosen


def check(
    files: Iterable[tuple[str, Reading]],
    city: City,
    *,
    as_of: date,
    order: Order = Order(),  # noqa: B008  # frozen
    left_out: Mapping[str, Mapping[str, int]] | None = None,
) -> list[Checked]:
    """Type and check readings; tables of one dataset are concatenated, in the given order or as ``order`` says.

    Parameters
    ----------
    left_out
        Per dataset and date column: number of rows that the city set aside and did not deliver.

    Raises
    ------
    DemadError
        As `conform`, `in_order` and `refuse_old_copies`.
    """
    grouped: dict[str, list[Reading]] = {}
    for dataset, reading in files:
        grouped.setdefault(dataset, []).append(reading)
    return [
        _check_dataset(dataset, in_order(readings, order), city, as_of, order, (left_out or {}).get(dataset, {}))
        for dataset, readings in grouped.items()
    ]


def _check_dataset(
    dataset: str, readings: list[Reading], city: City, as_of: date, order: Order, left_out: Mapping[str, int]
) -> Checked:
    parts = [_conformed(reading, dataset, city) for reading in readings]
    copies = refuse_old_copies(parts, readings, dataset, order)
    whole = _together(dataset, parts)
    causes = causes_of(whole.seen)
    overtaken = _overtaken(whole)
    if overtaken.len():
        causes["einde"][OVERTAKEN] = overtaken.len()
        rows = pl.concat([whole.unreadable["einde"].cast(pl.UInt32), overtaken])
        whole = replace(whole, unreadable={**whole.unreadable, "einde": rows})
    notes = (*(note for reading in readings for note in reading.notes), *copies)
    verdict = validate(whole.frame, dataset, as_of=as_of, unreadable=whole.unreadable, left_out=left_out)
    return Checked(dataset, notes, whole, verdict, _places(readings), causes)


def _conformed(reading: Reading, dataset: str, city: City) -> Conformed:
    with locate_refusals(reading.source):
        return conform(reading, dataset, city)


def _together(dataset: str, parts: Sequence[Conformed]) -> Conformed:
    """Concatenate typed tables."""
    if len(parts) == 1:
        return parts[0]
    odd: dict[str, list[pl.Series]] = {}
    before = 0
    for part in parts:
        for name, rows in part.odd.items():
            odd.setdefault(name, []).append(rows + before)
        before += part.frame.height
    found = {name: pl.concat(rows) for name, rows in odd.items()}
    return Conformed(
        dataset,
        _below_each_other([part.frame for part in parts]),
        {name: rows.len() for name, rows in found.items()},
        found,
        {name: found[f"{name}_niet_begrepen"] for part in parts for name in part.unreadable},
        tuple(column for part in parts for column in part.seen),
    )


def _overtaken(whole: Conformed) -> pl.Series:
    """Rows whose end is superseded: the last record of the same right has an end that cannot be read."""
    unreadable = whole.unreadable.get("einde", pl.Series(dtype=pl.UInt32)).cast(pl.UInt32)
    if not unreadable.len():
        return pl.Series(dtype=pl.UInt32)
    key = list(KEYS[whole.dataset])
    rows = whole.frame.select("rij", *key).drop_nulls(key)
    last = rows.unique(key, keep="last", maintain_order=True).filter(pl.col("rij").is_in(unreadable.implode()))
    return rows.join(last, on=key, how="semi").filter(~pl.col("rij").is_in(unreadable.implode()))["rij"]


def _below_each_other(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Concatenate typed rows of several files; columns that the files encode differently become text again."""
    schemas = [frame.schema for frame in frames]
    apart = {name: pl.String for name in schemas[0] if any(schema[name] != schemas[0][name] for schema in schemas)}
    return pl.concat([frame.drop("rij").cast(apart) for frame in frames]).with_row_index("rij", offset=1)  # pyright: ignore[reportArgumentType]


def _places(readings: Sequence[Reading]) -> pl.DataFrame:
    sources = pl.Enum(list(dict.fromkeys(reading.source for reading in readings)))
    parts = [
        reading.frame.select(
            bestand=pl.lit(reading.source, dtype=sources),
            lijn=pl.lit(reading.numbers) if reading.numbers.len() else pl.int_range(2, pl.len() + 2, dtype=pl.UInt32),
        )
        for reading in readings
    ]
    return pl.concat(parts).with_row_index("rij", offset=1)
