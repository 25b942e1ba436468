"""A release as somebody reads it: which figures are shown, which are not, and what the truth behind them is."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from demad.catalogue import CATALOGUE
from demad.tables.figures import FIGURE_KEY

_YEAR = 12


@dataclass(frozen=True, slots=True)
class Limits:
    """What must not be found out: counts from 1 to ``threshold`` - 1, and all or nobody of a small group."""

    threshold: int
    group_denominator: int
    sensitive: tuple[str, ...]


def readable(published: pl.DataFrame, values: pl.DataFrame, limits: Limits, earlier: pl.DataFrame) -> pl.DataFrame:
    """Put beside every published figure the truth and what must stay uncertain in it.

    Parameters
    ----------
    published, values
        PUBLISHED_VALUE and the INDICATOR_VALUE it was made from.
    earlier
        Every figure any release ever showed: key and ``value``; what it showed truly is shown for ever.

    Returns
    -------
    Key, ``unit``, ``printed`` (null where hidden), ``part`` and ``rest`` (true counts, -1 where there is
    none), ``size`` (their sum), ``shown``, ``secret`` and ``secret_rest``; only of figures that exist.
    """
    units = {entry.id: entry.unit for entry in CATALOGUE}
    counted = pl.col("value").is_not_null() | (pl.col("numerator").is_not_null() & (pl.col("denominator") > 0))
    true = values.filter(counted).select(
        *FIGURE_KEY, truth="value", part=pl.col("numerator").cast(pl.Float64), size="denominator"
    )
    once = earlier.select(*FIGURE_KEY, once="value").unique(FIGURE_KEY, keep="last", maintain_order=True)
    both = (
        published.select(*FIGURE_KEY, printed="value", low="low", high="high", under="denominator")
        .join(true, on=FIGURE_KEY, how="inner", maintain_order="left")
        .join(once, on=FIGURE_KEY, how="left", maintain_order="left")
        .with_columns(unit=pl.col("indicator").replace_strict(units))
    )
    counts = pl.col("unit").is_in(["persons", "spells"])
    both = both.with_columns(
        part=pl.when(counts).then(pl.col("truth")).otherwise("part"),
        # Counted, but not computable: not printed, and no secret of its own.
        computed=pl.col("truth").is_not_null(),
        rest=pl.when(pl.col("unit") == "share").then((pl.col("size") - pl.col("part")).cast(pl.Float64)),
        # A correction of one is not known, so only the same figure counts as known.
        shown=pl.col("printed").is_not_null()
        | ((pl.col("once") - pl.col("truth")).abs() < 0.5 + 1e-9).fill_null(False) & counts,
    )
    city = ["variant", "indicator", "city", "period"]
    totals = both.filter(pl.col("breakdown") == "total").select(*city, total="part", total_rest="rest")
    both = both.join(totals, on=city, how="left", maintain_order="left")
    return both.with_columns(secret=_secret("part", "rest", limits), secret_rest=_secret("rest", "part", limits))


def _secret(count: str, other: str, limits: Limits) -> pl.Expr:
    few = pl.col(count).is_between(1 / _YEAR, limits.threshold - 1 / _YEAR)
    counts = pl.col("unit").is_in(["persons", "spells"])
    total = "total_rest" if count == "rest" else "total"
    group = pl.when(counts).then(pl.col("total").fill_null(1.0)).otherwise(pl.col(other) + pl.col(count))
    of_few = (group > 0) & (group < limits.group_denominator)
    extreme = (pl.col(count) == 0) | (counts & (pl.col(count) == pl.col("total")))
    # What is said of everybody in the city says nothing of a group.
    said = ~counts & (pl.col(total) == 0).fill_null(False)
    nobody = pl.col("breakdown").is_in(limits.sensitive) & extreme & of_few & ~said
    return (~pl.col("shown") & pl.col("computed") & (few | nobody)).fill_null(False)
