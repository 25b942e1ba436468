"""The shards of a city, each counted once: here, or by another process that has the same code and the same store.

What a shard counted is stored under a hash of all that it rests on, so a run that was stopped goes on where it was, and
whoever counted, the bytes are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import polars as pl

from demad.counting import count_shard
from demad.errors import DemadError, InputMissing, UsageRefused
from demad.histories.shards import Shard
from demad.intake.deliveries.in_force import in_force
from demad.publishing.executors import counting_in, done_elsewhere
from demad.reference.fingerprint import hash_of, software_hash
from demad.store import Store
from demad.tables.observation import Observation

COUNTED = "counted"
_KINDS = ("periods", "leavers", "supports", "applications", "recorded")
Tables = dict[str, pl.DataFrame]


@lru_cache(maxsize=1)
def software() -> str:
    """Hash of what decides the bytes of a part: our code and Polars. What a task and its worker must have the same."""
    return hash_of([software_hash(), pl.__version__])


def counted_shards(root: Path, city: str) -> Iterator[Tables]:
    """Yield the tables of each shard of a city, counted from its stored periods.

    Raises
    ------
    InputMissing
        D-352: no periods are stored, or they are those of a version before shards.
    StorageFailed
        D-461: processes or the cluster stopped twice; the shards that were counted are kept.
    """
    n_shards = shards_of(root, city)
    if not n_shards:
        raise InputMissing("D-352", f"De periodes van {city} zijn van een oudere versie.", "Voer demad run uit.")
    counting = counting_in(root)
    left = [] if counting.executor == "here" else [n for n in range(n_shards) if not is_counted(root, city, n)]
    if len(left) > (counting.executor == "processes"):  # one shard alone is not worth a process
        done_elsewhere(counting, count_stored, [(str(root), city, number, software()) for number in left])
    for number in range(n_shards):
        yield _counted(root, city, number)


def shards_of(root: Path, city: str) -> int:
    """How many shards the stored periods of a city have; 0 without, or if they are of a version before shards."""
    return sum(name.startswith("periods_") for name in Store(root).table_names(f"periods/{city}"))


def is_counted(root: Path, city: str, number: int) -> bool:
    """Whether the tables of a shard are stored, whole, and made from the periods that are stored now."""
    store, name = Store(root), _part(city, number)
    return (
        store.current(name) is not None and store.facts(name) == _made_from(root, city, number) and store.intact(name)
    )


def forget_parts(root: Path, city: str) -> None:
    """Remove what shards of a city counted, half written or whole; for when its tables are stored."""
    store = Store(root)
    for path in (store.folder / COUNTED).glob(f"{city}-*"):
        if path.name.rpartition("-")[0] == city:
            store.remove(f"{COUNTED}/{path.name}")


def with_parts(root: Path) -> list[str]:
    """The cities of which a shard was counted and not taken yet, sorted."""
    return sorted({path.name.rpartition("-")[0] for path in (Store(root).folder / COUNTED).glob("*-*")})


def count_stored(root: str, city: str, number: int, asked: str) -> None:
    """Count one shard and store its tables, unless they are there; the task of an executor.

    Raises
    ------
    UsageRefused
        D-460: this worker has other software than who asks.
    """
    refuse_other(asked)
    with without_text(count_stored.__name__):
        count_part(Path(root), city, number)


def count_part(root: Path, city: str, number: int) -> None:
    """Count one shard of the stored periods and store its tables, unless they are there."""
    if not is_counted(root, city, number):
        Store(root).commit(_part(city, number), _count(root, city, number), _made_from(root, city, number))


def refuse_other(asked: str) -> None:
    """Raise D-460 if who asks has other software than this process."""
    if asked != software():
        raise UsageRefused("D-460", "Een werker heeft een andere versie van DEMaD.", "Zet overal dezelfde versie.")


@contextmanager
def without_text(task: str) -> Iterator[None]:
    """Turn an unexpected error into D-901 without its text: a worker writes what it is told in a log."""
    try:
        yield
    except DemadError:
        raise
    except Exception as fault:
        known = DemadError("D-901", f"Onverwachte fout ({type(fault).__name__}) in {task}.", "Meld dit.")
    else:
        return
    raise known from None


def _counted(root: Path, city: str, number: int) -> Tables:
    if is_counted(root, city, number):
        return Store(root).tables(_part(city, number))
    return _count(root, city, number)


def _count(root: Path, city: str, number: int) -> Tables:
    return count_shard(stored_shard(root, city, number))


def _made_from(root: Path, city: str, number: int) -> dict[str, str]:
    hashes = Store(root).hashes(f"periods/{city}")
    given = {kind: hashes.get(f"{kind}_{number}") for kind in _KINDS}
    return {"made_from": hash_of([given, city, repr(_observation(root, city)), software()])}


def stored_shard(root: Path, city: str, number: int) -> Shard:
    """A shard of the stored periods of a city; D-410 if no delivery of it is in force."""
    store, name = Store(root), f"periods/{city}"
    tables = {kind: f"{kind}_{number}" for kind in _KINDS}
    read = {kind: store.read(name, table) for kind, table in tables.items() if table in store.table_names(name)}
    return Shard(city, _observation(root, city), **read)


def _observation(root: Path, city: str) -> Observation:
    current = in_force(root, city)
    if current is None or current.observation is None:
        raise InputMissing("D-410", f"Voor {city} is geen levering in gebruik.", "Lever eerst met demad deliver.")
    return current.observation


def _part(city: str, number: int) -> str:
    return f"{COUNTED}/{city}-{number}"
