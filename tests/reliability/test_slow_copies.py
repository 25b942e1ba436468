"""A slow copy meets the look at the inbox at any moment: each delivery ends accepted or refused for what is in it."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demad.intake.deliveries import inbox
from demad.intake.deliveries.reception import take_in, waiting
from tests.deliveries import GOOD, YOUTH, leefloon, put

WAYS = (
    "grows in place",
    "under another name, then renamed",
    "of full size at once",
    "without rights until it is there",
)
Chance = random.Random
KINDS: dict[str, tuple[Callable[[Path], object], str]] = {
    "good": (lambda where: put(where, {**leefloon(*GOOD), "jeugdhulp.csv": YOUTH}), ""),
    "rows that break a rule": (lambda where: put(where, leefloon(*(r.replace("RMI", "X") for r in GOOD))), "D-302"),
    "another number of rows": (
        lambda where: put(where, leefloon(*GOOD), rewrite=lambda told: told["files"][0].update(rows=7)),
        "D-227",
    ),
    "another hash": (
        lambda where: put(where, leefloon(*GOOD), rewrite=lambda told: told["files"][0].update(sha256="0" * 64)),
        "D-225",
    ),
    "a manifest with a wrong field": (lambda where: put(where, leefloon(*GOOD), history="half"), "D-222"),
}


def steps(source: Path, target: Path, way: str, chance: Chance) -> Iterator[None]:
    """Copy a delivery file by file, in pieces; pause after each piece."""
    names = sorted(path.name for path in source.iterdir())
    chance.shuffle(names)
    target.mkdir(parents=True)
    yield
    for name in names:
        content = (source / name).read_bytes()
        cuts = sorted(chance.sample(range(len(content)), 2))
        pieces = [content[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(content)], strict=True)]
        path = target / (f".{name}.Xy12" if way == WAYS[1] else name)
        path.write_bytes(bytes(len(content)) if way == WAYS[2] else b"")
        yield
        place = 0
        for piece in pieces:
            with path.open("r+b") as copy:
                copy.seek(place)
                copy.write(piece)
            place += len(piece)
            yield
        if way == WAYS[1]:
            path.rename(target / name)
        yield


def copied(root: Path, kind: str, way: str, chance: Chance) -> list[tuple[str, str]]:
    """Outcomes of the looks during and after one copy: state and code, once each."""
    make, _ = KINDS[kind]
    source = make(root / "elsewhere")
    target = root / "inbox" / "gent" / "levering-een"
    seen: list[tuple[str, str]] = []
    for _ in steps(source, target, way, chance):
        if chance.random() < 0.4:
            seen += [(str(found.state), found.code) for found in take_in(root)]
    seen += [(str(found.state), found.code) for found in take_in(root)]
    assert waiting(root) == []
    return seen


def tried(folder: Path, count: int, seed: int) -> int:
    """Try random copies; return the number of refusals that only their time explains and that were taken back."""
    chance, passing = Chance(seed), 0
    for number in range(count):
        kind, way = chance.choice(list(KINDS)), chance.choice(WAYS)
        *before, last = copied(folder / str(number), kind, way, chance) or [("", "")]
        right = ("refused", KINDS[kind][1]) if KINDS[kind][1] else ("accepted", "")
        final = [one for one in (*before, last) if one[0] != "incomplete"][-1]
        assert final == right, (number, kind, way, before, last)
        early = [one for one in before if one[0] == "refused" and one != right]
        assert not early or way == WAYS[2], (number, kind, way, before)
        passing += len(early)
        shutil.rmtree(folder / str(number))
    return passing


@pytest.fixture(autouse=True)
def _steps_are_fast(monkeypatch):
    monkeypatch.setattr(inbox, "LOOK_AGAIN", 0.01)


def test_a_slow_copy_ends_accepted_or_refused_for_what_is_in_it(tmp_path):
    tried(tmp_path, 4, 1)


@pytest.mark.slow
def test_two_hundred_slow_copies_end_accepted_or_refused_for_what_is_in_them(tmp_path):
    print(tried(tmp_path, 200, 7), "early refusals of files that had their full size, taken back")
