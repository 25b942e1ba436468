"""What the newest counts will become, with their errors (methods.md section 7.2), one city and one month at a time.

Counts are by (M of the delivery, last month of the origin). The bands follow from value, error and degrees of freedom.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import gamma, log, pi, sqrt
from statistics import fmean, stdev, variance

Cities = dict[str, dict[tuple[int, int], int]]
SETTLED, LEAST = 6, 6


@dataclass(frozen=True)
class Expected:
    """A final count: its expectation, the variance of the error, and its degrees of freedom."""

    value: float
    variance: float
    freedom: float

    def apart(self, count: float, added: float = 0.0) -> float:
        """How far a count lies from it, in standard errors whose square is that of a t."""
        return (count - self.value) / sqrt((self.variance + added) * self.freedom / (self.freedom - 2))


class Naive:
    """All cities that deliver one measure with the same step."""

    def __init__(self, cities: Cities, *, rounding: float, stock: bool) -> None:
        self.cities, self.rounding, self.stock = cities, rounding, stock
        self.all = {city: sorted({last for last, _ in counts}) for city, counts in cities.items()}
        gaps = Counter(b - a for some in self.all.values() for a, b in pairwise(some))
        self.step = gaps.most_common(1)[0][0]

    def upto(self, city: str, last: int) -> list[int]:
        return [one for one in self.all[city] if one <= last]

    def band_rests_on(self, city: str, last: int, origin: int) -> Expected:
        """Value, variance and degrees of freedom of the band, with all that widens it."""
        now = self.expected(city, last, origin, last)
        calm = self.expected(city, last, origin, self.usual(city, last))
        odd = (self.unusual(city, last, origin) ** 2 - 1) * calm.variance
        shifted = self.shift(last) * now.value if self.stock and origin == last else 0.0
        wide = (now.variance + odd) * self.missed(last, last - origin) ** 2 + shifted**2
        return Expected(now.value, wide, now.freedom)

    @cache  # noqa: B019
    def pairs(self, city: str, last: int, early: int, late: int) -> list[tuple[int, int]]:
        """Counts of the origins at two delays, as the twelve newest deliveries up to one told them."""
        counts, used = self.cities[city], self.upto(city, last)[-12:]
        found = []
        for origin in sorted({one for _, one in counts}):
            if origin + early in used and origin + late in used:
                both = counts.get((origin + early, origin)), counts.get((origin + late, origin))
                if both[0] and both[1] is not None:
                    found.append((both[0], both[1]))
        return found

    @cache  # noqa: B019
    def own(self, city: str, last: int, delay: int) -> list[tuple[float, float, float, float]]:
        """Of each step from a delay on: the factor, Mack's variance, the counts it rests on, degrees of freedom."""
        steps: list[tuple[float, float, float, float]] = []
        while delay < SETTLED:
            pairs = self.pairs(city, last, delay, delay + self.step)
            delay += self.step
            base = sum(x for x, _ in pairs)
            factor = sum(y for _, y in pairs) / base if base else 1.0
            if len(pairs) > 1:
                spread = sum(x * (y / x - factor) ** 2 for x, y in pairs) / (len(pairs) - 1)
            elif len(steps) > 1:
                two, one = steps[-2][1], steps[-1][1]
                spread = min(one**2 / two if two else 0.0, one, two)
            else:
                spread = steps[-1][1] if steps else 0.0
            steps.append((factor, spread, float(base), max(len(pairs) - 1.0, 0.0)))
        return steps

    @cache  # noqa: B019
    def pooled(self, last: int, delay: int) -> list[dict[str, tuple[float, float, float, float]]]:
        """Of each step and city: factor, variance by count, variance of the factor, degrees of freedom."""
        own = {city: self.own(city, last, delay) for city in self.cities}
        return [_pooled({city: steps[j] for city, steps in own.items()}) for j in range(len(next(iter(own.values()))))]

    def expected(self, city: str, last: int, origin: int, known: int, steps: int = 99) -> Expected:
        """By the factors as they were known at a delivery; so many steps ahead."""
        value, spread, free = float(self.cities[city][last, origin]), self.rounding, 200.0
        for step in self.pooled(known, last - origin)[:steps]:
            factor, by_count, of_factor, freedom = step[city]
            spread = factor**2 * spread + value * by_count + value**2 * of_factor
            value, free = value * factor, min(free, freedom) if by_count > 0 else free
        return Expected(value, spread, max(free, 4.0))

    @cache  # noqa: B019
    def missed(self, last: int, delay: int) -> float:
        """The root mean square of the errors of a year, of origins that are settled."""
        found = []
        for city, counts in self.cities.items():
            told = {
                origin: counts[at, origin] for at, origin in sorted(counts) if at <= last and at - origin >= SETTLED
            }
            for at in self.all[city]:
                origin, recent = at - delay, at > last - 12 - SETTLED and len(self.upto(city, at)) >= LEAST
                if recent and origin in told and (at, origin) in counts:
                    one = self.expected(city, at, origin, at)
                    found += [one.apart(told[origin]) ** 2] if one.variance else []
        return min(max(sqrt(fmean(found)), 0.8), 3.0) if len(found) >= 12 else 1.0

    def usual(self, city: str, last: int) -> int:
        """The third delivery before one, or the sixth if that is later."""
        known = self.upto(city, last)
        return max(known[:-3][-1:] + known[LEAST - 1 : LEAST])

    @cache  # noqa: B019
    def change(self, city: str, last: int, origin: int) -> tuple[float, float] | None:
        """What a month became since it was first told: squared standard errors, and the variance expected of it."""
        counts = self.cities[city]
        telling = [at for at in self.upto(city, last) if at >= origin and (at, origin) in counts]
        if not telling or telling[-1] != last or len(self.upto(city, last)) <= LEAST:
            return None
        steps, between = divmod(last - telling[0], self.step)
        if between or not steps or not counts[telling[0], origin]:
            return None
        one = self.expected(city, telling[0], origin, self.usual(city, last), steps)
        variance_ = one.variance + self.rounding
        return (one.apart(counts[last, origin], self.rounding) ** 2, variance_) if variance_ else None

    def seen(self, city: str, last: int, origin: int) -> tuple[float, float] | None:
        """That of the origin, or of the newest of the three newest months that the delivery before told."""
        own, before = self.change(city, last, origin), last - self.step
        told = [one for one in (before - 2, before - 1, before) if (before, one) in self.cities[city]]
        return own or (self.change(city, last, told[-1]) if told else None)

    def unusual(self, city: str, last: int, origin: int) -> float:
        own = self.seen(city, last, origin)
        all_ = [min(one[0], 25.0) for other in self.cities if (one := self.seen(other, last, origin))]
        common = fmean(all_) if all_ else 1.0
        mixed, ratio = common, 1.0
        if own:
            mixed = (own[0] + 3 * common) / 4
            ratio = self.expected(city, last, origin, self.usual(city, last)).variance / own[1]
        return min(sqrt(1 + (mixed - 1) * ratio), 8.0) if mixed > 2 else 1.0

    def shift(self, last: int) -> float:
        """How far the newest stock of all cities together lies from the month before, beyond what is usual."""
        ratios = {}
        for city, counts in self.cities.items():
            some = {
                at: log(counts[at, at] / counts[at, at - 1])
                for at in self.upto(city, last)
                if counts.get((at, at)) and counts.get((at, at - 1))
            }
            if last in some and len(some) > LEAST:
                ratios[city] = some
        shared = [at for at in range(last) if ratios and all(at in some for some in ratios.values())][-24:]
        if len(shared) < LEAST:
            return 0.0
        weight = {city: sqrt(self.cities[city][last, last - 1]) for city in ratios}
        total, moved, earlier = sum(weight.values()), 0.0, [0.0] * len(shared)
        for city, some in ratios.items():
            past = [some[at] for at in shared]
            usual, far = fmean(past), 5 * stdev(past)
            moved += weight[city] / total * max(min(some[last] - usual, far), -far)
            earlier = [sum_ + weight[city] / total * (one - usual) for sum_, one in zip(earlier, past, strict=True)]
        by_chance = variance(earlier) * (1 + 1 / len(shared))
        is_usual = _inside(abs(moved) / sqrt(by_chance), len(shared) - 1) <= 0.95
        return 0.0 if is_usual else sqrt(moved**2 - by_chance)


