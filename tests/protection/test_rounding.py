"""p(u) = base * floor((u + offset) / base): what it promises for every count, and the offset that a secret gives."""

from __future__ import annotations

import hashlib

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demad.protection.offsets import offset, offsets
from demad.protection.rounding import OFFSET, rounded, rounded_cohort, rounded_events, starts
from demad.records.secrets import Secret, seeded
from tests.lanes import examples

KEY = Secret(bytes(range(32)))
AT = settings(max_examples=examples(60), deadline=None)
counts = st.integers(0, 100_000)
bases = st.sampled_from((5, 10, 20))


def p(values: list[int], under: int, base: int = 5) -> list[int]:
    frame = pl.DataFrame({"count": values, OFFSET: [under] * len(values)}, schema={"count": pl.Int64, OFFSET: pl.Int64})
    return frame.select(rounded(pl.col("count"), base)).to_series().to_list()


def table(under: int, **columns: list[int]) -> pl.DataFrame:
    """One table of a few steps, as the rounding of risk tables wants it."""
    steps = len(next(iter(columns.values())))
    frame = pl.DataFrame({"cell": ["a"] * steps, OFFSET: [under] * steps, **columns})
    return frame.with_columns(starts(["cell"]))


@given(count=counts, base=bases)
@AT
def test_over_all_offsets_it_is_unbiased(count, base):
    assert sum(p([count], under, base)[0] for under in range(base)) == base * count


@given(count=counts, base=bases, under=st.integers(0, 4))
@AT
def test_it_errs_by_less_than_the_base_and_gives_multiples_of_it(count, base, under):
    (found,) = p([count], under, base)
    assert abs(found - count) < base
    assert found % base == 0


@given(values=st.lists(counts, min_size=1, max_size=20), under=st.integers(0, 4))
@AT
def test_order_stays_equal_counts_stay_equal_and_nought_stays_nought(values, under):
    found = p([0, *sorted(values)], under)
    assert found[0] == 0
    assert found == sorted(found)
    assert p(values + values, under) == p(values, under) * 2


@given(under=st.integers(0, 4), events=st.lists(st.integers(0, 9), min_size=1, max_size=30))
@AT
def test_cumulative_events_never_fall_and_end_as_one_rounded_count(under, events):
    found = table(under, d=events).select(rounded_events("d", 5)).to_series().to_list()
    assert min(found) >= 0
    assert sum(found) == p([sum(events)], under)[0]


@given(under=st.integers(0, 4), start=st.integers(0, 60), lost=st.lists(st.integers(0, 9), max_size=24))
@AT
def test_a_cohort_never_grows_never_ends_below_nought_and_starts_as_its_count(under, start, lost):
    left = [start]
    for number in lost:
        left.append(max(0, left[-1] - number))
    found = table(under, n=left).select(rounded_cohort("n", 5)).to_series().to_list()
    assert found[0] == p([start], under)[0]
    assert found == sorted(found, reverse=True)
    assert found[-1] >= 0


def test_two_tables_below_each_other_are_two_tables():
    both = pl.DataFrame({"cell": ["a", "a", "b", "b"], "d": [3, 3, 3, 3], "n": [9, 4, 9, 9], OFFSET: [1, 1, 4, 4]})
    both = both.with_columns(starts(["cell"]))
    found = both.select(rounded_events("d", 5), rounded_cohort("n", 5))
    # a, offset 1: D 3, 6 -> 0, 5; n 9 -> 10 - 0, 10 - p(5) = 5. b, offset 4: D 3, 6 -> 5, 10; n 9 -> 10 - 0, 10 - 0.
    assert found.rows() == [(0, 10), (5, 5), (5, 10), (5, 10)]


@pytest.mark.parametrize(
    ("cell", "first_bytes"),
    [  # printf '%s' CELL | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102...1f
        ("total|total|2025Q4", 0x544667FD59E758AB),
        ("sex|other|2025", 0x0B44A9067E68B3A8),
        ("case_mix|<25/1/BE/1-3|2025", 0x1878AA7F90650428),
    ],
)
@pytest.mark.parametrize("base", [5, 10])
def test_the_offset_is_the_first_eight_bytes_of_the_hmac_modulo_the_base(cell, first_bytes, base):
    assert offset(KEY, cell, base) == first_bytes % base


def test_a_column_of_cells_gets_the_offset_of_each_in_order():
    cells = ["sex|M|2025", "sex|V|2025", "sex|M|2025", "age|<25|2024"]
    found = offsets(KEY, pl.Series(cells), 5)
    assert found.to_list() == [offset(KEY, cell, 5) for cell in cells]
    assert found.to_list()[0] == found.to_list()[2]


def test_every_offset_comes_equally_often_and_another_secret_gives_others():
    cells = [f"sex|M|{year}" for year in range(5000)]
    drawn = offsets(KEY, pl.Series(cells), 5)
    assert all(0.17 < share < 0.23 for share in (drawn.value_counts()["count"] / 5000).to_list())
    other = offsets(seeded("other"), pl.Series(cells), 5)
    assert 0.17 < (drawn == other).mean() < 0.23


def test_a_secret_does_not_show():
    secret = seeded("gent")
    assert secret.key == hashlib.sha256(b"demad demo gent").digest()
    assert secret.key.hex() not in repr(secret)
    assert str(secret.key) not in repr(secret)
