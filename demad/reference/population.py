"""Shipped estimates of inhabitants by age band and sex, for cities that deliver none; always marked as estimates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml

SCHEMA = pl.Schema(
    {
        "nis": pl.String,
        "jaar": pl.Int32,
        "leeftijd_van": pl.Int32,
        "leeftijd_tot": pl.Int32,
        "geslacht": pl.String,
        "aantal": pl.Int64,
    }
)


def estimated_population(nis: str) -> pl.DataFrame:
    """Inhabitants on 1 January in the columns of dataset ``bevolking``; empty for an unknown NIS code.

    Returns
    -------
    One row per year, age band and sex (M, V): ``nis``, ``jaar``, ``leeftijd_van``,
    ``leeftijd_tot`` (both inclusive), ``geslacht``, ``aantal``.
    """
    known = read_toml(data_folder("reference") / "population.toml")
    rows = [row for city in known["city"] if city["nis"] == nis for row in _rows(city, known)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _rows(city: Mapping[str, Any], known: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    adults, others = city["aged_18_64"], city["inhabitants"] - city["aged_18_64"]
    shape = known["shape"]
    bands = {band: share * adults for band, share in shape["within_18_64"].items()}
    bands |= {band: share * others for band, share in shape["outside_18_64"].items()}
    rows = []
    for year in range(known["first_year"], known["last_year"] + 1):
        growth = (1 + city["yearly_growth"]) ** (year - known["reference_year"])
        for band in sorted(bands, key=lambda text: int(text.partition("-")[0])):
            low, _, high = band.partition("-")
            women = shape["women"][band]
            for sex, share in (("M", 1 - women), ("V", women)):
                rows.append((city["nis"], year, int(low), int(high), sex, round(bands[band] * growth * share)))
    return rows
