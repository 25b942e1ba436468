"""The published figures as Stad in Cijfers (Swing) loads them: CSV with areas by NIS code, and what each code means.

Per cents are 0-100. Numerators and denominators are files of their own, so that a ratio can be a formula in
Swing; only where they are published. A figure that is not shown is -99997 (censored by the supplier) and one that
cannot be computed -99999 (unknown): both block sums. An indicator whose code is not frozen yet is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.catalogue import CATALOGUE, Indicator
from demad.disclosure import PublishedFigures
from demad.exports.figures import rows_of
from demad.exports.swing_codes import swing_codes
from demad.tables.kinds import ExactFigures
from demad.tables.terms import Status

LEVEL = "gemeente"
CENSORED, UNKNOWN = -99997, -99999
_HUNDRED = ("share", "fraction")
_KINDS = {
    "persons": "[aantal]", "spells": "[aantal]", "share": "[percentage]", "fraction": "[percentage]",
    "months": "[mediaan]", "per 1000": "[promille]", "% a month": "[percentage]", "ratio": "[ratio]",
    "days": "[aantal]",
}  # fmt: skip
_FILES = {"data.csv": ("value", ""), "tellers.csv": ("numerator", "_t"), "noemers.csv": ("denominator", "_n")}


def swing_files(figures: PublishedFigures | ExactFigures, nis: Mapping[str, str]) -> dict[str, bytes]:
    """Content by file name: values, numerators, denominators, and the meaning of each code.

    Parameters
    ----------
    figures
        Published, or exact for the trusted zone; totals of the main series are written, by year and by quarter.
    nis
        NIS code in force by city.
    """
    rows = _totals(rows_of(figures), nis)
    made = {name: _csv(_wide(rows, column, suffix)) for name, (column, suffix) in _FILES.items()}
    return {**made, "indicatoren.csv": _csv(_meanings())}


def _totals(published: pl.DataFrame, nis: Mapping[str, str]) -> pl.DataFrame:
    """One row an indicator, city and period of Swing: the year or quarter that a window ends in."""
    year, rest = pl.col("period").str.slice(0, 4), pl.col("period").str.slice(4)
    months = {"-03": "Q1", "-06": "Q2", "-09": "Q3", "-12": "Q4"}
    quarter = pl.when(rest.str.starts_with("-")).then(rest.replace_strict(months, default=None)).otherwise(rest)
    found = published.filter(
        pl.col("city").is_in(list(nis)), pl.col("status") != Status.PROVISIONAL, variant="main", breakdown="total"
    ).with_columns(year=year, quarter=quarter, geoitem=pl.col("city").replace_strict(dict(nis), default=None))
    flows = [entry.id for entry in CATALOGUE if entry.unit == "spells"]
    own_year = pl.col("quarter") == ""
    ends_year = (pl.col("quarter") == "Q4") & ~pl.col("indicator").is_in(flows)
    by_year = found.filter(own_year | ends_year).with_columns(when="year")
    by_quarter = found.filter(pl.col("quarter").str.starts_with("Q")).with_columns(
        when=pl.col("year") + pl.col("quarter")
    )
    both = pl.concat([by_year, by_quarter])
    return both.sort("period", descending=True).unique(["indicator", "geoitem", "when"], keep="first")


def _wide(rows: pl.DataFrame, column: str, suffix: str) -> pl.DataFrame:
    codes = swing_codes()
    entries = [entry for entry in _coded(codes) if column == "value" or rows.filter(indicator=entry.id)[column].count()]
    missing = pl.when(pl.col("status") == Status.SUPPRESSED).then(CENSORED).otherwise(UNKNOWN)
    hundred = [entry.id for entry in CATALOGUE if entry.unit in _HUNDRED] if column == "value" else []
    shown = pl.when(pl.col("indicator").is_in(hundred)).then(pl.col(column) * 100).otherwise(pl.col(column))
    places = rows.select("when", "geoitem").unique()
    for entry in entries:
        one = rows.filter(indicator=entry.id).select(
            "when", "geoitem", shown.round(3).fill_null(missing).cast(pl.Float64).alias(codes[entry.id] + suffix)
        )
        places = places.join(one, on=["when", "geoitem"], how="left")
    filled = places.with_columns(pl.selectors.float().fill_null(float(UNKNOWN)))
    columns = (pl.col("when").alias("period"), pl.lit(LEVEL).alias("geolevel"), pl.col("geoitem"))
    return filled.select(*columns, *(codes[entry.id] + suffix for entry in entries)).sort("period", "geoitem")


def _meanings() -> pl.DataFrame:
    """The columns of Swing's metadata that say what a code is."""
    codes = swing_codes()
    entries = _coded(codes)
    return pl.DataFrame(
        {
            "Indicator code": [codes[entry.id] for entry in entries],
            "Name": [entry.label.lower()[:100] for entry in entries],
            "Description": [f"{_KINDS[entry.unit]} {_description(entry)}" for entry in entries],
            "Unit": [entry.unit for entry in entries],
            "Source": ["DEMaD, Kenniscentrum Vlaamse Steden"] * len(entries),
            "Data type": ["Numeric" if entry.unit in ("persons", "spells") else "Mean" for entry in entries],
            "Periode type": ["Stock" if entry.window == 1 else "Pending" for entry in entries],
            "More information": [f"{entry.id}, versie {entry.version}: {entry.formula}" for entry in entries],
        }
    )


def _coded(codes: Mapping[str, str]) -> list[Indicator]:
    return [entry for entry in CATALOGUE if entry.id in codes]


def _description(entry: Indicator) -> str:
    return f"{entry.label[:1].lower()}{entry.label[1:]}. {entry.population}"


def _csv(table: pl.DataFrame) -> bytes:
    return table.write_csv(separator=";").encode()
