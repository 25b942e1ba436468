"""Turn an extract into the decisions as they were recorded: each row, and the months in which it was in force.

PERIOD holds what stands now; here is also what stood before and was corrected since. Not here: counting.
"""

from __future__ import annotations

import polars as pl

from demad.histories.periods import ending_of
from demad.tables.months import first_day, last_day, month_of
from demad.tables.observation import Observation
from demad.tables.people import LAW, RECORDED
from demad.tables.terms import GAPS, SNAPSHOTS, VINTAGE_REACH

_TOLD = 0.95
"""Share of the rows that must tell when they were recorded; from fewer, delays would seem shorter than they are."""


def first_origin(observation: Observation) -> int:
    """The first month that TRIANGLE looks at: those of a vintage of the first month end."""
    return observation.last_month - (SNAPSHOTS - 1) - VINTAGE_REACH


def tells_recording(extract: pl.DataFrame, observation: Observation) -> bool:
    """Whether nearly all decisions that begin in the months that TRIANGLE looks at tell when they were recorded.

    Parameters
    ----------
    extract
        LEEFLOON of `intake.contract` of the whole city. Without rows in those months: no.
    """
    first, last = first_day(first_origin(observation)), last_day(observation.last_month)
    if "beslist_op" not in extract.columns:  # stored by an earlier version
        return False
    told = extract.filter(pl.col("begin").is_between(first, last))["beslist_op"].is_not_null()
    return told.len() > 0 and told.sum() >= _TOLD * told.len()


def recorded(extract: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Return RECORDED: the rows that were in force at some month end that TRIANGLE looks at, or might have been.

    Of the rows of one person, law and begin that were recorded by the end of a month the last one in the order of the
    file was in force; one that was recorded before the row above it never came in force itself, but takes its place.
    Rows that gave no day of right then are left out, and those that ended before any month that is looked at.

    Parameters
    ----------
    extract
        LEEFLOON of `intake.contract`, in order of recording, required columns not null.
    """
    key = ["persoon", "wet", "begin"]
    known = month_of(pl.coalesce("beslist_op", "begin"))
    until = pl.col("known_from").cum_min(reverse=True).shift(-1).over(key)
    earliest = first_day(first_origin(observation) - GAPS["main"] - 1)
    if not observation.full_history:
        earliest = max(earliest, observation.since)
    rows = extract.with_columns(known_from=known).with_columns(known_until=until)
    lasting = pl.col("einde").is_null() | ((pl.col("einde") >= pl.col("begin")) & (pl.col("einde") >= earliest))
    in_force = pl.col("known_until").is_null() | (
        (pl.col("known_until") > pl.col("known_from"))
        & (pl.col("known_until") > observation.last_month - SNAPSHOTS + 1)
    )
    frame = rows.filter(lasting, in_force, pl.col("known_from") <= observation.last_month).select(
        pl.col("persoon").alias("person"),
        pl.col("wet").cast(LAW).alias("law"),
        "begin",
        pl.col("einde").alias("end"),
        ending_of("stopreden").alias("ending"),
        "known_from",
        "known_until",
    )
    return RECORDED.check(frame.sort("person", "begin", "law", "known_from"))
