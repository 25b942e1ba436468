"""`demad init`: read files and propose the contents of a city file."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from demad.errors import UsageRefused
from demad.intake.contract.alias_matching import Proposal, propose
from demad.intake.contract.city_terms import refuse_unknown_terms
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.header_matching import likely_dataset, likely_names
from demad.intake.contract.proposed_file import notes, with_proposals
from demad.intake.privacy.guard import guard
from demad.intake.reading.isolated import read_files
from demad.intake.reading.places import locate_refusals
from demad.intake.reading.table import Reading
from demad.reference.cities import City, load_cities
from demad.store import private_folder, write_atomic


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """The current and the proposed city file, with notes on the proposals for the user."""

    path: Path
    before: str
    after: str
    notes: tuple[str, ...]

    @property
    def difference(self) -> str:
        """The differences as a diff; empty if there are none."""
        lines = [text.splitlines() for text in (self.before, self.after)]
        return "\n".join(difflib.unified_diff(lines[0], lines[1], "nu", "voorstel", lineterm="", n=2))

    def write(self) -> None:
        """Write the proposed file."""
        private_folder(self.path.parent)
        write_atomic(self.path, self.after.encode())


Read = Callable[[Sequence[Path], Collection[str]], Iterable[tuple[str, Sequence[Reading]]]]
"""Reads files, given the headers that are likely: the name of each file and its tables."""


def as_delivered(paths: Sequence[Path], known: Collection[str]) -> Iterator[tuple[str, Sequence[Reading]]]:
    """The tables of files that hold no national numbers."""
    return zip((path.name for path in paths), read_files(paths, known=known, guess=True), strict=True)


def proposed_file(
    paths: Sequence[Path], city: City, root: Path, *, dataset: str = "", read: Read = as_delivered
) -> ProposedFile:
    """Propose changes from the files, merged into the city file under the root.

    Raises
    ------
    DemadError
        As `proposals`.
    """
    path = root / "cities" / f"{city.slug}.toml"
    before = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    found = proposals(paths, city, root, dataset=dataset, read=read)
    return ProposedFile(path, before, with_proposals(before, found, city), tuple(notes(found)))


def proposal_text(
    paths: Sequence[Path], city: City, root: Path, *, dataset: str = "", read: Read = as_delivered
) -> str:
    """The proposals alone, as TOML of a complete city file."""
    return with_proposals("", proposals(paths, city, root, dataset=dataset, read=read), city)


def proposals(
    paths: Sequence[Path], city: City, root: Path, *, dataset: str = "", read: Read = as_delivered
) -> list[Proposal]:
    """The proposal for every table in the files.

    Raises
    ------
    UsageRefused
        D-405: the dataset does not exist.
    DemadError
        As `refuse_unknown_terms`, ``read`` and `guard.guard`: what the guard refuses is never shown.
    """
    if dataset and dataset not in DATASETS:
        raise UsageRefused("D-405", "Deze dataset kennen we niet.", f"Kies uit: {', '.join(DATASETS)}.")
    refuse_unknown_terms(city)
    cities = list(load_cities(root).values())
    found = []
    for name, readings in read(paths, likely_names(cities)):
        for reading in readings:
            with locate_refusals(name):
                guard(reading, file_name=name, ignored=city.ignore)
            meant = dataset or likely_dataset(reading, city, cities)
            found.append(propose(reading, meant, city, cities))
    return found
