"""From the tables in the store to exact, protected and published figures, city by city and for all together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from demad.disclosure import Policy, PublishedFigures, policy_of, publish, published_from
from demad.disclosure.gate import Barred, gate, known_counts
from demad.indicators import evaluate
from demad.protection import ProtectedTables, pool, protect, sealed
from demad.quantities import exact
from demad.records.secrets import id_of, secret_of
from demad.reference.settings import load_settings
from demad.releases.ledger import ever_released
from demad.store import Store
from demad.tables.kinds import ExactFigures

EXACT, PROTECTED, PUBLISHED = "tables", "protected", "disclosure"


def policy(root: Path) -> Policy:
    """The privacy policy of a root."""
    return policy_of(load_settings(root))


def protected_from(root: Path, city: str) -> dict[str, object]:
    """What the protection of a city rests on besides its tables: the base, what stays exact, and the secret."""
    rules = policy(root)
    return {"base": rules.base, "exact_stock": rules.exact_stock, "secret": id_of(root, city)}


def protected_tables(root: Path, city: str, tables: Mapping[str, pl.DataFrame]) -> ProtectedTables:
    """Protect the tables of a city under its secret; the secret is made where the city never had one."""
    rules = policy(root)
    return protect(tables, secret_of(root, city), base=rules.base, exact_stock=rules.exact_stock)


def exact_figures(root: Path) -> ExactFigures:
    """Every figure at full precision, from the tables of every city; for the trusted zone."""
    store = Store(root)
    return evaluate(exact(store.tables(f"{EXACT}/{city}") for city in store.names(EXACT)))


def computed(root: Path) -> tuple[PublishedFigures, Barred]:
    """Every published figure, from the protected tables of every city, and what the gate hides."""
    store, rules = Store(root), policy(root)
    cities = store.names(PROTECTED)
    tables = pool(sealed(store.tables(f"{PROTECTED}/{city}"), rules.base) for city in cities)
    barred = gate(tables, known_counts(tables, ever_released(root)))
    return publish(evaluate(tables), rules, barred.groups), barred


def stored(root: Path) -> PublishedFigures:
    """The published figures as the last run left them."""
    return published_from(Store(root).read(PUBLISHED, "precise"), policy(root).base)


def stored_exact(root: Path) -> ExactFigures:
    """The exact figures as the last run left them."""
    return ExactFigures(Store(root).read("indicators", "values"))
