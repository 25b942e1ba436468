"""Whether a frame came through the door: what no unpublished frame satisfies by accident."""

from __future__ import annotations

import polars as pl

from demad.catalogue import CATALOGUE
from demad.disclosure.policy import COUNT_UNITS, PRINTED
from demad.errors import PrivacyRefused
from demad.tables.figures import PUBLISHED_VALUE

_NUMBERS = ("value", "low", "high", "numerator", "denominator")
_NEAR = 1e-9


def published_only(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame of published figures; refuse any other.

    Published figures are printed as coarsely as the policy says, have no numerator but that of a count, and
    nothing where they are hidden. Every renderer and exporter for outside lets in nothing else.

    Raises
    ------
    PrivacyRefused
        D-601: the figures did not come through the door.
    """
    units = {entry.id: entry.unit for entry in CATALOGUE}
    figures = PUBLISHED_VALUE.check(frame).with_columns(
        unit=pl.col("indicator").replace_strict(units, default="", return_dtype=pl.String)
    )
    digits = pl.col("unit").replace_strict(PRINTED, default=2, return_dtype=pl.Int64)
    scale = pl.lit(10.0).pow(digits)
    fine = [
        ((pl.col(name) * scale) - (pl.col(name) * scale).round()).abs() > _NEAR * scale + 1e-7 for name in _NUMBERS[:3]
    ]
    hidden = pl.col("status") == "suppressed"
    left_over = hidden & pl.any_horizontal(pl.col(name).is_not_null() for name in _NUMBERS)
    of_share = pl.col("numerator").is_not_null() & ~pl.col("unit").is_in(COUNT_UNITS)
    wrong = pl.any_horizontal(*fine, left_over, of_share).fill_null(False)
    if figures.filter(wrong).height:
        raise PrivacyRefused("D-601", "Deze cijfers kwamen niet door de bescherming.", "Meld dit; er is niets getoond.")
    return frame
