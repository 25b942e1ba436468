"""Check the cluster that counts: whether scheduler and workers answer, have our code, and see the same store."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from demad.errors import DemadError
from demad.operations.finding import Finding
from demad.reference.settings import load_settings
from demad.store import private_folder, write_atomic

_PATIENCE = 20  # seconds
Answers = Mapping[str, tuple[str, str]]


def cluster(root: Path) -> Iterator[Finding]:
    """The checks of the cluster of a root; none if `demad.toml` names no cluster."""
    try:
        counting = load_settings(root).counting
    except DemadError as refusal:
        yield Finding(f"demad.toml: {refusal.what}", good=False, todo=refusal.todo)
        return
    if counting.executor != "dask":
        return
    word = secrets.token_hex(16)
    asked = private_folder(root / "store") / f".doctor-{word[:8]}"
    try:
        write_atomic(asked, word.encode())
        answers = _asked(counting.address, root, asked)
    except Exception as fault:  # of Dask, of the network, of TLS: all mean that no night can count there
        todo = "Start demad-scheduler, en kijk adres en certificaten na (docs/cluster.md)."
        yield Finding(f"Rekencluster {counting.address}: geen antwoord ({type(fault).__name__})", good=False, todo=todo)
    else:
        yield from judged(answers, word)
    finally:
        asked.unlink(missing_ok=True)


def judged(answers: Answers, word: str) -> Iterator[Finding]:
    """Whether there are workers, and whether each has our software and read the word that we wrote in the store.

    Parameters
    ----------
    answers
        Address of each worker -> its software, and what it read.
    """
    from demad.publishing.shards import software

    other = sorted(worker for worker, (version, _) in answers.items() if version != software())
    blind = sorted(worker for worker, (_, read) in answers.items() if read != word)
    said = f"Rekencluster antwoordt, {len(answers)} werkers"
    yield Finding(said, bool(answers), "Start demad-worker@1 op een machine met de gegevensmap (docs/cluster.md).")
    if answers:
        todo = f"Werk ze bij en herstart ze: {', '.join(other)}."
        yield Finding(f"Werkers met een andere versie: {len(other)}", not other, todo)
        todo = f"Koppel de gegevensmap van deze machine aan, op dezelfde plaats: {', '.join(blind)}."
        yield Finding(f"Werkers die deze gegevensmap niet zien: {len(blind)}", not blind, todo)


def _asked(address: str, root: Path, asked: Path) -> Answers:
    from distributed import Client  # pyright: ignore[reportMissingImports]

    from demad.publishing.worker import answer

    with Client(address, timeout=_PATIENCE, set_as_default=False) as client:
        found: Any = client.run(answer, str(root), asked.relative_to(root).as_posix(), on_error="return")
        return {worker: told if isinstance(told, tuple) else ("", "") for worker, told in found.items()}
