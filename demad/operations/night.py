"""One night of a root: whether there is anything to do, how it begins and how it ends. Not here: Dagster."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from demad.errors import DemadError
from demad.intake.deliveries.ledger import DeliveryState, Outcome, outcome_from
from demad.intake.deliveries.reception import take_in, to_judge
from demad.notify.last_run import remember_run
from demad.notify.morning import after_run
from demad.operations import unchanged
from demad.operations.receiving import received
from demad.operations.restore import finish_restore
from demad.operations.run_result import RunResult
from demad.publishing.definition_changes import adopt, adopted, definitions_need_approval, shadow_of
from demad.publishing.freshness import preview_is_stale, stale_cities
from demad.publishing.shadow_run import mirrored, remember, up_to_date
from demad.store import private_folder, write_atomic

_NAME = "night.json"


@dataclass(frozen=True, slots=True)
class Begun:
    """How a night began: decisions on deliveries, cities to compute, and whether anything changed at all."""

    outcomes: tuple[Outcome, ...]
    cities: tuple[str, ...]
    changed: bool


def nothing_to_do(root: Path) -> bool:
    """Whether no delivery is to be judged and everything is up to date, the shadow included; nothing is taken in."""
    if to_judge(root):
        return False
    if definitions_need_approval(root):
        return up_to_date(root)
    return not stale_cities(root) and not preview_is_stale(root)


def idle(root: Path) -> RunResult:
    """The result of a night with nothing to do, remembered; deliveries that are still being written are named."""
    result = RunResult(tuple(take_in(root)), (), (), benchmark=False, waits=definitions_need_approval(root))
    _notify(root, result)
    return result


def prepare(root: Path) -> None:
    """Finish a restore that was interrupted, and forget the decisions of the night before.

    The months and spells that versions before 0.2.0 stored of every person go.
    """
    finish_restore(root)
    shutil.rmtree(root / "store" / "spells", ignore_errors=True)
    (root / "work" / _NAME).unlink(missing_ok=True)


def begin(root: Path, *, inbox: bool = True) -> Begun:
    """Take in what is in the inbox and decide what to compute, in `figures_root`.

    Parameters
    ----------
    inbox
        False: leave the inbox as it is.
    """
    outcomes = tuple(received(root)) if inbox else ()
    _write(root, RunResult(outcomes, (), (), benchmark=False), ended=False)
    if definitions_need_approval(root):
        changed = not up_to_date(root)
        return Begun(outcomes, tuple(stale_cities(mirrored(root))) if changed else (), changed)
    stale = tuple(stale_cities(root))
    changed = bool(stale) or preview_is_stale(root)
    if changed and adopted(root) is None:
        adopt(root, reason="eerste run")
    return Begun(outcomes, stale, changed)


def figures_root(root: Path) -> Path:
    """Where the figures of this version belong: the root, or its shadow while its definitions need approval."""
    return shadow_of(root) if definitions_need_approval(root) else root


def conclude(root: Path, failed: Sequence[str]) -> None:
    """Remember a shadow that is complete; raise D-412 with the cities and stages that failed and stopped no other."""
    if failed:
        raise DemadError("D-412", f"Niet gelukt: {', '.join(failed)}.", "Zie demad status.")
    if figures_root(root) != root:
        remember(root)


def end(root: Path, *, cities: Sequence[str], failed: Sequence[str], computed: bool) -> None:
    """Record the result of a night for `demad status`, and send notifications.

    Parameters
    ----------
    cities
        The cities whose stages were made, or tried.
    failed
        Cities and stages that failed, each with its codes.
    computed
        Whether the figures of all cities were made.
    """
    waits = definitions_need_approval(root)
    made, begun = () if waits else tuple(cities), _read(root)
    outcomes = begun.outcomes if begun else ()
    result = RunResult(outcomes, made, tuple(failed), benchmark=computed and not waits, waits=waits)
    _write(root, result, ended=True)
    _notify(root, result)


def ended(root: Path) -> RunResult | None:
    """The result of the last night that began; None if it stopped before its end."""
    return _read(root, ended=True)


def _read(root: Path, *, ended: bool = False) -> RunResult | None:
    """What is written of a night: its steps may be other processes."""
    try:
        written = json.loads((root / "work" / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if ended and not written["ended"]:
        return None
    outcomes = tuple(map(outcome_from, written["outcomes"]))
    cities, failed = tuple(written["cities"]), tuple(written["failed"])
    return RunResult(outcomes, cities, failed, benchmark=written["benchmark"], waits=written["waits"])


def _write(root: Path, result: RunResult, *, ended: bool) -> None:
    written = {**asdict(result), "ended": ended}
    write_atomic(private_folder(root / "work") / _NAME, json.dumps(written, ensure_ascii=False).encode())


def _notify(root: Path, result: RunResult) -> None:
    """Record the result and send notifications; if nothing is left to do, the next run waits for a file to change."""
    seen = unchanged.snapshot(root)
    remember_run(
        root,
        exit_status=result.exit_status,
        cities=result.cities,
        failed=result.failed,
        benchmark=result.benchmark,
    )
    sent = after_run(root)
    incomplete = any(outcome.state is DeliveryState.INCOMPLETE for outcome in result.outcomes)
    if sent.undelivered or incomplete or result.failed or result.waits or not nothing_to_do(root):
        unchanged.forget(root)
    else:
        unchanged.remember(root, seen, until=sent.again)
