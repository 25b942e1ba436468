"""Check whether this machine can run DEMaD every night: packages, rights, space, clock, Dagster, PostgreSQL.

Changes nothing. Not here: the state of the data (`demad status`).
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from demad.errors import StorageFailed
from demad.intake.deliveries.ledger import Ledger
from demad.publishing.sources import rounding_of
from demad.records import audit_trail
from demad.records.erased_persons import checked_lines
from demad.records.secrets import id_of, known_ids
from demad.releases.agreement import disagreements
from demad.system import RIGHTS

PACKAGES = ("polars", "great-expectations", "dagster", "typst")
PRIVATE = ("store", "inbox", "audit", "dagster", "work", "secrets")
_SETTINGS = {
    "telemetry": ("telemetry", "enabled", "false", "telemetrie uit"),
    "compute_logs": ("compute_logs", "class", "NoOpComputeLogManager", "geen logboeken van de uitvoer"),
    "run_monitoring": ("run_monitoring", "enabled", "true", "bewaking van runs aan"),
    "max_runtime": ("run_monitoring", "max_runtime_seconds", r"[1-9]\d*", "een langste duur van een run"),
    "retention": ("retention", "purge_after_days", r"[1-9]\d*", "oude tikken opruimen"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it passed, and what to do if not."""

    what: str
    good: bool
    todo: str = ""


def examine(root: Path) -> list[Finding]:
    """All checks, in order."""
    found = [*_packages(), _umask(), _zone()]
    if root.exists():
        found += [_writable(root), *_rights(root), *_secrets(root), *_records(root), _space(root), _clock(root)]
        found += _dagster(root / "dagster")
    return found


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(f"{name} {metadata.version(name)}", good=True)
        except metadata.PackageNotFoundError:
            yield Finding(f"{name} ontbreekt", good=False, todo="Voer python3 bootstrap.py uit.")


def _umask() -> Finding:
    mask = os.umask(0o077)
    os.umask(mask)
    good = not RIGHTS or mask & 0o077 == 0o077
    return Finding(
        f"Nieuwe bestanden alleen voor deze gebruiker (umask {mask:03o})", good, "Zet umask 077 in de dienst."
    )


def _zone() -> Finding:
    try:
        ZoneInfo("Europe/Brussels")
    except ZoneInfoNotFoundError:
        return Finding("Europe/Brussels is niet bekend", good=False, todo="Installeer de tijdzones (tzdata).")
    return Finding("Tijdzone Europe/Brussels", good=True)


def _writable(root: Path) -> Finding:
    return Finding(f"Schrijven in {root}", os.access(root, os.W_OK | os.X_OK), "Geef deze gebruiker rechten op de map.")


def _rights(root: Path) -> Iterator[Finding]:
    if not RIGHTS:
        return
    for name in PRIVATE:
        folder = root / name
        if folder.exists():
            loose = sum(1 for path in [folder, *folder.rglob("*")] if _open_to_others(path, folder))
            yield Finding(f"{name}: {loose} voor anderen leesbaar", loose == 0, f"chmod -R go-rwx {folder}")


def _secrets(root: Path) -> Iterator[Finding]:
    """Check that the secret of each city is the one that its figures were made with."""
    known = {city: id for city, id in known_ids(root).items() if not rounding_of(root, city)}  # else it is at the city
    wrong = sorted(city for city, id in known.items() if id_of(root, city) != id)
    if known:
        todo = f"Zet ze terug uit de back-up met demad restore: {', '.join(wrong)}."
        yield Finding(f"Geheimen van {len(known)} steden, {len(wrong)} weg of anders", not wrong, todo)


def _open_to_others(path: Path, top: Path) -> bool:
    """Whether other users can reach a file; inside a folder that they cannot enter, its own rights do not matter."""
    mode = path.lstat().st_mode
    if path == top:
        return bool(mode & 0o077)
    return bool(mode & 0o077) and bool(top.stat().st_mode & 0o077) and not stat.S_ISLNK(mode)


