"""Is a delivery believable beside the one before and beside the city's own counts? Counts only."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.errors import DeliveryRefused
from demad.tables.months import month_of
from demad.tables.observation import Observation

JUDGED_FROM = 100  # persons: below it chance moves everything
_LOST_SHARE = 0.40
_KEPT_PSEUDONYMS = 0.50
_CONTROL_LIMIT = 0.10


def hold_if_unlikely(new: pl.DataFrame, old: pl.DataFrame | None) -> None:
    """Raise where the leefloon rows can hardly be the same city a little later.

    Raises
    ------
    DeliveryRefused
        D-240 far fewer or more rows, D-241 far fewer persons, D-242 other pseudonyms.
    """
    if old is None:
        return
    before, now = old["persoon"].n_unique(), new["persoon"].n_unique()
    if before < JUDGED_FROM:
        return
    if abs(new.height / old.height - 1) > _LOST_SHARE:
        raise _held("D-240", "Het aantal rijen verschilt meer dan 40% van de vorige levering.")
    if now < before * (1 - _LOST_SHARE):
        raise _held("D-241", "Meer dan 40% van de personen van de vorige levering is verdwenen.")
    known = old.select("persoon").unique().join(new.select("persoon").unique(), on="persoon", how="semi").height
    if known < before * _KEPT_PSEUDONYMS:
        raise _held("D-242", "De pseudoniemen zijn niet meer dezelfde als in de vorige levering.")


def hold_if_uncontrolled(datasets: Mapping[str, pl.DataFrame], observation: Observation) -> None:
    """Raise (D-243) where the city's own monthly counts differ more than 10 % from what we count."""
    own = datasets.get("controle")
    if own is None or own.is_empty():
        return
    beside = beside_own_counts(own, datasets["leefloon"], observation)
    if beside["personen"].sum() < JUDGED_FROM:
        return
    apart = (pl.col("personen") - pl.col("counted")).abs().sum()
    difference = beside.select(apart / pl.col("personen").sum()).item()
    if difference > _CONTROL_LIMIT:
        raise _held("D-243", "De eigen tellingen verschillen meer dan 10% van het extract.")


def beside_own_counts(own: pl.DataFrame, rows: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """The city's own counts beside ours, in W..M: ``wet``, ``month``, ``personen``, ``counted`` (0 where none)."""
    first, last = observation.first_month, observation.last_month
    year, month = (pl.col("maand").str.slice(start, 4 - start // 2).cast(pl.Int32) for start in (0, 5))
    own_counts = own.unique(["maand", "wet"], keep="last", maintain_order=True).select(
        "wet", "personen", month=year * 12 + month - 1
    )
    return (
        own_counts.filter(pl.col("month").is_between(first, last))
        .join(persons_by_month(rows, observation), on=["wet", "month"], how="left", maintain_order="left")
        .with_columns(pl.col("counted").fill_null(0))
    )


def persons_by_month(rows: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Persons with a day of right per law and month, of typed leefloon rows: ``wet``, ``month``, ``counted``."""
    standing = rows.unique(["persoon", "wet", "begin"], keep="last", maintain_order=True)
    until = pl.min_horizontal(pl.col("einde").fill_null(observation.as_of), pl.lit(observation.as_of))
    months = pl.int_ranges(month_of(pl.col("begin")), month_of(until) + 1, dtype=pl.Int32).alias("month")
    return (
        standing.filter(pl.col("einde").is_null() | (pl.col("einde") >= pl.col("begin")))
        .filter(pl.col("begin") <= observation.as_of)
        .select("persoon", "wet", months)
        .explode("month")
        .unique()
        .group_by("wet", "month")
        .agg(counted=pl.len().cast(pl.Int64))
    )


def _held(code: str, what: str) -> DeliveryRefused:
    return DeliveryRefused(code, what, "Klopt het toch? Laat toe met demad accept en een reden.")
