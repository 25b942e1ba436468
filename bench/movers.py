"""Attack the count of who was back in another city: four of five cities put their rows together against the fifth.

`python -m bench.movers`. The city that people left knows its exits, and with three others
who of them came there: what it does not know is how many came to the fifth. Published are sums of four rounded quarters
for 6, 12 and 24 months under the same offsets (`methods.md` section 1.5). The attacker tries every set of offsets and
keeps the numbers that fit. Counted are small numbers (1 to 9) of the fifth city, by how many values are left of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl

from demad.counting.elsewhere import count_elsewhere
from demad.histories.elsewhere import followed_elsewhere
from demad.histories.periods import resolve_periods
from demad.histories.shards import Shard
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.synthetic.movers import with_movers
from demad.synthetic.profiles import PROFILES
from demad.tables.movers import MONTHS_FOLLOWED
from demad.tables.observation import Observation

BASE, QUARTERS = 5, 4
THRESHOLD = 10
CORRECTED = 0.1
SMALL = range(1, 10)
WINDOW = Observation(SINCE, AS_OF, full_history=False)
OFFSETS = np.array(list(product(range(BASE), repeat=QUARTERS)))


@dataclass(frozen=True, slots=True)
class Year:
    """Of one city and year, by m and quarter: movers the coalition knows, and those to the fifth city."""

    known: np.ndarray
    unknown: np.ndarray


@dataclass(slots=True)
class Score:
    """Small numbers that were attacked, and those of which 1, at most 2, and fewer than 5 values are left."""

    small: int = 0
    exact: int = 0
    two: int = 0
    under_five: int = 0

    def add(self, values: set[int], truth: int) -> None:
        """Count one number; its values must hold it, or the attack is wrong."""
        if truth not in values:
            raise AssertionError(f"{truth} is not among {sorted(values)}")
        if truth in SMALL:
            self.small += 1
            self.exact += len(values) == 1
            self.two += len(values) <= 2
            self.under_five += len(values) < 5


def years_of(people: int, seed: int) -> Iterator[Year]:
    """Every city that people leave, year and fifth city of a synthetic world of five cities."""
    cities = sorted(np.random.default_rng(seed).choice(sorted(PROFILES), 5, replace=False))
    drawn = with_movers(dict(extracts(people=people, seed=seed, cities=cities)), since=SINCE)
    shards = {city: Shard(city, WINDOW, resolve_periods(one["leefloon"], WINDOW)[0]) for city, one in drawn.items()}
    observed = [(city, WINDOW) for city in cities]
    whole = count_elsewhere(followed_elsewhere(list(shards.values())), observed)
    for fifth in cities:
        four = count_elsewhere(followed_elsewhere([shards[city] for city in cities if city != fifth]), observed)
        both = whole.join(four, on=["city", "period", "m"], suffix="_known").filter(pl.col("city") != fifth)
        for (_, _), rows in both.group_by("city", pl.col("period").str.slice(0, 4), maintain_order=True):
            if rows.height == QUARTERS * len(MONTHS_FOLLOWED):
                ordered, shape = rows.sort("m", "period"), (len(MONTHS_FOLLOWED), QUARTERS)
                count, known = (ordered[name].to_numpy().reshape(shape) for name in ("elsewhere", "elsewhere_known"))
                yield Year(np.minimum(known, count), np.maximum(count - known, 0))


def attack(
    years: Iterable[Year], rng: np.random.Generator, *, hidden_known: bool, by_quarter: bool = False, releases: int = 1
) -> Score:
    """Try every set of offsets against what is shown of each year.

    ``hidden_known``: sums under the threshold are known too; ``by_quarter``: every rounded quarter is known, which no
    figure tells; ``releases``: of so many, before each of which one in ten counts of the coalition is corrected.
    """
    score = Score()
    for year in years:
        if by_quarter:
            for quarter in range(QUARTERS):
                _one_quarter(score, year.known[:, quarter], year.unknown[:, quarter], int(rng.integers(BASE)))
        else:
            offset, known = rng.integers(BASE, size=QUARTERS), [year.known]
            for _ in range(1, releases):
                corrected = rng.choice([-1, 1], size=year.known.shape) * (rng.random(year.known.shape) < CORRECTED)
                known.append(np.maximum(known[-1] + corrected, 0))
            _one_year(score, known, year.unknown, offset, hidden_known=hidden_known)
    return score


def _one_year(
    score: Score, releases: list[np.ndarray], unknown: np.ndarray, offset: np.ndarray, *, hidden_known: bool
) -> None:
    """One year as each release showed it, the people of the fifth city the same in all of them."""
    fits, ranges = np.ones(len(OFFSETS), dtype=bool), []
    for place, of_month in enumerate(unknown):
        least, most = np.zeros(len(OFFSETS), dtype=int), np.full(len(OFFSETS), np.iinfo(int).max)
        for known in (release[place] for release in releases):
            told = int(((known + of_month + offset) // BASE).sum() * BASE)
            sums = [told] if hidden_known or told >= THRESHOLD else range(0, THRESHOLD, BASE)
            each = [_least_and_most(known, one) for one in sums]
            lows = np.min([np.where(found[0], found[1], np.iinfo(int).max) for found in each], axis=0)
            highs = np.max([np.where(found[0], found[2], -1) for found in each], axis=0)
            least, most = np.maximum(least, lows), np.minimum(most, highs)
        fits &= least <= most
        ranges.append((least, most))
    for (least, most), of_month in zip(ranges, unknown, strict=True):
        pairs = {(int(low), int(high)) for low, high in zip(least[fits], most[fits], strict=True)}
        score.add({value for low, high in pairs for value in range(low, high + 1)}, int(of_month.sum()))


def _least_and_most(known: np.ndarray, told: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For every set of offsets: whether the sum fits, and the least and most that the fifth city can have."""
    rests = (known + OFFSETS) % BASE
    steps = told // BASE - ((known + OFFSETS) // BASE).sum(axis=1)
    costs = np.cumsum(np.pad(np.sort(BASE - rests, axis=1), ((0, 0), (1, 0))), axis=1)
    taken = np.clip(steps, 0, QUARTERS)
    least = costs[np.arange(len(OFFSETS)), taken] + BASE * np.clip(steps - QUARTERS, 0, None)
    return steps >= 0, least, BASE * steps + (BASE - 1 - rests).sum(axis=1)


