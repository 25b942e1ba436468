"""Detect new deliveries, and report failed runs."""

import hashlib
from datetime import UTC, datetime

import dagster as dg

from assets.jobs import nightly
from assets.orphans import end_orphans
from assets.root import data_root
from assets.run import CODE
from demad.intake.deliveries.reception import waiting
from demad.notify import run_failed as tell_failure


@dg.sensor(
    name="postbus",
    job=nightly,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Kijkt elke minuut of er een nieuwe levering klaarstaat.",
)
def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run for the waiting deliveries; another one an hour later if that run was killed before it decided."""
    end_orphans(context.instance, nightly.name)
    found = waiting(data_root())
    if not found:
        return dg.SkipReason("Geen nieuwe leveringen.")
    names = "|".join(f"{city}/{delivery}" for city, delivery in found)
    hour = datetime.now(UTC).strftime("%Y-%m-%dT%H")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"{hashlib.sha256(names.encode()).hexdigest()} {hour}")])


@dg.run_failure_sensor(
    name="run_mislukt",
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Meldt een mislukte run per e-mail, webhook en in het logboek, zonder gegevens.",
)
def run_failed(context: dg.RunFailureSensorContext) -> None:
    """Log which job failed, where and with which codes; never the text of the error."""
    events = context.get_step_failure_events()
    where = ", ".join(sorted({str(event.step_key) for event in events})) or "onbekend"
    codes = ", ".join(sorted({code for event in events for code in CODE.findall(str(event.event_specific_data))}))
    city = context.partition_key or "alle steden"
    tell_failure(data_root(), [f"{context.dagster_run.job_name} {codes}"])
    context.log.error(f"{context.dagster_run.job_name} ({city}): {where} is mislukt. {codes} Zie demad status.")
