"""What a city is drawn against: the quartiles of the other cities, by numpy; the work grows with the rows alone."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from demad.benchmark.others import others
from tests.figures import figure, figures


def drawn(cities: int, periods: int = 1, seed: int = 3) -> pl.DataFrame:
    """Figures of so many cities; one in five is not shown, one in ten has few people, and many are equal."""
    draw = np.random.default_rng(seed)

    def row(city: int, period: int) -> dict:
        shown, few = draw.random() > 0.2, draw.random() < 0.1
        status = ("low_n" if few else "ok") if shown else "suppressed"
        value = float(draw.integers(0, 10)) / 10 if shown else None
        return figure(city=f"stad-{city:04d}", period=f"{2000 + period}Q4", value=value, status=status)

    return figures(*(row(city, period) for period in range(periods) for city in range(cities)))


@pytest.mark.parametrize("cities", [1, 4, 5, 6, 13, 40])
def test_every_city_has_the_quartiles_of_the_others(cities: int):
    frame = drawn(cities, periods=3)
    beside = frame.join(others(frame), on=["variant", "indicator", "city", "period", "breakdown", "group"])
    assert beside.height == frame.height
    for row in beside.iter_rows(named=True):
        compared = frame.filter(period=row["period"], status="ok")
        without = compared.filter(pl.col("city") != row["city"])["value"].to_numpy()
        expected = list(np.quantile(without, [0.25, 0.5, 0.75])) if len(without) >= 4 else [None] * 3
        found = [row[name] for name in ("lower_quartile", "median", "upper_quartile")]
        assert found == pytest.approx(expected)
        everybody = compared["value"].to_numpy()
        assert row["median_all"] == pytest.approx(np.median(everybody) if len(everybody) > 4 else None)


GROWTH = """
import resource
from demad.benchmark.others import others
from tests.benchmark.test_others import drawn
frame = drawn(600, periods=100)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
others(frame)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_grows_with_the_figures_and_not_with_the_square_of_the_cities():
    """Sixty thousand rows that each held the values of six hundred cities took 217 MB; a country twenty gigabytes."""
    told = subprocess.run([sys.executable, "-c", GROWTH], capture_output=True, text=True, check=True)
    assert int(told.stdout) < 120_000  # kilobytes
