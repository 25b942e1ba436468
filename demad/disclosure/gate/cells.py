"""The protected counts as an attacker sees them: groups beside the total that they add up to, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.tables.terms import PUBLISHED_GROUPS, STRATA

_QUARTERS, _MONTHS, _DECEMBER = 4, 12, 11


@dataclass(frozen=True, slots=True)
class Source:
    """A table of quantities whose groups add up to its total.

    ``groups``: those that add up to the total; all that are published where empty.
    ``step``: the column that numbers its steps, empty where it has none. ``columns``: those starting with d are
    events, whose cumulative count is what was rounded. ``exact``: columns whose total is published exactly.
    ``quarterly``: whether the total of a year is the sum of four rounded quarters. ``years``: how many years are
    only ever shown together. ``steps``: those that are shown; all where empty. ``below``: counts under it are hidden.
    ``twelfths``: whether counts are person-months divided by twelve and rounded down.
    ``each_quarter``: whether every quarter is a place of its own, because groups are shown by quarter.
    """

    table: str
    step: str
    columns: tuple[str, ...]
    breakdowns: tuple[str, ...] = tuple(STRATA)
    exact: tuple[str, ...] = ()
    quarterly: bool = False
    years: int = 1
    steps: tuple[int, ...] = ()
    below: int = 0
    twelfths: bool = False
    groups: tuple[str, ...] = ()
    each_quarter: bool = False

    def missed(self, groups: int) -> int:
        """By how much the sum of so many groups may fall short of the total because each is rounded down."""
        return (_MONTHS - 1) * groups // _MONTHS if self.twelfths else 0

    @property
    def rounded_in_total(self) -> int:
        """How many rounded counts a total adds up."""
        return self.years * (_QUARTERS if self.quarterly else 1)


SOURCES = (
    Source("stocks", "", ("stock", "gpmi", "over_two_years", "start_known"), exact=("stock",)),
    Source("years", "", ("persons",)),
    Source("years", "", ("mean",), exact=("mean",), twelfths=True),
    Source(
        "flows",
        "",
        ("inflow", "in_new", "in_new_or_return", "in_unemployment", "in_origin_known", "outflow", "out_unknown"),
        quarterly=True,
    ),
    Source("flows", "", ("outflow",), breakdowns=("reason",), quarterly=True),
    Source("origins", "", ("inflow",), breakdowns=("origin",), groups=("work", "elsewhere"), each_quarter=True),
    Source(
        "durations",
        "k",
        ("n", "d", "d_work", "d_activation", "d_other_benefit", "d_moved", "d_unknown"),
        quarterly=True,
    ),
    Source("returns", "m", ("n", "d", "n_work", "d_work", "n_activation", "d_activation"), quarterly=True),
    Source("returns", "m", ("n", "d"), breakdowns=("reason", "prior_duration"), quarterly=True),
    Source("take_up", "m", ("n",), breakdowns=("zorgvorm",), steps=(0,), below=10),
    Source("take_up", "m", ("n", "d_event"), breakdowns=("sex", "zorgvorm"), years=3, steps=(0, 6, 12), below=10),
)


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts of one breakdown of a source.

    ``places``: ``city``, ``variant``, ``year`` (or quarter) of each place; ``names``: of the groups. ``groups``:
    counts shaped place by group by step by column; ``totals``: place by step by column. Events are cumulated.
    """

    breakdown: str
    names: tuple[str, ...]
    places: pl.DataFrame
    groups: np.ndarray
    totals: np.ndarray


def cells_of(rows: pl.DataFrame, source: Source, breakdown: str) -> Cells:
    """Read one breakdown of the rows of a source, also where nothing is left; stocks are those of December."""
    yearly = _by_year(rows, source).filter(pl.col("breakdown").is_in(["total", breakdown]))
    names = source.groups or PUBLISHED_GROUPS[breakdown]
    parts = yearly.filter(pl.col("group").is_in(names), breakdown=breakdown)
    places = parts.select("city", "variant", "year").unique().sort("city", "variant", "year")
    steps = sorted(set(yearly["step"].to_list()))
    groups, totals = (
        _placed(rows, places, named, steps, source)
        for rows, named in ((parts, names), (yearly.filter(breakdown="total"), ("total",)))
    )
    shown = [number for number, step in enumerate(steps) if step in source.steps or not source.steps]
    cells = Cells(breakdown, names, places, groups[:, :, shown], totals[:, 0, shown])
    return _together(cells, source.years) if source.years > 1 else cells


def _together(cells: Cells, years: int) -> Cells:
    """Sums over the years up to each; only where all of them are there."""
    numbered = cells.places.with_row_index("place").with_columns(pl.col("year").cast(pl.Int32))
    for back in range(1, years):
        earlier = numbered.select("city", "variant", pl.col("year") + back, pl.col("place").alias(f"place_{back}"))
        numbered = numbered.join(earlier, on=["city", "variant", "year"], how="inner", maintain_order="left")
    columns = [numbered[name].to_numpy() for name in ("place", *(f"place_{back}" for back in range(1, years)))]
    groups, totals = (np.sum([counts[column] for column in columns], axis=0) for counts in (cells.groups, cells.totals))
    places = numbered.select("city", "variant", pl.col("year").cast(pl.String))
    return Cells(cells.breakdown, cells.names, places, groups, totals)


def _by_year(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    if source.table == "stocks":
        rows = rows.filter(pl.col("month") % 12 == _DECEMBER)
        year = (pl.col("month") // 12).cast(pl.String)
    else:
        if source.twelfths:
            rows = rows.with_columns(mean=pl.col("person_months") // _MONTHS)
        period = pl.col("period") if "period" in rows.columns else pl.col("year").cast(pl.String)
        year = period if source.each_quarter else period.str.slice(0, 4)
    return rows.select(
        "city",
        "breakdown",
        "group",
        *source.columns,
        variant="variant" if "variant" in rows.columns else "support",
        year=year,
        step=pl.col(source.step) if source.step else pl.lit(0, dtype=pl.Int32),
    )


def _placed(
    rows: pl.DataFrame, places: pl.DataFrame, groups: Sequence[str], steps: list[int], source: Source
) -> np.ndarray:
    numbered = rows.join(places.with_row_index("place"), on=["city", "variant", "year"], how="inner")
    index = (
        numbered["place"].to_numpy(),
        numbered["group"].replace_strict(list(groups), range(len(groups)), return_dtype=pl.Int64).to_numpy(),
        numbered["step"].replace_strict(steps, range(len(steps)), return_dtype=pl.Int64).to_numpy(),
    )
    counts = np.zeros((places.height, len(groups), len(steps), len(source.columns)), dtype=np.int64)
    for number, name in enumerate(source.columns):
        np.add.at(counts[..., number], index, numbered[name].to_numpy())
        if source.step and name[0] == "d":
            counts[..., number] = np.cumsum(counts[..., number], axis=2)
    return counts
