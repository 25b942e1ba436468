"""Hidden counts as a network of sums, and how far each of them can be pinned down. Not here: which sums there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

INFINITE = 1e12
GROUND = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """A count that stands in two sums: it leaves node ``tail`` and enters node ``head``.

    ``up``, ``down``: how far it can lie from the truth by itself (rounding for what is shown; without end and
    down to 0 for what is hidden). ``city``: who knows it exactly, -1 for nobody. ``secret``: it has to stay
    uncertain; ``hidden``: it is not shown.
    """

    name: str
    tail: int
    head: int
    truth: float
    up: float
    down: float
    city: int
    secret: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class System:
    """Unknowns over nodes 0 .. ``n_nodes`` - 1; node 0 is the ground, where nothing has to add up.

    ``owners``: the city whose sums a node holds, -1 for sums over cities.
    """

    name: str
    n_nodes: int
    owners: tuple[int, ...]
    unknowns: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """What the best placed attacker knows of one hidden count: who, and how wide it stays at least."""

    system: str
    name: str
    width: float
    insiders: tuple[int, ...]
    secret: bool


def bounds(system: System, need: float, *, coalition: int = 1) -> list[Bound]:
    """For every hidden count the narrowest interval any attacker can find, cut off at ``need``.

    Attackers are nobody in particular, each city that knows its own counts, and up to ``coalition`` cities
    together. Who stands outside the cycles that keep a count free cannot narrow it, so only those who stand
    on one are tried. A count that is no secret only has to be free at all.
    """
    whole = _capacities(system, frozenset())
    return [
        _narrowest(system, whole, unknown, need if unknown.secret else min(1.0, need), coalition)
        for unknown in system.unknowns
        if unknown.hidden
    ]


def _narrowest(system: System, whole: list[list[float]], unknown: Unknown, need: float, coalition: int) -> Bound:
    width, owners = _width(system, whole, unknown, need)
    worst = Bound(system.name, unknown.name, width, (), unknown.secret)
    tried: set[tuple[int, ...]] = {()}
    waiting = [(owner,) for owner in sorted(owners - {unknown.city})]
    # What the cities have together is no secret of the others to one of them: only outsiders are tried there.
    while waiting and worst.width >= need and unknown.city >= 0:
        insiders = waiting.pop()
        if insiders in tried or len(insiders) > coalition:
            continue
        tried.add(insiders)
        width, owners = _width(system, _capacities(system, frozenset(insiders)), unknown, need)
        if width < worst.width:
            worst = Bound(system.name, unknown.name, width, insiders, unknown.secret)
        waiting += [tuple(sorted({*insiders, owner})) for owner in owners - {unknown.city, *insiders}]
    return worst


def width(system: System, unknown: Unknown, insiders: Sequence[int] = ()) -> tuple[float, float]:
    """How far one count can lie below and above the truth for these insiders, without a limit."""
    capacities = _capacities(system, frozenset(insiders))
    _take_out(capacities, unknown)
    up, _ = _flow([row[:] for row in capacities], unknown.head, unknown.tail, min(unknown.up, INFINITE))
    down, _ = _flow(capacities, unknown.tail, unknown.head, unknown.down)
    return down, up


def coalitions(system: System, size: int) -> list[tuple[int, ...]]:
    """Every set of at most ``size`` cities that know something in a system."""
    cities = sorted({unknown.city for unknown in system.unknowns if unknown.city >= 0})
    return [group for n in range(size + 1) for group in combinations(cities, n)]


def _capacities(system: System, insiders: frozenset[int]) -> list[list[float]]:
    """What can still flow between two nodes, one way and back."""
    capacities = [[0.0] * system.n_nodes for _ in range(system.n_nodes)]
    for unknown in system.unknowns:
        if unknown.city not in insiders or unknown.city < 0:
            capacities[unknown.tail][unknown.head] += unknown.up
            capacities[unknown.head][unknown.tail] += unknown.down
    return capacities


def _take_out(capacities: list[list[float]], unknown: Unknown) -> None:
    capacities[unknown.tail][unknown.head] -= unknown.up
    capacities[unknown.head][unknown.tail] -= unknown.down


def _width(system: System, whole: list[list[float]], unknown: Unknown, need: float) -> tuple[float, set[int]]:
    """Up and down together, and the cities whose sums took part; no further than ``need``."""
    capacities = [row[:] for row in whole]
    _take_out(capacities, unknown)
    start = [row[:] for row in capacities]
    down, below = _flow(capacities, unknown.tail, unknown.head, min(unknown.down, need))
    up, above = _flow(start, unknown.head, unknown.tail, need - down)
    return up + down, {system.owners[node] for node in below | above} - {-1}


def _flow(capacities: list[list[float]], source: int, sink: int, wanted: float) -> tuple[float, set[int]]:
    """Maximum flow by the widest paths first, no further than ``wanted``; changes ``capacities``."""
    if source == sink:
        return wanted, set()
    found, used, least = 0.0, set[int](), wanted
    while found < wanted:
        path = _path(capacities, source, sink, min(least, wanted - found))
        if path is None:
            if least <= 1e-9:
                break
            least = least / 2 if least > 1 / 4 else 1e-9
            continue
        amount = min(wanted - found, *(capacities[tail][head] for tail, head in path))
        for tail, head in path:
            capacities[tail][head] -= amount
            capacities[head][tail] += amount
            used.update((tail, head))
        found += amount
    return found, used


def _path(capacities: list[list[float]], source: int, sink: int, least: float) -> list[tuple[int, int]] | None:
    """Shortest way along which at least ``least`` can flow."""
    before = {source: source}
    layer = [source]
    while layer:
        reached = []
        for node in layer:
            for other, capacity in enumerate(capacities[node]):
                if capacity >= least and other not in before:
                    before[other] = node
                    if other == sink:
                        return _back(before, source, sink)
                    reached.append(other)
        layer = reached
    return None


def _back(before: dict[int, int], source: int, node: int) -> list[tuple[int, int]]:
    path = []
    while node != source:
        path.append((before[node], node))
        node = before[node]
    return path[::-1]
