"""Brings everything up to date in this process, through the same graph that `demad ui` shows."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demad.intake.in_force import inputs_hash
from demad.intake.ledger import Outcome
from demad.intake.reception import take_in
from demad.reference.cities import load_cities
from demad.reference.fingerprint import settings_hash, software_hash
from demad.store import Store, private_folder, root_lock

_HOME = """telemetry:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
run_monitoring:
  enabled: true
  start_timeout_seconds: 180
  max_runtime_seconds: 7200
  max_resume_run_attempts: 0
  free_slots_after_run_end_seconds: 300
"""


_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did: decisions on deliveries, cities recomputed, cities whose stages failed."""

    outcomes: tuple[Outcome, ...]
    cities: tuple[str, ...]
    failed: tuple[str, ...]
    benchmark: bool

    @property
    def exit_status(self) -> int:
        """The worst of 6, 3 and 0; 1 where a stage of ours failed."""
        worst = [outcome.exit_status for outcome in self.outcomes] + [1 if self.failed else 0]
        return next((status for status in (6, 3, 1) if status in worst), 0)


def dagster_home(root: Path) -> Path:
    """The Dagster home of a root, with its configuration; made where it is not there."""
    home = private_folder(root / "dagster")
    config = home / "dagster.yaml"
    if not config.exists():
        config.write_text(_HOME, encoding="utf-8")
    return home


def run(root: Path, tell: Callable[[str], None] = lambda _: None) -> RunResult:
    """Take in new deliveries, recompute what they touch, and render the preview.

    Only what changed runs: a city whose delivery in force is the one its tables were made from is left
    alone; where nothing changed Dagster is not even started. A city that fails never stops the others.

    Raises
    ------
    Busy
        D-350: another run holds the root.
    """
    with root_lock(root):
        outcomes = tuple(take_in(root))
        for outcome in outcomes:
            tell(f"{outcome.city}: levering {outcome.delivery} {outcome.state} {outcome.code}".rstrip())
        stale = stale_cities(root)
        changed = bool(outcomes) or bool(stale) or benchmark_is_stale(root)
        failed = _through_dagster(root, stale, tell) if changed and _any_data(root) else ()
    return RunResult(outcomes, tuple(stale), failed, changed)


def stale_cities(root: Path) -> list[str]:
    """Cities whose tables do not rest on what is in force, or were made by other software."""
    store = Store(root)
    return [city for city in load_cities(root) if inputs_hash(root, city) and not _fresh(store, root, city)]


def _fresh(store: Store, root: Path, city: str) -> bool:
    facts = store.facts(f"tables/{city}")
    return facts.get("inputs") == inputs_hash(root, city) and facts.get("software") == software_hash()


def benchmark_is_stale(root: Path) -> bool:
    """Whether the benchmark or the preview rests on other tables, software or settings."""
    store = Store(root)
    facts = store.facts("benchmark")
    wanted = {city: store.current(f"tables/{city}") for city in store.names("tables")}
    same = (facts.get("inputs"), facts.get("software"), facts.get("settings")) == (
        wanted,
        software_hash(),
        settings_hash(root),
    )
    return bool(wanted) and not (same and (root / "preview" / "index.html").exists())


def _any_data(root: Path) -> bool:
    return any(inputs_hash(root, city) for city in load_cities(root))


def _through_dagster(root: Path, stale: list[str], tell: Callable[[str], None]) -> tuple[str, ...]:
    with _environment(root):
        import dagster as dg

        from assets import cities, release, reports
        from assets.definitions import defs
        from assets.partitions import CITY_SLUGS

        everything = dg.load_assets_from_modules([cities, release, reports])
        resources = defs.resources or {}

        def materialize(groups: list[str], **options: object) -> bool:
            selection = dg.AssetSelection.assets(*groups)
            return dg.materialize(
                everything,  # pyright: ignore[reportArgumentType]
                selection=selection,
                instance=instance,
                resources=resources,
                raise_on_error=False,
                run_config=_QUIET,
                **options,  # pyright: ignore[reportArgumentType]
            ).success

        with dg.DagsterInstance.from_config(str(dagster_home(root))) as instance:
            failed = []
            for city in stale:
                tell(f"{city}: periodes, spells en tabellen")
                if not materialize(["extract", "periods", "spells", "tables"], partition_key=city):
                    failed.append(city)
            tell("benchmark over alle steden")
            if not materialize(["pool", "indicators", "disclosure", "benchmark"]):
                return (*failed, "benchmark")
            tell("rapporten")
            first_to_last = {
                "dagster/asset_partition_range_start": CITY_SLUGS[0],
                "dagster/asset_partition_range_end": CITY_SLUGS[-1],
            }
            if not materialize(["reports"], tags=first_to_last):
                failed.append("rapporten")
            if not materialize(["site"]):
                failed.append("site")
    return tuple(failed)


@contextmanager
def _environment(root: Path) -> Iterator[None]:
    """Dagster and the assets read the root from the environment; leave it as it was."""
    wanted = {
        "DEMAD_ROOT": str(root),
        "DAGSTER_HOME": str(dagster_home(root)),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
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
