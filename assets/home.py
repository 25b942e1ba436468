"""The Dagster home of a root folder, and the environment variables for it. Not here: Dagster itself."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demad.errors import UsageRefused
from demad.operations.doctor import settings
from demad.store import private_folder, write_atomic

# No compute logs: a traceback may hold a cell. One run at a time: SQLite has one writer.
_CONFIGURATION = """nux:
  enabled: false
telemetry:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  start_timeout_seconds: 180
  max_runtime_seconds: 7200
  max_resume_run_attempts: 0
  free_slots_after_run_end_seconds: 300
  poll_interval_seconds: 60
run_retries:
  enabled: true
  max_retries: 1
  retry_on_asset_or_op_failure: false
retention:
  schedule:
    purge_after_days: 30
  sensor:
    purge_after_days: 30
"""


def dagster_home(root: Path) -> Path:
    """The Dagster home of a root, with its configuration; created if needed."""
    home = private_folder(root / "dagster")
    config = home / "dagster.yaml"
    if not config.exists():
        write_atomic(config, _CONFIGURATION.encode())
    _refuse_unsafe(config)
    return home


def _refuse_unsafe(config: Path) -> None:
    written = settings(config.read_text(encoding="utf-8"))
    alone = written.get("concurrency.runs.max_concurrent_runs") == "1"
    if not alone and not any("postgres_db." in name for name in written):
        raise UsageRefused(
            "D-480",
            "Dagster mag op SQLite maar één run tegelijk doen.",
            "Zet max_concurrent_runs op 1 in dagster.yaml, of gebruik PostgreSQL (deploy/dagster.yaml).",
        )


def variables(root: Path) -> dict[str, str]:
    """The environment variables that Dagster and the assets read."""
    return {
        "DEMAD_ROOT": str(root),
        "DAGSTER_HOME": str(dagster_home(root)),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }


@contextmanager
def environment_of(root: Path) -> Iterator[None]:
    """Set the environment variables for a root, and restore them afterwards."""
    wanted = variables(root)
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
