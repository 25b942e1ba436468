"""Reads, guards, types and judges files: the same code at the city and at the receiver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.contract import DATASETS, Conformed, conform, known_names
from demad.intake.guard import guard
from demad.intake.reading import Reading, plain, read_table
from demad.intake.validation import Verdict, validate
from demad.reference.cities import City


@dataclass(frozen=True, slots=True)
class Checked:
    """One dataset after reading, guarding, typing and judging; ``notes`` tell what was seen in the files."""

    dataset: str
    notes: tuple[str, ...]
    conformed: Conformed
    verdict: Verdict

    @property
    def refused(self) -> bool:
        """Whether the suite refuses this dataset."""
        return self.verdict.refused

    @property
    def findings(self) -> tuple[Mapping[str, object], ...]:
        """What was found, as counts: the suite's rules and the cells that were not understood."""
        rules = [
            {
                "dataset": self.dataset,
                "check": check.rule,
                "where": ", ".join(check.columns),
                "state": check.state,
                "rows": check.rows,
                "failed": check.failed,
                "limit": check.limit,
                "why": check.why,
                "todo": check.todo,
            }
            for check in self.verdict.checks
        ]
        cells = [
            {
                "dataset": self.dataset,
                "check": name,
                "where": name.rsplit("_", 1)[0].removesuffix("_niet"),
                "state": "warning",
                "rows": self.conformed.frame.height,
                "failed": count,
                "limit": 0,
                "why": "Deze cellen staan niet in de codes van het contract en tellen als leeg of onbekend.",
                "todo": "Verbeter ze of vul het stadsbestand aan.",
            }
            for name, count in sorted(self.conformed.flaws.items())
        ]
        return (*rules, *cells)


def dataset_of(path: Path, reading: Reading) -> str:
    """Which dataset a file holds: by its name, else by the required columns it shows most of.

    Raises
    ------
    DeliveryRefused
        D-154: neither tells.
    """
    for name in DATASETS:
        if name in plain(path.stem):
            return name
    headers = {plain(header) for header in reading.columns}
    share = {name: len(headers & set(dataset.required)) / len(dataset.required) for name, dataset in DATASETS.items()}
    best = max(share, key=lambda name: share[name])
    if share[best] < 0.5:
        raise DeliveryRefused(
            "D-154", "We zien niet welke dataset dit is.", "Geef het bestand een naam zoals leefloon.csv."
        )
    return best


def read_dataset(
    path: Path, city: City, dataset: str | None = None, *, label: str | None = None
) -> tuple[str, Reading]:
    """Read and guard one file; return its dataset and the reading.

    Raises
    ------
    DemadError
        As `reading.read_table` and `guard.guard`; a refusal names the file.
    """
    reading = read_table(path, known=known_names(city))
    guard(reading, file_name=label or path.name, ignored=city.ignore)
    return dataset or dataset_of(path, reading), reading


def check(files: Iterable[tuple[str, Reading]], city: City, *, as_of: date) -> list[Checked]:
    """Type and judge readings; files of one dataset are put under each other in the order given."""
    grouped: dict[str, list[Reading]] = {}
    for dataset, reading in files:
        grouped.setdefault(dataset, []).append(reading)
    return [_check_dataset(dataset, readings, city, as_of) for dataset, readings in grouped.items()]


def _check_dataset(dataset: str, readings: list[Reading], city: City, as_of: date) -> Checked:
    parts = [conform(reading, dataset, city) for reading in readings]
    flaws: dict[str, int] = {}
    for part in parts:
        for name, count in part.flaws.items():
            flaws[name] = flaws.get(name, 0) + count
    rows = pl.concat([part.frame.drop("rij") for part in parts]).with_row_index("rij", offset=1)
    whole = Conformed(dataset, rows, flaws)
    notes = tuple(note for reading in readings for note in reading.notes)
    return Checked(dataset, notes, whole, validate(rows, dataset, as_of=as_of))
