"""A person who is erased is gone from what was accepted and does not come back; released figures stay."""

from __future__ import annotations

import pytest

from demad.errors import UsageRefused
from demad.intake.deliveries.in_force import current_frames
from demad.intake.deliveries.reception import take_in
from demad.operations.erasure import erase
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
    assert (last["act"], last["facts"]) == ("erased", {"city": "gent", "rows": 1, "deliveries": 1})


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
