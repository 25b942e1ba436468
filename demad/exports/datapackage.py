"""What every column of the published files means: a Data Package, version 2, that frictionless validates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from demad.catalogue import CATALOGUE
from demad.exports.about import About
from demad.exports.swing_codes import swing_codes
from demad.exports.swing_subjects import COLUMNS, DENOMINATOR, NUMERATOR
from demad.tables.figures import PUBLISHED_VALUE
from demad.tables.terms import BREAKDOWNS, VARIANTS, Status

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TITLE = "DEMaD: leefloon, uitstroom en terugkeer in de Vlaamse centrumsteden"
KEYWORDS = ("leefloon", "OCMW", "uitstroom", "jeugdhulp", "centrumsteden", "Vlaanderen")
FIGURES = "cijfers.csv"
SUBJECTS = "swing/indicatoren.csv"
_TYPES = {pl.String: "string", pl.Float64: "number", pl.Int64: "integer"}
_SWING = {"data": "Waarden", "tellers": "Tellers", "noemers": "Noemers", "controle": "Wat de formules moeten geven"}
_NO_NUMBER = [
    {"value": "-99997", "label": "niet getoond: te weinig mensen"},
    {"value": "-99999", "label": "niet bekend voor dit gebied"},
    {"value": "-99998", "label": "bestaat niet per jaar, of niet per kwartaal"},
    {"value": "-99996", "label": "nog geen cijfer in dit tijdvak"},
]
_MEANINGS = {
    "variant": "reeks: main, wide, gap0 of gap3",
    "indicator": "code in de catalogus",
    "city": "stad; all: alle steden samen",
    "period": "2025, 2025Q4 of 2025-12: het venster eindigt daar",
    "breakdown": "uitsplitsing: total, age, household …",
    "group": "groep binnen de uitsplitsing",
    "value": "waarde in de eenheid van de catalogus; aandelen als breuk, duren in maanden",
    "low": "ondergrens van het interval van 95%",
    "high": "bovengrens van het interval van 95%",
    "numerator": "teller: geteld",
    "denominator": "noemer: van hoeveel",
    "status": "ok, low_n, provisional, suppressed, not_computable of not_comparable",
    "definition": "versie van de definitie",
}


def datapackage(files: Mapping[str, bytes], about: About) -> bytes:
    """`datapackage.json` of these files: `cijfers.csv` and those in `swing/`, each with its columns, size and hash.

    Parameters
    ----------
    files
        Content by path. Files of another kind are left out.
    """
    described = [_resource(path, content) for path, content in sorted(files.items())]
    package: dict[str, object] = {
        "$schema": PROFILE,
        "name": "demad-cijfers",
        "title": TITLE,
        "description": about.label or TITLE,
        "version": about.version,
        "keywords": list(KEYWORDS),
        "contributors": [
            {"title": about.publisher, "roles": ["publisher"]},
            {"title": about.contact, "roles": ["contactPerson"]},
        ],
        "licenses": [_licence(about)],
        "resources": [one for one in described if one],
    }
    if about.doi:
        package["id"] = f"https://doi.org/{about.doi}"
    if about.address:
        package["homepage"] = about.address
    return (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode()


def meanings() -> dict[str, str]:
    """What each column of the figures means, in Dutch."""
    return dict(_MEANINGS)


def _licence(about: About) -> dict[str, str]:
    """Of an own licence Data Package wants its address; without one its name says which it is."""
    name = "".join(letter if letter.isalnum() else "-" for letter in about.licence.lower()).strip("-")
    named = {"name": name, "title": about.licence}
    return {**named, "path": about.licence_address} if about.licence_address else named


def _resource(path: str, content: bytes) -> dict[str, object]:
    """The description of one file; empty for a kind that has none."""
    if path == FIGURES:
        described = {"name": "cijfers", "title": "Alle cijfers", "schema": _figures()}
    elif path == SUBJECTS:
        described = {"name": "swing-indicatoren", "title": "Onderwerpen voor Stad in Cijfers", "schema": _subjects()}
        described["dialect"] = {"delimiter": ";"}
    elif path.startswith("swing/") and path.endswith(".csv"):
        part = Path(path).stem
        title = f"{_SWING[part.partition('-')[0]]} voor Stad in Cijfers"
        columns = content.partition(b"\n")[0].decode().split(";")
        described = {"name": f"swing-{part}", "title": title, "schema": _swing(columns), "dialect": {"delimiter": ";"}}
    else:
        return {}
    return {
        **described,
        "path": path,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _figures() -> dict[str, object]:
    closed = {
        "variant": list(VARIANTS),
        "indicator": [entry.id for entry in CATALOGUE],
        "breakdown": list(BREAKDOWNS),
        "status": [status.value for status in Status],
    }
    fields = [
        {
            "name": name,
            "type": _TYPES[dtype.base_type()],  # pyright: ignore[reportArgumentType]
            "description": _MEANINGS[name],
            "constraints": {
                "required": not PUBLISHED_VALUE.columns[name].nullable,
                **({"enum": closed[name]} if name in closed else {}),
            },
        }
        for name, dtype in PUBLISHED_VALUE.schema.items()
    ]
    return {"fields": fields, "primaryKey": list(PUBLISHED_VALUE.key), "missingValues": [""]}


def _subjects() -> dict[str, object]:
    fields = [{"name": name, "type": "string"} for name in COLUMNS]
    return {"fields": fields, "primaryKey": [COLUMNS[0]], "missingValues": [""]}


def _swing(columns: list[str]) -> dict[str, object]:
    keys = {
        "period": "jaar (2025) of kwartaal (2025Q4)",
        "geolevel": "gemeente: de grenzen van nu; gemeente2024: die van voor de fusies van 2025",
        "geoitem": "NIS-code",
    }
    codes = swing_codes()
    said = {
        code + suffix: f"{role}{entry.label}"
        for entry in CATALOGUE
        if (code := codes.get(entry.id))
        for suffix, role in (("", ""), (NUMERATOR, "teller van: "), (DENOMINATOR, "noemer van: "))
    }
    fields = [
        {"name": name, "type": "string", "description": keys[name]}
        if name in keys
        else {"name": name, "type": "number", "description": said[name]}
        for name in columns
    ]
    return {"fields": fields, "primaryKey": list(keys), "missingValues": _NO_NUMBER}
