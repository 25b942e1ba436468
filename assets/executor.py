"""The executor of the nightly run: it holds the lock of the root, and how many processes there are is configured."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import dagster as dg

from assets.failures import failures_of
from assets.root import data_root
from demad.errors import Busy
from demad.operations import night
from demad.reference.settings import load_settings
from demad.store import root_lock

_PATIENCE, _PAUSE = 15 * 60, 5  # seconds
_OF_CITY = re.compile(r"stad\[(\w+)\]")


@dg.executor(
    name="nacht",
    config_schema={
        "processes": dg.Field(int, is_required=False, description="Aantal processen; anders processes in demad.toml.")
    },
)
def executor(context: dg.InitExecutorContext) -> dg.Executor:
    """Execute in this process, or with more than one process each step in its own."""
    processes = context.executor_config.get("processes") or load_settings(data_root()).processes
    chosen = dg.in_process_executor if processes == 1 else dg.multiprocess_executor
    retries: dict[str, Any] = {"retries": {"disabled": {}}}
    config = retries if processes == 1 else {**retries, "max_concurrent": processes}
    given = dg.InitExecutorContext(context.job, chosen, config, context.instance)
    return NightExecutor(chosen.executor_creation_fn(given))  # pyright: ignore[reportOptionalCall]


class NightExecutor(dg.Executor):
    """Another executor under the lock of the root; afterwards the result of the night is recorded and notified."""

    def __init__(self, steps: dg.Executor) -> None:
        self._steps = steps

    @property
    def retries(self) -> Any:
        """How steps are retried: not, because what our code refuses is not better the second time."""
        return self._steps.retries

    @property
    def step_dependency_config(self) -> Any:
        """As Dagster has it."""
        return self._steps.step_dependency_config

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:
        """Execute the steps; wait for the lock if another run or command holds it."""
        root, cities, computed = data_root(), [], False
        with ExitStack() as held:
            _wait_for(root, held)
            night.prepare(root)
            for event in self._steps.execute(plan_context, execution_plan):
                if event.is_step_start:
                    cities += _OF_CITY.findall(str(event.step_key))
                    computed |= event.step_key == "cijfers"
                yield event
            failed = failures_of(plan_context.instance, plan_context.run_id)
            slugs = sorted(city.replace("_", "-") for city in cities)
            night.end(root, cities=slugs, failed=failed, computed=computed)


def _wait_for(root: Path, held: ExitStack) -> None:
    """Take the lock of the root, when who has it is ready; D-350 if that takes too long."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            held.enter_context(root_lock(root))
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return
