"""On which day each synthetic GPMI was signed: an option of `demad synth`.

Without it the extracts are as they were. Not here: who has a GPMI (``decisions``).
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
import polars as pl

from demad.synthetic.curves import AS_OF

AGREED = ("algemeen", "studie", "studie_werk")
_EARLIEST, _LATEST = -50, 20
"""Days from the begin of the first decision with a GPMI to its signature; own judgement: a decision follows it."""
_UNTOLD = 0.08
"""Share of the GPMIs of which the day is not registered; own judgement."""
_BREAK = 62
"""Days without a right after which a GPMI is a new one."""


def with_signed(rows: pl.DataFrame, slug: str, *, seed: int) -> pl.DataFrame:
    """The rows of leefloon with ``gpmi_begin``, the same in all decisions in which one GPMI goes on.

    Parameters
    ----------
    rows
        Dataset ``leefloon`` of `extracts.extracts`. Their order and their other columns stay.
    slug, seed
        Decide every day.
    """
    agreed = pl.col("gpmi").is_in(AGREED).fill_null(value=False)
    ordered = rows.with_row_index("place").sort("persoon", "begin", "place").with_columns(agreed=agreed)
    same_person = pl.col("persoon") == pl.col("persoon").shift(1)
    apart = (pl.col("begin") - pl.col("einde").shift(1)).dt.total_days() > _BREAK
    goes_on = same_person & pl.col("agreed").shift(1) & ~apart.fill_null(value=False)
    numbered = ordered.with_columns(run=(pl.col("agreed") & ~goes_on.fill_null(value=False)).cum_sum())
    rng = np.random.default_rng([seed, crc32(slug.encode()), 1])
    n = int(numbered["run"].max() or 0) + 1  # pyright: ignore[reportArgumentType]
    drawn = pl.DataFrame(
        {
            "run": pl.Series(range(n), dtype=numbered.schema["run"]),
            "after": rng.integers(_EARLIEST, _LATEST + 1, n),
            "told": rng.random(n) >= _UNTOLD,
        }
    )
    first = pl.col("begin").filter("agreed").min().over("run")
    day = pl.min_horizontal(first + pl.duration(days="after"), pl.lit(AS_OF))
    known = numbered.join(drawn, on="run", how="left", maintain_order="left")
    signed = known.with_columns(gpmi_begin=pl.when("agreed", "told").then(day)).sort("place")
    return signed.select(*rows.columns, "gpmi_begin")
