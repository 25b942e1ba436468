"""Dates to mark in trend charts. Not here: breaks in the series of one city (``cities``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml


class Sureness(StrEnum):
    """How sure an event and its day are: by the source, as announced, or our own knowledge, which nobody checked."""

    IN_FORCE = "in force"
    ANNOUNCED = "announced"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class PolicyEvent:
    """One date with a short label and a sentence (both Dutch), its source and status, and the cities (or all)."""

    day: date
    label: str
    text: str
    source: str
    status: Sureness
    cities: tuple[str, ...] = ()


def policy_events() -> tuple[PolicyEvent, ...]:
    """Every event, in order of date."""
    found = [
        PolicyEvent(
            day=row["date"],
            label=row["label"],
            text=row["text"],
            source=row["source"],
            status=Sureness(row["status"]),
            cities=tuple(row.get("cities", ())),
        )
        for row in read_toml(data_folder("reference") / "policy_events.toml")["event"]
    ]
    return tuple(sorted(found, key=lambda event: event.day))
