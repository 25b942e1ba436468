"""False alarms and power of the verdict in the worlds of methods.md section 2.5. ``python -m bench.verdicts``.

Cities of their real sizes have figures for four years: their true paces differ with a standard deviation of 0, 5, 10
or 15 %, and stay over the years. Counts are rounded to 5 by quarter with secret offsets, as published; the other
cities are added up; the spread of the three years before is fixed; the newest year is judged. Three figures: a share
with Wilson's interval, a share still on benefit (Kaplan-Meier), and an observed-to-expected ratio. In the world of
unequal registration the share that works is equal everywhere, and the cities leave 5 to 35 % of the reasons open.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.flags import SIZES
from demad.benchmark.compare import compare
from demad.catalogue import CATALOGUE, indicator
from demad.estimators.competing_risks import cumulative_incidence
from demad.estimators.proportions import wilson
from demad.estimators.rates import count_interval
from demad.estimators.rounding import offset_variance
from demad.estimators.survival import Z_95, kaplan_meier, log_log_band
from demad.tables.figures import INDICATOR_VALUE, YARDSTICK

BASE, QUARTERS, YEARS, MONTHS = 5, 4, 4, 12
_V = offset_variance(BASE)
_END = 0.06
FIVE = ("gent", "brugge", "aalst", "turnhout", "roeselare")


@dataclass(frozen=True, slots=True)
class World:
    """The cities with their people, and how far their true paces lie apart; arrays draw by city by year."""

    cities: tuple[str, ...]
    sizes: np.ndarray
    pace: np.ndarray
    chance: np.random.Generator

    @property
    def shape(self) -> tuple[int, int, int]:
        """Draws, cities, years."""
        return (*self.pace.shape, YEARS)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Value and 95 % interval of every city, and of the others of each; arrays of the world's shape."""

    own: tuple[np.ndarray, np.ndarray, np.ndarray]
    others: tuple[np.ndarray, np.ndarray, np.ndarray]


def world(seed: int, draws: int, cities: Sequence[str], sd: float, better: tuple[str, float] | None = None) -> World:
    """Draw true paces; ``better``: one city with a pace of its own."""
    chance = np.random.default_rng(seed)
    pace = np.exp(chance.normal(0.0, sd, (draws, len(cities)))) if sd else np.ones((draws, len(cities)))
    if better:
        pace[:, list(cities).index(better[0])] = better[1]
    return World(tuple(cities), np.array([SIZES[city] for city in cities]), pace, chance)


def _rounded(chance: np.random.Generator, counts: np.ndarray, offsets: np.ndarray | None = None) -> np.ndarray:
    """Rounded with an offset of its own for every count, or with ``offsets``; quarters on the last axis."""
    shift = chance.integers(0, BASE, counts.shape) if offsets is None else offsets
    return (counts + shift) // BASE * BASE


def _others(counts: np.ndarray) -> np.ndarray:
    return counts.sum(axis=1, keepdims=True) - counts


