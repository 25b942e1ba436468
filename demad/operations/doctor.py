"""Is this machine fit to run DEMaD every night: packages, rights, space, clock, Dagster's configuration, PostgreSQL.

Looks and changes nothing. Not here: how the data are (`demad status`).
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

from demad.intake.deliveries.ledger import Ledger
from demad.records.secrets import id_of, known_ids
from demad.system import RIGHTS

PACKAGES = ("polars", "great-expectations", "dagster", "matplotlib")
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
    """One thing that was looked at: whether it is in order, and what to do where it is not."""

    what: str
    good: bool
    todo: str = ""


def examine(root: Path) -> list[Finding]:
    """Everything that was looked at, in order."""
    found = [*_packages(), _umask(), _zone()]
    if root.exists():
        found += [_writable(root), *_rights(root), *_secrets(root), _space(root), _clock(root)]
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
    """The secret of each city is the one that its figures were made with."""
    known = known_ids(root)
    wrong = sorted(city for city, id in known.items() if id_of(root, city) != id)
    if known:
        todo = f"Zet ze terug uit de back-up met demad restore: {', '.join(wrong)}."
        yield Finding(f"Geheimen van {len(known)} steden, {len(wrong)} weg of anders", not wrong, todo)


def _open_to_others(path: Path, top: Path) -> bool:
    """A file inside a folder that nobody else may enter is safe; what counts is the way in."""
    mode = path.lstat().st_mode
    if path == top:
        return bool(mode & 0o077)
    return bool(mode & 0o077) and bool(top.stat().st_mode & 0o077) and not stat.S_ISLNK(mode)


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
    """The scalars of a plain YAML file by dotted name; enough for `dagster.yaml`, without a YAML library."""
    found: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        bare = line.split(" #")[0].rstrip()
        matched = re.match(r"^( *)([A-Za-z_]+):\s*(.*)$", bare)
        if not matched:
            continue
        depth, name, value = len(matched[1]), matched[2], matched[3].strip("'\"")
        above = [*(entry for entry in above if entry[0] < depth), (depth, name)]
        if value:
            found[".".join(entry[1] for entry in above)] = value
    return found


def _postgres(given: Mapping[str, str]) -> Finding:
    """Whether something listens there; no login, so no password is needed."""
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
    """A value, or what the environment variable it names holds (`hostname: {env: DEMAD_PG_HOST}`)."""
    for name, value in given.items():
        if name.endswith(f".{key}.env"):
            return os.environ.get(value, default)
        if name.endswith(f".{key}"):
            inline = re.fullmatch(r"\{\s*env:\s*(\w+)\s*\}", value)
            return os.environ.get(inline[1], default) if inline else value
    return default
