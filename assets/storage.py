"""Keeps every asset in our own store: atomic, versioned, and no sample or statistic in any metadata."""

from typing import Any

import dagster as dg
import polars as pl

from assets.root import data_root
from demad.intake.in_force import inputs_hash
from demad.reference.fingerprint import settings_hash, software_hash
from demad.store import Store


class StoreIOManager(dg.ConfigurableIOManager):
    """An asset's output is a set of tables by name; it is stored as ``<asset>/<city>`` or ``<asset>``."""

    def handle_output(self, context: dg.OutputContext, obj: dict[str, pl.DataFrame]) -> None:
        """Commit the tables and report how many rows each has."""
        name = stored_name(context)
        Store(data_root()).commit(name, obj, made_from(name))
        context.add_output_metadata({table: frame.height for table, frame in obj.items()})

    def load_input(self, context: dg.InputContext) -> dict[str, pl.DataFrame]:
        """The tables of the upstream asset's current version."""
        return Store(data_root()).tables(stored_name(context))


class AcceptedIOManager(dg.ConfigurableIOManager):
    """What intake accepted is in the store already: report its rows, and read it from there."""

    def handle_output(self, context: dg.OutputContext, obj: dict[str, pl.DataFrame]) -> None:
        """Report how many rows each dataset has."""
        context.add_output_metadata({table: frame.height for table, frame in obj.items()})

    def load_input(self, context: dg.InputContext) -> dict[str, pl.DataFrame]:
        """The datasets in force of the city."""
        return Store(data_root()).tables(f"accepted/{context.asset_partition_keys[0]}")


def stored_name(context: dg.OutputContext | dg.InputContext) -> str:
    """Name in the store of the asset (and partition) of a context."""
    asset = context.asset_key.path[-1]
    return f"{asset}/{context.asset_partition_keys[0]}" if context.has_asset_partitions else asset


def made_from(name: str) -> dict[str, Any]:
    """What a version rests on: the software, and the deliveries in force of its city or of all cities."""
    root = data_root()
    _, _, city = name.partition("/")
    store = Store(root)
    if city:
        return {"software": software_hash(), "inputs": inputs_hash(root, city)}
    tables = {slug: store.current(f"tables/{slug}") for slug in store.names("tables")}
    return {"software": software_hash(), "settings": settings_hash(root), "inputs": tables}
