"""When each synthetic decision was recorded, and what was not yet on the last day: an option of `demad synth`.

Without it the extracts are as they were. Not here: the decisions themselves (``extracts``).
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
import polars as pl

from demad.synthetic.curves import AS_OF, SINCE

_ORDINARY, _BEFORE = 25, 10
"""Days within which a decision is mostly recorded, and before its end a stop."""
_LATE, _PACE = (0.02, 0.08), (0.3, 0.6)
"""Share recorded months late in 2015 and the chance that it comes in in each month, from lowest to highest city: own
judgement, as in `bench.vintages`; until 2026 the share doubles."""
_DAYS_OF_MONTH = 30


def with_days(rows: pl.DataFrame, slug: str, *, seed: int) -> pl.DataFrame:
    """The rows of leefloon with ``beslist_op``; a right that was stopped is first a row without end.

    The stop is a row of its own with its own day, as the contract asks. What stands in the end is the same: of a
    person, law and begin the last row is the one that was there.

    Parameters
    ----------
    rows
        Dataset ``leefloon`` of `extracts.extracts`.
    slug, seed
        Decide the city's share, its pace and every day.
    """
    rng = np.random.default_rng([seed, crc32(slug.encode())])
    share, pace = rng.uniform(*_LATE), rng.uniform(*_PACE)

    def recorded(days: np.ndarray, earliest: int) -> np.ndarray:
        passed = np.clip((days - _day(SINCE)) / (_day(AS_OF) - _day(SINCE)), 0, 1)
        late = rng.random(len(days)) < share * (1 + passed)
        return (
            days + rng.integers(earliest, _ORDINARY, len(days)) + late * rng.geometric(pace, len(days)) * _DAYS_OF_MONTH
        )

    numbered = rows.with_row_index("place")
    stopped = pl.col("einde").is_not_null() & pl.col("stopreden").is_not_null() & (pl.col("einde") >= pl.col("begin"))
    closing = numbered.select(stopped).to_series().to_numpy()
    begun = recorded(numbered["begin"].to_physical().to_numpy(), 0)
    ended = recorded(numbered["einde"].fill_null(AS_OF).to_physical().to_numpy(), -_BEFORE)
    days = numbered.with_columns(
        opened=pl.Series(begun), beslist_op=pl.Series(np.where(closing, np.maximum(begun, ended), begun))
    )
    first = days.filter(pl.Series(closing)).with_columns(
        einde=pl.lit(None, dtype=pl.Date), stopreden=pl.lit(None, dtype=pl.String), beslist_op="opened", version=0
    )
    both = pl.concat([first, days.with_columns(version=1)]).sort("place", "version", maintain_order=True)
    return both.select(*rows.columns, pl.col("beslist_op").cast(pl.Int32).cast(pl.Date))


def recorded_late(rows: pl.DataFrame, slug: str, *, seed: int) -> pl.DataFrame:
    """The rows of leefloon that had been recorded on the last day of the extracts, each with its day."""
    return with_days(rows, slug, seed=seed).filter(pl.col("beslist_op") <= AS_OF)


def _day(day: object) -> int:
    return int(pl.Series([day], dtype=pl.Date).to_physical()[0])
