"""Decide which stored results are out of date by comparing their recorded inputs. Without Dagster, so it is fast."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from demad.errors import StorageFailed
from demad.intake.deliveries.ledger import Ledger
from demad.publishing.figures import EXACT, PROTECTED, cities_with, protected_from
from demad.publishing.movers import PERIODS, says_it_shares
from demad.publishing.sources import inputs_hash, stages_of
from demad.reference.cities import taking_part
from demad.reference.fingerprint import definitions_hash, layout_hash, settings_hash, software_hash
from demad.store import Store

INDICATORS, EXPECTED = "indicators", "expected"
"""The exact figures; and the outlook, between who makes it and the comparison that takes it."""


def stale_cities(root: Path) -> list[str]:
    """Cities whose tables were made from other data than those in force, by other software, or are damaged.

    Protected tables also depend on the policy and on the city's secret. Stored rows are read again only where cities
    share a key, so only there they count.
    """
    return [
        city
        for city in taking_part(root)
        if _inputs(root, city) and not all(is_current(root, f"{stage}/{city}") for stage in _read_again(root, city))
    ]


def _read_again(root: Path, city: str) -> tuple[str, ...]:
    """The stages of a city that figures are made from."""
    stages = stages_of(root, city)
    return (PERIODS, *stages) if says_it_shares(root, [city]) else stages


def preview_is_stale(root: Path) -> bool:
    """Whether the preview was made from other tables, deliveries, software or settings than the current ones."""
    store = Store(root)
    shown = (root / "preview" / "index.html").exists()
    return bool(store.names(PROTECTED)) and not (shown and _facts(root, "site") == made_from_release(root))


def delivery_states(root: Path) -> dict[str, list[str]]:
    """The state and code of each city's last refused or held delivery, as reports mention it."""
    last = {outcome.city: outcome for outcome in Ledger(root).outcomes()}
    return {city: [outcome.state, outcome.code] for city, outcome in last.items() if outcome.code}


def keep(root: Path, name: str, tables: Mapping[str, pl.DataFrame]) -> str:
    """Store the tables of ``name`` with the inputs they were made from, and return the id of the version."""
    return Store(root).commit(name, tables, made_from(root, name))


def made_from(root: Path, name: str) -> dict[str, Any]:
    """The inputs to record with a version of ``name`` that is made now.

    A stage of a city depends on its delivery or bundle in force. Exact figures depend on the tables of all cities and
    on the code, the outlook on the protected tables and the code, the disclosure on the protected tables; later stages
    record the inputs of the disclosure, so that they are out of date when it changes.
    """
    stage, _, city = name.partition("/")
    if city:
        facts = {"definitions": definitions_hash(), "layout": layout_hash(), "inputs": inputs_hash(root, city)}
        return {**facts, **protected_from(root, city)} if stage == "protected" else facts
    if name in (INDICATORS, EXPECTED):
        return {**_release(root, EXACT if name == INDICATORS else PROTECTED), "software": software_hash()}
    if name == "disclosure":
        return _release(root)
    facts = Store(root).facts("disclosure")
    return {**facts, "software": software_hash(), "deliveries": delivery_states(root)} if name == "site" else facts


def made_from_release(root: Path) -> dict[str, Any]:
    """The inputs to record with a preview that is made now."""
    return {**_release(root), "software": software_hash(), "deliveries": delivery_states(root)}


def is_current(root: Path, name: str) -> bool:
    """Whether a version has the current inputs and is undamaged; damaged derived tables are simply recomputed."""
    return _facts(root, name) == made_from(root, name) and Store(root).intact(name)


def _inputs(root: Path, city: str) -> str | None:
    """Version in force of a city; a damaged pointer gives a value too, so that the stage runs and fails by code."""
    try:
        return inputs_hash(root, city)
    except StorageFailed:
        return "damaged"


def _facts(root: Path, name: str) -> dict[str, Any]:
    try:
        return Store(root).facts(name)
    except StorageFailed:
        return {}


def _release(root: Path, stage: str = PROTECTED) -> dict[str, Any]:
    store = Store(root)
    tables = {city: store.current(f"{stage}/{city}") for city in cities_with(root, stage)}
    return {"definitions": definitions_hash(), "settings": settings_hash(root), "inputs": tables}
