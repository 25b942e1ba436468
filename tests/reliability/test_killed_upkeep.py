"""An erasure, a restore or a clean-up that is killed at any moment: the next command finds everything whole."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demad.intake.deliveries.ledger import Ledger, Outcome
from demad.operations.erasure import erase
from demad.operations.restore import whole_root
from demad.records import audit_trail
from demad.store import Store
from tests.reliability.remembered import NUMBERS, PEOPLE, Years

TOP = Path(__file__).parents[2]
ACTS = ("erase", "restore", "prune")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")


def lived(folder: Path, chance: random.Random) -> Years:
    """A root with a history: releases, an erasure, a backup from before it, and deliveries in the inbox."""
    years = Years(folder, chance.randrange(10**6))
    for step in (years.release, years.back_up, years.erase, years.deliver, years.release):
        step()
    for name, state in (("oud", "superseded"), ("geweigerd", "refused"), ("wacht", "held")):
        delivery = years.root / "inbox" / "gent" / name
        delivery.mkdir(parents=True)
        (delivery / "leefloon.csv").write_bytes(b"x" * 20_000)
        Ledger(years.root).add(Outcome("gent", name, state))
    return years


def done_before(act: str, root: Path, given: list[str], after: float | None) -> float | None:
    """Start an act and kill it ``after`` so many seconds (None: never); how long it took, None if it died first."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.reliability.upkeep", act, str(root), *given]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=TOP) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"begins\n"
        begun = time.monotonic()
        if after is not None:
            time.sleep(after)
            victim.kill()
        told = victim.stdout.read()
        assert told == b"done\n" or after is not None
        return time.monotonic() - begun if told else None


def judge(act: str, years: Years, person: str) -> None:
    """What must be true once the next command has held the root."""
    with whole_root(years.root):
        pass
    assert audit_trail.verify(years.root).holds
    assert Ledger(years.root).state().holds
    assert Store(years.root).intact("accepted/gent")
    if act == "erase":  # nobody was told that it was done: the administrator asks again
        erase(years.root, "gent", person)
        years.gone.add(NUMBERS[PEOPLE.index(person)])
    years.judge()
    people = set(Store(years.root).read("accepted/gent", "leefloon")["persoon"].to_list())
    assert people == set(PEOPLE) - years.erased
    held = years.root / "inbox" / "gent" / "wacht" / "leefloon.csv"
    assert held.stat().st_size == 20_000
    for name in ("oud", "geweigerd"):
        folder = years.root / "inbox" / "gent" / name
        assert not folder.exists() or (folder / "leefloon.csv").stat().st_size == 20_000


def tried(act: str, folder: Path, kills: int, seed: int) -> int:
    """Kill so many acts before they are done, each in a root of its own; return how many were tried."""
    chance, took, inside, number = random.Random(seed), None, 0, 0  # noqa: S311
    while inside < kills:
        number += 1
        years = lived(folder / str(number), chance)
        person = next(one for one in PEOPLE if one not in years.erased)
        given = {"erase": [person], "restore": [str(years.backups[0])], "prune": []}[act]
        if took is None:  # the first one is let live: it tells how long an act lasts
            took = done_before(act, years.root, given, None) or 0.0
        elif lasted := done_before(act, years.root, given, chance.uniform(0, took)):
            took = lasted  # it was done before it could be killed: the next one is killed earlier
        else:
            inside += 1
        judge(act, years, person)
        shutil.rmtree(folder / str(number))
    return number


@pytest.mark.parametrize("act", ACTS)
def test_an_act_of_upkeep_that_is_killed_leaves_everything_whole(act, tmp_path):
    tried(act, tmp_path, 1, 3)


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_so_do_dozens_of_them(act, tmp_path):
    print(act, "60 killed before they were done, of", tried(act, tmp_path, 60, 5))
