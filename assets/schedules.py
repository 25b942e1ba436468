"""Start of the nightly run: 04:15 Brussels time, which exists exactly once every night."""

import dagster as dg

from assets.night import nightly

nightly_schedule = dg.ScheduleDefinition(
    name="elke_nacht",
    job=nightly,
    cron_schedule="15 4 * * *",
    execution_timezone="Europe/Brussels",
    tags={"aanleiding": "rooster elke_nacht"},
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Elke nacht om 4.15 uur, Belgische tijd. Is er niets nieuws, dan stopt de run na zijn eerste stap.",
)
