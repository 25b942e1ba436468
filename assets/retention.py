"""Remove old runs from Dagster's storage. Not here: our store and inbox (`demad.operations.prune`)."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from assets.home import dagster_home

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def delete_old_runs(root: Path, days: int) -> int:
    """Delete every run that ended more than ``days`` ago, with its events; return how many."""
    before = datetime.now(UTC) - timedelta(days=days)
    with dg.DagsterInstance.from_config(str(dagster_home(root))) as instance:
        old = instance.get_run_records(dg.RunsFilter(statuses=_ENDED, created_before=before))
        for record in old:
            instance.delete_run(record.dagster_run.run_id)
    _give_back_space(root)
    return len(old)


def _give_back_space(root: Path) -> None:
    """Vacuum SQLite, which otherwise keeps the space of deleted rows; PostgreSQL does this itself."""
    for path in sorted((root / "dagster").rglob("*.db")):
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            connection.execute("VACUUM")
