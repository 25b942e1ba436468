"""Follow applications for a leefloon from the day they were made to the day they were decided. Not here: counting."""

from __future__ import annotations

import polars as pl

from demad.tables.months import last_day, month_of
from demad.tables.observation import Observation

ENDINGS = ("decided", "withdrawn")


def followed_applications(applications: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Return one row per application for a leefloon that was made in the window W..M-L.

    An application is followed to the last day of the settled month, or of its own delivery if that is earlier: what
    was decided later is not known yet. Of one that was decided or withdrawn on a day that was not recorded, only the
    outcome counts.

    Parameters
    ----------
    applications
        APPLICATION of one city.
    observation
        Window of the leefloon delivery of that city.

    Returns
    -------
    ``month`` of the application; ``days`` until it ended or was last seen, null where the day is not known;
    ``ended_by`` (decided, withdrawn, or null: still open); ``known`` and ``refused``: whether it was granted or
    refused, and whether it was refused.
    """
    until = pl.min_horizontal("seen_until", pl.lit(last_day(observation.settled_month)))
    ended = (pl.col("decided_on") <= until).fill_null(value=False)
    final = pl.col("outcome").is_in(["granted", "refused", "withdrawn"])
    undated = pl.col("decided_on").is_null() & final
    withdrawn = pl.col("outcome") == "withdrawn"
    last = pl.when(ended).then("decided_on").otherwise(until)
    known = (ended | undated) & pl.col("outcome").is_in(["granted", "refused"])
    return (
        applications.filter(kind="leefloon")
        .with_columns(month=month_of(pl.col("applied_on")))
        .filter(pl.col("month").is_between(observation.first_month, observation.settled_month))
        .filter(pl.col("applied_on") <= until)
        .select(
            "month",
            days=pl.when(~undated).then((last - pl.col("applied_on")).dt.total_days()).cast(pl.Int32),
            ended_by=pl.when(ended)
            .then(pl.when(withdrawn).then(pl.lit("withdrawn")).otherwise(pl.lit("decided")))
            .cast(pl.Enum(ENDINGS)),
            known=known,
            refused=known & (pl.col("outcome") == "refused"),
        )
    )
