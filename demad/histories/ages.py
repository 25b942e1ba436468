"""Cut segments where a person comes in another age band, for what is counted month by month. Not here: counting."""

from __future__ import annotations

import polars as pl

from demad.histories.segments import AGE_EDGES, STRATA_COLUMNS, band_number
from demad.histories.spells import starts_spell
from demad.tables.terms import AGES


def by_age(segments: pl.DataFrame, *, gap: int) -> pl.DataFrame:
    """Return stretches of covered months in which every stratum stays the same, in no order.

    Parameters
    ----------
    segments
        SEGMENT of one series, sorted by person and start.

    Returns
    -------
    ``start``, ``end``, the strata, ``age`` (Enum) among them, and ``with_gpmi``; ``begun``, the first month of the
    spell; and ``next_start``, the first month of the person's next segment, null if there is none.
    """
    same_person = pl.col("person") == pl.col("person").shift(-1)
    banded = segments.select(
        "start",
        "end",
        "birth_year",
        *STRATA_COLUMNS[1:],
        "with_gpmi",
        band=band_number(pl.col("start") // 12 - pl.col("birth_year")),
        last_band=band_number(pl.col("end") // 12 - pl.col("birth_year")),
        begun=pl.when(starts_spell(gap)).then(pl.col("start")).forward_fill(),
        next_start=pl.when(same_person).then(pl.col("start").shift(-1)),
    )
    changes = pl.col("band") != pl.col("last_band")
    parts = pl.concat([banded.filter(~changes), _cut(banded.filter(changes))])
    return parts.with_columns(age=pl.col("band").cat.to(pl.Enum(AGES))).drop("birth_year", "band", "last_band")


def _cut(changing: pl.DataFrame) -> pl.DataFrame:
    """One row per age band, each to December of the year before the next."""
    band, edges = pl.col("band"), pl.Series([-(2**16), *AGE_EDGES, 2**16], dtype=pl.Int32)
    parts = changing.with_columns(band=pl.int_ranges("band", pl.col("last_band") + 1)).explode("band")
    above, to = (edges.gather(parts["band"] + later) for later in (0, 1))
    return parts.with_columns(
        start=pl.max_horizontal("start", (pl.col("birth_year") + above + 1) * 12),
        end=pl.min_horizontal("end", (pl.col("birth_year") + to) * 12 + 11),
        band=band.cast(pl.UInt8),
    )
