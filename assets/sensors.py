"""Detect new deliveries, and report failed runs."""

import hashlib
from datetime import UTC, datetime

import dagster as dg

from assets.failures import codes_of, failures_of
from assets.night import nightly
from assets.orphans import end_orphans
from assets.root import data_root
from demad.intake.deliveries.reception import to_judge
from demad.notify.morning import run_failed as notify_failure
from demad.operations.night import ended


@dg.sensor(
    name="postbus",
    job=nightly,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Kijkt elke minuut of er een nieuwe levering klaarstaat.",
)
def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run for the deliveries that are there as a whole; again an hour later if that run died before it decided."""
    end_orphans(context.instance, nightly.name)
    found = to_judge(data_root())
    if not found:
        return dg.SkipReason("Geen nieuwe leveringen.")
    names = "|".join(map("/".join, found))
    hour = datetime.now(UTC).strftime("%Y-%m-%dT%H")
    key = f"{hashlib.sha256(names.encode()).hexdigest()} {hour}"
    why = f"postbus: {len(found)} leveringen, {len({city for city, *_ in found})} steden"
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key, tags={"aanleiding": why})])


@dg.run_failure_sensor(
    name="run_mislukt",
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Meldt een mislukte run per e-mail, webhook en in het logboek, zonder gegevens.",
)
def run_failed(context: dg.RunFailureSensorContext) -> None:
    """Log what failed, with its codes; never the text of an error. A night that ended has reported it itself."""
    run = context.dagster_run
    failed = failures_of(context.instance, run.run_id) or codes_of(context.instance, run.run_id)
    where, city = ", ".join(failed) or "onbekend", context.partition_key or "alle steden"
    if run.job_name != nightly.name or ended(data_root()) is None:
        notify_failure(data_root(), [f"{run.job_name} {where}"])
    context.log.error(f"{run.job_name} ({city}): {where} is mislukt. Zie demad status.")
