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


def test_what_if_counts_the_people_of_the_figure_itself_a_year_of_its_window():
    parts = dict(zip(CITIES, (100, 200, 210, 220, 300, 420), strict=True))
    flows = [count(9000, city=city, indicator="outflow_count", period="2025") for city in CITIES]
    known = figures(*_shares("return_12m", parts), *flows)
    found = what_if(known, CATALOGUE).filter(city="leuven").row(0, named=True)
    assert found["target"] == 0.2025
    assert found["people"] == round((0.42 - 0.2025) * 1000 / 3)  # a window of three years
    assert found["low"] < found["people"] < found["high"]


def test_what_if_leaves_out_who_is_there_already_and_what_is_not_known():
    parts = dict(zip(CITIES, (100, 200, 210, 220, 300, 420), strict=True))
    known = figures(*_shares("return_12m", parts))
    assert set(what_if(known, CATALOGUE)["city"]) == {"genk", "hasselt", "kortrijk", "leuven"}
    assert what_if(_withheld(known), CATALOGUE).is_empty()
    assert what_if(figures(*_shares("return_12m", dict.fromkeys(CITIES, 200))), CATALOGUE).is_empty()
