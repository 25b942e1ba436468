"""Round the counts of who was back in another city: under a key of their own, the only count with that offset."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.protection.offsets import offsets
from demad.protection.rounding import OFFSET, rounded
from demad.records.secrets import Secret
from demad.tables.movers import ELSEWHERE


def protect_elsewhere(counted: pl.DataFrame, secrets: Mapping[str, Secret], *, base: int) -> pl.DataFrame:
    """Round ELSEWHERE with the secret of the city that people left; rows of 0 stay, as they say what is known.

    The key of a cell is ``elsewhere|total|quarter``: one offset for 6, 12 and 24 months, and for nothing else, so that
    what is known of the offset of exits and returns says nothing of it (`methods.md` section 1.5).

    Parameters
    ----------
    counted
        ELSEWHERE, exact.
    secrets
        The secret of each of its cities.
    base
        Base of the rounding.
    """
    parts = [_of_city(counted.filter(city=city), secrets[city], base) for city in counted["city"].unique().sort()]
    return ELSEWHERE.check(pl.concat([ELSEWHERE.empty(), *parts]))


def _of_city(rows: pl.DataFrame, secret: Secret, base: int) -> pl.DataFrame:
    keys = rows.select(pl.concat_str(pl.lit("elsewhere"), pl.lit("total"), "period", separator="|")).to_series()
    with_offsets = rows.with_columns(offsets(secret, keys, base).alias(OFFSET))
    return with_offsets.with_columns(rounded(pl.col("elsewhere"), base)).select(list(ELSEWHERE.columns))
