"""When the nightly run starts: 04:15 Brussels time, which exists once on every night of the year."""

import dagster as dg

from assets.jobs import nightly

nightly_schedule = dg.ScheduleDefinition(
    name="elke_nacht",
    job=nightly,
    cron_schedule="15 4 * * *",
    execution_timezone="Europe/Brussels",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Elke nacht om 4.15 uur, Belgische tijd.",
)
