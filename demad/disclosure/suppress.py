"""The only door out: indicator values become published values, hidden in every column they could be read from."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.disclosure.ground import POOLED, Ground, ground
from demad.disclosure.policy import Policy
from demad.disclosure.precision import printed
from demad.disclosure.primary import marked
from demad.disclosure.secondary import close_groups, close_totals
from demad.disclosure.ties import follow_counts, hide_dominated, hide_second_series
from demad.tables.figures import FIGURE_KEY, INDICATOR_VALUE, PUBLISHED_VALUE


def publish(values: pl.DataFrame, policy: Policy, released: pl.DataFrame | None = None) -> pl.DataFrame:
    """Hide what is too small, then what would give the hidden away, and round the rest as it is printed.

    From the whole to the parts: counts of whole cities, counts of groups, figures that repeat a count, and
    shares with what they do not count. City totals are hidden only where they are small themselves, or
    beside another that is.

    Parameters
    ----------
    values
        INDICATOR_VALUE of the whole release.
    policy
        Thresholds of the data controller.
    released
        PUBLISHED_VALUE as last released, key by key: known to everybody for ever. What was hidden there
        stays hidden, and what was shown protects nobody any more.

    Returns
    -------
    PUBLISHED_VALUE, sorted by key; status ``suppressed`` has only nulls.
    """
    judged = marked(INDICATOR_VALUE.check(values).sort(FIGURE_KEY), policy)
    shown_before, hidden_before = _before(judged, released)
    known = ground(judged, shown_before, policy.threshold)
    hidden = known.present & (judged["hidden"].to_numpy() | hidden_before)
    known, hidden = hide_second_series(known, hidden)
    hidden = close_totals(known, hidden)
    hidden = close_groups(known, hidden, counts=True)
    hidden = follow_counts(known, hidden)
    hidden = close_groups(known, hidden, counts=False)
    hidden = hide_dominated(known, hidden, fewest=policy.fewest_cities, share=policy.dominance)
    hidden = _pooled_shares(known, hidden)
    return PUBLISHED_VALUE.check(printed(known, hidden).select(list(PUBLISHED_VALUE.columns)).sort(FIGURE_KEY))


def _before(judged: pl.DataFrame, released: pl.DataFrame | None) -> tuple[np.ndarray, np.ndarray]:
    """Per figure whether it was shown before as it is now, and whether it was hidden before."""
    if released is None or released.is_empty():
        return np.zeros(judged.height, dtype=bool), np.zeros(judged.height, dtype=bool)
    earlier = released.select(*FIGURE_KEY, before="value", was="status")
    both = judged.join(earlier, on=FIGURE_KEY, how="left", maintain_order="left")
    shown = (pl.col("before").is_not_null() & (pl.col("before") - pl.col("value").round(2)).abs().le(0.51)).fill_null(
        False
    )
    return (
        both.select(shown).to_series().to_numpy(),
        both.select((pl.col("was") == "suppressed").fill_null(False)).to_series().to_numpy(),
    )


def _pooled_shares(known: Ground, hidden: np.ndarray) -> np.ndarray:
    """Hide a pooled share where it is so sharp that it gives the one hidden city away."""
    shares = known.frame.filter(
        pl.col("unit") == "share", pl.col("breakdown") == "total", pl.col("people"), pl.col("denominator") > 0
    )
    cell = ["variant", "indicator", "period"]
    secret = known.small | known.small_rest
    gone = (
        shares.with_columns(gone=pl.Series((hidden & secret)[shares["place"].to_numpy()]))
        .filter(pl.col("city") != POOLED)
        .group_by(cell)
        .agg(n=pl.col("gone").sum())
    )
    pooled = shares.filter(pl.col("city") == POOLED).join(gone, on=cell)
    blurred = pl.col("denominator") * 0.01 >= known.threshold
    places = pooled.filter(pl.col("n").is_between(1, 2), ~blurred)["place"].to_numpy()
    hidden = hidden.copy()
    hidden[places[known.present[places]]] = True
    return hidden
