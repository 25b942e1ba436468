"""Months of nightly runs with late corrections and a release every quarter: who keeps every file finds nothing."""

from __future__ import annotations

import os

import numpy as np
import polars as pl
import pytest

from demad.disclosure.attack.audit import audit
from demad.disclosure.gate import publish, refuse_news
from demad.disclosure.policy import Policy
from demad.releases.changes import frozen
from demad.releases.ledger import ever_released, released_figures, remember
from demad.tables.figures import FIGURE_KEY, INDICATOR_VALUE
from demad.tables.terms import GROUPS
from tests.disclosure.sets import CITIES, _count, _with_sum

POLICY = Policy()
START = 2024 * 12


class World:
    """Exits of thirteen cities by month and reason, and the decisions that come in late."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        sizes = np.maximum(40, self.rng.lognormal(5.0, 0.9, len(CITIES)))
        mix = self.rng.dirichlet(np.geomspace(5, 0.3, len(GROUPS["reason"])))
        rate = sizes[:, None, None] / 12 * mix[None, None, :]
        self.exits = self.rng.poisson(np.broadcast_to(rate, (len(CITIES), 36, len(mix))))

    def correct(self, until: int) -> None:
        """A few decisions of the last half year turn out to be one more, one fewer, or of another reason."""
        for _ in range(int(self.rng.poisson(4))):
            city, month = self.rng.integers(len(CITIES)), self.rng.integers(max(0, until - 6), until)
            old, new = self.rng.integers(self.exits.shape[2], size=2)
            if self.exits[city, month, old] > 0 and self.rng.random() < 0.7:
                self.exits[city, month, old] -= 1
            self.exits[city, month, new] += int(self.rng.random() < 0.8)

    def values(self, until: int) -> pl.DataFrame:
        """INDICATOR_VALUE after ``until`` months: months, whole quarters, whole years, and reasons by year."""
        rows: list[dict] = []
        for city, by_month in _with_sum(list(CITIES), self.exits[:, :until].sum(axis=2)):
            for months, label in ((1, "-"), (3, "Q"), (12, "")):
                for first in range(0, until - months + 1, months):
                    year, place = 2024 + first // 12, first % 12 // months + 1
                    period = f"{year}-{place:02}" if label == "-" else f"{year}{label}{place if label else ''}"
                    n = int(by_month[first : first + months].sum())
                    rows.append(_count(n, "outflow_count", city, period, "total", "total"))
        for year in range(until // 12):
            by_reason = self.exits[:, 12 * year : 12 * year + 12].sum(axis=1)
            for city, counts in _with_sum(list(CITIES), by_reason):
                cell = ("outflow_count", city, str(2024 + year), "reason")
                rows += [_count(int(n), *cell, group) for group, n in zip(GROUPS["reason"], counts, strict=True)]
        return INDICATOR_VALUE.check(pl.DataFrame(rows, schema=INDICATOR_VALUE.schema)).sort(FIGURE_KEY)


def live(root, seed: int, months: int) -> dict[str, int]:
    """Every month: corrections and a nightly run; every quarter a release, every year a revision with a reason."""
    world, kept, truth = World(seed), [], INDICATOR_VALUE.empty()
    found = {"releases": 0, "attacked": 0, "exact": 0, "narrow": 0, "waiting": 0, "revised": 0}
    for until in range(3, months + 3):
        world.correct(until)
        values = world.values(until)
        published = publish(values, POLICY, released_figures(root))
        if until % 3:
            continue
        revised = until % 12 == 0
        shown = frozen(published, released_figures(root), revised=revised)
        # What stays as it was released speaks of what was true then.
        stays = truth.clear() if revised else truth
        truth = pl.concat([stays, values.join(stays, on=FIGURE_KEY, how="anti")]).sort(FIGURE_KEY)
        seen = audit(shown.published, values, POLICY, ever_released(root))
        refuse_news(seen, shown.published, ever_released(root))
        remember(root, f"r{until}", shown.published)
        kept.append((shown.published, truth))
        found["releases"] += 1
        found["revised" if revised else "waiting"] += shown.changed.height
    for published, then in kept:
        # Every release again, by somebody who has all of them, the later ones too.
        seen = audit(published, then, POLICY, ever_released(root))
        found["attacked"] += seen.attacked
        found["exact"] += len(seen.exact)
        found["narrow"] += len(seen.narrow)
    return found


@pytest.mark.slow
def test_in_two_years_of_nights_nobody_who_keeps_every_file_finds_anything(tmp_path, capsys):
    for seed in range(int(os.environ.get("DEMAD_WORLDS", "2"))):
        found = live(tmp_path / str(seed), seed, 24)
        with capsys.disabled():
            print(f"\n24 months, world {seed}: {found}")
        assert found["releases"] == 8
        assert found["exact"] == found["narrow"] == 0
        assert found["attacked"] > 0
        assert found["waiting"] + found["revised"] > 0


def test_in_half_a_year_of_nights_nobody_who_keeps_every_file_finds_anything(tmp_path):
    found = live(tmp_path, 7, 6)
    assert found["releases"] == 2
    assert found["exact"] == found["narrow"] == 0
