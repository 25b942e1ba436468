"""The release as an open-data portal takes it in: DCAT-AP Vlaanderen in JSON-LD, `catalogus.jsonld`.

The context stands in the file, so that no reader has to fetch one. Addresses are those of `address` in `demad.toml`;
without one they are relative to the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from demad.exports.about import About
from demad.exports.datapackage import KEYWORDS, TITLE

CATALOGUE_FILE = "catalogus.jsonld"
_EU = "http://publications.europa.eu/resource/authority"
_CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_DESCRIBED = (
    "Leefloon, uitstroom, terugkeer en jongeren uit de jeugdhulp in de Vlaamse centrumsteden: aantallen, aandelen en "
    "duren per stad en periode. Kleine aantallen staan er niet in."
)
_KINDS = {
    ".csv": ("CSV", "text/csv"),
    ".json": ("JSON", "application/json"),
    ".parquet": ("PARQUET", "application/vnd.apache.parquet"),
    ".html": ("HTML", "text/html"),
}
_TITLES = {
    "cijfers.csv": "Alle cijfers, CSV",
    "cijfers.parquet": "Alle cijfers, Parquet",
    "cijfers-excel.csv": "Alle cijfers, voor Excel",
    "datapackage.json": "Beschrijving van elke kolom, Data Package",
    "api/index.json": "Elke indicator, JSON-stat",
}
CHANGES = "changes.json"


def dcat(files: Mapping[str, bytes], about: About, *, first: str, last: str) -> bytes:
    """The catalogue with one data set, and each file that a portal offers as a distribution.

    Parameters
    ----------
    files
        Content by path; others than those of a portal are left out.
    first, last
        First and last period with a figure: 2015 and 2026-06.
    """
    base = f"{about.address.rstrip('/')}/" if about.address else ""
    catalogue = {
        "@context": _CONTEXT,
        "@id": f"{base}{CATALOGUE_FILE}",
        "@type": "dcat:Catalog",
        **_said(about),
        "dct:title": _dutch("DEMaD"),
        "dct:description": _dutch("De gepubliceerde cijfers van DEMaD."),
        "dct:identifier": "demad",
        "foaf:homepage": {"@id": f"{base}index.html", "@type": "foaf:Document"},
        "dcat:dataset": [_dataset(files, about, base, first, last)],
    }
    return (json.dumps(catalogue, indent=1, ensure_ascii=False) + "\n").encode()


def _dataset(files: Mapping[str, bytes], about: About, base: str, first: str, last: str) -> dict[str, object]:
    offered = [name for name in _TITLES if name in files]
    dataset: dict[str, object] = {
        "@id": f"{base}#cijfers",
        "@type": "dcat:Dataset",
        **_said(about),
        "dct:title": _dutch(TITLE),
        "dct:description": _dutch(_DESCRIBED),
        "dct:identifier": about.doi or "demad-cijfers",
        "dct:accessRights": {"@id": f"{_EU}/access-right/PUBLIC"},
        "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/QUARTERLY"},
        "dct:language": {"@id": f"{_EU}/language/NLD"},
        "dct:spatial": {"@id": f"{_EU}/country/BEL"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _year_month(first, end=False),
            "dcat:endDate": _year_month(last, end=True),
        },
        "dcat:theme": {"@id": f"{_EU}/data-theme/SOCI"},
        "dcat:keyword": [_dutch(word) for word in KEYWORDS],
        "dcat:landingPage": {"@id": f"{base}index.html", "@type": "foaf:Document"},
        "owl:versionInfo": about.label or about.version,
        "dcat:distribution": [_distribution(name, files[name], base, about) for name in offered],
    }
    if CHANGES in files:
        dataset["adms:versionNotes"] = _dutch("Wat in deze herziening veranderde, staat in changes.json.")
        dataset["rdfs:seeAlso"] = {"@id": f"{base}{CHANGES}"}
    if about.doi:
        dataset["owl:sameAs"] = {"@id": f"https://doi.org/{about.doi}"}
    return dataset


def _said(about: About) -> dict[str, object]:
    """Who publishes, who answers, and under which licence."""
    contact: dict[str, object] = {"@type": "vcard:Organization", "vcard:fn": about.contact or about.publisher}
    if "@" in about.contact:
        contact["vcard:hasEmail"] = {"@id": f"mailto:{about.contact}"}
    return {
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _dutch(about.publisher)},
        "dcat:contactPoint": contact,
        "dct:license": _licence(about),
    }


def _licence(about: About) -> dict[str, object]:
    named: dict[str, object] = {"@type": "dct:LicenseDocument", "dct:title": _dutch(about.licence)}
    return {"@id": about.licence_address, **named} if about.licence_address else named


def _distribution(name: str, content: bytes, base: str, about: About) -> dict[str, object]:
    kind, media = _KINDS[f".{name.rpartition('.')[2]}"]
    return {
        "@id": f"{base}#{name.replace('/', '-')}",
        "@type": "dcat:Distribution",
        "dct:title": _dutch(_TITLES[name]),
        "dct:identifier": name,
        "dcat:accessURL": {"@id": f"{base}{name}"},
        "dcat:downloadURL": {"@id": f"{base}{name}"},
        "dct:format": {"@id": f"{_EU}/file-type/{kind}"},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(len(content))},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": hashlib.sha256(content).hexdigest(),
        },
        "dct:license": _licence(about),
    }


def _dutch(text: str) -> dict[str, str]:
    return {"@language": "nl", "@value": text}


def _year_month(period: str, *, end: bool) -> dict[str, str]:
    """The first or last month of a period, as a date of XML Schema."""
    year, rest = period[:4], period[4:]
    months = (int(rest[1]) * 3 - 2, int(rest[1]) * 3) if rest[:1] == "Q" else (int(rest[1:]),) * 2 if rest else (1, 12)
    return {"@type": "xsd:gYearMonth", "@value": f"{year}-{months[end]:02d}"}
