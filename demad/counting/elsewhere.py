"""Count exits that are followed by leefloon in another city: ELSEWHERE."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.tables.months import quarter_label
from demad.tables.movers import ELSEWHERE, LEAST_CITIES, MONTHS_FOLLOWED
from demad.tables.observation import Observation

_QUARTER = 3


def count_elsewhere(followed: pl.DataFrame, observed: Sequence[tuple[str, Observation]]) -> pl.DataFrame:
    """Count, per city and quarter of the exit, who was back elsewhere and not here after 6, 12 and 24 months.

    A quarter counts when each of the cities saw it whole and followed it for so many months: what one city cannot see
    yet is not "stayed away". Who came back here too, by that month, is in RETURNS and not here.

    Parameters
    ----------
    followed
        Of `histories.elsewhere.followed_elsewhere`; of several shards together.
    observed
        Every city of the domain with its window.

    Returns
    -------
    ELSEWHERE, zeros too; no rows for fewer than `LEAST_CITIES` cities.
    """
    if len(observed) < LEAST_CITIES:
        return ELSEWHERE.empty()
    first = max(window.first_month for _, window in observed)
    settled = min(window.settled_month for _, window in observed)
    cities = pl.DataFrame({"city": sorted(city for city, _ in observed)})
    quarters = range(-(-first // _QUARTER), (settled - MONTHS_FOLLOWED[0] - _QUARTER + 1) // _QUARTER + 1)
    cells = cities.join(pl.DataFrame({"quarter": quarters}, schema={"quarter": pl.Int32}), how="cross").join(
        pl.DataFrame({"m": MONTHS_FOLLOWED}, schema={"m": pl.Int32}), how="cross"
    )
    seen = cells.filter(pl.col("quarter") * _QUARTER + _QUARTER - 1 + pl.col("m") <= settled)
    back = followed.with_columns(quarter=pl.col("month") // _QUARTER)
    counted = pl.concat(
        back.filter(pl.col("months_elsewhere") <= m, (pl.col("months_here") > m).fill_null(value=True))
        .group_by("city", "quarter")
        .agg(elsewhere=pl.len().cast(pl.Int64))
        .with_columns(m=pl.lit(m, dtype=pl.Int32))
        for m in MONTHS_FOLLOWED
    )
    rows = seen.join(counted, on=["city", "quarter", "m"], how="left").with_columns(pl.col("elsewhere").fill_null(0))
    labels = {number: quarter_label(number * _QUARTER) for number in quarters}
    named = rows.with_columns(period=pl.col("quarter").replace_strict(labels, return_dtype=pl.String, default=None))
    return ELSEWHERE.check(named.select(list(ELSEWHERE.columns)).sort(ELSEWHERE.key))