def _pooled(own: dict[str, tuple[float, float, float, float]]) -> dict[str, tuple[float, float, float, float]]:
    """One step of every city, shrunk to what they have in common (Buhlmann and Straub)."""
    some = {city: step for city, step in own.items() if step[2] > 0}
    if not some:
        return dict.fromkeys(own, (1.0, 0.0, 0.0, 4.0))
    total, freedom = sum(x for _, _, x, _ in some.values()), sum(free for *_, free in own.values())
    if freedom:
        within = sum(free * spread for _, spread, _, free in own.values()) / freedom
    else:
        within = fmean(spread for _, spread, _, _ in some.values())
    common = sum(x * factor for factor, _, x, _ in some.values()) / total
    excess = sum(x * (factor - common) ** 2 for factor, _, x, _ in some.values()) - (len(some) - 1) * within
    room = total - sum(x**2 for _, _, x, _ in some.values()) / total
    between = max(excess / room, 0.0) if len(some) > 1 and room > 0 else 0.0
    weight = {
        city: x / (x + within / between) if between else float(len(some) == 1 and x > 0)
        for city, (_, _, x, _) in own.items()
    }
    all_weight = sum(weight.values())
    middle = sum(weight[city] * own[city][0] for city in own) / all_weight if all_weight else common
    borrowed, found = min(6.0, max(freedom, 1.0)), {}
    for city, (factor, spread, x, free) in own.items():
        w = weight[city]
        if between:
            error = between * (1 - w) + (1 - w) ** 2 * between / all_weight
        else:
            error = within / total if len(some) > 1 or x > 0 else 0.0
        mixed = (free * spread + borrowed * within) / (free + borrowed)
        found[city] = w * factor + (1 - w) * middle, mixed, error, free + borrowed
    return found


def _inside(t: float, freedom: int, parts: int = 2000) -> float:
    """Probability that a Student t lies between -t and t, by Simpson's rule."""
    scale = gamma((freedom + 1) / 2) / sqrt(freedom * pi) / gamma(freedom / 2)
    width = t / parts
    heights = [scale * (1 + (k * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for k in range(parts + 1)]
    return 2 * width / 3 * (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2]))
