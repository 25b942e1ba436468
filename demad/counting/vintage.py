"""Count VINTAGE: the stock and the flows of every month as one delivery tells them, and what a later one changed."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Block, numbers, places, rows_of, tally_places
from demad.histories.segments import SERIES
from demad.tables.counts import QUALITY, VINTAGE
from demad.tables.observation import Observation
from demad.tables.terms import REASONS

REVISION = "revision_"
_LAST_MONTHS = 12


def count_vintage(stock: pl.DataFrame, spells: pl.DataFrame, observation: Observation, *, city: str) -> pl.DataFrame:
    """Count what is recorded of each month W..M, also after O, where it is not certain yet.

    A spell that is over counts as an exit to M - 1, even if a late decision may still extend it; who is covered in M
    has not left. To O the flows are those of FLOW.

    Parameters
    ----------
    stock
        STOCK of the same persons.
    spells
        SPELL.

    Returns
    -------
    VINTAGE for the variants main and wide.
    """
    months = range(observation.first_month, observation.last_month + 1)
    blocks = []
    for variant in SERIES:
        total = stock.filter(variant=variant, breakdown="total")
        covered = np.zeros(len(months), dtype=np.int64)
        covered[total["month"].to_numpy() - months[0]] = total["stock"].to_numpy()
        flows = _flows(spells.filter(variant=variant), months)
        blocks.append(Block({"city": city, "variant": variant}, {"month": months}, {"stock": covered, **flows}))
    return rows_of(VINTAGE, blocks)


def _flows(spells: pl.DataFrame, months: range) -> dict[str, np.ndarray]:
    """Beginnings with a known start and recorded exits per month; months outside the window are one, left out."""
    start, end = (np.clip(month - months[0], -1, len(months)) + 1 for month in numbers(spells, "start", "end"))
    shape = (len(months) + 2,)
    begun = tally_places(shape, start[spells["inflow"].is_not_null().to_numpy()])
    ending = places(spells["recorded"], REASONS) + 1
    over = tally_places((len(REASONS) + 1, *shape), ending * shape[0] + end)
    out = {f"out_{reason}": over[number, 1:-1] for number, reason in enumerate(REASONS, start=1)}
    return {"inflow": begun[1:-1], **out}


def revisions(now: pl.DataFrame, before: pl.DataFrame, *, window: range, city: str, delivery: str) -> pl.DataFrame:
    """The rows of QUALITY that `dq_revision` rests on: how the stock of each month changed since the vintage before.

    Parameters
    ----------
    now, before
        VINTAGE of two deliveries of one city.
    window
        The months that both deliveries show; the last twelve count.

    Returns
    -------
    QUALITY, a row per month with people in ``before``: how many, and the absolute difference.
    """
    was, became = (vintage.filter(variant="main").select("month", "stock") for vintage in (before, now))
    last = was.filter(pl.col("stock") > 0, pl.col("month").is_in(window[-_LAST_MONTHS:]))
    rows = last.join(became.rename({"stock": "is"}), on="month", how="left").select(
        city=pl.lit(city),
        delivery=pl.lit(delivery),
        dataset=pl.lit("leefloon"),
        check=pl.lit(REVISION) + pl.col("month").cast(pl.String),
        rows="stock",
        failed=(pl.col("is").fill_null(0) - pl.col("stock")).abs(),
    )
    return QUALITY.check(rows.sort(QUALITY.key))
