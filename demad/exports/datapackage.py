"""What every column of the published files means, as a Frictionless data package."""

from __future__ import annotations

import json

import polars as pl

from demad.catalogue import CATALOGUE
from demad.tables.figures import PUBLISHED_VALUE

_TYPES = {pl.String: "string", pl.Float64: "number", pl.Int64: "integer"}


def datapackage(*, version: str, publisher: str, contact: str, licence: str) -> bytes:
    """`datapackage.json`: the published figures and the files for Swing, with their columns and their keys."""
    package = {
        "name": "demad-cijfers",
        "title": "DEMaD: leefloon, uitstroom en terugkeer in de Vlaamse centrumsteden",
        "version": version,
        "contributors": [{"title": publisher, "role": "publisher"}, {"title": contact, "role": "contact"}],
        "licenses": [{"name": "modellicentie-gratis-hergebruik", "title": licence}],
        "resources": [
            _figures(),
            _swing("data", "Waarden"),
            _swing("tellers", "Tellers"),
            _swing("noemers", "Noemers"),
        ],
    }
    return (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode()


def _figures() -> dict[str, object]:
    fields = [
        {"name": name, "type": _TYPES[dtype.base_type()], "description": PUBLISHED_VALUE.columns[name].meaning}  # pyright: ignore[reportArgumentType]
        for name, dtype in PUBLISHED_VALUE.schema.items()
    ]
    indicators = {entry.id: f"{entry.label} ({entry.unit})" for entry in CATALOGUE}
    constraints = {"indicator": {"enum": list(indicators)}}
    described = [
        {**field, **({"constraints": constraints[str(field["name"])]} if field["name"] in constraints else {})}
        for field in fields
    ]
    return {
        "name": "cijfers",
        "path": "cijfers.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": described, "primaryKey": list(PUBLISHED_VALUE.key), "missingValues": [""]},
    }


def _swing(name: str, title: str) -> dict[str, object]:
    keys = ["period", "geolevel", "geoitem"]
    return {
        "name": f"swing-{name}",
        "title": f"{title} voor Stad in Cijfers",
        "path": f"swing/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ";"},
        "schema": {
            "fields": [{"name": key, "type": "string"} for key in keys],
            "primaryKey": keys,
            "missingValues": ["-99997", "-99999"],
        },
    }
