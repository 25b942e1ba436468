"""A key that cities share: one pseudonym per person in all of them, told by what they deliver and never guessed."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.errors import DemadError
from demad.intake.contract.datasets import DATASETS
from demad.intake.deliveries.in_force import accept_into, current_frames, in_force
from demad.intake.deliveries.manifest import Delivery, read_manifest, write_manifest
from demad.intake.deliveries.reception import take_in
from demad.intake.pseudonyms.keys import Key, make_key, read_key
from demad.operations.erasure import erase
from tests.pseudonyms.people import key, nobody, written

MASTER = bytes(range(32))
SHARED = Key("", "common", "leefloon", "protocol 3", MASTER)
_DECISION = [
    pl.lit(None, kind).alias(name) for name, kind in DATASETS["leefloon"].table.schema.items() if name != "persoon"
]
PERIOD = ["--since", "2015-01-01", "--as-of", "2026-09-30", "--made-on", "2026-10-01"]
APPROVED = ["--common", "--approval", "beraadslaging 26/012"]


def asked(*options: str | Path, code: int = 0) -> str:
    told = CliRunner().invoke(app, list(map(str, options)))
    assert told.exit_code == code, f"{told.output} {told.exception}"
    return told.output


def refused(*options: str | Path) -> str:
    told = CliRunner().invoke(app, list(map(str, options)))
    assert isinstance(told.exception, DemadError), told.output
    return told.exception.code


def extract(nis: str, people: range) -> str:
    """Rows of a city with the numbers of nobody, in the words of the contract."""
    rows = [f"{nobody(n)};{nis};RMI;2020-03-0{n % 9 + 1};;2" for n in people]
    return "\n".join(["rijksregisternummer;nis;wet;begin;einde;categorie", *rows]) + "\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with extracts of Gent and of Brugge, in which twenty people are the same."""
    monkeypatch.setenv("DEMAD_ROOT", str(tmp_path / "root"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gent.csv").write_text(extract("44021", range(40)), encoding="utf-8")
    (tmp_path / "brugge.csv").write_text(extract("31005", range(20, 44)), encoding="utf-8")
    return tmp_path


def test_a_shared_pseudonym_is_hmac_sha256_under_a_key_of_the_domain_and_of_no_city():
    assert SHARED.id == "fsvb"  # openssl dgst -mac HMAC and base32, as for the key of a city
    assert SHARED.pseudonyms()("85073003328") == "p1-fsvb-qda4bjcflzhm7dbglo2tc4vema"
    assert SHARED.pseudonyms()("88222999936") == "p1-fsvb-wcg32pfcks7czipqzqswptvmeu"


def test_a_person_has_one_pseudonym_under_one_shared_domain_and_another_under_every_other_key():
    own = [key(domain="leefloon"), key(city="brugge", nis="31005", domain="leefloon")]
    others = [replace(SHARED, domain="samen"), replace(SHARED, master=bytes(32)), *own]
    made = {one.pseudonyms()("85073003328") for one in (SHARED, *others)}
    assert len(made) == len({one.id for one in (SHARED, *others)}) == 5
    assert (SHARED.is_common, own[0].is_common) == (True, False)
    assert SHARED.datasets == own[0].datasets


def test_a_shared_key_is_of_no_city_and_needs_an_approval(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    place = ["--root", tmp_path / "root"]
    assert refused("keygen", "--common", *place) == "D-501"
    assert refused("keygen", *APPROVED, "--city", "gent", *place) == "D-502"
    assert refused("keygen", *place) == "D-502"
    assert refused("keygen", *APPROVED, "--domain", "Met spatie", *place) == "D-261"
    told = asked("keygen", *APPROVED, *place)
    made = read_key(tmp_path / "gemeenschappelijk-leefloon.sleutel")
    assert (made.is_common, made.city, made.approval) == (True, "", "beraadslaging 26/012")
    assert made.master.hex() not in told
    assert "elke stad" in told
    assert make_key(tmp_path / "b.sleutel", None, approval="protocol 3").id != made.id


def test_a_city_is_in_a_domain_where_manifest_and_every_pseudonym_say_so(tmp_path: Path):
    mine, other = ({"persoon": one.pseudonyms_of([nobody(1), nobody(2)])} for one in (SHARED, key(domain="leefloon")))
    cases = [
        ("common", SHARED.id, pl.DataFrame(mine), SHARED.id),
        ("city", SHARED.id, pl.DataFrame(mine), ""),
        ("common", "", pl.DataFrame(mine), ""),
        ("common", SHARED.id, pl.DataFrame(other), ""),
        ("common", SHARED.id, pl.concat([pl.DataFrame(mine), pl.DataFrame(other)]), ""),
        ("common", SHARED.id, pl.DataFrame({"persoon": ["eigen-0001"]}), ""),
    ]
    days = (date(2015, 1, 1), date(2026, 9, 30))
    for number, (scope, key_id, people, told) in enumerate(cases):
        made_on = date(2026, 10, 1 + number)
        given = Delivery("een", "gent", "44021", *days, False, made_on, scope, key_id, "protocol 3", ())
        frame = people.with_columns(_DECISION)
        accept_into(tmp_path, given, {"leefloon": frame}, ())
        current = in_force(tmp_path, "gent")
        assert current is not None
        assert current.datasets["leefloon"].common_key == told, (scope, key_id)


@pytest.mark.slow
def test_two_cities_with_one_shared_key_deliver_the_same_pseudonyms_and_say_so(place: Path):
    written(place / "gedeeld.sleutel", SHARED)
    for city in ("gent", "brugge"):
        asked("deliver", "--city", city, *PERIOD, "--key", "gedeeld.sleutel", f"{city}.csv")
    assert [str(outcome.state) for outcome in take_in(place / "root")] == ["accepted", "accepted"]
    people = {city: set(current_frames(place / "root", city)["leefloon"]["persoon"]) for city in ("gent", "brugge")}
    both = {SHARED.pseudonyms()(nobody(n)) for n in range(20, 40)}
    assert people["gent"] & people["brugge"] == both
    for city in people:
        (manifest,) = (place / "root" / "inbox" / city).glob("*/delivery.json")
        told = read_manifest(manifest.parent)
        assert (told.scope, told.key_id, told.approval) == ("common", SHARED.id, "protocol 3")
        current = in_force(place / "root", city)
        assert current is not None
        assert current.datasets["leefloon"].common_key == SHARED.id
    erase(place / "root", "gent", SHARED.pseudonyms()(nobody(25)))  # in one city: the other keeps its own rows
    kept = {city: set(current_frames(place / "root", city)["leefloon"]["persoon"]) for city in people}
    assert people["gent"] - kept["gent"] == {SHARED.pseudonyms()(nobody(25))}
    assert kept["brugge"] == people["brugge"]


@pytest.mark.slow
def test_made_in_two_steps_the_delivery_says_the_same_and_a_key_of_the_city_says_nothing(place: Path):
    written(place / "gedeeld.sleutel", SHARED)
    assert refused("pseudonymise", "--key", "gedeeld.sleutel", "--out", "map", "gent.csv") == "D-502"
    told = asked("pseudonymise", "--city", "gent", "--key", "gedeeld.sleutel", "--out", "map", "gent.csv")
    assert "--common" in told
    asked("deliver", "--city", "gent", *PERIOD, "--common", "map/gent.csv")
    (manifest,) = (place / "root" / "inbox" / "gent").glob("*/delivery.json")
    delivered = read_manifest(manifest.parent)
    assert (delivered.scope, delivered.key_id) == ("common", SHARED.id)
    write_manifest(manifest.parent, replace(delivered, key_id="abcd"))  # another domain than the pseudonyms say
    assert [outcome.code for outcome in take_in(place / "root")] == ["D-503"]
    shutil.rmtree(manifest.parent)
    written(place / "eigen.sleutel", key(domain="leefloon"))
    asked("deliver", "--city", "gent", *PERIOD, "--key", "eigen.sleutel", "gent.csv")
    (manifest,) = (place / "root" / "inbox" / "gent").glob("*/delivery.json")
    assert json.loads(manifest.read_text())["scope"] == "city"


@pytest.mark.slow
def test_a_city_goes_over_to_the_shared_key_and_nobody_who_was_erased_returns(place: Path):
    own = key(domain="leefloon")
    written(place / "eigen.sleutel", own)
    written(place / "gedeeld.sleutel", SHARED)
    asked("deliver", "--city", "gent", *PERIOD, "--key", "eigen.sleutel", "gent.csv")
    assert [str(outcome.state) for outcome in take_in(place / "root")] == ["accepted"]
    current = in_force(place / "root", "gent")
    assert current is not None
    assert current.datasets["leefloon"].common_key == ""
    erase(place / "root", "gent", own.pseudonyms()(nobody(3)))
    change = ["--key", "gedeeld.sleutel", "--rekey", "eigen.sleutel"]
    asked("deliver", "--city", "gent", *PERIOD[:4], "--made-on", "2026-10-02", *change, "gent.csv")
    assert [str(outcome.state) for outcome in take_in(place / "root")] == ["accepted"]
    now = set(current_frames(place / "root", "gent")["leefloon"]["persoon"])
    assert now == {SHARED.pseudonyms()(nobody(n)) for n in range(40) if n != 3}
    again = in_force(place / "root", "gent")
    assert again is not None
    assert again.datasets["leefloon"].common_key == SHARED.id


def test_pseudonyms_of_another_tool_are_in_no_shared_domain(place: Path):
    rows = "nis;persoon;wet;begin;einde;categorie;geboortejaar\n44021;eigen-0001;RMI;2020-03-01;;2;1980\n"
    (place / "eigen.csv").write_text(rows, encoding="utf-8")
    assert refused("deliver", "--city", "gent", *PERIOD, "--common", "eigen.csv") == "D-504"
