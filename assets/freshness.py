"""What is out of date, judged from what each stored version says it rests on. Needs no Dagster, so it is quick."""

from pathlib import Path
from typing import Any

from demad.intake.in_force import inputs_hash
from demad.intake.ledger import Ledger
from demad.reference.cities import load_cities
from demad.reference.fingerprint import settings_hash, software_hash
from demad.store import Store


def stale_cities(root: Path) -> list[str]:
    """Cities whose tables do not rest on what is in force, or were made by other software."""
    store = Store(root)
    return [
        city
        for city in load_cities(root)
        if inputs_hash(root, city) and store.facts(f"tables/{city}") != made_from(root, f"tables/{city}")
    ]


def preview_is_stale(root: Path) -> bool:
    """Whether the preview rests on other tables, deliveries, software or settings than there are now."""
    store = Store(root)
    wanted = {**_release(root), "standing": standing(root)}
    shown = (root / "preview" / "index.html").exists()
    return bool(store.names("tables")) and not (shown and store.facts("site") == wanted)


def standing(root: Path) -> dict[str, list[str]]:
    """What every report says of each city's last delivery: whether it was refused or waits, and the code."""
    last = {outcome.city: outcome for outcome in Ledger(root).outcomes()}
    return {city: [outcome.state, outcome.code] for city, outcome in last.items() if outcome.code}


def made_from(root: Path, name: str) -> dict[str, Any]:
    """What a version of ``name`` that is made now rests on.

    A city's stage rests on its delivery in force. The pool rests on the tables of all cities; what comes
    after rests on what the pool rested on, so that a newer table is seen as newer.
    """
    _, _, city = name.partition("/")
    if city:
        return {"software": software_hash(), "inputs": inputs_hash(root, city)}
    if name == "pool":
        return _release(root)
    facts = Store(root).facts("pool")
    return {**facts, "standing": standing(root)} if name == "site" else facts


def _release(root: Path) -> dict[str, Any]:
    store = Store(root)
    tables = {city: store.current(f"tables/{city}") for city in store.names("tables")}
    return {"software": software_hash(), "settings": settings_hash(root), "inputs": tables}
