"""Work that is killed again and again: a process that forks a child, kills it, and judges what it left.

Run as a script (``python -m tests.reliability.victims store 300 7 FOLDER``): it imports everything first and
uses no Polars itself, so that a fork costs milliseconds and no thread of Polars is lost in it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from demad.intake.deliveries.ledger import Ledger, Outcome
from demad.operations.restore import whole_root
from demad.publishing import definition_changes
from demad.publishing import prepared as preparing
from demad.publishing.release import confirm, release
from demad.publishing.visible import finish_interrupted
from demad.publishing.withdrawal import withdraw
from demad.records import audit_trail
from demad.releases.agreement import disagreements, release_folders
from demad.releases.files import damaged_files
from demad.releases.withdrawals import damaged_pages, in_force, is_notice
from demad.store import Store
from demad.system import Behind
from tests.releases.small_root import PERIOD, pages_of_few_words, with_figure

NAME = "accepted/gent"


def commits(root: Path, start: int) -> Iterator[int]:
    """Commit version after version; after each, its number."""
    store = Store(root)
    for number in range(start, 1_000_000):
        store.commit(NAME, {"leefloon": pl.DataFrame({"n": [number] * 50}), "quality": pl.DataFrame()}, {"n": number})
        yield number


def judge_commits(root: Path, said: int) -> int:
    store = Store(root)
    found = store.facts(NAME).get("n", 0)
    assert store.intact(NAME), "half a version is in force"
    assert said <= found <= said + 1, (said, found)
    return found


def decisions(root: Path, start: int) -> Iterator[int]:
    """Add decision after decision."""
    ledger = Ledger(root)
    for number in range(start, 1_000_000):
        ledger.add(Outcome("gent", f"levering-{number}", "accepted", content="x" * 300))
        yield number


def judge_decisions(root: Path, said: int) -> int:
    numbers = [int(outcome.delivery.split("-")[1]) for outcome in Ledger(root).outcomes()]
    assert numbers == list(range(1, len(numbers) + 1)), "a decision is lost, double or out of order"
    assert said <= len(numbers) <= said + 1, (said, len(numbers))
    return len(numbers)


def acts(root: Path, start: int) -> Iterator[int]:
    """Record act after act in the trail."""
    for number in range(start, 1_000_000):
        audit_trail.record(root, "released", {"n": number})
        yield number


def judge_acts(root: Path, said: int) -> int:
    chain = audit_trail.verify(root)
    assert chain.holds, "the chain broke"
    assert said <= chain.entries <= said + 1, (said, chain.entries)
    return chain.entries


def releases(root: Path, start: int) -> Iterator[int]:
    """Release, release, withdraw, and prepare with confirm, over and over; pages cost nothing to draw.

    Everything else is what the commands do: the lock, the ledger, the trail, the archive, ``latest``.
    """
    with pages_of_few_words():
        for number in range(start, 1_000_000):
            with whole_root(root):
                _next_act(root, number)
            yield number


def _next_act(root: Path, number: int) -> None:
    if number % 4 == 3:
        withdraw(root, in_force(root)[-1], "Fout geteld.")
        return
    with_figure(root, 1000 + 5 * number)
    second_pair = number % 4 == 0
    (root / "demad.toml").write_text(f"[release]\nsecond_pair = {str(second_pair).lower()}\n", encoding="utf-8")
    _as("anna")
    made = release(root, PERIOD)
    if second_pair:
        assert made.parent == root / "work" / "prepared"
        _as("bert")
        confirm(root)


def _as(person: str) -> None:
    preparing.behind = lambda: Behind(person, frozenset({person}))


def judge_releases(root: Path, said: int) -> int:
    """What is visible is whole, in the trail and right; so it is when the next command has finished what died."""
    folder = root / "publication"
    entries = audit_trail.entries(root)
    released = [entry["facts"]["release"] for entry in entries if entry["act"] == "released"]
    gone = [entry["facts"]["release"] for entry in entries if entry["act"] == "withdrawn"]
    assert released == [f"{PERIOD}-r{n}" for n in range(1, len(released) + 1)]
    assert len(set(gone)) == len(gone)
    shown = release_folders(folder)
    assert {path.name for path in shown} <= set(released), "published without a line in the trail"
    for path in [*shown[-3:], *(found for found in [folder / "latest"] if found.exists())]:
        assert not (list(damaged_pages(path)) if is_notice(path) else damaged_files(path)), path
    finish_interrupted(root)
    assert list(disagreements(root, every_file=len(released) < 9)) == []
    assert audit_trail.verify(root).holds
    standing = [name for name in released if name not in gone]
    if standing:
        figures = (folder / "latest" / "cijfers.csv").read_bytes()
        assert figures == (folder / standing[-1] / "cijfers.csv").read_bytes(), "latest is not the last in force"
    found = len(released) + len(gone)
    assert said <= found <= said + 1, (said, found)
    return found


def adoptions(root: Path, start: int) -> Iterator[int]:
    """Let in definition after definition, as versions that each count differently."""
    for number in range(start, 1_000_000):
        definition_changes.definitions_hash = lambda number=number: f"definitions-{number}"
        with whole_root(root):
            definition_changes.adopt(root, f"versie {number}")
        yield number


def judge_adoptions(root: Path, said: int) -> int:
    """The definitions in force are those of the last act, or of the one before it: then the command is given again."""
    kept = definition_changes.adopted(root)
    found = int(kept.definitions.split("-")[1]) if kept else 0
    acts = [int(entry["facts"]["to"].split("-")[1]) for entry in audit_trail.entries(root, "adopted")]
    assert audit_trail.verify(root).holds
    assert list(dict.fromkeys(acts)) == list(range(1, (acts[-1] if acts else 0) + 1)), "an adoption is not in the trail"
    assert found in (acts[-1] - 1, acts[-1]) if acts else not found
    assert said <= found <= said + 1, (said, found)
    return found


WORK: dict[str, tuple[Callable[[Path, int], Iterator[int]], Callable[[Path, int], int]]] = {
    "store": (commits, judge_commits),
    "ledger": (decisions, judge_decisions),
    "audit": (acts, judge_acts),
    "release": (releases, judge_releases),
    "adopt": (adoptions, judge_adoptions),
}


def kill_again_and_again(kind: str, kills: int, seed: int, root: Path) -> dict[str, object]:
    """Kill ``kills`` children, each inside its first or second piece of work; how far they came, the longest check.

    ``inside``: how many died inside a piece whose number has remainder 0, 1, 2 or 3 by four; of `release` that is
    prepare with confirm, release, release, and withdraw.
    The moment is drawn over the time that pieces of work took so far, so that it falls inside one on any machine.
    """
    work, judge = WORK[kind]
    chance = random.Random(seed)  # noqa: S311
    done, took, longest, inside = 0, 0.0, 0.0, [0] * 4
    for _ in range(kills):
        child, told = _started(work, root, done)
        said, lasted = _until(told, 1 + (1 if not took else chance.randrange(2)))
        took = max(took * 0.9, lasted) if lasted else took
        time.sleep(chance.uniform(0, took))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while part := os.read(told, 65_536):
            said += part
        os.close(told)
        inside[(int.from_bytes(said[-8:], "big") + 1) % 4] += 1
        begun = time.perf_counter()
        done = judge(root, int.from_bytes(said[-8:], "big"))
        longest = max(longest, time.perf_counter() - begun)
    child = os.fork()  # whoever comes next needs no repair
    if not child:
        next(work(root, done + 1))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert judge(root, done + 1) == done + 1
    left = [p.name for p in root.rglob("*") if p.name.startswith((".stage-", ".write-", ".old-")) and kind == "store"]
    assert left == [], left
    return {"kills": kills, "done": done + 1, "longest_check_s": round(longest, 3), "inside": inside}


def _started(work: Callable[[Path, int], Iterator[int]], root: Path, done: int) -> tuple[int, int]:
    """A child that says what was done before it, and then each number as soon as that is done."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.umask(0o077)
        os.write(write, done.to_bytes(8, "big"))
        for number in work(root, done + 1):
            os.write(write, number.to_bytes(8, "big"))
    os.close(write)
    return child, read


def _until(told: int, numbers: int) -> tuple[bytes, float]:
    """Wait for so many numbers of a child; what it said, and how long the last piece of work took."""
    said, begun, lasted = b"", 0.0, 0.0
    while len(said) < 8 * numbers:
        part = os.read(told, 8)
        assert part, "the child died by itself"
        said, lasted, begun = said + part, time.perf_counter() - begun if begun else 0.0, time.perf_counter()
    return said, lasted


if __name__ == "__main__":
    print(json.dumps(kill_again_and_again(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))))
