"""People who move between synthetic cities, under one pseudonym key: only their pseudonyms change, no row does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

import polars as pl

from demad.intake.pseudonyms.keys import COMMON, Key

SHARED = Key("", COMMON, "samen", "synthetische gegevens", hashlib.sha256(b"demad synth").digest())
"""The key of the synthetic cities: everybody may know it, as nobody in them exists."""
_ONE_IN = 3  # of those whom somebody in another city can be
_WITHIN_DAYS = 365
_PERSON = "persoon"
_ALIKE = ["geboortejaar", "geslacht"]
Datasets = Mapping[str, pl.DataFrame]


def with_movers(drawn: Mapping[str, Datasets], *, since: date) -> dict[str, dict[str, pl.DataFrame]]:
    """The same datasets under `SHARED`, in which some who start in a city are somebody who left another one.

    They are of one year of birth and sex, and start within a year after the last day elsewhere. Every city has as many
    people as before, with the same lives, so no figure of a city by itself changes.

    Parameters
    ----------
    drawn
        Of `extracts`: the datasets of each city.
    since
        First day of the extracts: who starts there has been on benefit for longer.
    """
    lives = pl.concat(_lives(city, datasets["leefloon"]) for city, datasets in drawn.items())
    same = _same(lives, since)
    everybody = pl.concat(
        frame.select(pl.col(_PERSON).cast(pl.String).unique())
        for datasets in drawn.values()
        for frame in datasets.values()
        if _PERSON in frame.columns
    ).unique(maintain_order=True)[_PERSON]
    first = everybody.replace(same[_PERSON], same["before"])
    shared = SHARED.pseudonyms_of(first.to_list())
    return {
        city: {
            name: frame.with_columns(pl.col(_PERSON).cast(pl.String).replace_strict(everybody, shared))
            if _PERSON in frame.columns
            else frame
            for name, frame in datasets.items()
        }
        for city, datasets in drawn.items()
    }


def _lives(city: str, leefloon: pl.DataFrame) -> pl.DataFrame:
    """Of each person the first day, and the last one where no decision runs."""
    return leefloon.group_by(pl.col(_PERSON).cast(pl.String), *_ALIKE).agg(
        city=pl.lit(city),
        first=pl.col("begin").min(),
        last=pl.when(pl.col("einde").null_count() == 0).then(pl.col("einde").max()),
    )


def _same(lives: pl.DataFrame, since: date) -> pl.DataFrame:
    """Pairs: ``persoon``, who starts in one city, and ``before``, who the same person was in another one."""
    left = lives.filter(pl.col("last").is_not_null()).select(
        *_ALIKE, pl.col("city").alias("of"), "last", before=_PERSON
    )
    chosen = left.sort("last", "before").filter(pl.int_range(pl.len()) % _ONE_IN == 0)
    starting = lives.filter(pl.col("first") > since).sort("first", _PERSON)
    paired = chosen.join_asof(
        starting,
        left_on="last",
        right_on="first",
        by=_ALIKE,
        strategy="forward",
        tolerance=f"{_WITHIN_DAYS}d",
        allow_exact_matches=False,
        check_sortedness=False,
    ).filter(pl.col(_PERSON).is_not_null(), pl.col("of") != pl.col("city"))
    once = paired.unique(_PERSON, keep="first", maintain_order=True)
    return once.filter(~pl.col("before").is_in(once[_PERSON].implode())).select(_PERSON, "before")
