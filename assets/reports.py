"""The reports of the cities and the site with them, in `<root>/preview/`."""

import dagster as dg
import polars as pl

from assets.checks import check_results, check_specs
from assets.partitions import CITIES
from assets.redaction import redacted
from assets.release import benchmark
from assets.root import data_root
from demad.publishing import common_stages as stages

Tables = dict[str, pl.DataFrame]


@dg.asset(
    deps=[benchmark],
    partitions_def=CITIES,
    group_name="rapport",
    kinds={"html"},
    backfill_policy=dg.BackfillPolicy.single_run(),
    check_specs=check_specs("reports"),
    io_manager_key="pages",
    description="Het rapport van elke stad: pagina, PDF en werkmap. Een rapport dat mislukt, houdt geen ander tegen.",
)
@redacted
def reports(context: dg.AssetExecutionContext):
    """The report of each city; a page that fails is reported and does not stop the others."""
    made = stages.reports_of(data_root(), context.partition_keys)
    stages.refuse_failed(list(made.failed))
    return dg.MaterializeResult(check_results=check_results("reports", made.findings))


@dg.asset(
    deps=[reports, benchmark],
    group_name="rapport",
    kinds={"html"},
    description="Het overzicht, de definities en de bestanden; daarna vervangt het geheel de preview.",
)
@redacted
def site() -> Tables:
    """The index, the definitions and the files for other tools; then the preview is replaced as a whole."""
    stages.refuse_failed(stages.show_site(data_root()))
    return {}
