"""Files for one city only: all its own exact figures, in a folder that is never published."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from demad.store import private_folder, write_atomic
from demad.tables.figures import INDICATOR_VALUE

_READ_ME = """INTERN - NIET VERSPREIDEN

In deze map staan alle cijfers van {city} zonder bescherming: ook kleine aantallen, die iets over herkenbare
mensen kunnen zeggen. Ze zijn alleen voor de dienst zelf. Gebruik voor alles wat het huis verlaat het rapport
en de bestanden van de publicatie: daar zijn kleine aantallen verborgen.
"""


def write_own(root: Path, values: pl.DataFrame, cities: Iterable[str]) -> None:
    """Write `intern/<city>/` for every city with figures; other cities get no folder.

    Parameters
    ----------
    values
        INDICATOR_VALUE; the pooled cities are left out.
    """
    home = private_folder(root / "intern")
    for city in cities:
        own = INDICATOR_VALUE.check(values.filter(city=city)).sort(INDICATOR_VALUE.key)
        if own.is_empty():
            shutil.rmtree(home / city, ignore_errors=True)
            continue
        folder = private_folder(home / city)
        marked = own.select(pl.lit("INTERN, niet verspreiden").alias("merk"), pl.all())
        write_atomic(
            folder / "cijfers-INTERN.csv",
            marked.write_csv(separator=";", include_bom=True, decimal_comma=True).encode(),
        )
        write_atomic(folder / "LEESMIJ-INTERN.txt", _READ_ME.format(city=city).encode())
