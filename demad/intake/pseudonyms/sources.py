"""What the tables of a file at the source are: their datasets, and which columns point at persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from demad.errors import PrivacyRefused
from demad.intake.contract.dataset_detection import dataset_of
from demad.intake.privacy.identifiers import kinds_in
from demad.intake.pseudonyms.headers import Roles, roles_of
from demad.intake.reading.places import locate_refusals
from demad.intake.reading.table import Reading
from demad.reference.cities import City

PERSON = "persoon"


@dataclass(frozen=True, slots=True)
class Source:
    """One table of a file: the file's name, its reading, its dataset and its special columns."""

    label: str
    reading: Reading
    dataset: str
    roles: Roles


def sources(labels: Sequence[str], read: Sequence[Sequence[Reading]], city: City) -> list[list[Source]]:
    """The tables of each file with what their columns are.

    Raises
    ------
    PrivacyRefused
        D-201: an identifier in a header, sheet name or file name.
    DemadError
        As `roles_of` and `dataset_of`.
    """
    found = []
    for label, readings in zip(labels, read, strict=True):
        with locate_refusals(label):
            found.append([_source(label, reading, city) for reading in readings])
    return found


def _source(label: str, reading: Reading, city: City) -> Source:
    for name in (label, reading.name, *reading.labels, *reading.columns):
        if any(True for _ in kinds_in(name)):
            raise PrivacyRefused(
                "D-201",
                "In een bestandsnaam, bladnaam of kop staat een persoonsgegeven.",
                "Geef het bestand, het blad of de kolom een andere naam.",
            )
    roles = roles_of(reading, city)
    renamed = {header: column for header, column in roles.settled.items() if column}
    gone = [*roles.dropped, *([roles.old] if roles.old else [])]
    gone += [column for column in renamed.values() if column in reading.columns and column not in renamed]
    shown = replace(reading, frame=reading.frame.head(0).drop(gone, strict=False).rename(renamed))
    return Source(label, reading, dataset_of(reading.name or label.rpartition(".")[0], shown, city), roles)
