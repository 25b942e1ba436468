"""Equal cities of unequal people are left alone, and one that is truly better is found: at small scale."""

import polars as pl

from bench.flags import rates


def test_equal_cities_of_unequal_case_mix_are_not_set_apart():
    found = rates(40).group_by("indicator").agg(pl.col("apart", "beyond_95").mean())
    assert found.height == 3
    # Promised at most 0.2 % and 5 %: of 520 about one and 26, give or take; numpy's versions draw differently.
    assert found["apart"].max() <= 5 / (40 * 13)
    assert found["beyond_95"].max() <= 0.08


def test_a_city_that_is_truly_30_percent_better_is_found():
    found = rates(6, better="mechelen").filter(indicator="outflow_oe")
    assert found.filter(city="mechelen")["found"].item() >= 5 / 6
    assert found.filter(pl.col("city") != "mechelen")["apart"].max() == 0
