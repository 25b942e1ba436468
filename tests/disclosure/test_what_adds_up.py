"""What holds between published figures whatever was rounded: shares of one whole, parts and wholes, sums of groups."""

from __future__ import annotations

import polars as pl
import pytest

from demad.counting import count_city, count_shard
from demad.disclosure import Policy, publish
from demad.histories.periods import leavers, resolve_periods, supports
from demad.histories.shards import Shard
from demad.indicators import evaluate
from demad.intake.contract.conform import conform
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.table import Reading
from demad.protection import pool, protect
from demad.records.secrets import seeded
from demad.reference.cities import load_cities
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.tables.observation import Observation

CELL = ["variant", "city", "period", "breakdown", "group"]
CITIES, MOST = ("gent", "mechelen"), 4
TABLES_OF_A_TOTAL, TABLES_OF_A_GROUP = 4, 1
"""A rounded count errs by at most 4; the total of a year is the sum of four quarters."""


@pytest.fixture(scope="module")
def shown() -> pl.DataFrame:
    """The published figures of two cities of 1,250 and 210 people a month."""
    cities, window, made = load_cities(None), Observation(SINCE, AS_OF, full_history=False), []
    for slug, frames in extracts(people=6_000, seed=3, cities=CITIES):
        typed = {
            name: as_text_columns(conform(Reading(frame, ()), name, cities[slug]).frame)
            for name, frame in frames.items()
            if name != "controle"
        }
        periods, _ = resolve_periods(typed["leefloon"], window)
        left, other = leavers(typed["jeugdhulp"], AS_OF), supports(typed["steun"])
        counted = count_city([count_shard(Shard(slug, window, periods, left, other))], inhabitants=typed["bevolking"])
        made.append(protect(counted, seeded(slug)))
    return publish(evaluate(pool(made)), Policy()).precise.filter(pl.col("value").is_not_null())


def broken(shown: pl.DataFrame, rule: pl.Expr) -> tuple[int, int]:
    """How often a rule can be read, and how often it does not hold."""
    beside = shown.pivot(on="indicator", index=CELL, values="value", aggregate_function="first")
    read = beside.select(holds=rule).drop_nulls()
    return read.height, read.filter(~pl.col("holds")).height


def test_still_on_and_the_causes_together_are_at_most_one(shown):
    parts = ("still_on_12m", "cif_activation_12m", "cif_other_benefit_12m", "cif_moved_12m")
    read, wrong = broken(shown, pl.sum_horizontal(*parts, ignore_nulls=False) <= 1 + 1e-9)
    assert read > 20
    assert wrong == 0


def test_whoever_left_for_work_left_activated(shown):
    read, wrong = broken(shown, pl.col("cif_work_12m") <= pl.col("cif_activation_12m") + 1e-9)
    assert read > 100
    assert wrong == 0


@pytest.mark.parametrize("breakdown", ["household", "age"])
@pytest.mark.parametrize("indicator", ["inflow_count", "outflow_count"])
def test_groups_add_up_to_their_total_but_for_the_rounding(shown, indicator, breakdown):
    key = ["variant", "city", "period"]
    figures = shown.filter(indicator=indicator)
    whole = figures.filter(breakdown="total").select(*key, whole="value")
    parts = figures.filter(breakdown=breakdown).group_by(key).agg(parts=pl.col("value").sum(), n=pl.len())
    beside = parts.filter(n=3 if breakdown == "household" else 5).join(whole, on=key)
    tables = TABLES_OF_A_GROUP * pl.col("n") + TABLES_OF_A_TOTAL
    allowed = MOST * tables * pl.when(city="all").then(len(CITIES)).otherwise(1)
    assert beside.height > 5
    assert beside.filter((pl.col("parts") - pl.col("whole")).abs() > allowed).is_empty()
