"""Whether bands of the stock hold what comes: where nothing happens, delays drift or recording stops everywhere."""

from collections import defaultdict

import pytest

from bench.vintages import judged, world

WORLDS = range(1000, 1040)
"""Worlds by which nothing was chosen."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["steady", "drift", "shock", "holiday"])
def test_bands_of_95_percent_hold_92_to_98_of_a_hundred_at_every_horizon_and_beat_plain_answers(kind):
    found = defaultdict(list)
    for seed in WORLDS:
        for since, worth in judged(*world("stock", kind, seed)):
            found[since].append(worth)
    assert sorted(found) == [0, 1, 2]
    for rows in found.values():
        mean = {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}
        assert 0.92 <= mean["held 95%"] <= 0.98
        assert mean["score"] < min(mean["uncorrected"], mean["last value"])
