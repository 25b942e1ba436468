"""The stages of all cities together: pool, indicators, disclosure, benchmark. Only integer tables come in."""

import dagster as dg
import polars as pl

from assets.cities import tables
from assets.redaction import redacted
from assets.root import data_root
from demad import benchmark as comparison
from demad.catalogue import CATALOGUE
from demad.disclosure.policy import Policy
from demad.disclosure.suppress import publish
from demad.indicators import evaluate
from demad.indicators import pool as pool_tables
from demad.reference.settings import load_settings
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
    return {"values": evaluate(pool)}


@dg.asset(group_name="benchmark", kinds={"polars"})
@redacted
def disclosure(indicators: Tables) -> Tables:
    """The only door out: what is too small to show is hidden in the whole release at once."""
    threshold = load_settings(data_root()).publish_threshold
    return {"published": publish(indicators["values"], Policy(threshold=threshold))}


@dg.asset(group_name="benchmark", kinds={"polars"})
@redacted
def benchmark(disclosure: Tables) -> Tables:
    """Each city beside the others: the middle city, the middle half, and the position of its interval."""
    return {"compared": comparison.compare(disclosure["published"], CATALOGUE)}
