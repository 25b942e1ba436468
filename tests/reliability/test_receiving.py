"""Whoever reads the deliveries, every decision is the same, is made once, and nothing that waits is forgotten."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from demad.intake.deliveries.in_force import current_frames
from demad.intake.deliveries.ledger import DeliveryState, Ledger, Outcome
from demad.intake.deliveries.queue import waiting_of
from demad.intake.deliveries.reception import rows_to_judge, take_in
from demad.operations import receiving
from demad.publishing.shards import software
from tests.deliveries import GOOD, leefloon, put

NIS = {"aalst": "41002", "gent": "44021", "leuven": "24062"}


def fill(root: Path) -> Path:
    """Two good deliveries of one city, a bad one of another, one that waits, and a folder of no city."""
    for city, nis in NIS.items():
        rows = [row.replace("44021", nis).replace("p1-gent", f"p1-{city}") for row in GOOD]
        bad = [row.replace(";RMI;", ";XXX;") for row in rows] if city == "gent" else rows
        put(root, leefloon(*bad), city=city, nis=nis)
    again = [row.replace("44021", NIS["aalst"]).replace("p1-gent", "p1-aalst") for row in GOOD[:-1]]
    put(root, leefloon(*again), city="aalst", nis=NIS["aalst"], name="levering-twee", made_on="2023-01-06")
    cut = put(root, leefloon(*GOOD), name="levering-drie") / "leefloon.csv"
    cut.write_bytes(cut.read_bytes()[:60])
    put(root, leefloon(*GOOD), city="nergens")
    return root


def here(_: object, task: Callable[..., None], given: list[tuple[str, ...]]) -> None:
    for each in given:
        task(*each)


def told(outcomes: list[Outcome]) -> list[tuple[str, ...]]:
    return [(one.city, one.delivery, one.state, one.code, one.what, one.seen[:0]) for one in outcomes]


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "LEAST", 1)
    monkeypatch.setattr(receiving, "cores", lambda: 2)


def same_as_alone(root: Path, alone: Path) -> None:
    """The root took in what `take_in` takes in by itself, each decision once."""
    expected = take_in(alone)
    assert told(receiving.received(root)) == told(expected)
    states = {one.state for one in expected}
    assert states == {DeliveryState.ACCEPTED, DeliveryState.REFUSED, DeliveryState.INCOMPLETE}
    assert sorted(told([*Ledger(root).outcomes()])) == sorted(told([*Ledger(alone).outcomes()]))
    assert Ledger(root).state().holds
    assert waiting_of(root).keys() == waiting_of(alone).keys() == {("gent", "levering-drie")}
    for city in NIS:
        assert {name: frame.rows() for name, frame in current_frames(root, city).items()} == {
            name: frame.rows() for name, frame in current_frames(alone, city).items()
        }
    told_to = {path.name for path in (root / "receipts").rglob("*")}
    assert told_to == {path.name for path in (alone / "receipts").rglob("*")}


def test_deliveries_that_are_read_side_by_side_have_the_same_decisions(tmp_path, beside, monkeypatch):
    monkeypatch.setattr(receiving, "done_elsewhere", here)
    same_as_alone(fill(tmp_path / "one"), fill(tmp_path / "two"))


@pytest.mark.slow
def test_two_processes_decide_as_one(tmp_path, beside):
    same_as_alone(fill(tmp_path / "one"), fill(tmp_path / "two"))


def killed_once(root: str, asked: str, *cities: str) -> None:
    """A task whose process is killed once, after its decisions were recorded or before any."""
    flag = Path(root) / "killed"
    if "aalst" in cities and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    receiving.take_in_beside(root, asked, *cities)


def killed(root: str, asked: str, *cities: str) -> None:
    if "aalst" in cities:
        os.kill(os.getpid(), signal.SIGKILL)
    receiving.take_in_beside(root, asked, *cities)


@pytest.mark.slow
@pytest.mark.parametrize("task", [killed_once, killed])
def test_a_process_that_is_killed_loses_no_delivery_and_decides_none_twice(tmp_path, beside, monkeypatch, task):
    elsewhere = receiving.done_elsewhere
    monkeypatch.setattr(receiving, "done_elsewhere", lambda how, _, given: elsewhere(how, task, given))
    same_as_alone(fill(tmp_path / "one"), fill(tmp_path / "two"))


def test_two_large_cities_are_never_read_at_once_unless_that_would_be_more_than_half_of_the_work():
    demo = {"antwerpen": 562_163, "gent": 290_820, "leuven": 73_073, "oostende": 65_368, "brugge": 61_969}
    small = dict.fromkeys("abcdefgh", 40_000)
    assert receiving._one_after_another(demo | small)[0] == ["antwerpen", "gent", "leuven"]
    assert receiving._one_after_another(demo | small)[1:] == [[name] for name in ("oostende", "brugge", *small)]
    assert receiving._one_after_another({"a": 500_000, "b": 400_000, "c": 300_000}) == [["a"], ["b"], ["c"]]
    assert receiving._one_after_another({"a": 10, "b": 1_000_000}) == [["b"], ["a"]]


def test_few_rows_or_one_city_or_one_core_start_no_process(tmp_path, monkeypatch):
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(receiving, "done_elsewhere", never)
    monkeypatch.setattr(receiving, "cores", lambda: 2)
    put(tmp_path, leefloon(*GOOD))
    assert rows_to_judge(tmp_path) == {"gent": len(GOOD)}
    assert [one.city for one in receiving.received(tmp_path)] == ["gent"]
    fill(tmp_path / "more")
    (tmp_path / "more" / "demad.toml").write_text('[counting]\ndeliveries = "here"\n', encoding="utf-8")
    monkeypatch.setattr(receiving, "LEAST", 1)
    receiving.received(tmp_path / "more")


def test_what_is_read_beside_is_left_undecided_by_other_software(tmp_path):
    put(tmp_path, leefloon(*GOOD))
    with pytest.raises(Exception, match="D-460"):
        receiving.take_in_beside(str(tmp_path), "of another version", "gent")
    receiving.take_in_beside(str(tmp_path), software(), "gent")
    assert [one.state for one in Ledger(tmp_path).outcomes()] == [DeliveryState.ACCEPTED]
