"""Whether the pseudonym key that cities share is the one that this installation names, and whether they are enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from demad.operations.finding import Finding
from demad.publishing.movers import in_common_domain, shared_keys
from demad.reference.cities import taking_part
from demad.reference.settings import load_settings
from demad.reference.several import several
from demad.tables.movers import LEAST_CITIES


def shared_key(root: Path) -> Iterator[Finding]:
    """A key that is named and that nobody delivers under, or the other way round: then nobody is linked, silently."""
    named, cities = load_settings(root).common_key.id, list(taking_part(root))
    others = sorted(city for city, key in shared_keys(root, cities).items() if key != named)
    if others:
        yield Finding(
            f"Gemeenschappelijke sleutel van {', '.join(others)}: demad.toml noemt een andere of geen",
            good=False,
            todo="Zet haar nummer en de goedkeuring onder [common_key], of vraag een levering onder een eigen sleutel.",
        )
    if named:
        members = len(in_common_domain(root, cities))
        yield Finding(
            f"Gemeenschappelijke sleutel {named}: {several(members, 'stad', 'steden')}, cijfers vanaf {LEAST_CITIES}",
            good=members > 0,
            todo="Vergelijk het nummer onder [common_key] met dat van de sleutel van de steden.",
        )
