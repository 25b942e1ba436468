"""Update all results in this process, through the same graph that `demad ui` shows."""

import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.database import database_refusal
from assets.home import dagster_home, environment_of, variables
from demad.errors import DemadError
from demad.intake.deliveries.ledger import Outcome
from demad.intake.deliveries.reception import take_in
from demad.notify import after_run, remember_run, run_failed
from demad.operations.restore import finish_restore
from demad.publishing.definition_changes import (
    Difference,
    adopt,
    adopted,
    definitions_need_approval,
    differences,
    shadow_of,
)
from demad.publishing.freshness import preview_is_stale, stale_cities
from demad.publishing.shadow_run import mirrored, remember, up_to_date
from demad.store import root_lock, storage_refusal

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
CODE = re.compile(r"\bD-\d{3}\b")

ReportProgress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """Result of a run: decisions on deliveries, recomputed cities, and failed stages with their codes."""

    outcomes: tuple[Outcome, ...]
    cities: tuple[str, ...]
    failed: tuple[str, ...]
    benchmark: bool
    waits: bool = False  # figures of other definitions are in the shadow and need approval

    @property
    def exit_status(self) -> int:
        """The worst of 6, 3 and 0; 1 if one of our stages failed."""
        worst = [outcome.exit_status for outcome in self.outcomes] + [1 if self.failed else 0]
        return next((status for status in (6, 3, 1) if status in worst), 0)


def run(root: Path, report_progress: ReportProgress = lambda _: None) -> RunResult:
    """Process new deliveries, recompute what they change, and render the preview.

    Only changed results are computed: a city with up-to-date tables is skipped, and if nothing changed Dagster is not
    started. A city that fails does not stop the others.

    Raises
    ------
    Busy
        D-350: another run holds the root.
    """
    with root_lock(root):
        try:
            finish_restore(root)
            result = _bring_up_to_date(root, report_progress)
            _remember(root, result)
        except Exception as fault:
            known = fault if isinstance(fault, DemadError) else database_refusal(fault, root) or storage_refusal(fault)
            run_failed(root, [known.code if known else "D-901"])
            if known is None:
                raise
        else:
            after_run(root)
            return result
        raise known from None


def serve(root: Path, port: int) -> int:
    """Start the web page and daemon of Dagster, for this machine only; return their exit status."""
    top = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(top / "workspace.yaml")]
    surroundings = {**os.environ, **variables(root)}
    return subprocess.call([*command, "-h", "127.0.0.1", "-p", str(port)], cwd=top, env=surroundings)


def prune_runs(root: Path, days: int) -> int:
    """Delete runs older than ``days`` with their events, which Dagster does not do itself."""
    from assets.retention import delete_old_runs

    with root_lock(root), environment_of(root):
        return delete_old_runs(root, days)


def adopt_definitions(
    root: Path, reason: str, report_progress: ReportProgress = lambda _: None
) -> RunResult | Sequence[Difference]:
    """Show what the definitions of this version would change; with a reason, approve them and update all results."""
    if reason:
        with root_lock(root):
            adopt(root, reason)
            shutil.rmtree(shadow_of(root), ignore_errors=True)
        return run(root, report_progress)
    with root_lock(root):
        if definitions_need_approval(root):
            _compute_shadow(root, report_progress)
        return differences(root) if definitions_need_approval(root) else ()


def _bring_up_to_date(root: Path, report_progress: ReportProgress) -> RunResult:
    outcomes = tuple(take_in(root))
    for outcome in outcomes:
        report_progress(f"{outcome.city}: levering {outcome.delivery} {outcome.state} {outcome.code}".rstrip())
    if definitions_need_approval(root):
        failed = _compute_shadow(root, report_progress)
        return RunResult(outcomes, (), failed, benchmark=False, waits=True)
    stale = stale_cities(root)
    changed = bool(stale) or preview_is_stale(root)
    if changed and adopted(root) is None:
        adopt(root, reason="eerste run")
    failed = _through_dagster(root, stale, report_progress) if changed else ()
    return RunResult(outcomes, tuple(stale), failed, changed)


def _compute_shadow(root: Path, report_progress: ReportProgress) -> tuple[str, ...]:
    """Compute the figures of this version in the shadow; repeated for a new delivery or a new version."""
    if up_to_date(root):
        return ()
    report_progress("nieuwe definities: cijfers in de schaduw")
    shadow = mirrored(root)
    failed = _through_dagster(shadow, stale_cities(shadow), report_progress, pages=False)
    if not failed:
        remember(root)
    return failed


def _through_dagster(
    root: Path, stale: list[str], report_progress: ReportProgress, *, pages: bool = True
) -> tuple[str, ...]:
    with environment_of(root), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*is currently in beta")
        import dagster as dg

        with dg.DagsterInstance.from_config(str(dagster_home(root))) as instance:
            return _all_stages(instance, stale, report_progress, pages=pages)


def _all_stages(instance: Any, stale: list[str], report_progress: ReportProgress, *, pages: bool) -> tuple[str, ...]:
    """One run per city, one for all cities together, one for all reports, one for the site."""
    from assets.partitions import CITY_SLUGS

    failed = []
    for city in stale:
        report_progress(f"{city}: periodes, spells en tabellen")
        failed += _execute(instance, city, "stad_verwerken", partition_key=city)
    report_progress("benchmark over alle steden")
    broken = _execute(instance, "benchmark", "benchmark_berekenen")
    if pages and not broken:
        report_progress("rapporten")
        first_to_last = {
            "dagster/asset_partition_range_start": CITY_SLUGS[0],
            "dagster/asset_partition_range_end": CITY_SLUGS[-1],
        }
        failed += _execute(instance, "rapporten", "rapporten_maken", tags=first_to_last)
        failed += _execute(instance, "site", "site_maken")
    return (*failed, *broken)


def _execute(instance: Any, name: str, job: str, **options: Any) -> list[str]:
    """Execute a job in this process; return nothing on success, else the name with the error codes."""
    from assets.definitions import defs

    result = defs.resolve_job_def(job).execute_in_process(
        instance=instance, raise_on_error=False, run_config=_QUIET, **options
    )
    events = [event for event in result.all_events if event.is_step_failure]
    codes = {code for event in events for code in CODE.findall(str(event.step_failure_data.error))}
    return [] if result.success else [" ".join([name, *sorted(codes)])]


def _remember(root: Path, result: RunResult) -> None:
    """Record time and result of the run, for `demad status`; no figure is derived from it."""
    remember_run(
        root,
        exit_status=result.exit_status,
        cities=result.cities,
        failed=result.failed,
        benchmark=result.benchmark,
    )
