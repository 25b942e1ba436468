"""Files for one city only: all its own exact figures, in a folder that is never published."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

import polars as pl

from demad.store import private_folder, write_atomic
from demad.tables.figures import INDICATOR_VALUE

_NAME = "LEESMIJ-INTERN.txt"
_READ_ME = """INTERN - NIET VERSPREIDEN

In deze map staan alle cijfers van {city} zonder bescherming: ook kleine aantallen, die iets over herkenbare
mensen kunnen zeggen. Ze zijn alleen voor de dienst zelf. Gebruik voor alles wat het huis verlaat het rapport
en de bestanden van de publicatie: daar zijn kleine aantallen verborgen.
"""


_AT_THE_CITY = """Van {city} zijn hier geen exacte cijfers. De stad stuurt bundels die ze zelf afrondt: haar exacte
cijfers maakt ze bij haar, met demad run op haar eigen leveringen.
"""


def write_own(root: Path, values: pl.DataFrame, cities: Iterable[str], *, elsewhere: Collection[str] = ()) -> None:
    """Write `intern/<city>/` for every city with figures; other cities get no folder.

    Parameters
    ----------
    values
        INDICATOR_VALUE; the pooled cities are left out.
    elsewhere
        Cities that round their counts themselves: their folder only says that the exact figures are with them.
    """
    home = private_folder(root / "intern")
    for city in cities:
        own = INDICATOR_VALUE.check(values.filter(city=city)).sort(INDICATOR_VALUE.key)
        if own.is_empty():
            shutil.rmtree(home / city, ignore_errors=True)
            if city in elsewhere:
                write_atomic(private_folder(home / city) / _NAME, _AT_THE_CITY.format(city=city).encode())
            continue
        folder = private_folder(home / city)
        marked = own.select(pl.lit("INTERN, niet verspreiden").alias("merk"), pl.all())
        write_atomic(
            folder / "cijfers-INTERN.csv",
            marked.write_csv(separator=";", include_bom=True, decimal_comma=True).encode(),
        )
        write_atomic(folder / _NAME, _READ_ME.format(city=city).encode())
