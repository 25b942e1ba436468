"""What has to go along so that no hidden count follows from sums: groups, cities, months, quarters, years.

The order is from the whole to its parts: a hidden total takes its parts along, and each crossed table is then
closed by itself with its margins taken as known, which is more than an attacker has.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.disclosure.blur import protect_shares
from demad.disclosure.ground import Ground, Panel, panel, protect, slices
from demad.disclosure.policy import COUNT_UNITS

FLOWS = ("inflow_count", "outflow_count")
_TABLE = ("variant", "indicator", "breakdown")


def close_totals(known: Ground, hidden: np.ndarray) -> np.ndarray:
    """Close the counts of whole cities: beside each other, and over months, quarters and years."""
    totals = known.frame.filter(pl.col("unit").is_in(COUNT_UNITS), pl.col("breakdown") == "total")
    for spread, number in slices(totals.filter(~pl.col("indicator").is_in([*FLOWS, "net_flow"])), _TABLE):
        hidden = _column(known, hidden, spread, number)
    flows = totals.filter(pl.col("indicator").is_in(FLOWS))
    yearly = pl.col("period").str.len_chars() == 4
    for spread, number in slices(flows.filter(pl.col("variant") != "main", yearly), _TABLE):
        hidden = _column(known, hidden, spread, number)
    flows = flows.filter(variant="main")
    for _, one in flows.sort(*_TABLE).group_by(_TABLE, maintain_order=True):
        hidden = _flow(known, hidden, one)
    return hidden


def _column(known: Ground, hidden: np.ndarray, spread: Panel, number: int) -> np.ndarray:
    """Cities and their sum, without sums over a year."""
    places = spread.places[number]
    nowhere = np.ones(places.shape[0], dtype=bool)
    return protect(known, hidden, places, pooled=spread.pooled, open_rows=_cities(spread), gone=nowhere)


def _cities(spread: Panel) -> np.ndarray:
    return np.array([city != "all" for city in spread.cities])


def _flow(known: Ground, hidden: np.ndarray, flow: pl.DataFrame) -> np.ndarray:
    """Years, then the quarters of each year, then the months of each quarter."""
    year, rest = pl.col("period").str.slice(0, 4), pl.col("period").str.slice(4)
    quarter = (rest.str.extract(r"^-(\d\d)$").cast(pl.Int32) + 2) // 3
    years = flow.filter(rest == "")
    quarters = flow.filter(rest.str.starts_with("Q")).with_columns(part=rest, period=year)
    months = flow.filter(rest.str.starts_with("-")).with_columns(part=rest, period=pl.format("{}Q{}", year, quarter))
    if years.height:
        spread = panel(years)
        for number in range(len(spread.periods)):
            hidden = _column(known, hidden, spread, number)
    for parts, wholes in ((quarters, years), (months, flow.filter(rest.str.starts_with("Q")))):
        hidden = _parts(known, hidden, parts, wholes)
    return hidden


def _parts(known: Ground, hidden: np.ndarray, parts: pl.DataFrame, wholes: pl.DataFrame) -> np.ndarray:
    if parts.is_empty():
        return hidden
    whole = {(city, period): place for city, period, place in wholes.select("city", "period", "place").iter_rows()}
    spread = panel(parts, "part")
    for number, period in enumerate(spread.periods):
        places = spread.places[number]
        sums = [whole.get((city, period), -1) for city in spread.cities]
        gone = np.array([place >= 0 and hidden[place] for place in sums])
        hidden = with_rows(known, hidden, places, gone)
        unseen = np.array([place < 0 or not known.present[place] for place in sums]) | gone
        open_rows = unseen & _cities(spread)
        hidden = protect(known, hidden, places, pooled=spread.pooled, open_rows=open_rows, gone=unseen)
    return hidden


def with_rows(known: Ground, hidden: np.ndarray, places: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Hide every figure of the rows that are gone."""
    chosen = places[gone]
    chosen = chosen[(chosen >= 0) & known.present[chosen]]
    hidden = hidden.copy()
    hidden[chosen] = True
    return hidden


def close_groups(known: Ground, hidden: np.ndarray, *, counts: bool) -> np.ndarray:
    """Close the groups of each city and period: of counts, or of shares with what they do not count."""
    kind = pl.col("unit").is_in(COUNT_UNITS) if counts else pl.col("unit") == "share"
    mine = known.frame.filter(kind, pl.col("variant") == "main", pl.col("people"))
    totals = mine.filter(pl.col("breakdown") == "total").select("indicator", "city", "period", whole="place")
    groups = mine.filter(pl.col("breakdown") != "total").join(
        totals, on=["indicator", "city", "period"], how="left", maintain_order="left"
    )
    whole = np.full(known.frame.height, -1, dtype=np.int64)
    whole[groups["place"].to_numpy()] = groups["whole"].fill_null(-1).to_numpy()
    for spread, number in slices(groups, _TABLE):
        places = spread.places[number]
        sums = np.where(places >= 0, whole[places], -1).max(axis=1)
        if counts:
            gone = (sums >= 0) & hidden[sums]
            hidden = with_rows(known, hidden, places, gone)
            hidden = protect(known, hidden, places, pooled=spread.pooled, gone=gone)
        else:
            hidden = protect_shares(known, hidden, places, sums, pooled=spread.pooled)
    return hidden
