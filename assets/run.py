"""Update all results, through the nightly run that `demad ui` shows; Dagster is imported only if something is new."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from assets.database import database_refusal
from assets.home import dagster_home, environment_of, variables
from demad.errors import Busy, DemadError
from demad.notify.morning import run_failed
from demad.operations import night
from demad.operations.finding import Finding
from demad.operations.restore import finish_restore
from demad.operations.run_result import RunResult
from demad.publishing.definition_changes import (
    Difference,
    adopt,
    definitions_need_approval,
    differences,
    shadow_of,
)
from demad.publishing.shadow_run import up_to_date
from demad.store import root_lock, storage_refusal

ReportProgress = Callable[[str], None]
_LOOK = 0.2  # seconds between two looks at the processes of `demad ui`


def run(root: Path, report_progress: ReportProgress = lambda _: None) -> RunResult:
    """Process new deliveries, recompute what they change, and render the preview.

    Only changed results are computed: a city with up-to-date tables is skipped, and if there is nothing to do Dagster
    is not even imported. A city that fails does not stop the others.

    Raises
    ------
    Busy
        D-350: another run holds the root.
    """
    try:
        with root_lock(root):
            finish_restore(root)
            if night.nothing_to_do(root):
                return night.idle(root)
        return _nightly(root, report_progress)
    except Busy:
        raise
    except Exception as fault:
        known = fault if isinstance(fault, DemadError) else database_refusal(fault, root) or storage_refusal(fault)
        run_failed(root, [known.code if known else "D-901"])
        if known is None:
            raise
    raise known from None


def serve(root: Path, port: int, *, operate: bool = False) -> int:
    """Start the web page and daemon of Dagster, for this machine only, until one of them ends; return its exit status.

    Parameters
    ----------
    operate
        Whether runs, schedules and sensors can be started and stopped from the page; otherwise it only shows.
    """
    top = Path(__file__).resolve().parent.parent
    workspace = ["--workspace", str(top / "workspace.yaml")]
    page = [sys.executable, "-m", "assets.page", *workspace, "--port", str(port), *(["--operate"] if operate else [])]
    daemon = [sys.executable, "-m", "dagster._daemon", "run", *workspace]
    surroundings = {**os.environ, **variables(root)}
    started = [subprocess.Popen(command, cwd=top, env=surroundings) for command in (page, daemon)]
    return _first_to_end(started)


def _first_to_end(started: Sequence[subprocess.Popen[bytes]]) -> int:
    """Wait until one of these processes ends, or a signal comes; then stop the others."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        while True:
            for process in started:
                if (status := process.poll()) is not None:
                    return status
            time.sleep(_LOOK)
    except KeyboardInterrupt:
        return 0
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def examine(root: Path) -> list[Finding]:
    """What Dagster says of its daemon, its schedule and its sensors."""
    from assets.examination import examine as asked

    return asked(root)


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
    if not definitions_need_approval(root):
        return ()
    if not up_to_date(root):
        _nightly(root, report_progress, inbox=False)
    with root_lock(root):
        return differences(root)


def _nightly(root: Path, report_progress: ReportProgress, *, inbox: bool = True) -> RunResult:
    """Execute the nightly run under the executor that is configured, and return how it ended."""
    with environment_of(root), warnings.catch_warnings(), _reported(report_progress):
        warnings.filterwarnings("ignore", message=".*is currently in beta")
        import dagster as dg

        from assets.night import nightly

        with dg.DagsterInstance.from_config(str(dagster_home(root))) as instance:
            options = {"ops": {"leveringen": {"config": {"postbus": inbox}}}}
            why = {"aanleiding": "demad run" if inbox else "demad adopt"}
            done = dg.execute_job(dg.reconstructable(nightly), instance=instance, run_config=options, tags=why)
            return night.ended(root) or _stopped(instance, done.run_id)


def _stopped(instance: Any, run_id: str) -> NoReturn:
    """Raise the code with which a run stopped before its end, such as a lock that was held too long."""
    from assets.failures import codes_of

    codes = codes_of(instance, run_id)
    if "D-350" in codes:
        raise Busy("D-350", "Een andere run is bezig in deze map.", "Wacht tot die klaar is en probeer opnieuw.")
    raise DemadError(next(iter(codes), "D-901"), "De run stopte voor het einde.", "Zie demad ui en de foutcodes.")


@contextmanager
def _reported(report_progress: ReportProgress) -> Iterator[None]:
    """Pass on the messages of the steps, not those of Dagster itself."""
    log, handler = logging.getLogger("demad.night"), _Progress(report_progress)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


class _Progress(logging.Handler):
    """Hands each sentence of a step to a function."""

    def __init__(self, report_progress: ReportProgress) -> None:
        super().__init__(logging.INFO)
        self._report = report_progress

    def emit(self, record: logging.LogRecord) -> None:
        """Messages of Dagster carry an event or belong to no step; ours belong to a step."""
        meta = getattr(record, "dagster_meta", {})
        if meta.get("step_key") and meta.get("dagster_event") is None:
            self._report(meta["orig_message"])
