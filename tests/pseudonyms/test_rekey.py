"""A city changes its key: its next delivery is checked with the change, and nobody who was erased returns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.errors import DemadError
from demad.intake.deliveries.in_force import current_frames
from demad.intake.deliveries.key_change import as_written, in_sample, read_change
from demad.intake.deliveries.reception import accept, take_in
from demad.operations.erasure import erase
from demad.records import audit_trail
from tests.pseudonyms.people import key, leefloon, nobody, row, written

OLD, NEW = key(domain="leefloon"), key(domain="leefloon", master=bytes(32))
PERIOD = ["--city", "gent", "--since", "2015-01-01", "--as-of", "2026-09-30"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with two keys; its first delivery, under the old one, is in force, and one person is erased."""
    monkeypatch.setenv("DEMAD_ROOT", str(tmp_path / "root"))
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "oud.sleutel", OLD)
    written(tmp_path / "nieuw.sleutel", NEW)
    (tmp_path / "leefloon.csv").write_text(leefloon(150), encoding="utf-8")
    asked("deliver", *PERIOD, "--key", "oud.sleutel", "--made-on", "2026-10-01", "leefloon.csv")
    assert decided(tmp_path) == ["accepted"]
    erase(tmp_path / "root", "gent", OLD.pseudonyms()(nobody(3)))
    return tmp_path


def asked(*options: str) -> str:
    told = CliRunner().invoke(app, list(options))
    assert told.exit_code == 0, f"{told.output} {told.exception}"
    return told.output


def decided(place: Path) -> list[str]:
    return [outcome.code or str(outcome.state) for outcome in take_in(place / "root")]


def persons(place: Path) -> set[str]:
    return set(current_frames(place / "root", "gent")["leefloon"]["persoon"])


def everybody(*, but: int) -> set[str]:
    return {NEW.pseudonyms()(nobody(n)) for n in range(150) if n != but}


def test_a_change_that_is_told_is_accepted_and_carries_the_erased_over(place: Path):
    asked("erase", "--city", "gent", "--list", "gewist.jsonl")
    with_both = ["--key", "nieuw.sleutel", "--rekey", "oud.sleutel", "--erased", "gewist.jsonl"]
    asked("deliver", *PERIOD, *with_both, "--made-on", "2026-10-02", "leefloon.csv")
    (change,) = place.glob("root/inbox/gent/*/sleutelwissel.json")
    told = change.read_text(encoding="utf-8")
    assert len(json.loads(told)["sample"]) == 150  # a small city: all of them
    assert not any(NEW.pseudonyms()(nobody(n)) in told for n in range(150))  # nobody's old and new pseudonym together
    assert decided(place) == ["accepted"]
    assert persons(place) == everybody(but=3)
    assert not change.exists()
    (act,) = audit_trail.entries(place / "root", "key_changed")
    assert (act["facts"]["from"], act["facts"]["to"], act["facts"]["left"]) == (OLD.id, NEW.id, [])


@pytest.mark.slow
def test_after_a_change_the_next_month_needs_the_old_key_no_more(place: Path):
    asked("erase", "--city", "gent", "--list", "gewist.jsonl")
    with_both = ["--key", "nieuw.sleutel", "--rekey", "oud.sleutel", "--erased", "gewist.jsonl"]
    asked("deliver", *PERIOD, *with_both, "--made-on", "2026-10-02", "leefloon.csv")
    assert decided(place) == ["accepted"]
    asked("deliver", *PERIOD, "--key", "nieuw.sleutel", "--made-on", "2026-10-03", "leefloon.csv")
    assert decided(place) == ["accepted"]
    (place / "leefloon.csv").write_text(leefloon(150, row(151)), encoding="utf-8")
    asked("deliver", *PERIOD, "--key", "nieuw.sleutel", "--made-on", "2026-11-03", "leefloon.csv")
    assert decided(place) == ["accepted"]
    assert persons(place) == everybody(but=3) | {NEW.pseudonyms()(nobody(151))}
    with pytest.raises(DemadError, match="D-459"):
        erase(place / "root", "gent", OLD.pseudonyms()(nobody(5)))


