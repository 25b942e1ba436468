"""Rows of QUALITY that no suite gives: completeness and the city's own counts.

Not here: what changed since the delivery before (`counting.vintage`).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.intake.checking.caseload import compare_with_city_counts
from demad.tables.observation import Observation

_TRAITS = {
    "leefloon": ("geslacht", "nationaliteit", "student", "gpmi"),
    "jeugdhulp": ("geslacht", "zorgvorm"),
}
_TOLERATED = 0.02
FILLED, CONTROL = "filled_", "control"

Row = tuple[str, str, int, int]
"""dataset, check, number of rows checked, number of rows that failed."""


def filled_cells(datasets: Mapping[str, pl.DataFrame]) -> list[Row]:
    """Per column that indicators use: number of cells that should be filled, and how many are empty.

    A stop reason is expected for every ended decision.
    """
    rows = [
        (dataset, f"{FILLED}{name}", datasets[dataset].height, datasets[dataset][name].null_count())
        for dataset, names in _TRAITS.items()
        if dataset in datasets
        for name in names
    ]
    if "leefloon" in datasets:
        ended = datasets["leefloon"].filter(pl.col("einde").is_not_null())
        rows.append(("leefloon", f"{FILLED}stopreden", ended.height, ended["stopreden"].null_count()))
    return rows


def own_counts(datasets: Mapping[str, pl.DataFrame], observation: Observation) -> list[Row]:
    """Months (and laws) that the city counted itself, and how many differ by more than 2 % from our count."""
    own = datasets.get("controle")
    if own is None or "leefloon" not in datasets:
        return []
    compared = compare_with_city_counts(own, datasets["leefloon"], observation)
    apart = (pl.col("personen") - pl.col("counted")).abs() > _TOLERATED * pl.col("personen")
    return [("controle", CONTROL, compared.height, compared.select(apart.sum()).item())]
