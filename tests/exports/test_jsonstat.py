"""JSON-stat, read by a client that is not ours: the published figures come back, hidden ones without a number."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from pyjstat import pyjstat

from demad.exports.about import About, Areas
from demad.exports.jsonstat import INDEX, jsonstat_files
from demad.publishing.site import areas_of
from demad.tables.terms import PUBLISHED_GROUPS
from tests.figures import count, figure, published, share

AREAS = Areas({}, names={"gent": "Gent", "sint-niklaas": "Sint-Niklaas"}, groups={"sex:M": "Geslacht: Man"})
VALUES = published(
    *(share(50 + step, 200, city=city, period=f"202{step}Q4") for step in range(3) for city in ("gent", "all")),
    share(40, 160, city="sint-niklaas", period="2021Q4", breakdown="sex", group="M"),
    figure(city="sint-niklaas", period="2021Q4", status="suppressed"),
    share(10, 200, variant="gap0"),
    count(40),
)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return jsonstat_files(VALUES, AREAS, About(publisher="KVS", address="https://data.stad.example/leefloon/"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_client_reads_every_published_figure_of_the_main_series(files):
    for id in ("return_12m", "outflow_count"):
        read: Any = pyjstat.Dataset.read(files[f"api/{id}.json"].decode()).write("dataframe", naming="id")
        back = {(row.city, row.period, row.group): row.value for row in read.itertuples() if row.value == row.value}
        shown = VALUES.frame.filter(variant="main", indicator=id).drop_nulls("value")
        parts = pl.when(breakdown="total").then("group").otherwise(pl.format("{}:{}", "breakdown", "group"))
        rows = shown.select("city", "period", parts, "value").rows()
        wanted = {(city, period, group): value for city, period, group, value in rows}
        assert back == wanted != {}


def test_what_is_hidden_has_a_status_and_no_number(files):
    cube = json.loads(files["api/return_12m.json"])
    assert set(cube["status"].values()) == {"suppressed"}
    assert not cube["status"].keys() & cube["value"].keys()
    assert max(map(int, [*cube["status"], *cube["value"]])) < cube["size"][0] * cube["size"][1] * cube["size"][2]


def test_the_collection_names_each_file_at_its_address(files):
    items = json.loads(files[INDEX])["link"]["item"]
    base = "https://data.stad.example/leefloon/"
    assert {item["href"].removeprefix(base) for item in items} == set(files) - {INDEX}


def test_cities_have_their_names(files):
    labels = json.loads(files["api/return_12m.json"])["dimension"]["city"]["category"]["label"]
    assert labels == {"all": "alle steden samen", "gent": "Gent", "sint-niklaas": "Sint-Niklaas"}


def test_groups_have_words(files):
    labels = json.loads(files["api/return_12m.json"])["dimension"]["group"]["category"]["label"]
    assert labels == {"total": "totaal", "sex:M": "Geslacht: Man"}


def test_every_group_that_can_be_published_has_words_of_its_own(tmp_path):
    given = areas_of(tmp_path).groups
    every = {f"{breakdown}:{group}" for breakdown, groups in PUBLISHED_GROUPS.items() for group in groups}
    assert every <= set(given)
    own = {key for key, label in given.items() if label.partition(": ")[2] in ("", key.partition(":")[2])}
    assert own == {"sex:X"}


def test_the_title_says_in_dutch_what_a_number_is_and_a_share_is_no_per_cent(files):
    told = {path: json.loads(content).get("label", "") for path, content in files.items()}
    assert told["api/return_12m.json"].endswith("(aandeel, van 0 tot 1)")
    assert not [label for label in told.values() if label.endswith(("(persons)", "(share)", "(spells)"))]
