"""What only Dagster can say of itself, for `demad doctor`: whether its daemon, schedule and sensors run."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorStatus
from dagster._daemon.controller import get_daemon_statuses

from assets.database import database_refusal
from assets.home import dagster_home
from assets.schedules import nightly_schedule
from assets.sensors import inbox, run_failed
from demad.operations.finding import Finding

_LONGEST = 600  # seconds without a sign of life
_NEEDED = (nightly_schedule.name, inbox.name, run_failed.name)


def examine(root: Path) -> list[Finding]:
    """Findings on the daemon and on what it starts; one finding if the database does not answer."""
    try:
        with dg.DagsterInstance.from_config(str(dagster_home(root))) as instance:
            return [*_daemon(instance), *_started(instance)]
    except Exception as fault:
        refusal = database_refusal(fault, root)
        if refusal is None:
            raise
        return [Finding("Dagster leest zijn databank", good=False, todo=refusal.todo)]


def _daemon(instance: dg.DagsterInstance) -> Iterator[Finding]:
    """A server needs the daemon always; elsewhere `demad run` may be started by cron, and then nobody needs it."""
    kinds = instance.get_required_daemon_types()
    told = get_daemon_statuses(instance, kinds, datetime.now(UTC).timestamp(), heartbeat_tolerance_seconds=_LONGEST)
    silent = sorted(kind for kind in kinds if not told[kind].healthy)
    server = "Postgres" in type(instance.run_storage).__name__
    if not server and silent:
        yield Finding("De bewaker van Dagster loopt niet: alleen nodig met demad ui, niet met cron", good=True)
        return
    todo = f"Kijk naar demad-daemon (systemctl status demad-daemon): {', '.join(silent)}."
    yield Finding("De bewaker van Dagster loopt", not silent, todo)


def _started(instance: dg.DagsterInstance) -> Iterator[Finding]:
    """All of them run unless somebody stopped one on the page."""
    stopped = {
        state.instigator_name
        for state in instance.all_instigator_state()
        if state.status == InstigatorStatus.STOPPED and state.instigator_name in _NEEDED
    }
    names = "Rooster en sensoren staan aan" if not stopped else f"Uitgezet: {', '.join(sorted(stopped))}"
    yield Finding(names, not stopped, "Zet ze aan op de pagina van Dagster: demad ui --operate.")
