"""The stages of one city as assets, from its delivery in force to its protected tables, with personal data."""

import dagster as dg
import polars as pl

from assets.checks import check_results, check_specs
from assets.partitions import CITIES
from assets.redaction import redacted
from assets.root import data_root
from demad.publishing import city_stages as stages
from demad.publishing.examination import city_findings

Tables = dict[str, pl.DataFrame]


# The assets with checks have no return annotation: with MaterializeResult, Dagster would expect no value.


delivery = dg.AssetSpec(
    "delivery",
    partitions_def=CITIES,
    group_name="stad",
    kinds={"file"},
    description="Wat een stad in haar postbus zet; de nachtelijke run neemt het in, helemaal of niet.",
)


@dg.asset(
    deps=[delivery],
    partitions_def=CITIES,
    group_name="stad",
    kinds={"parquet"},
    check_specs=check_specs("extract"),
    io_manager_key="accepted",
    description="De levering in gebruik: bewaakte, gecontroleerde rijen, in volgorde van registratie.",
)
@redacted
def extract(context: dg.AssetExecutionContext):
    """The delivery in force: guarded, typed and validated rows, in order of recording."""
    accepted = stages.extracted(data_root(), context.partition_key)
    return dg.MaterializeResult(
        value=accepted, check_results=check_results("extract", city_findings("extract", accepted))
    )


@dg.asset(
    partitions_def=CITIES,
    group_name="stad",
    kinds={"polars"},
    description="Geldige beslissingen, in delen: correcties verwerkt, rechten zonder dag weg, woorden vertaald.",
)
@redacted
def periods(context: dg.AssetExecutionContext, extract: Tables) -> Tables:
    """Valid decisions in shards: corrections resolved, rights without a day removed, words translated."""
    return stages.periods_of(data_root(), context.partition_key, extract)


@dg.asset(
    deps=[periods],
    partitions_def=CITIES,
    group_name="stad",
    kinds={"polars"},
    check_specs=check_specs("tables"),
    description="De telbare tabellen: kleine tabellen met gehele getallen. Alles hierna is zonder persoonsgegevens.",
)
@redacted
def tables(context: dg.AssetExecutionContext):
    """The additive tables, counted from the stored periods: all later assets are without personal data."""
    counted = stages.tables_of(data_root(), context.partition_key)
    results = check_results("tables", city_findings("tables", counted))
    return dg.MaterializeResult(value=counted, check_results=results)


@dg.asset(
    partitions_def=CITIES,
    group_name="stad",
    kinds={"polars"},
    check_specs=check_specs("protected"),
    description="De tabellen, afgerond met het geheim van de stad; alles wat gepubliceerd wordt, komt hieruit.",
)
@redacted
def protected(context: dg.AssetExecutionContext, tables: Tables):
    """The tables rounded with the secret of the city; everything published is computed from these."""
    rounded = stages.protected_of(data_root(), context.partition_key, tables)
    return dg.MaterializeResult(
        value=rounded, check_results=check_results("protected", city_findings("protected", rounded))
    )
