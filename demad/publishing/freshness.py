"""What is out of date, judged from what each stored version says it rests on. Needs no Dagster, so it is quick."""

from pathlib import Path
from typing import Any

from demad.errors import StorageFailed
from demad.intake.deliveries.in_force import inputs_hash
from demad.intake.deliveries.ledger import Ledger
from demad.publishing.figures import PROTECTED, cities_with, protected_from
from demad.reference.cities import taking_part
from demad.reference.fingerprint import definitions_hash, layout_hash, settings_hash, software_hash
from demad.store import Store


def stale_cities(root: Path) -> list[str]:
    """Cities whose tables do not rest on what is in force, were made by other software, or are damaged.

    Protected tables rest on the policy and on the city's secret as well.
    """
    return [
        city
        for city in taking_part(root)
        if _inputs(root, city) and not all(_up_to_date(root, f"{stage}/{city}") for stage in ("tables", "protected"))
    ]


def preview_is_stale(root: Path) -> bool:
    """Whether the preview rests on other tables, deliveries, software or settings than there are now."""
    store = Store(root)
    shown = (root / "preview" / "index.html").exists()
    return bool(store.names("tables")) and not (shown and _facts(root, "site") == made_from_release(root))


def standing(root: Path) -> dict[str, list[str]]:
    """What every report says of each city's last delivery: whether it was refused or waits, and the code."""
    last = {outcome.city: outcome for outcome in Ledger(root).outcomes()}
    return {city: [outcome.state, outcome.code] for city, outcome in last.items() if outcome.code}


def made_from(root: Path, name: str) -> dict[str, Any]:
    """What a version of ``name`` that is made now rests on.

    A city's stage rests on its delivery in force. Indicators and disclosure rest on the tables of all cities; what
    comes after rests on what the disclosure rested on, so that a newer table is seen as newer.
    """
    stage, _, city = name.partition("/")
    if city:
        facts = {"definitions": definitions_hash(), "layout": layout_hash(), "inputs": inputs_hash(root, city)}
        return {**facts, **protected_from(root, city)} if stage == "protected" else facts
    if name in ("indicators", "disclosure"):
        return _release(root)
    facts = Store(root).facts("disclosure")
    return {**facts, "software": software_hash(), "standing": standing(root)} if name == "site" else facts


def made_from_release(root: Path) -> dict[str, Any]:
    """What a preview that is made now rests on."""
    return {**_release(root), "software": software_hash(), "standing": standing(root)}


def _up_to_date(root: Path, name: str) -> bool:
    """Derived tables that are damaged are made again: nobody has to repair them."""
    return _facts(root, name) == made_from(root, name) and Store(root).intact(name)


def _inputs(root: Path, city: str) -> str | None:
    """What is in force for a city; a damaged pointer counts as something, so that its stage fails by code."""
    try:
        return inputs_hash(root, city)
    except StorageFailed:
        return "damaged"


def _facts(root: Path, name: str) -> dict[str, Any]:
    try:
        return Store(root).facts(name)
    except StorageFailed:
        return {}


def _release(root: Path) -> dict[str, Any]:
    store = Store(root)
    tables = {city: store.current(f"protected/{city}") for city in cities_with(root, PROTECTED)}
    return {"definitions": definitions_hash(), "settings": settings_hash(root), "inputs": tables}
