"""Status of each city: age of the data in force, and result of its last delivery. Imports quickly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from demad.bundles.in_force import bundle_in_force
from demad.errors import StorageFailed
from demad.intake.deliveries.in_force import InForce
from demad.intake.deliveries.ledger import SAYS_NOTHING_NEW, DeliveryState, Ledger, Outcome
from demad.publishing.sources import source_of
from demad.reference.cities import City, taking_part
from demad.reporting.edition import CityCard, CityState, Delivered, Shipped

STALE_DAYS = 92
_TROUBLED = {DeliveryState.REFUSED: CityState.REFUSED, DeliveryState.HELD: CityState.HELD}


def city_cards(root: Path) -> list[CityCard]:
    """Status of each city, from the data in force and the last decision on a delivery."""
    # A delivery that was known already, or is older than the one in force, does not change the status.
    deciding = (outcome for outcome in Ledger(root).outcomes() if outcome.state not in SAYS_NOTHING_NEW)
    last: dict[str, Outcome] = {outcome.city: outcome for outcome in deciding}
    cities = taking_part(root)
    current: dict[str, InForce] = {}
    damaged: dict[str, str] = {}
    for slug in cities:
        try:
            if (found := source_of(root, slug)) and "leefloon" in found.datasets:
                current[slug] = found
        except StorageFailed as refusal:  # of this city; the others are shown
            damaged[slug] = refusal.code
    newest = max((found.datasets["leefloon"].as_of for found in current.values()), default=None)
    return [
        _damaged(city, damaged[slug])
        if slug in damaged
        else replace(_card(city, current.get(slug), newest, last.get(slug)), shipped=_shipped(root, slug))
        for slug, city in cities.items()
    ]


def _damaged(city: City, code: str) -> CityCard:
    return CityCard(city.slug, city.name, CityState.DAMAGED, None, None, f"{code}.", "")


def _card(city: City, current: InForce | None, newest: date | None, outcome: Outcome | None) -> CityCard:
    breaks = " ".join(text for _, text in city.merged)
    note = f"Laatste levering: {outcome.code}." if outcome and outcome.code else ""
    if current is None or newest is None:
        return CityCard(city.slug, city.name, CityState.MISSING, None, None, note, breaks)
    as_of = current.datasets["leefloon"].as_of
    age = (newest - as_of).days
    state = CityState.STALE if age > STALE_DAYS else CityState.CURRENT
    if outcome is not None:
        state = _TROUBLED.get(outcome.state, state)
    return CityCard(city.slug, city.name, state, as_of, age, note, breaks, _delivered(current))


def _shipped(root: Path, slug: str) -> Shipped | None:
    """How a city ships bundles, as its report says it; None where it delivers rows."""
    bundle = bundle_in_force(root, slug)
    if bundle is None:
        return None
    manifest = bundle.manifest
    return Shipped(manifest.sequence, manifest.rounding.agreement)


def _delivered(current: InForce) -> tuple[Delivered, ...]:
    found = sorted(current.datasets.items())
    return tuple(Delivered(name, one.delivery, one.since, one.as_of, one.made_on) for name, one in found)
