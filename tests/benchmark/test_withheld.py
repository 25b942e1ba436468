"""Rank intervals and what-if as readers get them: nobody publishes how many people stand behind a share."""

from __future__ import annotations

import polars as pl

from demad.benchmark.ranks import rank_intervals
from demad.benchmark.what_if import what_if
from demad.catalogue import CATALOGUE
from demad.tables.figures import PUBLISHED_VALUE
from tests.benchmark.series import wilson_share
from tests.figures import count, figures

CITIES = ("aalst", "brugge", "genk", "hasselt", "kortrijk", "leuven")


def _withheld(rows: pl.DataFrame) -> pl.DataFrame:
    share = pl.col("low").is_not_null()
    rows = rows.with_columns(
        pl.when(~share).then(name).alias(name) for name in ("numerator", "denominator")
    ).with_columns(pl.col("numerator", "denominator").cast(pl.Int64))
    return PUBLISHED_VALUE.check(rows.select(list(PUBLISHED_VALUE.columns)))


def _shares(indicator: str, parts: dict[str, int]) -> list[dict]:
    return [wilson_share(part, 1000, city=city, indicator=indicator, period="2025Q4") for city, part in parts.items()]


def test_rank_intervals_from_published_intervals_are_those_of_the_counts():
    known = figures(*_shares("return_12m", dict(zip(CITIES, (100, 200, 210, 220, 300, 420), strict=True))))
    found, hidden = rank_intervals(known, CATALOGUE), rank_intervals(_withheld(known), CATALOGUE)
    assert hidden.height == len(CITIES)
    for name in ("low", "middle", "high"):
        assert (hidden[name] - found[name]).abs().max() <= 1
    assert hidden.filter(city="aalst").select("low", "high").row(0) == (1, 1)
    assert hidden.filter(city="leuven").select("low", "high").row(0) == (6, 6)


def test_a_share_without_interval_or_number_of_people_has_no_rank():
    rows = figures(*_shares("return_12m", dict.fromkeys(CITIES, 200)))
    bare = rows.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in ("low", "high"))
    assert rank_intervals(bare.with_columns(denominator=pl.lit(None, dtype=pl.Int64)), CATALOGUE).is_empty()


def test_what_if_takes_the_published_flow_of_the_last_whole_year():
    parts = dict(zip(CITIES, (100, 200, 210, 220, 300, 420), strict=True))
    flows = [count(500, city=city, indicator="outflow_count", period="2025") for city in CITIES]
    later = [count(9000, city="leuven", indicator="outflow_count", period="2026")]
    known = _withheld(figures(*_shares("return_12m", parts), *flows, *later))
    found = what_if(known, CATALOGUE).filter(city="leuven").row(0, named=True)
    assert found["target"] == 0.2025
    assert found["people"] == round((0.42 - 0.2025) * 500)
    assert found["low"] < found["people"] < found["high"]


def test_what_if_says_nothing_where_the_flow_is_not_shown():
    known = _withheld(figures(*_shares("return_12m", dict.fromkeys(CITIES, 200))))
    assert what_if(known, CATALOGUE).is_empty()
