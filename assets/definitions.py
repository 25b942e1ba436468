"""The one code location: everything Dagster has to know."""

import dagster as dg

from assets import cities, release, reports
from assets.jobs import JOBS
from assets.schedules import nightly_schedule
from assets.sensors import inbox, run_failed
from assets.storage import AcceptedIOManager, StoreIOManager


class Nothing(dg.ConfigurableIOManager):
    """For assets that are files on disk: there is nothing to keep."""

    def handle_output(self, context: dg.OutputContext, obj: None) -> None:
        """Keep nothing."""

    def load_input(self, context: dg.InputContext) -> None:
        """Give nothing."""


defs = dg.Definitions(
    assets=dg.load_assets_from_modules([cities, release, reports]),
    jobs=JOBS,
    schedules=[nightly_schedule],
    sensors=[inbox, run_failed],
    resources={"io_manager": StoreIOManager(), "accepted": AcceptedIOManager(), "nothing": Nothing()},
)
