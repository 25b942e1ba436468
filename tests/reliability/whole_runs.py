"""Whole runs that are killed again and again, and must end in the bytes of a run that nobody disturbed.

Run as a script (``python -m tests.reliability.whole_runs KILLS SEED FOLDER``). It imports everything first and uses
no Polars itself, so that a fork starts in milliseconds and no thread of Polars is lost in it. The runs are whole,
with everything that a night has in it, and small: what a kill can hit is the same for thirty persons as for thousands.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from demad.intake.deliveries.ledger import Ledger
from demad.intake.deliveries.packing import put_extracts
from demad.records import audit_trail
from demad.records.secrets import keep, seeded
from demad.reference.cities import load_cities
from demad.store import Store, file_hash
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from assets import definitions  # noqa: F401  # loaded before the fork
    from assets.run import run

_HEAVY = ("great_expectations", "alembic.command", "fontTools.ttLib", "fontTools.subset", "rich.console", "xlsxwriter")
_IN_A_ROW = 8


def put(root: Path, *slugs: str, revision: int = 0, people: int = 30, only: tuple[str, ...] = ("leefloon",)) -> None:
    """A delivery of each city in the inbox; a revision is a day later and has a few decisions less."""
    cities = load_cities(root)
    for slug, frames in extracts(people=people, seed=1, cities=slugs):
        made_on = AS_OF + timedelta(days=5 + revision)
        keep(root, slug, seeded(f"test/{slug}"))
        given = {**frames, "leefloon": frames["leefloon"].head(frames["leefloon"].height - 3 * revision)}
        asked = {name: frame for name, frame in given.items() if not only or name in only}
        put_extracts(root, cities[slug], asked, since=SINCE, as_of=AS_OF, made_on=made_on)


def settle(root: Path) -> None:
    """A city with figures, and a night's inbox: a new delivery, and one of a second city that is damaged."""
    put(root, "aalst")
    assert run(root).exit_status == 0
    put(root, "aalst", "turnhout", revision=1)
    damaged = max((root / "inbox" / "turnhout").glob("*/delivery.json"), key=lambda path: path.stat().st_mtime_ns)
    with (damaged.parent / "leefloon.parquet").open("ab") as file:
        file.write(b"damaged on its way")


def state(root: Path) -> dict[str, object]:
    """Everything that must be the same however often a run was killed: versions, pages, decisions."""
    store = Store(root)
    pages = {path.relative_to(root).as_posix(): file_hash(path) for path in files(root / "preview")}
    last = {(entry.city, entry.delivery): (entry.state, entry.code, entry.content) for entry in Ledger(root).outcomes()}
    return {
        "versions": {name: store.current(name) for name in store.every_name()},
        "pages": hashlib.sha256(json.dumps(pages, sort_keys=True).encode()).hexdigest(),
        "page_names": sorted(pages),
        "decisions": sorted(map(str, last.items())),
        "twice": sorted(
            str(key) for key in last if sum((e.city, e.delivery) == key for e in Ledger(root).outcomes()) > 1
        ),
    }


