"""What is in force at the centre only goes forward, whatever the road does with the bundles of a city."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from demad.bundles.in_force import bundle_in_force
from demad.bundles.ratchet import taken
from demad.errors import DemadError
from demad.publishing.bundling import REFUSED, judged, take
from demad.records import audit_trail
from demad.reference.senders import EXACT
from demad.store import Store, file_hash
from tests.bundles.conftest import KEY, OTHER_KEY, TODAY, Tables, bundle, city_toml, written
from tests.lanes import examples
from tests.test_engines_agree import unhurried

_NOBODY: Tables = {}


@pytest.fixture(autouse=True)
def _share(nobody: Tables) -> None:
    _NOBODY.update(nobody)


class Road(RuleBasedStateMachine):
    """A city that makes bundles, a root of it that is put back, a road that loses, repeats, holds back and damages."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="demad-road-"))
        self.sent: list[tuple[bytes, int, tuple[str, ...]]] = []
        self.chain: dict[int, str] = {}
        self.in_force: tuple[int, tuple[str, ...]] = (0, ())
        self.acts = 0

    def teardown(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    @initialize()
    def register(self) -> None:
        city_toml(self.root, EXACT)

    @rule()
    def the_city_makes_one(self) -> None:
        self._make(max(self.chain, default=0) + 1)

    @precondition(lambda self: len(self.chain) > 1)
    @rule()
    def the_city_goes_on_from_an_old_backup(self) -> None:
        self.chain.pop(max(self.chain))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def one_arrives_of_any_age_again_or_for_the_first_time(self, data: st.DataObject) -> None:
        content, number, names = data.draw(st.sampled_from(self.sent))
        last, chain = self.in_force
        is_same = names == chain
        newer = number > last and (not chain or names[last - 1 : last] == chain[-1:])
        assert self._arrives(content) == (is_same or newer)
        if newer and not is_same:
            self.in_force = (number, names)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def one_arrives_damaged(self, data: st.DataObject) -> None:
        content, *_ = data.draw(st.sampled_from(self.sent))
        place = data.draw(st.integers(0, len(content) - 1))
        assert not self._arrives(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])

    @invariant()
    def the_newest_that_was_taken_is_in_force(self) -> None:
        number, chain = self.in_force
        found = bundle_in_force(self.root, "turnhout")
        assert (found.manifest.sequence if found else 0) == number
        if found:
            assert taken(self.root, "turnhout")[-1].sha256 == found.sha256 == chain[-1]

    def _make(self, number: int) -> None:
        """A bundle with the hashes of those before it; one of two with the same number has another content."""
        salt = len(self.sent)
        quality = _NOBODY["quality"]
        row = ("turnhout", f"2026-09-30-{salt:012x}", "leefloon", "control", 1, 0)
        tables = {
            **_NOBODY,
            "quality": quality.clear().vstack(type(quality)([row], schema=quality.schema, orient="row")),
        }
        content = bundle(tables, sequence=number, earlier=self.chain)
        path = written(self.root, content, "gemaakt.zip")
        sha256 = file_hash(path)
        names = (*(self.chain[one] for one in sorted(self.chain)), sha256)
        self.chain[number] = sha256
        self.sent.append((content, number, names))

    def _arrives(self, content: bytes) -> bool:
        before = len(audit_trail.entries(self.root))
        code = code_of(self.root, written(self.root, content, "aan.zip"))
        assert code in ("", "D-622", "D-623", "D-637", "D-638")
        assert not code or audit_trail.entries(self.root)[before]["act"] == REFUSED
        return not code


def test_the_road_may_lose_repeat_hold_back_and_damage_bundles(nobody: Tables):
    run_state_machine_as_test(Road, settings=settings(max_examples=examples(2), stateful_step_count=10, **unhurried))


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """A root in which Turnhout is registered."""
    city_toml(tmp_path / "root", EXACT)
    return tmp_path / "root"


def code_of(root: Path, path: Path, **options: str) -> str:
    """The code with which a bundle is refused; empty if it is taken."""
    try:
        take(root, path, today=TODAY, **options)
    except DemadError as refusal:
        return refusal.code
    return ""


def test_a_new_key_begins_a_chain_of_its_own_and_the_old_key_never_comes_back(centre: Path, tmp_path, nobody):
    first = written(tmp_path, bundle(nobody, sequence=9), "9.zip")
    later = written(tmp_path, bundle(nobody, sequence=10), "10.zip")
    again = written(tmp_path, bundle(nobody, key=OTHER_KEY), "nieuw-1.zip")
    assert code_of(centre, again) == "D-623"
    assert code_of(centre, first) == ""
    city_toml(centre, EXACT, KEY, OTHER_KEY)
    assert code_of(centre, again) == ""
    assert code_of(centre, later) == "D-639"
    assert code_of(centre, first) == "D-639"


def test_a_process_that_died_before_the_bundle_was_in_force_is_made_good_by_taking_it_again(centre, tmp_path, nobody):
    path = written(tmp_path, bundle(nobody))
    assert code_of(centre, path) == ""
    Store(centre).remove("bundles/turnhout")
    assert bundle_in_force(centre, "turnhout") is None
    assert code_of(centre, path) == ""
    assert bundle_in_force(centre, "turnhout") is not None
    assert len(taken(centre, "turnhout")) == 1


def test_judging_changes_nothing(centre, tmp_path, nobody):
    path = written(tmp_path, bundle(nobody))
    assert judged(centre, path, today=TODAY).manifest.sequence == 1
    assert not (centre / "store").exists()
    assert not (centre / "audit").exists()


def test_other_people_in_months_that_were_there_wait_for_a_reason(centre, tmp_path, counts, nobody):
    first = bundle(counts)
    assert code_of(centre, written(tmp_path, first, "1.zip")) == ""
    sha256 = taken(centre, "turnhout")[0].sha256
    second = written(tmp_path, bundle(nobody, sequence=2, earlier={1: sha256}), "2.zip")
    assert code_of(centre, second) == "D-640"
    assert taken(centre, "turnhout")[-1].sequence == 1
    assert code_of(centre, second, reason="de dienst stopte") == ""
    assert taken(centre, "turnhout")[-1].sequence == 2
