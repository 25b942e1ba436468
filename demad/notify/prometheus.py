"""The health of a root as a text file for Prometheus (textfile collector of node_exporter). Codes and counts only."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from demad import __version__
from demad.store import refusing_storage

_NO_RUN = -1


def prometheus_text(state: Mapping[str, Any]) -> str:
    """Metrics in the text format, from the state that `demad.notify.health` gives."""
    return "".join(f"{line}\n" for line in _lines(state))


def write_prometheus(path: Path, state: Mapping[str, Any]) -> None:
    """Write the file as a whole; everybody may read it, because another user collects it."""
    with refusing_storage():
        handle, name = tempfile.mkstemp(prefix=".write-", dir=path.resolve().parent)
        try:
            with os.fdopen(handle, "wb") as target:
                target.write(prometheus_text(state).encode())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)


def _lines(state: Mapping[str, Any]) -> Iterator[str]:
    run = state["last_run"]
    yield from _metric("demad_build_info", "Version of DEMaD.", {f'version="{__version__}"': 1})
    yield from _metric("demad_ok", "1 if nobody has to act.", {"": int(state["ok"])})
    yield from _metric("demad_checked_timestamp_seconds", "When this was looked at.", {"": _seconds(state["at"])})
    counted = Counter(alert["code"] for alert in state["alerts"])
    yield from _metric("demad_alerts", "Alerts by code.", {f'code="{code}"': counted[code] for code in sorted(counted)})
    ended = {"": _seconds(run["at"])} if run["at"] else {}
    yield from _metric("demad_last_run_timestamp_seconds", "When the last run ended.", ended)
    status = _NO_RUN if run["exit_status"] is None else run["exit_status"]
    yield from _metric("demad_last_run_exit_status", "Exit status of the last run; -1 without a run.", {"": status})
    made = {f'kind="{kind}"': _seconds(at) for kind, at in sorted(state["copies"].items())}
    yield from _metric("demad_copy_timestamp_seconds", "Last backup, drill, and drill with the real key.", made)
    aged = {f'city="{city}"': card["age_days"] for city, card in sorted(state["cities"].items())}
    known = {label: age for label, age in aged.items() if age is not None}
    yield from _metric("demad_city_age_days", "Days behind the newest city.", known)
    yield from _metric("demad_audit_holds", "1 if the audit trail is whole.", {"": int(state["audit"]["holds"])})
    yield from _metric("demad_audit_entries", "Lines of the audit trail.", {"": state["audit"]["entries"]})


def _metric(name: str, help: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} gauge"
    for labels, value in values.items():
        yield f"{name}{f'{{{labels}}}' if labels else ''} {value}"


def _seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())
