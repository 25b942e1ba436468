"""Dates to mark in trend charts. Not here: breaks in the series of one city (``cities``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml


@dataclass(frozen=True, slots=True)
class PolicyEvent:
    """One date with a short label and a sentence (both Dutch), its source, and the cities (or all)."""

    day: date
    label: str
    text: str
    source: str
    cities: tuple[str, ...] = ()


def policy_events() -> tuple[PolicyEvent, ...]:
    """Every event, in order of date."""
    entries = read_toml(data_folder("reference") / "policy_events.toml")["event"]
    found = [
        PolicyEvent(row["date"], row["label"], row["text"], row["source"], tuple(row.get("cities", ())))
        for row in entries
    ]
    return tuple(sorted(found, key=lambda event: event.day))
