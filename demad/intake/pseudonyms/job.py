"""The work of the child process that pseudonymises: read files and keys, give tables without numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from demad.intake.pseudonyms.keys import read_key
from demad.intake.pseudonyms.people import Change
from demad.intake.pseudonyms.sources import sources
from demad.intake.pseudonyms.statements import LABEL, decisions
from demad.intake.pseudonyms.tables import pseudonymised
from demad.intake.reading.dispatch import parse
from demad.intake.reading.monthly_statement import is_statement
from demad.intake.reading.places import locate_refusals
from demad.intake.reading.table import Known, Reading, damaged
from demad.reference.cities import city_of


def keyed_tables(job: dict[str, Any]) -> tuple[list[list[Reading]], dict[str, Any]]:
    """The tables of each file with pseudonyms, and what to tell of them.

    Parameters
    ----------
    job
        ``files``, ``labels``, ``known``, and under ``keyed``: ``city``, ``root``, ``key``, for a change of key
        ``old_keys`` and ``erased``, and ``proposing`` where columns that nobody knows must stay.

    Raises
    ------
    DemadError
        As `read_key`, `parse`, `sources` and `pseudonymised`; the location is at the beginning of the text.
    """
    asked = job["keyed"]
    city = city_of(asked["city"], Path(asked["root"]))
    key = read_key(Path(asked["key"]))
    olds = tuple(read_key(Path(path)) for path in asked["old_keys"])
    change = Change(olds, frozenset(asked["erased"])) if olds else None
    labels, read = _read(job)
    found = sources(labels, read, city)
    made, told = pseudonymised(found, city, key, change, proposing=bool(asked.get("proposing")))
    return made, {**told, "labels": labels}


def _read(job: dict[str, Any]) -> tuple[list[str], list[list[Reading]]]:
    """The tables of each file with the file's name; of all monthly statements together one table."""
    labels: list[str] = []
    read: list[list[Reading]] = []
    statements: list[bytes] = []
    for path, label in zip(map(Path, job["files"]), job["labels"], strict=True):
        if (content := _statement(path)) is not None:
            statements.append(content)
            continue
        labels.append(label)
        read.append(_parsed(path, label, Known(job["known"])))
    if statements:
        labels.append(LABEL)
        with locate_refusals("maandstaten"):
            read.append([decisions(statements)])
    return labels, read


def _statement(path: Path) -> bytes | None:
    """The content of a monthly statement; None of any other file."""
    try:
        with path.open("rb") as source:
            head = source.read(4_096)
            return head + source.read() if is_statement(head) else None
    except OSError:
        return None  # the reader of tables says what is wrong


def _parsed(path: Path, label: str, known: Known) -> list[Reading]:
    with locate_refusals(label):
        try:
            return parse(path, known)
        except pl.exceptions.PanicException:
            raise damaged(path.suffix[1:].upper() or "delivery") from None
