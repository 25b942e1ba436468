"""What somebody has from this OCMW some months after an exit, month by month as the extracts show it. Not counting."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.histories.activation import ART60, support_months
from demad.histories.segments import lies_in, on_line
from demad.tables.observation import Observation
from demad.tables.people import SUPPORT
from demad.tables.terms import AFTER_EXIT, GAPS, MONTHS_AFTER_EXIT, RETURN_REASONS

_YEAR = 12


def status_after_exit(
    spells: pl.DataFrame,
    segments: Mapping[str, pl.DataFrame],
    numbers: pl.DataFrame,
    supports: pl.DataFrame | None,
    observation: Observation,
) -> pl.DataFrame:
    """Return one row per exit of the main series and look (1, 3, 6 and 12 months): what the month then shows.

    The exits are those after which a return is possible. The first that holds counts: a leefloon, an equivalent
    leefloon, art. 60 or 61, other support, nothing. A month is what the extracts show of it, so a bridged month of a
    later spell has no leefloon.

    Parameters
    ----------
    spells, segments, numbers
        SPELL, SEGMENT by series, and result of `segments.person_numbers`. Left-censored spells end as others do.
    supports
        SUPPORT; None where it was not delivered: then who has no leefloon and no equivalent has ``nothing``.
    observation
        Only calendar years from W of which every exit is certain and every look settled: a part of them would be those
        who left first.

    Returns
    -------
    ``year`` (Int32, of the exit), ``m`` (Int32) and ``status`` (Enum of `terms.AFTER_EXIT`). Empty in, empty out.
    """
    left = pl.col("exited") & pl.col("reason").is_in(RETURN_REASONS)
    exits = spells.filter(left, variant="main").select("person", "end", year=pl.col("end") // _YEAR)
    looks = exits.join(pl.DataFrame({"m": MONTHS_AFTER_EXIT}, schema={"m": pl.Int32}), how="cross")
    december = pl.col("year") * _YEAR + _YEAR - 1
    seen = looks.filter(
        pl.col("year") * _YEAR >= observation.first_month,
        december <= observation.last_transition(GAPS["main"]),
        december + pl.col("m") <= observation.settled_month,
    ).select("year", "m", place=on_line(pl.col("person"), pl.col("end") + pl.col("m")))
    other = _support_stretches(SUPPORT.empty() if supports is None else supports, numbers, observation)
    stretches = (
        *(segments[series].select(**_stretch()) for series in ("main", "wide")),
        other.filter(pl.col("kind").is_in(ART60)),
        other,
    )
    status = pl.lit(AFTER_EXIT[-1])
    for name, rows in reversed(list(zip(AFTER_EXIT[:-1], stretches, strict=True))):
        status = pl.when(pl.lit(lies_in(seen["place"], rows))).then(pl.lit(name)).otherwise(status)
    return seen.select("year", "m", status=status.cast(pl.Enum(AFTER_EXIT)))


def _stretch() -> dict[str, pl.Expr]:
    return {"first": on_line(pl.col("person"), pl.col("start")), "last": on_line(pl.col("person"), pl.col("end"))}


def _support_stretches(supports: pl.DataFrame, numbers: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Stretches of support of people with a leefloon, at some time, on the line of all persons: ``kind`` and ends."""
    known = support_months(supports, observation).join(numbers, on="person")
    return known.select("kind", *(on_line(pl.col("number"), pl.col(name)).alias(name) for name in ("first", "last")))
