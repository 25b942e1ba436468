"""Chosen indicators of a city beside its targets, as ORBA takes them in: one flat CSV a city.

Which indicators, and the targets, stand under `[orba]` in the file of the city. A figure of which the interval holds
the target is near it: the difference can be chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import polars as pl

from demad.catalogue import CATALOGUE, Indicator
from demad.disclosure import PublishedFigures
from demad.errors import UsageRefused
from demad.exports.figures import rows_of
from demad.exports.shown import UNITS
from demad.exports.totals import totals
from demad.reference.cities import Target
from demad.tables.kinds import ExactFigures
from demad.tables.terms import Status

COLUMNS = (
    "stad", "code", "indicator", "periode", "waarde", "eenheid", "doel", "doeljaar", "richting", "status", "versie",
)  # fmt: skip
_HUNDRED = ("share", "fraction")
_BETTER = {"higher": 1, "lower": -1}


def orba_files(
    figures: PublishedFigures | ExactFigures, targets: Mapping[str, Mapping[str, Target]]
) -> dict[str, bytes]:
    """`<city>.csv` of every city with targets: UTF-8 with BOM, semicolons, decimal commas, per cents as 0-100.

    Parameters
    ----------
    targets
        By city and indicator, in the unit of the report: 20 is 20% for a share.

    Raises
    ------
    UsageRefused
        D-762: no target at all, an indicator that does not exist, or a target without direction for one that has no
        good side.
    """
    if not any(targets.values()):
        raise UsageRefused(
            "D-762",
            "Geen enkele stad heeft doelen, dus er is niets voor ORBA.",
            "Zet ze in het stadsbestand, onder [orba.CODE]: zie docs/elders.md.",
        )
    rows = totals(rows_of(figures), list(targets))
    return {f"{city}.csv": _city(rows.filter(city=city), city, own) for city, own in targets.items() if own}


def remove_stale(folder: Path, cities: Iterable[str], *, keep: Collection[Path]) -> None:
    """Remove the files of cities of which nothing was written now, so that nobody hands over targets of before.

    Only what begins as our files do is removed.
    """
    head = f"\ufeff{';'.join(COLUMNS)}\r\n".encode()
    for path in (folder / f"{city}.csv" for city in cities):
        if path not in keep and path.is_file() and path.read_bytes().startswith(head):
            path.unlink()


def _city(rows: pl.DataFrame, city: str, targets: Mapping[str, Target]) -> bytes:
    parts = [_indicator(rows.filter(indicator=id), _entry(city, id), target) for id, target in targets.items()]
    table = pl.concat(parts).select(pl.lit(city).alias("stad"), *COLUMNS[1:])
    return table.write_csv(separator=";", include_bom=True, decimal_comma=True, line_terminator="\r\n").encode()


def _entry(city: str, id: str) -> Indicator:
    entry = next((entry for entry in CATALOGUE if entry.id == id), None)
    if entry is None:
        raise UsageRefused(
            "D-762",
            f"cities/{city}.toml: onder [orba] staat een indicator die niet bestaat.",
            "Zie de codes op definities.html.",
        )
    return entry


def _indicator(rows: pl.DataFrame, entry: Indicator, target: Target) -> pl.DataFrame:
    direction = _BETTER.get(target.better, entry.direction)
    if direction == 0:
        raise UsageRefused(
            "D-762",
            f"[orba.{entry.id}]: dit cijfer heeft geen goede kant.",
            'Zet erbij: better = "higher" of "lower".',
        )
    times = 100 if entry.unit in _HUNDRED else 1
    value, low, high = ((pl.col(name) * times).round(3) for name in ("value", "low", "high"))
    reached = value >= target.value if direction == 1 else value <= target.value
    near = (low <= target.value) & (high >= target.value)
    said = (
        pl.when(pl.col("status") == Status.SUPPRESSED).then(pl.lit("niet getoond: te weinig mensen"))
        .when(pl.col("value").is_null()).then(pl.lit("geen cijfer"))
        .when(near).then(pl.lit("rond het doel: het verschil kan toeval zijn"))
        .when(reached).then(pl.lit("gehaald"))
        .otherwise(pl.lit("niet gehaald"))
    )  # fmt: skip
    return rows.sort("when").select(
        code=pl.lit(entry.id),
        indicator=pl.lit(entry.label),
        periode="when",
        waarde=value,
        eenheid=pl.lit(UNITS[entry.unit]),
        doel=pl.lit(float(target.value)),
        doeljaar=pl.lit(target.year, dtype=pl.Int64),
        richting=pl.lit("hoger is beter" if direction == 1 else "lager is beter"),
        status=said,
        versie=pl.lit(entry.version),
    )
