"""Changes in the published figures since the last morning message. Published figures only."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.errors import DemadError
from demad.store import Store, private_folder, write_atomic

_SEEN = "figures.parquet"
_KEY = ["city", "indicator", "period"]


@dataclass(frozen=True, slots=True)
class Change:
    """Changes of one indicator of one city: number of new periods, number of changed ones, change of the newest."""

    city: str
    indicator: str
    new: int
    moved: int
    period: str
    before: float | None
    now: float | None


def changes(root: Path) -> list[Change]:
    """Differences between the current figures and those of the last morning, by city and indicator; empty at first."""
    seen, shown = _seen(root), _shown(root)
    if seen is None or shown.is_empty():
        return []
    joined = shown.join(seen.rename({"value": "before"}).with_columns(known=pl.lit(True)), on=_KEY, how="left")
    told = joined.with_columns(
        new=pl.col("known").is_null(),
        moved=pl.col("known").is_not_null() & pl.col("value").ne_missing(pl.col("before")),
    ).filter(pl.col("new") | pl.col("moved"))
    last = (
        told.sort("moved", "period")
        .group_by("city", "indicator", maintain_order=True)
        .agg(pl.col("new", "moved").sum(), pl.col("period", "before", "value").last())
    )
    return [Change(*row) for row in last.sort("city", "indicator").iter_rows()]


def remember_figures(root: Path) -> None:
    """Keep these figures to compare with the next morning."""
    made = io.BytesIO()
    _shown(root).write_parquet(made, statistics=False)
    write_atomic(private_folder(root / "work") / _SEEN, made.getvalue())


def _shown(root: Path) -> pl.DataFrame:
    empty = pl.DataFrame(schema={**dict.fromkeys(_KEY, pl.String), "value": pl.Float64})
    try:
        published = Store(root).read("disclosure", "published")
    except DemadError:
        return empty
    return published.filter(variant="main", breakdown="total").select(*_KEY, "value")


def _seen(root: Path) -> pl.DataFrame | None:
    path = root / "work" / _SEEN
    try:
        return pl.read_parquet(io.BytesIO(path.read_bytes()))
    except (OSError, pl.exceptions.PolarsError):
        return None
