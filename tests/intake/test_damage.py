"""Files that were cut or changed on their way are never accepted, and what was in force stays."""

import os
import random
import shutil
from collections import Counter
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from demad.errors import DeliveryRefused
from demad.intake.deliveries import inbox
from demad.intake.deliveries.in_force import in_force, inputs_hash
from demad.intake.deliveries.manifest import NAME, read_manifest
from demad.intake.deliveries.packing import make_delivery
from demad.intake.deliveries.reception import take_in
from demad.reference.cities import city_of
from tests.deliveries import GOOD, YOUTH, leefloon, put
from tests.lanes import examples

COUNT = int(os.environ.get("DEMAD_DAMAGE", "0")) or examples(30)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Cut somewhere, or one to three bits turned over."""
    if chance.random() < 0.5:
        return content[: chance.randrange(len(content))]
    changed = bytearray(content)
    for place in chance.sample(range(len(changed)), chance.randint(1, 3)):
        changed[place] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("taken-in")
    put(where, leefloon(*GOOD), name="levering-nul")
    assert [outcome.state for outcome in take_in(where)] == ["accepted"]
    return where


@pytest.fixture
def root(taken_in: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(taken_in, tmp_path / "root"))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_no_cut_or_turned_bit_is_accepted(kind, root, monkeypatch):
    monkeypatch.setattr(inbox, "LOOK_AGAIN", 0)  # nobody else is writing
    chance = random.Random(kind)  # noqa: S311
    if kind == "csv":
        folder = put(root, {**leefloon(*GOOD), "jeugdhulp.csv": YOUTH}, name="levering-twee", as_of="2023-01-31")
    else:
        folder = made(root)
    files = [path for path in sorted(folder.iterdir()) if path.name != NAME]
    before, ledger = inputs_hash(root, "gent"), root / "store" / "ledger.jsonl"
    decided = ledger.read_bytes()
    for _ in range(COUNT):
        path = chance.choice(files)
        whole = path.read_bytes()
        path.write_bytes(damaged(whole, chance))
        shorter = path.stat().st_size < len(whole)
        state = "incomplete" if shorter else "refused"  # what is shorter than announced may still be on its way
        assert [(outcome.state, outcome.code) for outcome in take_in(root)] == [(state, "D-225")]
        assert inputs_hash(root, "gent") == before
        path.write_bytes(whole)
        ledger.write_bytes(decided)  # else the refused delivery is not looked at again
    assert [outcome.state for outcome in take_in(root)] == ["accepted"]


def made(root: Path) -> Path:
    source = root / "bron"
    source.mkdir()
    for name, text in {**leefloon(*GOOD), "jeugdhulp.csv": YOUTH}.items():
        (source / name).write_text(text, encoding="utf-8")
    delivery = make_delivery(
        root,
        city_of("gent"),
        sorted(source.iterdir()),
        since=date(2019, 1, 1),
        as_of=date(2023, 1, 31),
        full_history=False,
        made_on=date(2023, 2, 5),
    )
    return root / "inbox" / "gent" / delivery.id


TOLD = {"since", "as_of", "made_on", "key_id", "approval"}
"""What a manifest alone knows: nothing else can contradict it, so it is shown with the delivery."""


def test_a_manifest_that_was_changed_is_refused_or_means_the_same_or_shows(root):
    """Whatever it says of city, scope, history, files, their hash, size and rows is looked at; days are shown."""
    chance = random.Random("manifest")  # noqa: S311
    folder = put(
        root,
        leefloon(*GOOD),
        name="levering-twee",
        as_of="2023-01-31",
        scope="city",
        history="full",
        key_id="sleutel-2023",
        approval="besluit 12",
    )
    path, store, kept = folder / NAME, root / "store", root / "bewaard"
    whole, announced, before = path.read_bytes(), read_manifest(folder), inputs_hash(root, "gent")
    shutil.copytree(store, kept)
    seen = Counter()
    for _ in range(COUNT):
        path.write_bytes(damaged(whole, chance))
        try:
            told = read_manifest(folder)
        except DeliveryRefused as refusal:
            seen[refusal.code] += 1
            continue
        if told == announced:
            seen["means the same"] += 1
            continue
        outcome = take_in(root)[0]
        seen[outcome.code or outcome.state] += 1
        if outcome.state != "accepted":
            assert inputs_hash(root, "gent") == before
        if outcome.state in ("accepted", "superseded"):
            changed = {
                field.name for field in fields(told) if getattr(told, field.name) != getattr(announced, field.name)
            }
            assert changed <= TOLD
            assert outcome.content == told.content != announced.content
            assert (outcome.as_of, outcome.made_on) == (told.as_of.isoformat(), told.made_on.isoformat())
            shown = in_force(root, "gent")
            assert shown is not None
            if outcome.state == "accepted":
                taken = shown.datasets["leefloon"]
                assert (taken.since, taken.as_of, taken.made_on) == (told.since, told.as_of, told.made_on)
        shutil.rmtree(store)
        shutil.copytree(kept, store)
    print(dict(seen))
    assert set(seen) <= {"D-221", "D-222", "D-225", "D-227", "D-230", "means the same", "accepted", "superseded"}


@pytest.mark.parametrize("kept", ["nothing", "half", "all but the last byte"])
def test_a_manifest_that_was_cut_makes_no_delivery(kept, root):
    folder = put(root, leefloon(*GOOD), name="levering-twee", as_of="2023-01-31")
    whole = (folder / NAME).read_bytes()
    part = {"nothing": b"", "half": whole[: len(whole) // 2], "all but the last byte": whole[:-1]}[kept]
    (folder / NAME).write_bytes(part)
    assert [outcome.code for outcome in take_in(root)] == ["D-222"]
