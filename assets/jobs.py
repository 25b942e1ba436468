"""The jobs that a data specialist starts."""

import dagster as dg

from assets.redaction import redacted
from assets.root import data_root
from assets.run import run
from demad.errors import Busy, DemadError

city_job = dg.define_asset_job(
    "stad_verwerken",
    selection=dg.AssetSelection.groups("stad"),
    executor_def=dg.in_process_executor,
    description="Eén stad: van levering in gebruik tot tabellen.",
)
benchmark_job = dg.define_asset_job(
    "benchmark_berekenen",
    selection=dg.AssetSelection.groups("benchmark"),
    executor_def=dg.in_process_executor,
    description="Alle steden samen: cijfers, bescherming en vergelijking.",
)
report_job = dg.define_asset_job(
    "rapporten_maken",
    selection=dg.AssetSelection.assets("reports"),
    executor_def=dg.in_process_executor,
    description="De rapporten van de steden.",
)
site_job = dg.define_asset_job(
    "site_maken",
    selection=dg.AssetSelection.assets("site"),
    executor_def=dg.in_process_executor,
    description="De overzichtspagina en de bestanden; daarna toont preview het geheel.",
)


@dg.op
def everything(context: dg.OpExecutionContext) -> None:
    """Process deliveries and update all results, as `demad run`; retry later if another run is busy."""
    try:
        result = redacted(run)(data_root())
    except Busy:
        raise dg.RetryRequested(max_retries=4, seconds_to_wait=60 * 2**context.retry_number) from None
    if result.failed:
        raise DemadError("D-412", f"Niet gelukt: {', '.join(result.failed)}.", "Zie demad status.")


@dg.job(
    executor_def=dg.in_process_executor,
    description="De nachtelijke run: alles wat nieuw is, tot en met preview.",
)
def nightly() -> None:
    """The nightly run."""
    everything()


JOBS = [city_job, benchmark_job, report_job, site_job, nightly]
