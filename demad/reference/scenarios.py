"""Named and dated scenarios of a projection, each with its source and status. Not here: projecting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from demad.errors import UsageRefused
from demad.reference.places import data_folder
from demad.reference.toml_files import did_you_mean, read_toml

BASELINE = "basis"


class Kind(StrEnum):
    """What a scenario changes: nothing, the level of the inflow, the exits to work, or who comes besides."""

    MEAN = "mean"
    LAST_QUARTER = "last_quarter"
    BEST_QUARTER = "best_quarter"
    WAVE = "wave"


class Status(StrEnum):
    """How sure the numbers of a scenario are."""

    MEASURED = "measured"
    ANNOUNCED = "announced"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A wave: from ``month`` on, over ``months`` months, a share of some people comes; the share as a range."""

    month: date
    months: int
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario, its Dutch label, and where its numbers come from."""

    id: str
    kind: Kind
    label: str
    source: str
    status: Status
    wave: Arrivals | None = None


def scenarios() -> tuple[Scenario, ...]:
    """Every scenario, in the order of `scenarios.toml`; the first is the baseline."""
    return tuple(_scenario(row) for row in read_toml(data_folder("reference") / "scenarios.toml")["scenario"])


def scenario_of(id: str) -> Scenario:
    """One scenario by its id.

    Raises
    ------
    UsageRefused
        D-770: there is none with that id.
    """
    known = {one.id: one for one in scenarios()}
    if id not in known:
        raise UsageRefused("D-770", "Dit scenario is er niet.", did_you_mean(id, known))
    return known[id]


def _scenario(row: Mapping[str, Any]) -> Scenario:
    wave = None
    if row["kind"] == Kind.WAVE:
        wave = Arrivals(row["month"], row["months"], row["low"], row["middle"], row["high"])
    return Scenario(row["id"], Kind(row["kind"]), row["label"], row["source"], Status(row["status"]), wave)
