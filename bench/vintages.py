"""Do the bands of the nowcast hold what comes? ``python -m bench.vintages --worlds 40``.

A world is thirteen cities of 100 to 5,000 people, thirty monthly deliveries, and delays that are known: of each month a
share of what happened is recorded late, by a geometric number of months, and half as much again is recorded and undone
later. Shares and delays differ between cities. ``drift``: the late share doubles over the deliveries. ``shock``: the
stock rises by 8 % and the inflow by 60 % for the last eight months, and for two of them three times as much is late.
``alone``: that befalls three of the cities, and only those are judged. ``holiday``: in July and December twice as much
is late.
Flows are by quarter and rounded to 5 with an offset of each quarter; exits of the last month are not known.

For every nowcast of the last twelve deliveries: whether the bands of 80 and 95 % held the final count, by months since
the origin, and the weighted interval score beside that of two plain answers: what the delivery says of the month
(``uncorrected``), and what it says of the newest settled one (``last value``); their score is the absolute error.
Scores, and ``width``, that of the band of 95 %, are parts of the final count, so that large cities do not decide alone.
What is chosen by some worlds is judged on others: ``--first 1000``.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from demad.outlook.measure import MEASURES, Measure, open_origins
from demad.outlook.triangles import Told

CITIES, DELIVERIES, BEFORE = 13, 30, 20
KINDS = ("steady", "drift", "shock", "alone", "holiday")
LEVELS = (0.80, 0.95)
_REACH, _JUDGED, _SHOCKED, _BASE = 14, 12, 8, 5
_ALONE, _HOLIDAYS = 3, (6, 11)
_FINE = ("width", "score")
Finals = dict[tuple[str, int], int]


def world(name: str, kind: str, seed: int) -> tuple[Measure, Finals]:
    """What thirteen cities told of a measure, and what each origin became of those that are judged."""
    rng = np.random.default_rng([seed, KINDS.index(kind), list(MEASURES).index(name)])
    months = BEFORE + DELIVERIES
    told: dict[str, Told] = {}
    finals: Finals = {}
    for number in range(CITIES):
        city, spared = f"city-{number}", kind == "alone" and number >= _ALONE
        befalls = "steady" if spared else kind.replace("alone", "shock")
        by_month = _city(name, befalls, months, rng)
        counts, final = by_month if name == "stock" else _quarters(by_month, rng)
        told[city] = Told({key: int(count) for key, count in counts.items()})
        if not spared:
            finals |= {(city, origin): int(count) for origin, count in final.items()}
    rounding = 0.0 if name == "stock" else (_BASE**2 - 1) / 6
    return Measure(name, told, dict.fromkeys(told, months - 1), rounding), finals


def _city(name: str, kind: str, months: int, rng: np.random.Generator) -> tuple[dict, dict]:
    """Counts of one city by (M, month), and final counts by month."""
    level = float(np.exp(rng.uniform(np.log(100), np.log(5000))))
    late, pace = rng.uniform(0.02, 0.08), rng.uniform(0.3, 0.6)
    path = level * np.exp(np.cumsum(rng.normal(0.002, 0.008, months)))
    if name != "stock":
        path = path * 0.06  # six in a hundred come, and leave, in a month
        late *= 3
    if kind == "shock":
        path[-_SHOCKED:] *= 1.08 if name == "stock" else 1.6
    final = rng.poisson(path)
    counts = {}
    for month in range(months):
        share = late * (1 + (kind == "drift") * month / months)
        share *= 3 if kind == "shock" and month in (months - _SHOCKED, months - _SHOCKED + 1) else 1
        share *= 2 if kind == "holiday" and month % 12 in _HOLIDAYS else 1
        coming = rng.geometric(pace, rng.binomial(final[month], min(share, 0.6)))
        undone = rng.geometric(pace, rng.poisson(final[month] * share / 2))
        for delay in range(_REACH + 1):
            if BEFORE <= month + delay < months:
                seen = final[month] - (coming > delay).sum() + (undone > delay).sum()
                counts[month + delay, month] = 0 if name == "outflow" and delay == 0 else seen
    return counts, dict(enumerate(final))


def _quarters(by_month: tuple[dict, dict], rng: np.random.Generator) -> tuple[dict, dict]:
    """The same by quarter, rounded with an offset of each quarter; a quarter is named by its last month."""
    counts, final = by_month
    offset = rng.integers(0, _BASE, max(final) + 1)
    sums: dict[tuple[int, int], int] = defaultdict(int)
    parts: dict[tuple[int, int], int] = defaultdict(int)
    for (last, month), count in counts.items():
        end = month + 2 - month % 3
        sums[last, end] += count
        parts[last, end] += 1
    rounded = {
        (last, end): _BASE * ((total + offset[end]) // _BASE)
        for (last, end), total in sums.items()
        if parts[last, end] == 3 and end < len(offset)
    }
    ends = [month for month in final if month % 3 == 2]
    return rounded, {end: sum(final[month] for month in range(end - 2, end + 1)) for end in ends}


def judged(measure: Measure, finals: Finals) -> Iterator[tuple[int, dict[str, float]]]:
    """Of every nowcast of the last twelve deliveries: months since its origin, and what it was worth."""
    for city, told in measure.told.items():
        for last in told.deliveries[-_JUDGED:]:
            for origin in open_origins(last, measure.name):
                final = finals.get((city, origin))
                found = measure.predicted(city, last, origin) if final else None
                if found is None or not final:
                    continue
                bands = {level: found.band(level) for level in LEVELS}
                settled = max((end for at, end in told.counts if at == last and end <= last - 3), default=origin)
                plain = {"uncorrected": told.counts[last, origin], "last value": told.counts[last, settled]}
                held = {f"held {level:.0%}": float(low <= final <= high) for level, (low, high) in bands.items()}
                errors = {name: abs(count - final) / final for name, count in plain.items()}
                low, high = bands[0.95]
                worth = {"score": score(found.value, bands, final) / final, "width": (high - low) / final}
                yield last - origin, {**held, **worth, **errors}


def score(middle: float, bands: dict[float, tuple[float, float]], final: float) -> float:
    """Weighted interval score of Bracher and others (2021); of a point without bands it is the absolute error."""
    total = abs(final - middle) / 2
    for level, (low, high) in bands.items():
        outside = 1 - level
        total += outside / 2 * (high - low) + max(low - final, 0.0) + max(final - high, 0.0)
    return total / (len(bands) + 0.5)


def main() -> None:
    """Print a table of Markdown: a row per measure, kind of world and months since the origin."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--worlds", type=int, default=40)
    asked.add_argument("--first", type=int, default=0, help="number of the first world; others are other worlds")
    asked.add_argument("--measure", choices=MEASURES, action="append", help="only this one")
    given = asked.parse_args()
    names = ("held 80%", "held 95%", "width", "score", "uncorrected", "last value")
    print("| measure | world | months since | nowcasts | " + " | ".join(names) + " |")
    print("|---" * (4 + len(names)) + "|")
    for name in given.measure or MEASURES:
        for kind in KINDS:
            found: dict[int, list[dict[str, float]]] = defaultdict(list)
            for seed in range(given.first, given.first + given.worlds):
                for since, worth in judged(*world(name, kind, seed)):
                    found[since].append(worth)
            for since, rows in sorted(found.items()):
                means = [float(np.mean([row[one] for row in rows])) for one in names]
                said = " | ".join(
                    f"{mean:.2%}" if one in _FINE else f"{mean:.1%}" for one, mean in zip(names, means, strict=True)
                )
                print(f"| {name} | {kind} | {since} | {len(rows)} | {said} |", flush=True)


if __name__ == "__main__":
    main()
