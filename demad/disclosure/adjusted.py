"""The door for adjusted ratios: shown only beside a ratio that is shown, and as coarse."""

from __future__ import annotations

import polars as pl

from demad.tables.figures import ADJUSTED

_RATIO, _RATE = 2, 1


def publish_adjusted(adjusted: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Keep the rows whose own ratio is shown, rounded as it is printed.

    Parameters
    ----------
    adjusted
        ADJUSTED at full precision.
    published
        PUBLISHED_VALUE of the same release.
    """
    shown = published.filter(pl.col("value").is_not_null(), pl.col("breakdown") == "total").select(ADJUSTED.key)
    kept = adjusted.join(shown, on=list(ADJUSTED.key), how="semi", maintain_order="left")
    return ADJUSTED.check(
        kept.with_columns(
            pl.selectors.starts_with("without_self").round(_RATIO),
            pl.selectors.starts_with("standardised").round(_RATE),
        )
    )
