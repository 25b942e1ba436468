"""The only door out: indicator values become published values, hidden in every column they could be read from."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.disclosure.blur import hide_sharp_sums
from demad.disclosure.ground import ground
from demad.disclosure.policy import COUNT_UNITS, Policy
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
    shown_before, same_as_before, hidden_before = _before(judged, released)
    known = ground(judged, shown_before, same_as_before, policy.threshold, policy.coalition)
    hidden = known.present & (judged["hidden"].to_numpy() | hidden_before)
    known, hidden = hide_second_series(known, hidden)
    hidden = close_totals(known, hidden)
    hidden = close_groups(known, hidden, counts=True)
    hidden = follow_counts(known, hidden)
    hidden = hide_sharp_sums(known, hidden)
    hidden = close_groups(known, hidden, counts=False)
    hidden = hide_dominated(known, hidden, fewest=policy.fewest_cities, share=policy.dominance)
    return PUBLISHED_VALUE.check(printed(known, hidden).select(list(PUBLISHED_VALUE.columns)).sort(FIGURE_KEY))


def _before(judged: pl.DataFrame, released: pl.DataFrame | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per figure whether it was ever shown, was shown as it is now, and was hidden."""
    if released is None or released.is_empty():
        never = np.zeros(judged.height, dtype=bool)
        return never, never, never
    earlier = released.select(*FIGURE_KEY, before="value", was="status")
    both = judged.join(earlier, on=FIGURE_KEY, how="left", maintain_order="left")
    near = pl.when(pl.col("unit").is_in(COUNT_UNITS)).then(0.5).otherwise(0.006)
    shown = pl.col("before").is_not_null()
    same = ((pl.col("before") - pl.col("value")).abs() <= near).fill_null(False)
    return (
        both.select(shown).to_series().to_numpy(),
        both.select(same).to_series().to_numpy(),
        both.select((pl.col("was") == "suppressed").fill_null(False)).to_series().to_numpy(),
    )
