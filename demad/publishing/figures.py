"""Compute exact, protected and published figures from the stored tables, per city and for all cities together.

The estimators (scipy, more than a second) are imported where figures are computed: `demad run` with nothing new asks
this module only what figures rest on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from demad.disclosure import Policy, PublishedFigures, policy_of, publish, published_from
from demad.disclosure.gate import Barred, gate, known_counts
from demad.protection import ProtectedTables, offsets_known_elsewhere, pool, protect, sealed
from demad.publishing.movers import protected_elsewhere
from demad.publishing.sources import EXACT, PROTECTED, barred_at_home, rounding_of, stages_of
from demad.quantities import exact
from demad.records.secrets import id_of, secret_of, those_kept
from demad.reference.cities import taking_part
from demad.reference.settings import load_settings
from demad.releases.ledger import ever_released
from demad.store import Store
from demad.tables.kinds import ExactFigures

PUBLISHED = "disclosure"


def policy(root: Path) -> Policy:
    """The privacy policy of a root."""
    return policy_of(load_settings(root))


def protected_from(root: Path, city: str) -> dict[str, object]:
    """Inputs of a city's protected tables besides its tables: base, exact counts, identifier of the secret."""
    if by_itself := rounding_of(root, city):
        return by_itself
    rules = policy(root)
    return {"base": rules.base, "exact_stock": rules.exact_stock, "secret": id_of(root, city)}


def protected_tables(root: Path, city: str, tables: Mapping[str, pl.DataFrame]) -> ProtectedTables:
    """Protect the tables of a city with its secret; the secret is made if the city never had one."""
    rules = policy(root)
    return protect(tables, secret_of(root, city), base=rules.base, exact_stock=rules.exact_stock)


def cities_with(root: Path, stage: str) -> list[str]:
    """The cities that take part and have tables of a stage, sorted; not what a bundle replaced or does not give."""
    partners = taking_part(root)
    return [city for city in Store(root).names(stage) if city in partners and stage in stages_of(root, city)]


def exact_figures(root: Path) -> ExactFigures:
    """Compute every exact figure from the tables of all cities; for the trusted zone."""
    from demad.indicators import evaluate

    store = Store(root)
    return evaluate(exact(store.tables(f"{EXACT}/{city}") for city in cities_with(root, EXACT)))


def computed(root: Path) -> tuple[PublishedFigures, Barred]:
    """Compute every published figure from the protected tables of all cities, and the groups that the gate hides."""
    from demad.indicators import evaluate

    store, rules = Store(root), policy(root)
    cities = cities_with(root, PROTECTED)
    elsewhere_back = protected_elsewhere(root, cities, base=rules.base)
    tables = pool((sealed(store.tables(f"{PROTECTED}/{city}"), rules.base) for city in cities), elsewhere_back)
    elsewhere = offsets_known_elsewhere(tables, those_kept(root, cities))
    found = gate(tables, known_counts(tables, ever_released(root)), elsewhere)
    groups = pl.concat([found.groups, barred_at_home(root, cities)]).unique().sort(found.groups.columns)
    barred = Barred(groups, found.judged)
    return publish(evaluate(tables), rules, barred.groups), barred


def protected_by_city(root: Path) -> dict[str, ProtectedTables]:
    """The protected tables of each city by itself."""
    store, rules = Store(root), policy(root)
    return {city: sealed(store.tables(f"{PROTECTED}/{city}"), rules.base) for city in cities_with(root, PROTECTED)}


def stored(root: Path) -> PublishedFigures:
    """The published figures of the last run."""
    store = Store(root)
    precise, read = store.read(PUBLISHED, "precise"), store.tables(PUBLISHED)
    return published_from(precise, policy(root).base, read.get("yardsticks"), read.get("profiles"))


def stored_exact(root: Path) -> ExactFigures:
    """The exact figures of the last run."""
    return ExactFigures(Store(root).read("indicators", "values"))
