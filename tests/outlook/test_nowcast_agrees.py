"""The fast nowcast against the naive one, in worlds where recording stops, drifts or comes by quarter."""

import pytest

from bench.vintages import world
from demad.outlook.measure import Measure, open_origins
from demad.outlook.triangles import Told
from tests.naive.nowcast import Naive

CITIES = tuple(f"city-{number}" for number in range(7))
STOPPED = (42, 43, 44)
"""Deliveries in whose newest months recording stops, and the one after: there everything that widens a band is used."""


def some_cities(name: str, kind: str, seed: int, every: int = 1) -> Measure:
    """Seven cities of a simulated world, of which each so many-th delivery is kept."""
    made, _ = world(name, kind, seed)
    told = {
        city: Told({key: count for key, count in made.told[city].counts.items() if key[0] % every == every - 1})
        for city in CITIES
    }
    return Measure(name, told, {city: made.last[city] for city in CITIES}, made.rounding)


def naive(measure: Measure) -> Naive:
    counts = {city: dict(told.counts) for city, told in measure.told.items()}
    return Naive(counts, rounding=measure.rounding, stock=measure.name == "stock")


@pytest.mark.parametrize(
    ("name", "kind", "every"),
    [
        ("stock", "shock", 1),
        ("stock", "alone", 1),
        ("stock", "shock", 3),
        ("inflow", "drift", 1),
        ("outflow", "shock", 1),
    ],
)
def test_both_engines_tell_the_same_band(name, kind, every):
    fast = some_cities(name, kind, 102, every)
    slow = naive(fast)
    held = 0
    for last in (47, 49) if every == 3 else (*STOPPED, 49):
        for origin in open_origins(last, name):
            for city in CITIES:
                if (found := fast.predicted(city, last, origin)) is not None:
                    expected = slow.band_rests_on(city, last, origin)
                    ours = found.value, found.error**2, found.freedom
                    assert ours == pytest.approx((expected.value, expected.variance, expected.freedom), rel=1e-9)
                    held += 1
    assert held >= len(CITIES)


def test_both_engines_see_the_same_month_in_which_recording_stops():
    fast = some_cities("stock", "shock", 102)
    slow = naive(fast)
    asked = [(last, last - delay) for last in STOPPED for delay in range(3)]
    wider = [fast.unusual(city, *one) for city in CITIES for one in asked]
    assert wider == pytest.approx([slow.unusual(city, *one) for city in CITIES for one in asked])
    assert 1 in wider
    assert max(wider) > 2
    shifts = [fast.shift("city-0", last, last) for last in range(30, 50)]
    assert shifts == pytest.approx([slow.shift(last) for last in range(30, 50)])
    assert 0 in shifts
    assert max(shifts) > 0.01
