"""Whether a bundle tells another story than the one in force, so that somebody looks before it counts."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.errors import DeliveryRefused

_SHARE, _FEW, _MONTHS = 0.2, 20, 24


def hold_jump(now: Mapping[str, pl.DataFrame], before: Mapping[str, pl.DataFrame]) -> None:
    """Hold a bundle in which the number of people of an earlier month is another one by more than a fifth.

    Judged are the last 24 months that both show, where either has at least 20 people.

    Raises
    ------
    DeliveryRefused
        D-640.
    """
    months = _people(now).join(_people(before), on="month", how="full", coalesce=True, suffix="_before").fill_null(0)
    shared = months.filter(pl.col("month").is_in(_people(before)["month"].to_list())).sort("month").tail(_MONTHS)
    most = pl.max_horizontal("stock", "stock_before")
    apart = (pl.col("stock") - pl.col("stock_before")).abs() > _SHARE * most
    if not shared.filter(apart, most >= _FEW).is_empty():
        raise DeliveryRefused(
            "D-640",
            "In maanden die er al waren, telt deze bundel meer dan 20% andere mensen; hij wacht.",
            "Vraag de stad waarom, en neem hem dan aan met --reason.",
        )


def _people(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    stock = tables["stocks"] if "stocks" in tables else tables["stock"]
    return stock.filter(variant="main", breakdown="total").select("month", "stock")
