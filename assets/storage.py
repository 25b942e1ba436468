"""Store every asset in our own store: atomic, versioned, without samples or statistics in the metadata."""

import dagster as dg
import polars as pl

from assets.redaction import redacted
from assets.root import data_root
from demad.publishing.freshness import made_from
from demad.store import Store


class StoreIOManager(dg.ConfigurableIOManager):
    """Stores the output of an asset, a set of tables by name, as ``<asset>/<city>`` or ``<asset>``."""

    @redacted
    def handle_output(self, context: dg.OutputContext, obj: dict[str, pl.DataFrame]) -> None:
        """Commit the tables and report how many rows each has."""
        root, name = data_root(), stored_name(context)
        Store(root).commit(name, obj, made_from(root, name))
        context.add_output_metadata({table: frame.height for table, frame in obj.items()})

    @redacted
    def load_input(self, context: dg.InputContext) -> dict[str, pl.DataFrame]:
        """The tables of the upstream asset's current version."""
        return Store(data_root()).tables(stored_name(context))


class AcceptedIOManager(dg.ConfigurableIOManager):
    """Reads accepted data, which the intake already stored, and reports their row counts."""

    @redacted
    def handle_output(self, context: dg.OutputContext, obj: dict[str, pl.DataFrame]) -> None:
        """Report how many rows each dataset has."""
        context.add_output_metadata({table: frame.height for table, frame in obj.items()})

    @redacted
    def load_input(self, context: dg.InputContext) -> dict[str, pl.DataFrame]:
        """The datasets in force of the city."""
        return Store(data_root()).tables(f"accepted/{context.asset_partition_keys[0]}")


class PagesIOManager(dg.ConfigurableIOManager):
    """For pages, which are written as files: stores and reads nothing."""

    def handle_output(self, context: dg.OutputContext, obj: None) -> None:
        """Store nothing."""

    def load_input(self, context: dg.InputContext) -> None:
        """Return nothing."""


def stored_name(context: dg.OutputContext | dg.InputContext) -> str:
    """Name in the store of the asset (and partition) of a context."""
    asset = context.asset_key.path[-1]
    return f"{asset}/{context.asset_partition_keys[0]}" if context.has_asset_partitions else asset
