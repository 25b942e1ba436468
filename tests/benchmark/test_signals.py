"""Early warnings: one rule per figure, on the bad side alone where there is one, and how many were looked at."""

from __future__ import annotations

import random
from math import sqrt

import polars as pl
import pytest

from demad.benchmark.signals import LEAST_PEOPLE, Looked, signals
from demad.catalogue import CATALOGUE, indicator
from demad.estimators.survival import Z_95
from demad.tables.figures import PUBLISHED_VALUE

NOW, BEFORE = "2025Q4", "2024Q4"


def share(id: str, period: str, value: float, n: int = 1000, status: str = "ok", half: float | None = None) -> tuple:
    """A published share of so many people, with a normal interval."""
    wide = Z_95 * sqrt(value * (1 - value) / n) if half is None else half
    return ("main", id, "gent", period, "total", "total", value, value - wide, value + wide, None, n, status, "1")


def count(id: str, period: str, value: float) -> tuple:
    return ("main", id, "gent", period, "total", "total", value, None, None, int(value), None, "ok", "1")


def looked(*rows: tuple) -> Looked | None:
    return signals(pl.DataFrame(rows, schema=PUBLISHED_VALUE.schema, orient="row"), CATALOGUE, "gent")


def seen(*rows: tuple) -> Looked:
    there = looked(*rows)
    assert there
    return there


def found(*rows: tuple) -> list[tuple[str, str, bool | None]]:
    return [(one.indicator, one.side, one.worse) for one in seen(*rows).found]


@pytest.mark.parametrize(
    ("id", "before", "now", "told"),
    [
        ("still_on_12m", 0.50, 0.60, [("still_on_12m", "higher", True)]),
        ("still_on_12m", 0.60, 0.50, []),  # it moved to the good side
        ("cif_work_12m", 0.30, 0.20, [("cif_work_12m", "lower", True)]),
        ("cif_work_12m", 0.20, 0.30, []),
        ("cif_other_benefit_12m", 0.20, 0.30, [("cif_other_benefit_12m", "higher", None)]),
        ("cif_other_benefit_12m", 0.30, 0.20, [("cif_other_benefit_12m", "lower", None)]),
        ("still_on_12m", 0.50, 0.53, []),  # z = 1.3: it may be chance
    ],
)
def test_a_figure_warns_on_its_bad_side_alone_and_a_neutral_one_on_both(id, before, now, told):
    assert found(share(id, BEFORE, before), share(id, NOW, now)) == told


def test_a_difference_that_is_real_but_smaller_than_the_margin_is_no_signal():
    assert indicator("still_on_12m").margin == 0.10
    assert found(share("still_on_12m", BEFORE, 0.50, 100_000), share("still_on_12m", NOW, 0.54, 100_000)) == []
    assert found(share("still_on_12m", BEFORE, 0.50, 100_000), share("still_on_12m", NOW, 0.56, 100_000)) != []


def test_few_people_a_reservation_or_no_interval_is_not_looked_at():
    small = LEAST_PEOPLE - 1
    assert looked(share("still_on_12m", BEFORE, 0.2, small), share("still_on_12m", NOW, 0.9)) is None
    assert looked(share("still_on_12m", BEFORE, 0.2), share("still_on_12m", NOW, 0.9, small)) is None
    assert looked(share("still_on_12m", BEFORE, 0.2), share("still_on_12m", NOW, 0.9, status="low_n")) is None
    assert looked(share("still_on_12m", BEFORE, 0.2), share("still_on_12m", NOW, 0.9, half=0.0)) is None
    assert looked(share("still_on_12m", NOW, 0.9)) is None


def test_inflow_warns_from_a_quarter_more_or_less_on_and_a_ratio_never():
    assert found(count("inflow_count", BEFORE, 200), count("inflow_count", NOW, 250)) == [
        ("inflow_count", "higher", None)
    ]
    assert found(count("inflow_count", BEFORE, 200), count("inflow_count", NOW, 245)) == []
    assert looked(share("outflow_oe", BEFORE, 1.0, half=0.01), share("outflow_oe", NOW, 0.5, half=0.01)) is None
    assert looked(count("inflow_count", "2024", 200), count("inflow_count", "2025", 400)) is None  # no quarter


def test_how_many_were_looked_at_and_what_chance_gives_is_said_also_without_a_signal():
    rows = [
        row
        for id in ("still_on_12m", "cif_work_12m", "cif_other_benefit_12m")
        for row in (share(id, BEFORE, 0.3), share(id, NOW, 0.3))
    ]
    told = seen(*rows, count("inflow_count", BEFORE, 200), count("inflow_count", NOW, 200))
    assert (told.period, told.period_before, told.figures, told.found) == (NOW, BEFORE, 4, ())
    assert told.by_chance == pytest.approx(0.001 + 0.001 + 0.002)


@pytest.mark.slow
def test_where_nothing_changes_hardly_anything_is_a_signal():
    """Two draws of one share of 400 people, 2,000 times: 4 signals are expected, 10 or more once in a hundred times."""
    chance = random.Random(4)  # noqa: S311
    drawn = [sum(chance.random() < 0.4 for _ in range(400)) / 400 for _ in range(2 * 2000)]
    told = sum(
        len(found(share("cif_other_benefit_12m", BEFORE, a, 400), share("cif_other_benefit_12m", NOW, b, 400)))
        for a, b in zip(drawn[::2], drawn[1::2], strict=True)
    )
    print(f"\n{told} signals of 2,000")
    assert told < 10
