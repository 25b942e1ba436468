"""False alarms and power of `demad impact` on simulated cities: `python -m bench.impact alarms --draws 1000`.

Thirteen cities of their real sizes with quarterly counts as published: Poisson with a course, a season and shocks that
all cities share, a season of each city, and quarters of a city that are alike (a first-order autocorrelation), rounded
to 5 with an offset. Needs statsmodels.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from demad.errors import UsageRefused
from demad.estimators.proportions import wilson
from demad.impact import Effect, Finding, Panel, measured_effect

SIZES = (90, 1200, 150, 85, 570, 110, 90, 260, 140, 150, 80, 105, 62)
"""Exits a quarter, as in a demo of 24,000 people; Antwerpen second, Gent fifth, Leuven eighth."""
TREATED = (1, 4, 7, 8)
"""The cities that take a measure: 1,200, 570, 260 and 140 exits a quarter."""
EFFECTS = (-0.2, 0.1, 0.2, 0.3, 0.4)
"""True changes of the power curve, as a part of the rate."""
START = date(2025, 7, 1)
_CITIES = tuple(f"city{place:02d}" for place in range(len(SIZES)))
_QUARTERS = tuple(f"{year}Q{part}" for year in range(2015, 2027) for part in (1, 2, 3, 4))[:46]
_AFTER = _QUARTERS.index("2025Q3")


@dataclass(frozen=True, slots=True)
class World:
    """How the cities move on their own: ``drift`` and ``alike`` of the quarters (sd, autocorrelation), and season."""

    name: str
    drift: float = 0.0
    alike: float = 0.0
    season: float = 0.0


WORLDS = (
    World("chance alone"),
    World("season of each city", season=0.1),
    World("quarters vary by 5 %", drift=0.05),
    World("quarters vary by 5 % and are alike (.5)", drift=0.05, alike=0.5, season=0.05),
)


def drawn(world: World, seed: int, *, treated: int, effect: float = 0.0) -> Panel:
    """Thirteen cities; one whose rate changes by ``effect`` (a part) from the third quarter of 2025 on."""
    chance = np.random.default_rng([seed, treated])
    count, length = len(SIZES), len(_QUARTERS)
    time = np.arange(length)
    shared = 0.1 * np.sin(2 * np.pi * time / 4) - 0.01 * time / 4 + chance.normal(0, 0.06, length)
    own = chance.normal(0, 0.01, (count, 1)) * time / 4
    part = chance.normal(0, world.season, (count, 4)) if world.season else np.zeros((count, 4))
    noise = np.zeros((count, length))
    steps = chance.normal(0, world.drift * np.sqrt(1 - world.alike**2), (count, length))
    for at in range(length):
        noise[:, at] = world.alike * noise[:, at - 1] + steps[:, at] if at else chance.normal(0, world.drift, count)
    log_rate = shared + own + part[:, time % 4] + noise
    log_rate[treated, _AFTER:] += np.log1p(effect)
    counts = chance.poisson(np.array(SIZES)[:, None] * np.exp(log_rate))
    events = 5.0 * ((counts + chance.integers(0, 5, counts.shape)) // 5)
    exposure = np.array(SIZES)[:, None] * 10.0 * np.ones(length)
    return Panel("outflow", _CITIES, _QUARTERS, events, exposure)


def effects(world: World, draws: int, *, treated: int, effect: float = 0.0) -> Iterator[Effect | None]:
    """What is found in each draw; None where it is refused. Every draw is allowed any smallest effect."""
    for seed in range(draws):
        try:
            panel = drawn(world, seed, treated=treated, effect=effect)
            yield measured_effect(panel, _CITIES[treated], START, least=99)
        except UsageRefused:
            yield None


def alarms(world: World, draws: int) -> tuple[int, int, int]:
    """Draws in which nothing happened: how many were judged, with p below 5 %, and said to be seen."""
    found = [one for place in TREATED for one in effects(world, draws // len(TREATED), treated=place) if one]
    return len(found), sum(one.p_value < 0.05 for one in found), sum(one.finding is Finding.SEEN for one in found)


def share(hits: int, draws: int) -> str:
    """A share with its 95 % interval of Wilson, as Markdown."""
    if not draws:
        return "-"
    low, high = (float(end) for end in wilson(np.array(hits), np.array(draws)))
    return f"{hits / draws:.1%} ({low:.1%}-{high:.1%})"


def tell_alarms(draws: int) -> None:
    """A row per world in which nothing happened."""
    print("| world | draws | p < 5 % | said to be seen |\n|---|---|---|---|")
    for world in WORLDS:
        judged, real, seen = alarms(world, draws)
        print(f"| {world.name} | {judged} | {share(real, judged)} | {share(seen, judged)} |", flush=True)


def tell_power(draws: int) -> None:
    """A row per size of city and true change, where quarters vary by 5 %."""
    print("| exits a quarter | true change | draws | p < 5 % | said to be seen | smallest |\n" + "|---" * 6 + "|")
    for place in TREATED:
        for effect in EFFECTS:
            found = [one for one in effects(WORLDS[2], draws, treated=place, effect=effect) if one]
            real, seen = sum(one.p_value < 0.05 for one in found), sum(one.finding is Finding.SEEN for one in found)
            smallest = float(np.median([one.smallest for one in found]))
            row = SIZES[place], f"{effect:.0%}", len(found), share(real, len(found)), share(seen, len(found))
            print("| " + " | ".join(map(str, row)) + f" | {smallest:.0%} |", flush=True)


def main() -> int:
    """Print one of the two tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("what", choices=("alarms", "power"))
    asked.add_argument("--draws", type=int, default=1000)
    given = asked.parse_args()
    (tell_alarms if given.what == "alarms" else tell_power)(given.draws)
    return 0


if __name__ == "__main__":
    sys.exit(main())