def files(folder: Path) -> list[Path]:
    """Every file under a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def judge(root: Path, deliveries: int) -> None:
    """What must hold at any moment, before anybody repaired or even looked."""
    store = Store(root)
    assert all(store.intact(name) for name in store.every_name()), "half a version is in force"
    assert audit_trail.verify(root).holds, "the audit trail broke"
    assert len(list((root / "inbox").glob("*/*/delivery.json"))) == deliveries, "a delivery is lost"
    manifest = root / "preview" / "manifest.json"
    if (root / "preview").exists():  # out of sight only between two renames
        told = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        there = {path.relative_to(manifest.parent).as_posix(): file_hash(path) for path in files(manifest.parent)}
        assert told == {name: found for name, found in there.items() if name != "manifest.json"}, "half a preview"


def forked(work: Callable[[], object], *, kill_after: float | None = None) -> bool:
    """Do work in a fork; True where it was killed at that moment, False where it had ended well before."""
    child = os.fork()
    if not child:
        os.umask(0o077)
        quiet = os.open(os.devnull, os.O_WRONLY)
        if kill_after is not None:
            os.dup2(quiet, 2)
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)  # pyright: ignore[reportPrivateUsage]
    until = time.monotonic() + kill_after if kill_after is not None else None
    while until is None or time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert status == 0, f"the run ended by itself with {status}"
            return False
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def checked(root: Path, deliveries: int, out: Path) -> None:
    """Judge in a fork of its own (it reads Parquet), and leave the state."""
    judge(root, deliveries)
    out.write_text(json.dumps(state(root)), encoding="utf-8")


def differing(found: Mapping[str, object], wanted: Mapping[str, object]) -> list[str]:
    """What ended otherwise than in a run that nobody disturbed."""
    return [key for key in ("versions", "pages", "decisions") if found[key] != wanted[key]]


@dataclass(frozen=True, slots=True)
class Calm:
    """A root before its night, and how a night ends that nobody disturbs; everything is left under ``folder``."""

    folder: Path
    deliveries: int
    wanted: Mapping[str, object]
    lasted: float

    @classmethod
    def night(cls, folder: Path) -> Calm:
        """Settle ``folder/base`` and let a copy of it run undisturbed."""
        for name in _HEAVY:  # in every fork it would cost more than all the rest
            importlib.import_module(name)
        forked(lambda: settle(folder / "base"))
        deliveries = len(list((folder / "base" / "inbox").glob("*/*/delivery.json")))
        shutil.copytree(folder / "base", folder / "calm")
        begun = time.monotonic()
        forked(lambda: run(folder / "calm"))
        lasted = time.monotonic() - begun
        return cls(folder, deliveries, state_after(folder / "calm", deliveries, folder / "state.json"), lasted)

    def trial(self) -> Path:
        """A fresh copy of the root before its night."""
        root = self.folder / "trial"
        shutil.rmtree(root, ignore_errors=True)
        return Path(shutil.copytree(self.folder / "base", root))

    def judge(self, root: Path) -> None:
        """What must hold before anybody looked."""
        state_after(root, self.deliveries, self.folder / "state.json")

    def ended_in(self, root: Path) -> None:
        """The bytes of the calm night, or an error that says what differs."""
        found = state_after(root, self.deliveries, self.folder / "state.json")
        different = [key for key in ("versions", "pages", "decisions") if found[key] != self.wanted[key]]
        assert different == [], (different, found, self.wanted, str(root))

    def recover(self, root: Path) -> float:
        """One more run, which nobody prepared, must end in the bytes of the calm one; how long it took."""
        begun = time.monotonic()
        forked(lambda: run(root))
        lasted = time.monotonic() - begun
        self.ended_in(root)
        return lasted


def state_after(root: Path, deliveries: int, told: Path) -> dict[str, object]:
    """Judge in a fork of its own, and what state it found."""
    forked(lambda: checked(root, deliveries, told))
    return json.loads(told.read_text(encoding="utf-8"))


def kill_whole_runs(kills: int, seed: int, folder: Path) -> dict[str, object]:
    """Kill whole runs at random moments, several in a row, and compare where the next one ends."""
    chance = random.Random(seed)  # noqa: S311
    calm = Calm.night(folder)
    assert calm.wanted["twice"] == []
    lasted, done, ended, recoveries = calm.lasted, 0, 0, list[float]()
    while done < kills:
        root = calm.trial()
        for _ in range(min(_IN_A_ROW, kills - done)):
            killed = forked(lambda: run(root), kill_after=chance.uniform(0, lasted))  # noqa: B023
            done, ended = done + killed, ended + (not killed)
            calm.judge(root)
            if not killed:
                break
        recoveries.append(calm.recover(root))
        lasted = min(lasted, max(recoveries))
        print(json.dumps({"kills": done, "ended_before": ended, "recovery_s": round(recoveries[-1], 1)}), flush=True)
    return {
        "kills": done,
        "ended_before_the_kill": ended,
        "undisturbed_s": round(calm.lasted, 1),
        "longest_recovery_s": round(max(recoveries), 1),
    }


if __name__ == "__main__":
    print(json.dumps(kill_whole_runs(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
