"""The jobs that a data specialist starts: the whole night, or a part of it by hand."""

import dagster as dg

from assets.night import nightly

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


JOBS = [city_job, benchmark_job, report_job, site_job, nightly]