def share(drawn: World, level: float = 0.2) -> Estimate:
    """Half of the people a year, of whom a part comes back."""
    people = np.broadcast_to((drawn.sizes // 2 // QUARTERS)[None, :, None, None], (*drawn.shape, QUARTERS))
    part = drawn.chance.binomial(people, np.clip(level * drawn.pace, 0, 0.9)[..., None, None])
    offsets = drawn.chance.integers(0, BASE, people.shape)
    x, n = (_rounded(drawn.chance, counts, offsets).sum(axis=-1) for counts in (part, people))
    x = np.minimum(x, n)

    def interval(x: np.ndarray, n: np.ndarray, tables: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        p = x / n
        low, high = wilson(x, n, added=2 * _V * tables * (1 + p**2) / n**2)
        return p, low, high

    return Estimate(interval(x, n, QUARTERS), interval(_others(x), _others(n), QUARTERS * (len(drawn.cities) - 1)))


def ratio(drawn: World) -> Estimate:
    """Exits against those expected at the pace of the others; the months at risk are twelve times the people."""
    months = np.broadcast_to((drawn.sizes * 12)[None, :, None], drawn.shape).astype(float)
    exits = drawn.chance.poisson((months * 0.037 * drawn.pace[..., None] / QUARTERS)[..., None].repeat(QUARTERS, -1))
    observed = _rounded(drawn.chance, exits).sum(axis=-1).astype(float)
    others_o, others_n = _others(observed), _others(months)
    expected = months * others_o / others_n
    added = 4 * _V / 2 * QUARTERS / np.maximum(observed, 1) ** 2
    low, high = count_interval(observed, added=added)
    error = 1 / np.sqrt(others_o)
    yard = (np.ones_like(error), np.exp(-Z_95 * error), np.exp(Z_95 * error))
    return Estimate((observed / expected, low / expected, high / expected), yard)


def still_on(drawn: World) -> Estimate:
    """Kaplan-Meier of a year of people who enter, followed for twelve months."""
    start = np.broadcast_to((drawn.sizes // 2 // QUARTERS)[None, :, None, None], (*drawn.shape, QUARTERS))
    leave = np.clip(_END * drawn.pace, 0, 0.5)[..., None, None]
    at_risk, events, left = [], [], start.copy()
    for _ in range(MONTHS):
        gone = drawn.chance.binomial(left, leave)
        at_risk.append(left)
        events.append(gone)
        left = left - gone
    offsets = drawn.chance.integers(0, BASE, start.shape)
    n = np.stack([_rounded(drawn.chance, counts, offsets).sum(axis=-1) for counts in at_risk], axis=-1)
    so_far = [_rounded(drawn.chance, np.sum(events[: k + 1], axis=0), offsets).sum(axis=-1) for k in range(MONTHS)]
    d = np.minimum(np.diff(np.stack(so_far, axis=-1), axis=-1, prepend=0), n)

    def curve(n: np.ndarray, d: np.ndarray, tables: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        found = kaplan_meier(n, d, rounding=np.full(n.shape[:-1], _V * tables))
        return found.value[..., -1], found.low[..., -1], found.high[..., -1]

    return Estimate(curve(n, d, QUARTERS), curve(_others(n), _others(d), QUARTERS * (len(drawn.cities) - 1)))


def registered(drawn: World, open_reasons: tuple[float, float] = (0.05, 0.35)) -> dict[str, Estimate]:
    """Work within a year, as registered and with the unknown reasons placed; work is equal, registration is not."""
    start = np.broadcast_to((drawn.sizes // 2)[None, :, None], drawn.shape)
    hidden = drawn.chance.uniform(*open_reasons, drawn.pace.shape)[..., None]
    counts: dict[str, list[np.ndarray]] = {"n": [], "d": [], "work": [], "open": []}
    left = start.copy()
    for _ in range(MONTHS):
        gone = drawn.chance.binomial(left, _END)
        work = drawn.chance.binomial(gone, np.clip(0.35 * drawn.pace, 0, 1)[..., None])
        known, unknown = drawn.chance.binomial(work, 1 - hidden), drawn.chance.binomial(gone - work, hidden)
        for name, found in (("n", left), ("d", gone), ("work", known), ("open", unknown + work - known)):
            counts[name].append(found)
        left = left - gone
    own = {name: np.stack(found, axis=-1) for name, found in counts.items()}
    tables = {"own": own, "others": {name: _others(found) for name, found in own.items()}}
    found = {name: _incidence(part, with_open=False) for name, part in tables.items()}
    moved = {name: _incidence(part, with_open=True) for name, part in tables.items()}
    return {"nowhere": Estimate(found["own"], found["others"]), "placed": Estimate(moved["own"], moved["others"])}


def _incidence(counts: dict[str, np.ndarray], *, with_open: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n, d, work = counts["n"], counts["d"], counts["work"]
    share = cumulative_incidence(n, d, work, horizon=MONTHS)
    error, value = np.sqrt(share.variance), share.value
    if with_open:
        gone = 1 - kaplan_meier(n, d).value[..., -1]
        unknown = cumulative_incidence(n, d, counts["open"], horizon=MONTHS).value
        scale = gone / (gone - unknown)
        value, error = value * scale, error * scale
    low, high = log_log_band(value, error)
    return value, low, high


def judged(drawn: World, id: str, found: Estimate, placed: Estimate | None = None) -> pl.DataFrame:
    """``draw``, ``city``, ``verdict`` and ``reason`` of the newest year, by the rule of the product."""
    _, cities, years = drawn.shape
    place = np.indices(drawn.shape)
    period = place[0].ravel() * years + place[2].ravel()
    labels = {
        "city": np.array(drawn.cities)[place[1].ravel()],
        "period": [f"{1000 + number:04d}Q4" for number in period],
    }
    columns = {**labels, **dict(zip(("value", "low", "high"), (part.ravel() for part in found.own), strict=True))}
    frame = pl.DataFrame(columns).with_columns(
        variant=pl.lit("main"), indicator=pl.lit(id), breakdown=pl.lit("total"), group=pl.lit("total"),
        numerator=pl.lit(None, dtype=pl.Int64), denominator=pl.lit(None, dtype=pl.Int64), status=pl.lit("ok"),
        definition=pl.lit(indicator(id).version),
    )  # fmt: skip
    precise = INDICATOR_VALUE.check(frame.select(list(INDICATOR_VALUE.columns)))
    beside = {f"others{end}": part.ravel() for end, part in zip(("", "_low", "_high"), found.others, strict=True)}
    if placed:
        beside |= {f"placed{end}": part.ravel() for end, part in zip(("", "_low", "_high"), placed.own, strict=True)}
        ends = zip(("", "_low", "_high"), placed.others, strict=True)
        beside |= {f"others_placed{end}": part.ravel() for end, part in ends}
    yardsticks = pl.DataFrame({**labels, **beside}).with_columns(
        variant=pl.lit("main"), indicator=pl.lit(id), pooled=pl.lit(cities - 1, dtype=pl.Int64)
    )
    missing = [
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in YARDSTICK.schema.items() if name not in yardsticks
    ]
    ready = YARDSTICK.check(yardsticks.with_columns(missing).select(list(YARDSTICK.columns)))
    newest = pl.col("period").str.slice(0, 4).cast(pl.Int64) % years == (1000 + years - 1) % years
    return compare(precise, precise, ready, CATALOGUE).filter(newest).select("city", "period", "verdict", "reason")


FIGURES = {"repeat_inflow_share": share, "outflow_oe": ratio, "still_on_12m": still_on}
REAL = ("clear_higher", "clear_lower", "apart_higher", "apart_lower", "nearly")


def claimed(drawn: World, id: str) -> pl.DataFrame:
    """The verdicts on one figure of a world."""
    return judged(drawn, id, FIGURES[id](drawn))


def alarms(draws: int, cities: Sequence[str], seed: int = 1) -> dict[str, float]:
    """Share of the cities of equal pace of which a real difference is said, by figure."""
    found = {id: claimed(world(seed, draws, cities, 0.0), id) for id in FIGURES}
    return {id: float(rows["verdict"].is_in(REAL).mean()) for id, rows in found.items()}  # pyright: ignore[reportArgumentType]


def power(draws: int, sd: float, city: str, pace: float, seed: int = 2) -> dict[str, float]:
    """Share of the draws in which the better city is said to be so (more exits, fewer still on, more come back)."""
    found = {}
    for id in FIGURES:
        rows = claimed(world(seed, draws, tuple(SIZES), sd, (city, pace)), id).filter(city=city)
        wanted = "lower" if id == "still_on_12m" else "higher"
        found[id] = float(rows["verdict"].is_in([f"clear_{wanted}", f"apart_{wanted}"]).mean())  # pyright: ignore[reportArgumentType]
    return found


def by_registration(draws: int, seed: int = 3) -> tuple[float, float, float]:
    """Differences in work that are said without the gate and with it, and cells where the reasons forbid a word."""
    drawn = world(seed, draws, tuple(SIZES), 0.0)
    both = registered(drawn)
    bare = judged(drawn, "cif_work_12m", both["nowhere"])
    gated = judged(drawn, "cif_work_12m", both["nowhere"], both["placed"])
    said = [float(rows["verdict"].is_in(REAL).mean()) for rows in (bare, gated)]  # pyright: ignore[reportArgumentType]
    return (*said, float((gated["reason"] == "unknown_reasons").mean()))  # pyright: ignore[reportReturnType, reportArgumentType]


def main() -> None:
    """Print the false alarms, the power in every world, and the world of unequal registration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1500)
    draws = parser.parse_args().draws
    for cities in (tuple(SIZES), FIVE):
        print(f"equal cities ({len(cities)}), {draws} draws: {_line(alarms(draws, cities), 4)}")
    for city in ("mechelen", "antwerpen"):
        for pace in (1.2, 1.3):
            for sd in (0.0, 0.05, 0.1, 0.15):
                print(f"{city} x {pace}, the others differ {sd:.0%}: {_line(power(draws // 3, sd, city, pace), 2)}")
    bare, gated, forbidden = by_registration(draws)
    print(
        f"5-35 % of the reasons open: said without the gate {bare:.3f}, with it {gated:.4f}, "
        f"not to be said {forbidden:.3f}"
    )


def _line(found: dict[str, float], digits: int) -> str:
    return "  ".join(f"{id} {value:.{digits}f}" for id, value in found.items())


if __name__ == "__main__":
    main()
