"""A city is counted a shard at a time: every person is in one, the same in every dataset, and none is too large."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from demad.counting import count_city, count_shard
from demad.errors import DemadError
from demad.histories.shards import Shard, in_shards, shards_for
from demad.tables.observation import Observation
from demad.tables.people import PERIOD

SEEN = Observation(date(2020, 1, 1), date(2023, 12, 31), full_history=False)
ROWS = pl.DataFrame({"persoon": [f"p1-{number % 40:06d}" for number in range(200)], "rij": range(200)})


def test_every_row_is_in_one_shard_in_its_order():
    parts = list(in_shards(ROWS, 4))
    assert len(parts) == 4
    assert all(part["rij"].is_sorted() and part.height for part in parts)
    assert pl.concat(parts).sort("rij").equals(ROWS)


def test_one_shard_is_the_rows_themselves():
    assert [part.equals(ROWS) for part in in_shards(ROWS, 1)] == [True]


def test_a_person_is_in_the_same_shard_of_every_dataset():
    other = ROWS.sample(fraction=1, shuffle=True, seed=1).with_columns(soort=pl.lit("steun")).unique("persoon")
    for one, another in zip(in_shards(ROWS, 8), in_shards(other, 8), strict=True):
        assert set(one["persoon"]) == set(another["persoon"])


def test_the_number_of_a_shard_is_the_checksum_of_the_pseudonym():
    # CRC-32 of "123456789" is 0xCBF43926, the check value of its definition: modulo 4 that is 2, modulo 8 it is 6.
    one = pl.DataFrame({"persoon": ["123456789"]})
    assert [part.height for part in in_shards(one, 4)] == [0, 0, 1, 0]
    assert [part.height for part in in_shards(one, 8)].index(1) == 6


@pytest.mark.parametrize(
    ("decisions", "shards"), [(0, 1), (491_876, 1), (800_000, 2), (2_000_000, 4), (15_700_000, 32)]
)
def test_a_shard_has_about_half_a_million_decisions(decisions, shards):
    assert shards_for(decisions) == shards


def test_shards_of_two_deliveries_are_not_added_up():
    longer = Observation(SEEN.since, date(2024, 3, 31), full_history=False)
    both = [count_shard(Shard("gent", seen, PERIOD.empty())) for seen in (SEEN, longer)]
    with pytest.raises(DemadError, match="D-904"):
        count_city(both)
