"""The files for Stad in Cijfers: codes that stay, per cents as 0-100, nothing of what is hidden."""

from __future__ import annotations

import hashlib
import io
import json
import re

import polars as pl

from demad.catalogue import CATALOGUE
from demad.exports import swing
from demad.exports.datapackage import datapackage
from demad.exports.swing import CENSORED, LEVEL, UNKNOWN, swing_files
from demad.exports.swing_codes import new_codes, swing_codes
from demad.tables.figures import PUBLISHED_VALUE
from tests.figures import count, figure, published, share

NIS = {"gent": "44021", "turnhout": "13040"}
FIRST_CODES = "e3e16961a9c3a284"
"""Begin of the hash of the codes that were in use on 26 November 2026: they never change or go."""


def _read(files: dict[str, bytes], name: str) -> pl.DataFrame:
    return pl.read_csv(
        io.BytesIO(files[name]), separator=";", schema_overrides={"geoitem": pl.String, "period": pl.String}
    )


def test_every_indicator_has_a_code_of_its_own_that_swing_takes():
    codes = swing_codes()
    assert {entry.id for entry in CATALOGUE} <= set(codes)
    assert len(set(codes.values())) == len(codes)
    assert all(re.fullmatch(r"v[ps]?\d{4}_[a-z0-9_]+", code) and len(code) + 2 <= 46 for code in codes.values())


def test_a_code_that_was_ever_used_stays():
    first = sorted(code for code in swing_codes().values() if int(re.sub(r"\D", "", code[:7])) <= 7048)
    assert hashlib.sha256("\n".join(first).encode()).hexdigest().startswith(FIRST_CODES)


def test_the_frozen_codes_are_those_that_the_catalogue_gives():
    codes = swing_codes()
    first = [entry for entry in CATALOGUE if int(re.sub(r"\D", "", codes[entry.id][:7])) <= 7048]
    given = new_codes({}, first)
    assert given == {entry.id: codes[entry.id] for entry in first}
    assert given | new_codes(given) == codes
    assert new_codes(codes) == {}


def test_a_new_indicator_gets_the_next_number_and_stays_out_of_the_files_until_it_is_frozen(monkeypatch):
    codes = swing_codes()
    frozen = {id: code for id, code in codes.items() if id != "return_12m"}
    assert new_codes(frozen) == {"return_12m": "vp7051_demad_return_12m"}
    monkeypatch.setattr(swing, "swing_codes", lambda: frozen)
    files = swing_files(published(share(50, 200), count(40)), NIS)
    assert codes["return_12m"] not in _read(files, "data.csv").columns
    assert not any(codes["return_12m"].encode() in content for content in files.values())


def test_a_share_is_a_per_cent_with_its_numerator_and_denominator_beside_it():
    files = swing_files(published(share(50, 200), share(30, 100, city="turnhout")), NIS)
    code = swing_codes()["return_12m"]
    assert _read(files, "data.csv").filter(period="2025").select("geolevel", "geoitem", code).rows() == [
        (LEVEL, "13040", 30.0),
        (LEVEL, "44021", 25.0),
    ]
    assert _read(files, "tellers.csv").filter(period="2025", geoitem="44021")[f"{code}_t"].to_list() == [50.0]
    assert _read(files, "noemers.csv").filter(period="2025Q4", geoitem="44021")[f"{code}_n"].to_list() == [200.0]


def test_what_is_hidden_is_censored_and_what_is_not_there_unknown():
    hidden = figure(indicator="return_12m", status="suppressed", city="turnhout")
    files = swing_files(published(share(50, 200), hidden, count(40)), NIS)
    table = _read(files, "data.csv").filter(period="2025", geoitem="13040")
    codes = swing_codes()
    assert table[codes["return_12m"]].to_list() == [CENSORED]
    assert table[codes["outflow_count"]].to_list() == [UNKNOWN]


def test_a_year_holds_year_totals_of_flows_and_the_last_quarter_of_windows():
    rows = published(count(480), count(100, period="2025Q4"), share(50, 200), share(60, 200, period="2025Q2"))
    table = _read(swing_files(rows, NIS), "data.csv")
    codes = swing_codes()
    flows, returns = codes["outflow_count"], codes["return_12m"]
    assert table.select("period", flows, returns).rows() == [
        ("2025", 480.0, 25.0),
        ("2025Q2", UNKNOWN, 30.0),
        ("2025Q4", 100.0, 25.0),
    ]


def test_the_package_describes_every_column_and_its_key():
    package = json.loads(datapackage(version="1", publisher="KVS", contact="kvs", licence="vrij"))
    resource = package["resources"][0]
    assert [field["name"] for field in resource["schema"]["fields"]] == list(PUBLISHED_VALUE.columns)
    assert all(field["description"] for field in resource["schema"]["fields"])
    assert resource["schema"]["primaryKey"] == list(PUBLISHED_VALUE.key)
    assert {one["path"] for one in package["resources"]} == {
        "cijfers.csv", "swing/data.csv", "swing/tellers.csv", "swing/noemers.csv",
    }  # fmt: skip
