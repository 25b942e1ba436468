"""The stages of all cities together: pool, indicators, disclosure, benchmark. Only integer tables come in."""

import dagster as dg
import polars as pl

from assets.cities import tables
from assets.redaction import redacted
from assets.root import data_root
from demad.benchmark import beside
from demad.catalogue import CATALOGUE
from demad.disclosure.adjusted import publish_adjusted
from demad.disclosure.gate import publish
from demad.disclosure.policy import policy_of
from demad.indicators import adjusted, evaluate
from demad.indicators import pool as pool_tables
from demad.reference.settings import load_settings
from demad.releases.ledger import released_figures
from demad.store import Store

Tables = dict[str, pl.DataFrame]


@dg.asset(deps=[tables], group_name="benchmark", kinds={"polars"})
@redacted
def pool(context: dg.AssetExecutionContext) -> Tables:
    """The tables of every city that has data, and their sum; a late or refused city stops nobody."""
    store = Store(data_root())
    cities = store.names("tables")
    context.add_output_metadata({"cities": len(cities)})
    return pool_tables(store.tables(f"tables/{city}") for city in cities)


@dg.asset(group_name="benchmark", kinds={"polars"})
@redacted
def indicators(pool: Tables) -> Tables:
    """Every figure of the catalogue, at full precision, for the trusted zone."""
    values = evaluate(pool)
    return {"values": values, "adjusted": adjusted(pool["case_mix_risk"], values)}


@dg.asset(group_name="benchmark", kinds={"polars"})
@redacted
def disclosure(indicators: Tables) -> Tables:
    """The only door out: what is too small to show is hidden, and an attacker has tried to find it out."""
    policy = policy_of(load_settings(data_root()))
    published = publish(indicators["values"], policy, released_figures(data_root()))
    return {"published": published, "adjusted": publish_adjusted(indicators["adjusted"], published)}


@dg.asset(group_name="benchmark", kinds={"polars"})
@redacted
def benchmark(disclosure: Tables) -> Tables:
    """Each city beside the others: position, funnel, rank intervals, comparable cities. From published values."""
    return beside(disclosure["published"], CATALOGUE)