@pytest.mark.slow
def test_a_change_that_is_not_told_is_held_and_says_what_to_do(place: Path):
    asked("deliver", *PERIOD, "--key", "nieuw.sleutel", "--made-on", "2026-10-02", "leefloon.csv")
    assert decided(place) == ["D-246"]
    assert OLD.pseudonyms()(nobody(4)) in persons(place)
    (held,) = {path.parent.name for path in place.glob("root/inbox/gent/*/delivery.json")} - {"x"}
    accept(place / "root", held, reason="ook bij ons gewist")
    assert persons(place) == {NEW.pseudonyms()(nobody(n)) for n in range(150)}  # who accepts it by name answers for it
    (act,) = audit_trail.entries(place / "root", "key_changed")
    assert len(act["facts"]["left"]) == 1


@pytest.mark.slow
def test_a_change_made_before_the_last_erasure_is_held_until_it_is_made_again(place: Path):
    asked("erase", "--city", "gent", "--list", "gewist.jsonl")
    change = ["--key", "nieuw.sleutel", "--rekey", "oud.sleutel", "--erased", "gewist.jsonl"]
    asked("pseudonymise", *change, "--out", "map", "leefloon.csv")
    asked("deliver", *PERIOD, "--made-on", "2026-10-02", "--key-change", "map/sleutelwissel.json", "map/leefloon.csv")
    erase(place / "root", "gent", OLD.pseudonyms()(nobody(8)))
    assert decided(place) == ["D-246"]
    asked("erase", "--city", "gent", "--list", "gewist.jsonl")
    asked("deliver", *PERIOD, *change, "--made-on", "2026-10-02", "leefloon.csv")
    assert decided(place) == ["accepted"]
    assert persons(place) == everybody(but=3) - {NEW.pseudonyms()(nobody(8))}


@pytest.mark.slow
def test_other_people_under_a_new_key_are_held_although_the_change_is_told(place: Path):
    """The city took the wrong file: what the change tells is compared, not merely that there is one."""
    rows = (row(n, Geboortedatum="01/01/1970") for n in range(100, 250))
    others = "\n".join([leefloon(0).strip(), *rows]) + "\n"
    (place / "leefloon.csv").write_text(others, encoding="utf-8")
    change = ["--key", "nieuw.sleutel", "--rekey", "oud.sleutel"]
    asked("deliver", *PERIOD, *change, "--made-on", "2026-10-02", "leefloon.csv")
    assert decided(place) == ["D-246"]  # whoever was erased is not in this file either
    (held,) = {path.parent.name for path in place.glob("root/inbox/gent/*/sleutelwissel.json")}
    audit = place / "root" / "erased.jsonl"
    assert audit.read_bytes().count(b"\n") == 1
    found = read_change(place / "root" / "inbox" / "gent" / held / "sleutelwissel.json")
    assert found.share_kept(current_frames(place / "root", "gent")["leefloon"]["persoon"]) == pytest.approx(50 / 149)


GOOD = {
    "city": "gent",
    "from": OLD.id,
    "to": NEW.id,
    "asked": ["a" * 64],
    "carried": [["a" * 64, "b" * 64]],
    "of": 1,
    "sample": [OLD.pseudonyms()(nobody(1))],
}
BAD: list[dict[str, object]] = [
    {"to": OLD.id}, {"of": 0}, {"of": True}, {"sample": [NEW.pseudonyms()(nobody(1))]}, {"sample": ["p1-gent-0001"]},
    {"carried": [["x", "y"]]}, {"carried": [["c" * 64, "b" * 64]]}, {"from": 1}, {"x": 1}, {"city": None}, {"asked": 1},
]  # fmt: skip


@pytest.mark.parametrize("change", BAD)
def test_a_change_of_key_that_was_tampered_with_is_refused(tmp_path: Path, change: dict[str, object]):
    path = tmp_path / "sleutelwissel.json"
    path.write_bytes(as_written(GOOD))
    assert read_change(path).carried == (("a" * 64, "b" * 64),)
    path.write_bytes(as_written(GOOD | change))
    with pytest.raises(DemadError, match="D-275"):
        read_change(path)


def test_a_sample_is_of_the_asked_size_and_the_same_on_both_sides():
    people = OLD.pseudonyms_of([nobody(n) for n in range(20_000)])
    drawn = [person for person in people if in_sample(person, 20)]
    assert 900 < len(drawn) < 1_100
    assert as_written({"of": 1}).startswith(b"{")
