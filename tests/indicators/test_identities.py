"""What must add up whatever the delivery: observed and expected, staying and leaving."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.survival import kaplan_meier
from demad.indicators.expected import expected_exits
from demad.indicators.grid import scope_of
from demad.quantities import exact
from demad.tables.terms import REASONS
from tests.test_engines_agree import fast_tables, named, several, unhurried

AT = settings(max_examples=10, **unhurried)


@given(drafted=several)
@AT
def test_the_cities_together_are_expected_to_leave_as_often_as_they_did(drafted):
    tables = exact([fast_tables(city) for city in named(drafted)])
    for column in ("d", "d_work"):
        totals = expected_exits(tables["case_mix"].filter(variant="main"), column, scope_of(tables))
        assert set(totals["variance"]) <= {0.0}  # nothing is rounded
        left = tables["durations"].filter(variant="main", breakdown="total", city="all")
        exits = dict(left.group_by(pl.col("period").str.slice(0, 4)).agg(pl.col(column).sum()).rows())
        cities = totals.filter(pl.col("city") != "all").group_by("period").agg(pl.col("expected").sum())
        for period, expected in cities.rows():
            assert expected == pytest.approx(exits[period], rel=1e-12, abs=1e-12)
            assert totals.filter(city="all", period=period)["expected"].item() == pytest.approx(expected, abs=1e-9)


@given(drafted=several)
@AT
def test_who_stays_and_who_left_for_each_reason_are_everybody(drafted):
    rows = pl.concat(fast_tables(city)["spell_risk"] for city in named(drafted))
    cells = (
        rows.filter(pl.col("k") <= 24)
        .group_by("city", "variant", "breakdown", "group", "k")
        .agg(pl.col("n", *(f"d_{reason}" for reason in REASONS)).sum())
    )
    for _, cell in cells.group_by("city", "variant", "breakdown", "group"):
        steps = pl.DataFrame({"k": range(1, 25)}, schema={"k": pl.Int32}).join(cell, on="k", how="left").fill_null(0)
        by_reason = np.array([steps[f"d_{reason}"].to_numpy() for reason in REASONS])
        n, d = steps["n"].to_numpy(), by_reason.sum(axis=0)
        left = sum(float(cumulative_incidence(n, d, own, horizon=24).value) for own in by_reason)
        assert kaplan_meier(n, d).value[-1] + left == pytest.approx(1, abs=1e-12)
