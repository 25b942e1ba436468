"""The catalogue for open-data portals: rdflib reads it, and what DCAT-AP asks of everybody is there."""

from __future__ import annotations

import hashlib

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS

from demad.exports.about import About
from demad.exports.dcat import dcat

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # inside rdflib
FILES = {"cijfers.csv": b"a,b\n", "api/index.json": b"{}", "changes.json": b"[]", "swing/data.csv": b"x"}
ABOUT = About(publisher="KVS", contact="data@stad.example", licence="Vrij", licence_address="https://stad.example/vrij")
ADDRESS = "https://stad.example/leefloon"
OF_ALL = [DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCTERMS.license]
ASKED = {
    DCAT.Catalog: [*OF_ALL, DCAT.dataset],
    DCAT.Dataset: [
        *OF_ALL,
        *(DCTERMS.identifier, DCTERMS.accessRights, DCTERMS.temporal, DCTERMS.spatial),
        *(DCAT.theme, DCAT.keyword, DCAT.distribution),
    ],
    DCAT.Distribution: [
        *(DCAT.accessURL, DCAT.downloadURL, DCAT.mediaType, DCAT.byteSize),
        *(DCTERMS.license, DCTERMS["format"]),
    ],
}


def _graph(about: About, base: str) -> Graph:
    made = dcat(FILES, about, first="2015", last="2026-06")
    return Graph().parse(data=made, format="json-ld", publicID=base)


@pytest.mark.parametrize("address", ["", ADDRESS])
def test_rdflib_reads_it_and_nothing_that_dcat_ap_asks_is_missing(address):
    about = About(ABOUT.publisher, ABOUT.contact, ABOUT.licence, ABOUT.licence_address, address)
    graph = _graph(about, f"{ADDRESS}/catalogus.jsonld")
    for kind, properties in ASKED.items():
        subjects = list(graph.subjects(RDF.type, kind))
        assert subjects
        lacking = [(subject, name) for subject in subjects for name in properties if (subject, name, None) not in graph]
        assert lacking == []
    assert set(graph.objects(None, DCAT.downloadURL)) == {
        URIRef(f"{ADDRESS}/{name}") for name in ("cijfers.csv", "api/index.json")
    }


def test_a_distribution_tells_size_and_hash_of_its_file_and_the_data_set_its_periods():
    graph = _graph(ABOUT, f"{ADDRESS}/catalogus.jsonld")
    hashes = {str(value) for value in graph.objects(None, URIRef("http://spdx.org/rdf/terms#checksumValue"))}
    assert hashes == {hashlib.sha256(FILES[name]).hexdigest() for name in ("cijfers.csv", "api/index.json")}
    assert {str(size) for size in graph.objects(None, DCAT.byteSize)} == {"4", "2"}
    assert [str(*graph.objects(None, name)) for name in (DCAT.startDate, DCAT.endDate)] == ["2015-01", "2026-06"]
    assert (None, URIRef("http://www.w3.org/2000/01/rdf-schema#seeAlso"), URIRef(f"{ADDRESS}/changes.json")) in graph


def test_titles_are_in_dutch_and_a_doi_is_the_identifier():
    graph = _graph(About(publisher="KVS", doi="10.1234/abc"), ADDRESS)
    titles = [title for title in graph.objects(None, DCTERMS.title) if isinstance(title, Literal)]
    assert {title.language for title in titles} == {"nl"}
    assert (None, DCTERMS.identifier, Literal("10.1234/abc")) in graph
