"""Which values the key columns of a bundle may have: closed lists of codes, months and steps. Not here: counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from demad.bundles.manifest import DELIVERY
from demad.errors import DeliveryRefused
from demad.reference.city_files import DATASETS
from demad.tables.schema import Table
from demad.tables.terms import (
    COARSE_AGES,
    COARSE_NATIONALITIES,
    DELAYS,
    DURATION_BANDS,
    HOUSEHOLDS,
    MONTHS_ON,
    MONTHS_TRACKED,
    ORIGINS,
    RETURN_BANDS,
    SUPPORTS,
    VARIANTS,
)

_CHECK = r"^(\d\d_[a-z_]{1,60}|filled_[a-z_]{1,30}|control|revision_\d{5})$"
_PERIOD = r"^(19|20|21)\d\d(Q[1-4])?$"
_MONTHS = 12
_LISTS: Mapping[str, Sequence[str | int]] = {
    "variant": VARIANTS,
    "support": SUPPORTS,
    "origin": (*ORIGINS, "unknown"),
    "age": COARSE_AGES,
    "household": HOUSEHOLDS,
    "nationality": COARSE_NATIONALITIES,
    "elapsed": MONTHS_TRACKED,
    "delay": DELAYS,
    "band": (*DURATION_BANDS, *RETURN_BANDS, *MONTHS_ON),
    "dataset": DATASETS,
}
_STEPS = {"k": [*range(62), 121], "m": [*range(37)], "day": [*range(91)]}
_CENTURIES = (1990, 2150)


def refuse_codes(table: Table, frame: pl.DataFrame, span: pl.DataFrame, groups: Mapping[str, Sequence[str]]) -> None:
    """Refuse a table with a key that cannot be.

    Parameters
    ----------
    span
        SPAN of the city: its window decides which months and years there are.
    groups
        Groups by breakdown: `terms.GROUPS` of exact tables, `terms.PUBLISHED_GROUPS` of protected ones.

    Raises
    ------
    DeliveryRefused
        D-628.
    """
    names = [name for name in table.key if name != "city"]
    if not names:
        return
    good = frame.select(_good(name, span, groups).all().alias(name) for name in names).row(0)
    for name in (name for name, holds in zip(names, good, strict=True) if not holds):
        raise DeliveryRefused(
            "D-628",
            f"In tabel {table.name} van de bundel staat onder {name} iets dat niet kan.",
            "Maak de bundel met demad bundle make.",
        )


def refuse_span(span: pl.DataFrame) -> None:
    """Refuse a window that is not one row with a first and a last month, in this century.

    Raises
    ------
    DeliveryRefused
        D-628.
    """
    row = span.row(0, named=True) if span.height == 1 else None
    least, most = (year * _MONTHS for year in _CENTURIES)
    if row is None or not least <= row["first_month"] <= row["last_month"] <= most:
        raise DeliveryRefused("D-628", "Het venster van de bundel kan niet.", "Maak de bundel met demad bundle make.")


def _good(name: str, span: pl.DataFrame, groups: Mapping[str, Sequence[str]]) -> pl.Expr:
    first, last = span["first_month"].item(), span["last_month"].item()
    column = pl.col(name)
    match name:
        case "breakdown":
            return column.is_in(list(groups))
        case "group":
            pairs = [f"{breakdown}|{group}" for breakdown, those in groups.items() for group in those]
            return pl.concat_str("breakdown", "group", separator="|").is_in(pairs)
        case "month":
            return column.is_between(first, last)
        case "year":
            return column.is_between(*_CENTURIES)  # inhabitants: also of years before and after the window
        case "period":
            year = column.str.slice(0, 4).cast(pl.Int32, strict=False)
            return column.str.contains(_PERIOD) & year.is_between(first // _MONTHS - 1, last // _MONTHS)
        case "delivery":
            return column.str.contains(f"^{DELIVERY}$")
        case "check":
            return column.str.contains(_CHECK)
        case "k" | "m" | "day":
            return column.is_in(_STEPS[name])
        case _:
            return column.is_in(list(_LISTS[name]))
