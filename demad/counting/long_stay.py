"""Count who was on benefit for long on 1 January, and who of them left in the year: LONG_STAY (`methods.md` 7.6)."""

from __future__ import annotations

import polars as pl

from demad.histories.segments import lies_in, on_line
from demad.tables.counts import LONG_STAY
from demad.tables.observation import Observation
from demad.tables.terms import GAPS

_YEAR = 12
_LONG = 24


def count_long_stay(spells: pl.DataFrame, main: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count, by calendar year, people of the stock of January whose spell is longer than 24 months then.

    They are the people of STOCK of that month, so the start of the spell is known and January is covered. Who has an
    exit in the year is out, also if there is a return; who ends administratively or goes to the other law is not.

    Parameters
    ----------
    spells, main
        SPELL, and SEGMENT of the main series.
    observation
        Only calendar years that are completely in W..O: of others not every exit is certain.
    """
    first = -(-observation.first_month // _YEAR)
    years = range(first, (observation.last_transition(GAPS["main"]) + 1) // _YEAR)
    calendar = pl.DataFrame({"year": years}, schema={"year": pl.Int32}).with_columns(january=pl.col("year") * _YEAR)
    there = (
        spells.filter(~pl.col("left_censored"), variant="main")
        .select("person", "start", "end", "exited")
        .join_where(calendar, pl.col("start") + _LONG <= pl.col("january"), pl.col("end") >= pl.col("january"))
    )
    places = there.select(on_line(pl.col("person"), pl.col("january"))).to_series()
    covered = main.select(
        first=on_line(pl.col("person"), pl.col("start")), last=on_line(pl.col("person"), pl.col("end"))
    )
    out = pl.col("exited") & (pl.col("end") < pl.col("january") + _YEAR)
    counts = (
        there.filter(lies_in(places, covered))
        .group_by("year")
        .agg(stayers=pl.len().cast(pl.Int64), out=out.sum().cast(pl.Int64))
    )
    return LONG_STAY.check(counts.with_columns(city=pl.lit(city)).select(list(LONG_STAY.columns)).sort(LONG_STAY.key))
