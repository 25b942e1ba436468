"""The single code location, with all definitions for Dagster."""

import dagster as dg

from assets import cities, release, reports
from assets.jobs import JOBS
from assets.schedules import nightly_schedule
from assets.sensors import inbox, run_failed
from assets.storage import AcceptedIOManager, PagesIOManager, StoreIOManager

ASSETS = dg.load_assets_from_modules([cities, release, reports])
RESOURCES = {"io_manager": StoreIOManager(), "accepted": AcceptedIOManager(), "pages": PagesIOManager()}

defs = dg.Definitions(
    assets=[cities.delivery, *ASSETS],
    jobs=JOBS,
    schedules=[nightly_schedule],
    sensors=[inbox, run_failed],
    resources=RESOURCES,
)
