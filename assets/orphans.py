"""Runs whose process was killed, which Dagster still shows as started; the lock of the root shows that they ended."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from assets.root import data_root
from demad.errors import Busy, DemadError
from demad.store import root_lock

_PATIENCE = timedelta(minutes=5)  # between the start of a run and its lock
_STOPPED = DemadError("D-479", "Het proces van deze run is gestopt.", "Niets: de volgende run neemt het over.")
_RUNNING = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


def end_orphans(instance: dg.DagsterInstance, job: str, now: datetime | None = None) -> int:
    """Mark runs of ``job`` as failed in Dagster if nobody holds the lock of the root; return their number."""
    before = (now or datetime.now(UTC)) - _PATIENCE
    started = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_RUNNING, created_before=before))
    if not started or _busy():
        return 0
    for record in started:
        instance.report_run_failed(record.dagster_run, str(_STOPPED))
    return len(started)


def _busy() -> bool:
    try:
        with root_lock(data_root()):
            return False
    except Busy:
        return True
