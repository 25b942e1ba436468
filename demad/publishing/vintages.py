"""Keep what every delivery told of each month (VINTAGES), and say what the delivery in force changed.

A vintage is kept when the tables of a city are counted, and never pruned: it holds no people. Of a delivery that
another one replaced before a night counted it there is none. Not here: counting (`counting.vintage`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from demad.counting.vintage import REVISION, revisions
from demad.store import Store
from demad.tables.counts import QUALITY, VINTAGE
from demad.tables.observation import Observation
from demad.tables.vintages import VINTAGES

KEPT = "vintages"
Tables = dict[str, pl.DataFrame]


def vintages_of(root: Path, city: str) -> pl.DataFrame:
    """VINTAGES of a city, in the order in which its deliveries came into force; no rows if it never had one."""
    store = Store(root)
    return store.read(f"{KEPT}/{city}", KEPT) if store.current(f"{KEPT}/{city}") else VINTAGES.empty()


def with_vintages(root: Path, city: str, tables: Mapping[str, pl.DataFrame], delivery: str) -> Tables:
    """Keep the vintage of the delivery that these tables were counted from; the tables with all vintages.

    Counted again, the vintage takes its own place: what came before it stays before it, so that the revisions are the
    same however often a night is repeated.

    Parameters
    ----------
    tables
        `tables.counts.COUNT_TABLES` of the city.
    delivery
        The leefloon delivery in force.

    Returns
    -------
    The tables, ``vintages``, and ``quality`` with the revisions since the vintage before; where there is none, with
    those that were stored with the delivery by an earlier version.
    """
    kept, span = vintages_of(root, city), tables["span"].row(0, named=True)
    known = kept["delivery"].unique(maintain_order=True).to_list()
    order = known if delivery in known else [*known, delivery]
    told = tables["vintage"].with_columns(delivery=pl.lit(delivery), as_of=pl.lit(span["as_of"]))
    parts = {name: kept.filter(delivery=name) for name in known} | {delivery: told.select(list(VINTAGES.columns))}
    made = VINTAGES.check(pl.concat([VINTAGES.empty(), *(parts[name] for name in order)]))
    if not made.equals(kept):
        Store(root).commit(f"{KEPT}/{city}", {KEPT: made}, {})
    before = parts[order[order.index(delivery) - 1]] if order.index(delivery) else None
    quality = tables["quality"]
    if before is not None and before.height:
        quality = _revised(quality, tables["vintage"], before, span, delivery)
    return {**tables, "quality": quality, KEPT: made}


def _revised(
    quality: pl.DataFrame, now: pl.DataFrame, before: pl.DataFrame, span: Mapping[str, int | str], delivery: str
) -> pl.DataFrame:
    """QUALITY with the revisions since the vintage before, in the months that both deliveries show."""
    first, last = int(span["first_month"]), int(span["last_month"])
    reached = Observation(before["as_of"][0], before["as_of"][0], full_history=False).last_month
    window = range(first, min(last, reached) + 1)
    found = revisions(
        now, before.select(list(VINTAGE.columns)), window=window, city=str(span["city"]), delivery=delivery
    )
    rest = quality.filter(~pl.col("check").str.starts_with(REVISION))
    return QUALITY.check(pl.concat([rest, found]).sort(QUALITY.key))
