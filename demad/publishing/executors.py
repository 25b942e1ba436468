"""Have tasks done where `demad.toml` says: in two processes, or on a Dask cluster; what stops is started once more.

A task is a function of ours with paths and keys, and it gives nothing back: what it makes is in the store. What travels
between processes is pickled by the executor, the one exception to our ban on it: names of folders and cities one way,
nothing or a refusal the other, between processes of one user or, past one machine, over TLS with certificates of both.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import active_children, connection, get_context, parent_process
from pathlib import Path
from threading import Thread
from time import monotonic

from demad.errors import DemadError, StorageFailed, UsageRefused
from demad.publishing.definition_changes import shadow_of
from demad.reference.settings import Counting, load_settings

_PROCESSES = 2
_GRACE = 3.0
"""Seconds in which two processes without work must end by themselves."""
_PATIENCE = 15 * 60
"""Seconds in which some task must end: a cluster without workers would let a night wait for ever."""


def counting_in(root: Path) -> Counting:
    """Where the shards of a root are counted; those of a shadow in processes: a cluster does not see that folder."""
    counting = load_settings(root).counting
    in_shadow = root == shadow_of(root.parent.parent)
    return replace(counting, executor="processes") if in_shadow and counting.executor == "dask" else counting


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def done_elsewhere(counting: Counting, task: Callable[..., None], given: Sequence[tuple[str | int, ...]]) -> None:
    """Have every task done; what stops is started once more, and the task sees what was done already.

    Raises
    ------
    StorageFailed
        D-461: processes or the cluster stopped twice; what was made is kept.
    UsageRefused
        D-462: Dask is not installed; and every refusal of a task.
    """
    for last in (False, True):
        try:
            with _executor(counting) as executor:
                _finish({executor.submit(task, *each) for each in given})
        except DemadError:
            raise
        except Exception as fault:  # a task raises a DemadError alone: this is of the executor
            if last:
                raise _stopped(fault) from None
        else:
            return


@contextmanager
def done_beside(task: Callable[..., None], *given: str | int) -> Iterator[None]:
    """Have one task done by another process while the body runs, and wait for it.

    Nothing is raised for a task that fails or stops: whoever needs what it makes looks, and makes it.
    """
    if cores() == 1:
        yield
        return
    with _pool() as executor:
        begun = executor.submit(task, *given)
        yield
        wait([begun], timeout=_PATIENCE)


def _finish(waiting: Collection[Future[None]]) -> None:
    """Wait for every task; what has not begun when one is refused is not begun any more."""
    try:
        while waiting:
            done, waiting = wait(waiting, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
            if not done:
                raise TimeoutError
            for one in done:
                one.result()
    finally:
        for one in waiting:
            one.cancel()


def _stopped(fault: Exception) -> StorageFailed:
    return StorageFailed(
        "D-461",
        f"Wat de delen van een stad telt, is gestopt ({type(fault).__name__}).",
        "Kijk de rekencluster na met demad doctor; demad run gaat verder waar hij was.",
    )


@contextmanager
def _pool() -> Iterator[Executor]:
    """Two processes that are asked to end, and are ended: one that died asking for work keeps the other waiting.

    One that is ended leaves what it has from the system (a semaphore of tqdm), which Python tells on the screen.
    """
    others = {process.pid for process in active_children()}
    pool = ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn"), initializer=_end_with_the_run)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        started, until = [one for one in active_children() if one.pid not in others], monotonic() + _GRACE
        for process in started:
            process.join(max(0, until - monotonic()))
            process.terminate()


def _end_with_the_run() -> None:
    """In a process of the pool: end when the run is gone. One that is killed cannot say so, and its pool would wait."""
    if run := parent_process():
        Thread(target=_end_after, args=(run.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


@contextmanager
def _executor(counting: Counting) -> Iterator[Executor]:
    if counting.executor == "processes":
        with _pool() as pool:
            yield pool
        return
    try:
        from distributed import Client  # pyright: ignore[reportMissingImports]
    except ImportError as missing:
        raise UsageRefused(
            "D-462", "Dask is niet geïnstalleerd.", 'Voer uit: python -m pip install "demad[cluster]".'
        ) from missing
    with Client(counting.address, set_as_default=False) as client:
        yield client.get_executor(pure=False, retries=1)
