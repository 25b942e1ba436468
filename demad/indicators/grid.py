"""Counts as arrays (city by group by period), and conversion of estimates to figures. No statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from demad.catalogue import Indicator
from demad.estimators.rounding import MUCH_WIDER, offset_variance
from demad.indicators.told import never_told, rests_on
from demad.protection import ProtectedTables
from demad.quantities import POOLED, QuantityTables
from demad.tables.figures import INDICATOR_VALUE
from demad.tables.months import first_day, last_day
from demad.tables.observation import Observation
from demad.tables.terms import GAPS, GROUPS, PUBLISHED_GROUPS, Status

NONE = np.nan
_VALUES = ("value", "low", "high", "numerator", "denominator")
_TIE = 1e-9  # rounding error of sums of fractions is smaller


@dataclass(frozen=True, slots=True)
class City:
    """Window of one city or the pool, in month numbers; ``summed``: number of cities in the sum.

    ``untold``: what the city never tells, see `told`.
    """

    slug: str
    first_month: int
    last_month: int
    full_history: bool
    has_leavers: bool
    has_supports: bool
    has_applications: bool
    observation: Observation
    summed: int
    untold: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """Context of a set of tables: cities, groups by breakdown, and the rounding of counts.

    ``is_protected``: whether the tables are protected. ``offset_variance``: see `estimators.rounding`; 0 for exact
    counts.
    """

    cities: tuple[City, ...]
    groups: Mapping[str, tuple[str, ...]]
    is_protected: bool
    offset_variance: float

    def rounding(self, tables: int) -> np.ndarray:
        """The ``rounding`` of estimates from this number of tables per city, shaped city by 1 by 1."""
        summed = np.array([city.summed for city in self.cities], dtype=float)
        return (self.offset_variance * tables * summed)[:, None, None]

    def breakdowns(self, definition: Indicator) -> tuple[str, ...]:
        """``total`` and the breakdowns of an indicator whose groups are known here."""
        return ("total", *(breakdown for breakdown in definition.breakdowns if breakdown in self.groups))

    def of_city(self, chosen: Iterable[bool]) -> Scope:
        """The same scope for a selection of cities."""
        kept = tuple(city for city, wanted in zip(self.cities, chosen, strict=True) if wanted)
        return replace(self, cities=kept)


@dataclass(frozen=True, slots=True)
class Grid:
    """Cities, groups and periods of a block of figures; ``shown`` is city by period."""

    variant: str
    breakdown: str
    scope: Scope
    periods: Sequence[str]
    shown: np.ndarray

    @property
    def cities(self) -> tuple[City, ...]:
        """The cities in the order of the first axis."""
        return self.scope.cities

    @property
    def groups(self) -> tuple[str, ...]:
        """Group names in order."""
        return self.scope.groups[self.breakdown]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Arrays city by group by period; nan is null.

    ``n`` is compared with the min_n of the indicator; ``widened``: rounding widens the interval by more than half.
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray
    n: np.ndarray
    provisional: np.ndarray
    not_comparable: np.ndarray
    widened: np.ndarray


def counted(value: np.ndarray, provisional: np.ndarray | None = None) -> Estimates:
    """Estimates of a plain count: value and numerator are equal; no denominator, no interval."""
    none = np.full(value.shape, NONE)
    never = np.zeros(value.shape, dtype=bool)
    late = never if provisional is None else np.broadcast_to(provisional, value.shape)
    return Estimates(value, none, none, value, none, value, late, never, never)


def much_wider(added: np.ndarray | float, chance: np.ndarray) -> np.ndarray:
    """Whether the rounding variance widens the interval by more than half."""
    return np.asarray(added) > MUCH_WIDER * (1 + _TIE) * chance


def half_up(number: np.ndarray) -> np.ndarray:
    """Round to the nearest integer, halves up, with a tolerance for inexact halves."""
    return np.floor(number + (0.5 + _TIE))


def estimated(
    value: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    *,
    numerator: np.ndarray,
    denominator: np.ndarray,
    computable: np.ndarray,
    not_comparable: np.ndarray | None = None,
    provisional: np.ndarray | None = None,
    judged: np.ndarray | None = None,
    widened: np.ndarray | None = None,
) -> Estimates:
    """Estimates with an interval; value and interval are null if not computable.

    ``judged`` is compared with the min_n of the indicator, if that is not the denominator.
    """
    never = np.zeros(value.shape, dtype=bool)
    apart = never if not_comparable is None else not_comparable
    late = never if provisional is None else np.broadcast_to(provisional, value.shape)
    return Estimates(
        np.where(computable, value, NONE),
        np.where(computable, low, NONE),
        np.where(computable, high, NONE),
        numerator,
        denominator,
        denominator if judged is None else judged,
        late,
        apart,
        never if widened is None else np.broadcast_to(widened, value.shape),
    )


def only_where(delivered: Sequence[bool] | np.ndarray, estimates: Estimates) -> Estimates:
    """Set all values to null for a city that did not deliver the dataset: unknown, not 0."""
    known = np.array(delivered)[:, None, None]
    return replace(estimates, **{name: np.where(known, getattr(estimates, name), NONE) for name in _VALUES})


def dense(
    table: pl.DataFrame,
    scope: Scope,
    breakdown: str,
    step: str,
    steps: Sequence[str] | Sequence[int],
    counts: Iterable[str],
) -> dict[str, np.ndarray]:
    """Counts of one breakdown as arrays city by group by step (missing cells are 0).

    ``table`` has one variant; column ``step`` has the values ``steps`` along the last axis.
    """
    cities, groups, names = [city.slug for city in scope.cities], scope.groups[breakdown], tuple(counts)
    rows = table.filter(pl.col("breakdown") == breakdown)
    arrays = {name: np.zeros((len(cities), len(groups), len(steps)), dtype=np.int64) for name in names}
    if rows.is_empty():
        return arrays
    city, place = _places(rows["city"], cities), _places(rows[step], steps)
    group = _places(rows["group"], groups, all_known=True)
    kept = np.flatnonzero((city >= 0) & (place >= 0))
    index = (city[kept], group[kept], place[kept])
    for name, array in arrays.items():
        np.add.at(array, index, rows[name].to_numpy()[kept])
    return arrays


def _places(labels: pl.Series, known: Sequence[str] | Sequence[int], *, all_known: bool = False) -> np.ndarray:
    """The position of each label in ``known``, -1 if it is not there; a cast, because an expression is a query."""
    if isinstance(known, range):
        places = labels.to_numpy() - known.start
        return np.where((places >= 0) & (places < len(known)), places, -1)
    codes = labels.cast(pl.String).cast(pl.Enum([str(label) for label in known]), strict=all_known).to_physical()
    return np.nan_to_num(codes.to_numpy().astype(float), nan=-1).astype(np.int64)


def figures(indicator: Indicator, grid: Grid, estimates: Estimates) -> pl.DataFrame:
    """Convert estimates to INDICATOR_VALUE rows: one per city, group and shown period; null where it is untold.

    Built column by column: there are hundreds of small blocks, and an expression would cost more than a block.
    """
    estimates = _told(indicator, grid, estimates)
    shape = estimates.value.shape
    at = np.nonzero(np.broadcast_to(grid.shown[:, None, :], shape))
    labels = {
        "variant": ([grid.variant], None),
        "indicator": ([indicator.id], None),
        "city": ([city.slug for city in grid.cities], at[0]),
        "period": (grid.periods, at[2]),
        "breakdown": ([grid.breakdown], None),
        "group": (grid.groups, at[1]),
        "status": ([status.value for status in _STATUSES], _status(indicator, estimates, at)),
        "definition": ([indicator.version], None),
    }
    columns = {}
    for name, (words, places) in labels.items():
        chosen = np.zeros(len(at[0]), dtype=np.int64) if places is None else places
        columns[name] = pl.Series(name, np.array(words, dtype=object)[chosen].tolist(), dtype=pl.String)
    for name in _VALUES:
        numbers = np.broadcast_to(getattr(estimates, name), shape)[at].astype(float)
        series = pl.Series(name, numbers, nan_to_null=True)
        columns[name] = series if name in ("value", "low", "high") else series.cast(pl.Int64)
    return INDICATOR_VALUE.check(pl.DataFrame([columns[name] for name in INDICATOR_VALUE.columns]))


def _told(indicator: Indicator, grid: Grid, estimates: Estimates) -> Estimates:
    """The estimates, without those of cities that never tell what they rest on."""
    needed = rests_on(indicator.id, grid.breakdown)
    silent = np.array([needed in city.untold for city in grid.cities])
    if not silent.any():
        return estimates
    return only_where(~silent, estimates)


_STATUSES = (Status.OK, Status.LOW_N, Status.PROVISIONAL, Status.NOT_COMPARABLE, Status.NOT_COMPUTABLE)


def _status(indicator: Indicator, estimates: Estimates, at: tuple[np.ndarray, ...]) -> np.ndarray:
    """Positions in _STATUSES; of several reasons the most informative one."""
    value, late, apart, n, wide = (
        np.broadcast_to(given, estimates.value.shape)[at]
        for given in (estimates.value, estimates.provisional, estimates.not_comparable, estimates.n, estimates.widened)
    )
    reasons = [np.isnan(value), apart, late, (n < indicator.min_n) | wide]
    return np.select(reasons, [4, 3, 2, 1], default=0)


def scope_of(tables: QuantityTables) -> Scope:
    """Cities of SPAN, the pool included, with their windows; groups and rounding of the tables."""
    rows = tables["span"]
    n_cities, untold = rows.filter(pl.col("city") != POOLED).height, never_told(tables.tables)
    cities = tuple(
        City(
            row["city"],
            row["first_month"],
            row["last_month"],
            row["full_history"],
            row["has_leavers"],
            row["has_supports"],
            row["has_applications"],
            Observation(first_day(row["first_month"]), last_day(row["last_month"]), row["full_history"]),
            n_cities if row["city"] == POOLED else 1,
            untold.get(row["city"], frozenset()),
        )
        for row in rows.iter_rows(named=True)
    )
    if isinstance(tables, ProtectedTables):
        return Scope(cities, PUBLISHED_GROUPS, is_protected=True, offset_variance=offset_variance(tables.base))
    return Scope(cities, GROUPS, is_protected=False, offset_variance=0.0)


def last_transitions(cities: Sequence[City], variant: str) -> np.ndarray:
    """O of every city for one series; a sensitivity series ends no later than the main one."""
    gap = GAPS[variant]
    widest = max(gap, GAPS["main"])
    return np.array([city.observation.last_transition(widest) for city in cities])
