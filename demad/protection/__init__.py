"""Protect quantities once per city; everything that leaves the trusted zone is computed from the result."""

from demad.protection.elsewhere import protect_elsewhere
from demad.protection.offsets import offsets_known_elsewhere
from demad.protection.protect import BASE, protect
from demad.protection.protected import ProtectedTables, pool, sealed, without_each

__all__ = [
    "BASE",
    "ProtectedTables",
    "offsets_known_elsewhere",
    "pool",
    "protect",
    "protect_elsewhere",
    "sealed",
    "without_each",
]
