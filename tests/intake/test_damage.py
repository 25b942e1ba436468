"""Files that were cut or changed on their way are never accepted, and what was in force stays."""

import os
import random
from datetime import date
from pathlib import Path

import pytest

from demad.intake.delivery import make_delivery
from demad.intake.in_force import inputs_hash
from demad.intake.manifest import NAME
from demad.intake.reception import take_in
from demad.reference.cities import city_of
from tests.deliveries import GOOD, YOUTH, leefloon, put

COUNT = int(os.environ.get("DEMAD_DAMAGE", "60"))


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Cut somewhere, or one to three bits turned over."""
    if chance.random() < 0.5:
        return content[: chance.randrange(len(content))]
    changed = bytearray(content)
    for place in chance.sample(range(len(changed)), chance.randint(1, 3)):
        changed[place] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, leefloon(*GOOD), name="levering-nul")
    assert [outcome.state for outcome in take_in(tmp_path)] == ["accepted"]
    return tmp_path


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_no_cut_or_turned_bit_is_accepted(kind, root):
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
        assert [(outcome.state, outcome.code) for outcome in take_in(root)] == [("refused", "D-225")]
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


@pytest.mark.parametrize("kept", ["nothing", "half", "all but the last byte"])
def test_a_manifest_that_was_cut_makes_no_delivery(kept, root):
    folder = put(root, leefloon(*GOOD), name="levering-twee", as_of="2023-01-31")
    whole = (folder / NAME).read_bytes()
    part = {"nothing": b"", "half": whole[: len(whole) // 2], "all but the last byte": whole[:-1]}[kept]
    (folder / NAME).write_bytes(part)
    assert [outcome.code for outcome in take_in(root)] == ["D-222"]
