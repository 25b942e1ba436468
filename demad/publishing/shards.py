"""Count the shards of a city where `demad.toml` says: here, in processes, or on a Dask cluster.

A task is a path and keys. What it counts is stored under a hash of all that it rests on, so a run that was stopped goes
on where it was, and whoever counted, the bytes are the same. What travels between processes is pickled by the executor:
names of folders and cities one way, nothing or a refusal the other, between processes of one user or over TLS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from demad.counting import count_shard
from demad.errors import DemadError, InputMissing, StorageFailed, UsageRefused
from demad.histories.shards import Shard
from demad.intake.deliveries.in_force import in_force
from demad.reference.fingerprint import hash_of, software_hash
from demad.reference.settings import Counting, load_settings
from demad.store import Store
from demad.tables.observation import Observation

_KINDS = ("periods", "leavers", "supports")
_PROCESSES = 2
Tables = dict[str, pl.DataFrame]


def counted_shards(root: Path, city: str) -> Iterator[Tables]:
    """Yield the tables of each shard of a city, counted from its stored periods.

    Raises
    ------
    InputMissing
        D-352: no periods are stored, or they are those of a version before shards.
    StorageFailed
        D-461: processes or the cluster stopped twice; the shards that were counted are kept.
    """
    n_shards = sum(name.startswith("periods_") for name in Store(root).table_names(f"periods/{city}"))
    if not n_shards:
        raise InputMissing("D-352", f"De periodes van {city} zijn van een oudere versie.", "Voer demad run uit.")
    counting = load_settings(root).counting
    if counting.executor == "here" or (counting.executor == "processes" and n_shards == 1):
        yield from (count_shard(_shard(root, city, number)) for number in range(n_shards))
        return
    tasks = [(str(root), city, number, software_hash()) for number in range(n_shards)]
    done_elsewhere(counting, count_stored, tasks)
    for number in range(n_shards):
        yield Store(root).tables(_part(city, number))


def forget_parts(root: Path, city: str) -> None:
    """Remove what shards of a city counted; for when its tables are stored."""
    for name in Store(root).names("counted"):
        if re.fullmatch(rf"{re.escape(city)}-\d+", name):
            Store(root).remove(f"counted/{name}")


def count_stored(root: str, city: str, number: int, software: str) -> None:
    """Count one shard and store its tables, unless they are there; the task of an executor.

    An unexpected error becomes D-901 without its text, because a worker writes what it is told in a log.

    Raises
    ------
    UsageRefused
        D-460: this worker has other software than who asks.
    """
    if software != software_hash():
        raise UsageRefused("D-460", "Een werker heeft een andere versie van DEMaD.", "Zet overal dezelfde versie.")
    try:
        _count_and_store(Path(root), city, number)
    except DemadError:
        raise
    except Exception as fault:
        known = DemadError(
            "D-901", f"Onverwachte fout ({type(fault).__name__}) in {count_stored.__name__}.", "Meld dit."
        )
    else:
        return
    raise known from None


def _count_and_store(root: Path, city: str, number: int) -> None:
    store, name = Store(root), _part(city, number)
    hashes = store.hashes(f"periods/{city}")
    given = {kind: hashes.get(f"{kind}_{number}") for kind in _KINDS}
    observation = _observation(root, city)
    facts = {"made_from": hash_of([given, city, repr(observation), software_hash()])}
    if store.facts(name) != facts or not store.intact(name):
        store.commit(name, count_shard(_shard(root, city, number)), facts)


def _shard(root: Path, city: str, number: int) -> Shard:
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
    return f"counted/{city}-{number}"


def done_elsewhere(counting: Counting, task: Callable[..., None], given: Sequence[tuple[str | int, ...]]) -> None:
    """Have every task done; what stops is started once more, and does only what was left."""
    for last in (False, True):
        try:
            with _executor(counting) as executor:
                for done in [executor.submit(task, *each) for each in given]:
                    done.result()
        except DemadError:
            raise
        except Exception as fault:  # a task raises a DemadError alone: this is of the executor
            if last:
                raise _stopped(fault) from None
        else:
            return


def _stopped(fault: Exception) -> StorageFailed:
    return StorageFailed(
        "D-461",
        f"Wat de delen van een stad telt, is gestopt ({type(fault).__name__}).",
        "Kijk de rekencluster na; demad run gaat verder waar hij was.",
    )


@contextmanager
def _executor(counting: Counting) -> Iterator[Executor]:
    if counting.executor == "processes":
        with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
            yield pool
        return
    try:
        from distributed import Client  # pyright: ignore[reportMissingImports]
    except ImportError as missing:
        raise UsageRefused("D-457", "Dask is niet geïnstalleerd.", "Installeer demad[cluster].") from missing
    with Client(counting.address, set_as_default=False) as client:
        yield client.get_executor(pure=False, retries=1)
