"""A person who is erased is gone from what was accepted and does not come back; released figures stay."""

from __future__ import annotations

import hashlib

import pytest

from demad.errors import StorageFailed, UsageRefused
from demad.intake.deliveries.in_force import current_frames
from demad.intake.deliveries.reception import take_in, waiting
from demad.operations.erasure import erase
from demad.publishing.typeset_files import TYPESET
from demad.records import audit_trail
from tests.deliveries import GOOD, leefloon, put

PERSON = "p1-gent-0007"


def people(root):
    return set(current_frames(root, "gent")["leefloon"]["persoon"].to_list())


def bytes_under(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def accepted(tmp_path):
    put(tmp_path, leefloon(*GOOD))
    take_in(tmp_path)
    assert PERSON in people(tmp_path)
    return tmp_path


def test_every_row_of_an_erased_person_goes_and_all_others_stay(accepted):
    before = people(accepted)
    gone = erase(accepted, "gent", PERSON)
    assert (gone.rows, gone.deliveries) == (1, 1)
    assert people(accepted) == before - {PERSON}


def test_no_pdf_that_was_typeset_with_a_person_is_kept(accepted):
    kept = accepted / TYPESET / "gent" / "raad.pdf"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"")
    erase(accepted, "gent", PERSON)
    assert not kept.exists()


def test_an_erased_person_does_not_come_in_again(accepted):
    erase(accepted, "gent", PERSON)
    put(accepted, leefloon(*GOOD), name="levering-twee", as_of="2023-01-31", made_on="2023-02-05")
    take_in(accepted)
    assert PERSON not in people(accepted)
    assert len(people(accepted)) == len(GOOD) - 1


def test_no_file_names_an_erased_person_and_the_trail_tells_of_it(accepted):
    erase(accepted, "gent", PERSON)
    put(accepted, leefloon(*[row for row in GOOD if PERSON not in row]), name="levering-twee")
    assert PERSON.encode() not in bytes_under(accepted)
    last = audit_trail.entries(accepted)[-1]
    line = hashlib.sha256((accepted / "erased.jsonl").read_bytes().rstrip()).hexdigest()[:32]
    assert (last["act"], last["facts"]) == ("erased", {"city": "gent", "rows": 1, "deliveries": 1, "line": line})


@pytest.mark.parametrize("damage", ["gone", "cut", "a line less", "no words"])
def test_a_list_that_lost_a_person_is_an_alarm_and_never_an_empty_list(accepted, damage):
    erase(accepted, "gent", PERSON)
    erase(accepted, "gent", "p1-gent-0001")
    path = accepted / "erased.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    damaged = {"cut": b"".join(lines)[:-20], "a line less": lines[1], "no words": lines[0] + b"\x00" * 60 + b"\n"}
    path.unlink()
    if damage != "gone":
        path.write_bytes(damaged[damage])
    put(accepted, leefloon(*GOOD), name="levering-twee", as_of="2023-01-31", made_on="2023-02-05")
    before = current_frames(accepted, "gent")["leefloon"]
    assert [outcome.code for outcome in take_in(accepted)] == ["D-355"]
    assert waiting(accepted) == [("gent", "levering-twee")]
    assert current_frames(accepted, "gent")["leefloon"].equals(before)


def test_a_trail_that_was_cut_takes_no_new_line(accepted):
    audit_trail.record(accepted, "policy", {})
    audit_trail.record(accepted, "policy", {})
    for damage in (b"", b"0" * 64):
        head = accepted / "audit" / "HEAD"
        whole = head.read_bytes()
        head.write_bytes(damage) if damage else head.unlink()
        with pytest.raises(StorageFailed) as alarm:
            audit_trail.record(accepted, "policy", {})
        assert alarm.value.code == "D-354"
        assert not audit_trail.verify(accepted).holds
        head.write_bytes(whole)
    trail = accepted / "audit" / "trail.jsonl"
    lines = trail.read_bytes().splitlines(keepends=True)
    audit_trail.record(accepted, "policy", {})
    audit_trail.record(accepted, "policy", {})
    trail.write_bytes(b"".join(lines))
    with pytest.raises(StorageFailed, match="auditspoor"):
        audit_trail.record(accepted, "policy", {})


def test_writers_that_died_before_they_kept_the_last_hash_stop_nobody(accepted):
    audit_trail.record(accepted, "policy", {})
    head = accepted / "audit" / "HEAD"
    before = head.read_bytes()
    audit_trail.record(accepted, "policy", {})
    head.write_bytes(before)
    assert audit_trail.verify(accepted).holds
    audit_trail.record(accepted, "policy", {})
    assert audit_trail.verify(accepted).holds


def test_the_same_pseudonym_of_another_city_is_somebody_else(accepted):
    erase(accepted, "aalst", PERSON)
    assert PERSON in people(accepted)


def test_a_word_that_is_no_pseudonym_is_refused(tmp_path):
    with pytest.raises(UsageRefused) as refused:
        erase(tmp_path, "gent", "85073003328")
    assert refused.value.code == "D-454"


def test_a_delivery_that_came_twice_goes_twice(accepted):
    again = put(accepted, leefloon(*GOOD), name="levering-twee")
    assert [outcome.state for outcome in take_in(accepted)] == ["known"]
    gone = erase(accepted, "gent", PERSON)
    assert (gone.deliveries, gone.waiting, again.exists()) == (2, (), False)
