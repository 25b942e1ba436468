"""What came of earlier projections: each release keeps its own, and later ones say how far it was off."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.reference.scenarios import BASELINE
from demad.tables.outlook import FORECAST_RECORD

MONTHS_ON = (3, 6, 12)


def forecast_record(released: Mapping[str, pl.DataFrame], stocks: pl.DataFrame) -> pl.DataFrame:
    """The baseline of every release beside what the stock became, 3, 6 and 12 months after the month it began in.

    Parameters
    ----------
    released
        PROJECTION as each release printed it, by name of the release.
    stocks
        Published stocks of the main series, totals: ``city``, ``period`` and ``value``, settled months only.

    Returns
    -------
    FORECAST_RECORD; no row for a month that is not counted yet, or whose stock is hidden.
    """
    parts = [FORECAST_RECORD.empty()]
    for name, told in released.items():
        shown = told.filter(pl.col("value").is_not_null(), scenario=BASELINE)
        months = _number(pl.col("period")) - _number(pl.col("begin"))
        rows = (
            shown.with_columns(release=pl.lit(name), months=months.cast(pl.Int64))
            .filter(pl.col("months").is_in(MONTHS_ON))
            .join(stocks.filter(pl.col("value").is_not_null()), on=["city", "period"], suffix="_counted")
            .with_columns(became="value_counted")
        )
        held = (pl.col("low_95") <= pl.col("became")) & (pl.col("became") <= pl.col("high_95"))
        parts.append(rows.with_columns(held=held).select(list(FORECAST_RECORD.columns)))
    return FORECAST_RECORD.check(pl.concat(parts).sort(FORECAST_RECORD.key))


def _number(period: pl.Expr) -> pl.Expr:
    return period.str.slice(0, 4).cast(pl.Int32) * 12 + period.str.slice(5, 2).cast(pl.Int32)
