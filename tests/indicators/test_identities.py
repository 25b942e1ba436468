"""What must add up whatever the delivery: observed and expected, staying and leaving."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.survival import kaplan_meier
from demad.indicators.expected import RATIOS, expected_events
from demad.indicators.grid import scope_of
from demad.quantities import exact
from demad.tables.terms import REASONS
from tests.lanes import examples
from tests.test_engines_agree import fast_tables, named, several, unhurried

AT = settings(max_examples=examples(5), **unhurried)


@given(drafted=several)
@AT
def test_all_cities_together_are_expected_to_leave_and_return_as_often_as_they_did(drafted):
    tables = exact([fast_tables(city) for city in named(drafted)])
    for ratio in RATIOS.values():
        totals = expected_events(tables[ratio.mix].filter(variant="main"), ratio, scope_of(tables))
        assert set(totals["variance"]) <= {0.0}  # nothing is rounded
        seen = tables[ratio.events].filter(pl.col(ratio.step) <= ratio.longest, variant="main", breakdown="total")
        years = seen.filter(city="all").group_by(pl.col("period").str.slice(0, 4)).agg(pl.col(ratio.column).sum())
        events = dict(years.rows())
        for period, expected in totals.filter(city="all").select("period", "expected").rows():
            assert expected == pytest.approx(events[period], rel=1e-12, abs=1e-12)


@given(drafted=several)
@AT
def test_what_is_expected_of_a_city_rests_on_the_other_cities_alone(drafted):
    one, *others = [fast_tables(city) for city in named(drafted)]
    doubled = {**one, "case_mix_risk": one["case_mix_risk"].with_columns(d=pl.col("n"), d_work=pl.col("n"))}
    found = []
    for tables in (exact([one, *others]), exact([doubled, *others])):
        shared = tables["case_mix"].filter(pl.col("city") != "all")
        strata = [name for name in shared.columns if name not in ("city", "n", "d", "d_work")]
        elsewhere = shared.filter(pl.col("city") != one["span"]["city"].item()).select(strata).unique()
        rows = tables["case_mix"].join(elsewhere, on=strata, how="semi").filter(variant="main")
        totals = expected_events(rows, RATIOS["outflow_oe"], scope_of(tables))
        found.append(totals.filter(city=one["span"]["city"].item())["expected"].to_list())
    assert found[0] == pytest.approx(found[1])


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
