"""Who left one city and had a leefloon in another, of persons with one pseudonym in both. Not here: counting."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from demad.histories.follow_up import may_return
from demad.histories.segments import covered, decided, person_numbers
from demad.histories.shards import Shard
from demad.histories.spells import build_spells

FOLLOWED = pl.Schema({"city": pl.String, "month": pl.Int32, "months_here": pl.Int32, "months_elsewhere": pl.Int32})


def followed_elsewhere(shards: Sequence[Shard]) -> pl.DataFrame:
    """Return one row per exit of the main series after which the person had a leefloon in another of the cities.

    Who has one there in the month of the exit itself did not leave, and is not among them.

    Parameters
    ----------
    shards
        Of each city one, with the persons of one shard number, under one key. Only their decisions are read.

    Returns
    -------
    ``city`` of the exit and its ``month``; ``months_here`` to the next spell in that city (null: none is seen), and
    ``months_elsewhere`` to the first covered month in any other. One city, or nobody in two: no rows.
    """
    people = pl.concat(
        shard.periods.select("person").unique().with_columns(city=pl.lit(shard.city)) for shard in shards
    )
    several = people.group_by("person").len().filter(pl.col("len") > 1).select("person")
    lives = [_lives(shard, several) for shard in shards]
    exits, stays = (pl.concat(parts) for parts in zip(*lives, strict=True))
    beside = exits.join(stays.rename({"city": "other"}), on="person").filter(pl.col("city") != pl.col("other"))
    month, start = pl.col("month"), pl.col("start")
    first = beside.group_by("city", "person", "month", "next_start").agg(
        still_on=((start <= month) & (month <= pl.col("end"))).any(), first=start.filter(start > month).min()
    )
    found = first.filter(~pl.col("still_on"), pl.col("first").is_not_null()).select(
        "city", "month", months_here=pl.col("next_start") - month, months_elsewhere=pl.col("first") - month
    )
    return found.match_to_schema(FOLLOWED).sort(FOLLOWED.names())


def _lives(shard: Shard, several: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Exits (``month``, ``next_start``) and covered stretches (``start``, ``end``) of persons of several cities."""
    periods = shard.periods.join(several, on="person", how="semi", maintain_order="left")
    decisions, numbers = decided(periods, shard.observation), person_numbers(periods)
    segments = covered(decisions)
    spells = build_spells(segments, decisions, shard.observation).filter(may_return(shard.observation), variant="main")
    exits, stays = (
        rows.rename({"person": "number"}).join(numbers, on="number").with_columns(city=pl.lit(shard.city))
        for rows in (spells, segments["main"])
    )
    return exits.select("city", "person", "next_start", month="end"), stays.select("city", "person", "start", "end")