def _one_quarter(score: Score, known: np.ndarray, unknown: np.ndarray, offset: int) -> None:
    told = (known + unknown + offset) // BASE
    fits = [o for o in range(BASE) if ((known + o) // BASE <= told).all()]
    for one, truth, steps in zip(known.tolist(), unknown.tolist(), told.tolist(), strict=True):
        values = {n - one for o in fits for n in range(BASE * steps - o, BASE * steps - o + BASE) if n >= one}
        score.add(values, truth)


def main() -> None:
    """Print a line for each way to look."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, nargs="+", default=[2_000, 6_000, 24_000])
    asked.add_argument("--seeds", type=int, default=4)
    asked.add_argument("--secrets", type=int, default=5, help="how often each world is rounded anew")
    given = asked.parse_args()
    years = [year for people in given.people for seed in range(given.seeds) for year in years_of(people, seed)]
    ways = {
        "as printed": {"hidden_known": False},
        "and every sum that is hidden": {"hidden_known": True},
        "and four releases, each corrected": {"hidden_known": True, "releases": 4},
        "and every rounded quarter, which no figure tells": {"hidden_known": True, "by_quarter": True},
    }
    for name, way in ways.items():
        found = attack(years * given.secrets, np.random.default_rng(1), **way)
        print(f"{name}: {found.small} small numbers; exactly {found.exact}, two {found.two}, < 5 {found.under_five}")


if __name__ == "__main__":
    main()
