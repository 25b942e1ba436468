"""Check whether this machine can run DEMaD every night: packages, rights, space, clock, Dagster, PostgreSQL.

Leaves nothing. Not here: the state of the data (`demad status`), and what Dagster knows (`assets/examination.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from demad.errors import StorageFailed
from demad.intake.deliveries.ledger import Ledger
from demad.intake.reading.wall import reader_wall
from demad.notify.kept_copies import expected, old_copies
from demad.notify.last_run import last_run
from demad.operations.cluster import cluster
from demad.operations.database import answers
from demad.operations.finding import Finding
from demad.operations.packages import extras, installed
from demad.operations.shared_key import shared_key
from demad.publishing.sources import rounding_of
from demad.records import audit_trail
from demad.records.erased_persons import checked_lines
from demad.records.secrets import id_of, known_ids
from demad.reference.extras import install_line, missing
from demad.reference.places import cache_folder
from demad.reference.several import several
from demad.releases.agreement import disagreements
from demad.store.typed_path import typed
from demad.system import FORKS, RIGHTS

PRIVATE = ("store", "inbox", "audit", "dagster", "work", "secrets")
_SETTINGS = {
    "telemetry": ("telemetry", "enabled", "false", "telemetrie uit"),
    "compute_logs": ("compute_logs", "class", "NoOpComputeLogManager", "geen logboeken van de uitvoer"),
    "run_monitoring": ("run_monitoring", "enabled", "true", "bewaking van runs aan"),
    "max_runtime": ("run_monitoring", "max_runtime_seconds", r"[1-9]\d*", "een langste duur van een run"),
    "retention": ("retention", "purge_after_days", r"[1-9]\d*", "oude tikken opruimen"),
}


# What every run writes; the time of these files is held against the clock.
_WRITTEN = ("work/*.json", "store/*.jsonl", "audit/*", "store/*/CURRENT", "store/*/*/CURRENT")


def examine(root: Path, *, umask: int | None = None) -> list[Finding]:
    """All checks, in order.

    Parameters
    ----------
    umask
        The one that the shell or service gave, before `demad` set its own; None: the one of this process.
    """
    found = [*installed(), *extras(), _umask(umask), _zone(), _cache(), _reader()]
    if root.exists():
        found += [_writable(root), *_rights(root), *judged_data(root), _space(root), _clock(root)]
        found += [*shared_key(root), *_copies(root), *_dagster(root / "dagster"), *cluster(root)]
    return found


def judged_data(root: Path) -> list[Finding]:
    """The checks of the data alone, wherever they are: secrets, audit trail, erased persons, releases."""
    return [*_secrets(root), *_records(root)]


def _umask(given: int | None) -> Finding:
    mask = os.umask(0o077)
    os.umask(mask)
    mask = mask if given is None else given
    good = not RIGHTS or mask & 0o077 == 0o077
    todo = "Zet umask 077 in de dienst of de shell: wat u zelf kopieert, kan anders iedereen lezen."
    return Finding(f"Nieuwe bestanden alleen voor deze gebruiker (umask {mask:03o})", good, todo)


def _zone() -> Finding:
    try:
        ZoneInfo("Europe/Brussels")
    except ZoneInfoNotFoundError:
        return Finding("Europe/Brussels is niet bekend", good=False, todo="Installeer de tijdzones (tzdata).")
    return Finding("Tijdzone Europe/Brussels", good=True)


def _cache() -> Finding:
    """Whether the font can be kept; the folder is made by the first report."""
    folder = cache_folder()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    todo = "Geef deze gebruiker rechten, of zet XDG_CACHE_HOME; zonder lukt geen rapport."
    return Finding(f"Schrijven in {folder}", os.access(there, os.W_OK | os.X_OK), todo)


def _reader() -> Finding:
    wall = reader_wall()
    files = f"alleen zijn eigen bestanden (Landlock {wall.landlock})" if wall.landlock else "bij alle bestanden"
    network = "geen netwerk" if wall.alone else "geen TCP" if wall.closed else "met netwerk"
    todo = "Gebruik een kernel met Landlock (vanaf 5.13; vanaf 6.7 ook zonder netwerk); tot dan zijn er alleen grenzen."
    return Finding(f"Lezer van leveringen: {files}, {network}", wall.landlock > 0 or not FORKS, todo)


def _writable(root: Path) -> Finding:
    return Finding(f"Schrijven in {root}", os.access(root, os.W_OK | os.X_OK), "Geef deze gebruiker rechten op de map.")


def _rights(root: Path) -> Iterator[Finding]:
    if not RIGHTS:
        return
    for name in PRIVATE:
        folder = root / name
        if folder.exists():
            loose = sum(1 for path in [folder, *folder.rglob("*")] if _open_to_others(path, folder))
            yield Finding(f"{name}: {loose} voor anderen leesbaar", loose == 0, f"chmod -R go-rwx {typed(folder)}")


def _secrets(root: Path) -> Iterator[Finding]:
    """Check that the secret of each city is the one that its figures were made with."""
    known = {city: id for city, id in known_ids(root).items() if not rounding_of(root, city)}  # else it is at the city
    wrong = sorted(city for city, id in known.items() if id_of(root, city) != id)
    if known:
        todo = f"Zet ze terug uit de back-up met demad restore: {', '.join(wrong)}."
        yield Finding(
            f"Geheimen van {several(len(known), 'stad', 'steden')}, {len(wrong)} weg of anders", not wrong, todo
        )


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
    ledger = Ledger(root).state()
    what = f"grootboek van {several(ledger.decisions, 'levering', 'leveringen')} is heel, "
    what += f"{several(ledger.odd, 'regel', 'regels')} niet te lezen"
    yield Finding(what, ledger.holds and not ledger.odd, "Zoek uit wie eraan kwam; herstel een back-up.")
    wrong = list(disagreements(root, every_file=True))
    todo = f"Herstel een back-up met demad restore --replace: {'; '.join(wrong[:3])}."
    yield Finding("releases, grootboek en auditspoor stemmen overeen", not wrong, todo if wrong else "")


def _space(root: Path) -> Finding:
    free = shutil.disk_usage(root).free
    used = sum(path.stat().st_size for path in (root / "store").rglob("*") if path.is_file())
    needed = max(2**30, 3 * used)
    return Finding(f"Vrije ruimte {free / 2**30:.1f} GiB", free >= needed, f"Maak {needed / 2**30:.1f} GiB vrij.")


def _clock(root: Path) -> Finding:
    """Whether the clock is not before anything that happened: a decision, a run, a written file."""
    told = [*(at for at, _ in Ledger(root).dated()), str((last_run(root) or {}).get("at", ""))]
    files = (path.stat().st_mtime for name in _WRITTEN for path in root.glob(name))
    newest = max([datetime.fromtimestamp(at, UTC) for at in files] + [_moment(at) for at in told if at], default=None)
    now = datetime.now(UTC)
    good = newest is None or newest <= now + timedelta(minutes=5)
    return Finding(
        f"Klok {now:%Y-%m-%d %H:%M} UTC", good, "De klok staat vroeger dan de laatste beslissing: zet ze juist."
    )


def _moment(at: str) -> datetime:
    moment = datetime.fromisoformat(at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _copies(root: Path) -> Iterator[Finding]:
    """Whether the last backup and drill are recent, where this machine makes them."""
    if expected(root):
        old = list(old_copies(root, datetime.now(UTC)))
        yield Finding(
            "back-up en oefening zijn recent", not old, " ".join(f"{alert.what} {alert.todo}" for alert in old)
        )


def _dagster(home: Path) -> Iterator[Finding]:
    """The configuration of Dagster; a machine that names a database in its settings must also use it."""
    path, server = home / "dagster.yaml", bool(os.environ.get("DEMAD_PG_HOST"))
    elsewhere = os.environ.get("DAGSTER_HOME", "")
    if elsewhere and Path(elsewhere).resolve() != home.resolve():
        yield Finding("DAGSTER_HOME is de map dagster/", good=False, todo=f"Zet DAGSTER_HOME op {home}.")
    if not path.is_file():
        todo = f"Zet deploy/dagster.yaml in {home}."
        yield Finding(
            "dagster.yaml staat in dagster/" if server else "dagster.yaml maakt de eerste run", not server, todo
        )
        return
    if absent := missing("server"):
        yield Finding("dagster.yaml is niet nagekeken", good=False, todo=f"Voer uit: {install_line('server', absent)}")
        return
    written = settings(path.read_text(encoding="utf-8"))
    if not written:
        yield Finding("dagster.yaml is leesbaar", good=False, todo="Zet deploy/dagster.yaml terug.")
        return
    for section, key, wanted, said in _SETTINGS.values():
        given = [
            value for name, value in written.items() if name.startswith(f"{section}.") and name.endswith(f".{key}")
        ]
        good = bool(given) and all(re.fullmatch(wanted, value) for value in given)
        yield Finding(f"Dagster: {said}", good, f"Zie {section} in deploy/dagster.yaml.")
    postgres = {name: value for name, value in written.items() if "postgres_db." in name}
    if postgres:
        yield answers(postgres)
    else:
        if server:
            yield Finding("Dagster gebruikt PostgreSQL", good=False, todo=f"Zet deploy/dagster.yaml in {home}.")
        alone = written.get("concurrency.runs.max_concurrent_runs") == "1"
        yield Finding(
            "Dagster: één run tegelijk op SQLite", alone, "Zet max_concurrent_runs op 1, of gebruik PostgreSQL."
        )


def settings(text: str) -> Mapping[str, str]:
    """The scalars of a YAML file by dotted name, as text; empty where it is no YAML of ours."""
    import yaml  # only where Dagster is

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