def _records(root: Path) -> Iterator[Finding]:
    """Whether the trail, the list of erased persons and every published file are what was recorded."""
    yield Finding("auditspoor is heel", audit_trail.verify(root).holds, "Zoek uit wie eraan kwam; herstel een back-up.")
    try:
        checked_lines(root)
        yield Finding("lijst van gewiste personen is heel", good=True)
    except StorageFailed as refusal:
        yield Finding("lijst van gewiste personen is heel", good=False, todo=refusal.todo)
    wrong = list(disagreements(root, every_file=True))
    todo = f"Herstel een back-up met demad restore --replace: {'; '.join(wrong[:3])}."
    yield Finding("releases, grootboek en auditspoor stemmen overeen", not wrong, todo if wrong else "")


def _space(root: Path) -> Finding:
    free = shutil.disk_usage(root).free
    used = sum(path.stat().st_size for path in (root / "store").rglob("*") if path.is_file())
    needed = max(2**30, 3 * used)
    return Finding(f"Vrije ruimte {free / 2**30:.1f} GiB", free >= needed, f"Maak {needed / 2**30:.1f} GiB vrij.")


def _clock(root: Path) -> Finding:
    newest = max((at for at, _ in Ledger(root).dated()), default="")
    now = datetime.now(UTC)
    good = not newest or datetime.fromisoformat(newest) <= now + timedelta(minutes=5)
    return Finding(
        f"Klok {now:%Y-%m-%d %H:%M} UTC", good, "De klok staat vroeger dan de laatste beslissing: zet ze juist."
    )


def _dagster(home: Path) -> Iterator[Finding]:
    path = home / "dagster.yaml"
    if not path.is_file():
        return
    written = settings(path.read_text(encoding="utf-8"))
    for section, key, wanted, said in _SETTINGS.values():
        given = [
            value for name, value in written.items() if name.startswith(f"{section}.") and name.endswith(f".{key}")
        ]
        good = bool(given) and all(re.fullmatch(wanted, value) for value in given)
        yield Finding(f"Dagster: {said}", good, f"Zie {section} in deploy/dagster.yaml.")
    postgres = {name: value for name, value in written.items() if "postgres_db." in name}
    if postgres:
        yield _postgres(postgres)
    else:
        alone = written.get("concurrency.runs.max_concurrent_runs") == "1"
        yield Finding(
            "Dagster: één run tegelijk op SQLite", alone, "Zet max_concurrent_runs op 1, of gebruik PostgreSQL."
        )


def settings(text: str) -> Mapping[str, str]:
    """The scalars of a YAML file by dotted name, as text; empty where it is no YAML of ours."""
    try:
        return dict(_scalars(yaml.safe_load(text), ()))
    except yaml.YAMLError:
        return {}


def _scalars(written: object, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(written, Mapping):
        for name, value in written.items():
            yield from _scalars(value, (*above, str(name)))
    elif not isinstance(written, list) and written is not None:
        yield ".".join(above), str(written).lower() if isinstance(written, bool) else str(written)


def _postgres(given: Mapping[str, str]) -> Finding:
    """Check whether a server accepts connections; no login, so no password is needed."""
    host = _filled(given, "hostname", "localhost")
    port = _filled(given, "port", "5432")
    what, todo = "PostgreSQL bereikbaar", "Start PostgreSQL of verbeter het adres; de cijfers zelf zijn veilig."
    try:
        if host.startswith("/"):
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(5)
                line.connect(f"{host}/.s.PGSQL.{port}")
        else:
            socket.create_connection((host, int(port)), timeout=5).close()
    except (OSError, ValueError):
        return Finding(what, good=False, todo=todo)
    return Finding(what, good=True)


def _filled(given: Mapping[str, str], key: str, default: str) -> str:
    """A value, or the value of the environment variable it names (`hostname: {env: DEMAD_PG_HOST}`)."""
    for name, value in given.items():
        if name.endswith(f".{key}.env"):
            return os.environ.get(value, default)
        if name.endswith(f".{key}"):
            return value
    return default
