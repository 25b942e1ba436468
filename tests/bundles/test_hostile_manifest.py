"""A manifest that says something else than the centre may believe, or that we would not write: refused.

The daily lane takes half of the variants, the long lane all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from demad.bundles.container import packed
from demad.bundles.contents import entry_of
from demad.bundles.manifest import NAME, Manifest, Rounding
from demad.bundles.receipt import received
from demad.errors import DemadError
from demad.reference.senders import EXACT
from tests.bundles.conftest import KEY, TODAY, Tables, bundle, registered
from tests.bundles.hostile import RULES, refused, says, whole
from tests.lanes import sampled


def source(**changed: object) -> Callable[[Manifest], Manifest]:
    return lambda manifest: replace(manifest, sources={"leefloon": replace(manifest.sources["leefloon"], **changed)})


def versions(**changed: str) -> Callable[[Manifest], Manifest]:
    def rewrite(manifest: Manifest) -> Manifest:
        known = manifest.definitions
        return replace(manifest, definitions=replace(known, versions={**known.versions, **changed}))

    return rewrite


def decides(name: str) -> Callable[[Manifest], Manifest]:
    return lambda manifest: replace(manifest, definitions=replace(manifest.definitions, **{name: "0" * 20}))


MANIFESTS: Mapping[str, tuple[Callable[[Manifest], Manifest], str]] = {
    "another city": (says(city="gent"), "D-626"),
    "another city and its code": (says(city="gent", nis="44021"), "D-626"),
    "a city that is none": (says(city="atlantis"), "D-626"),
    "another code": (says(nis="44021"), "D-626"),
    "a city that is a path": (says(city="../gent"), "D-625"),
    "a number of a person as city": (says(city="85073003328"), "D-625"),
    "number nought": (says(sequence=0), "D-625"),
    "a number that is text": (says(sequence="1"), "D-625"),
    "a number that is true": (says(sequence=True), "D-625"),
    "a hash that is none": (says(earlier={1: "x"}), "D-625"),
    "four hundred and one before it": (says(earlier=dict.fromkeys(range(1, 402), "0" * 64), sequence=402), "D-625"),
    "no source": (says(sources={}), "D-630"),
    "a source of an unknown dataset": (
        lambda m: replace(m, sources={**m.sources, "namen": m.sources["leefloon"]}),
        "D-625",
    ),
    "a delivery with a name": (source(delivery="Jan Peeters"), "D-625"),
    "made tomorrow week": (says(made_on=TODAY + timedelta(days=7)), "D-630"),
    "valid for a century": (says(valid_until=TODAY + timedelta(days=36_500)), "D-630"),
    "a city in look-alike letters": (says(city="turnhоut"), "D-625"),
    "a version of words": (says(software="Jan Peeters"), "D-625"),
    "number ten thousand million": (says(sequence=10**10), "D-625"),
    "an indicator with another version of the future": (versions(outflow_rate="99.0"), "D-632"),
    "valid until yesterday": (says(valid_until=TODAY - timedelta(days=1)), "D-630"),
    "counted before it was delivered": (source(made_on=TODAY + timedelta(days=1)), "D-630"),
    "until a day of the next century": (source(as_of=TODAY + timedelta(days=36_500)), "D-630"),
    "another last day than its window": (source(as_of=TODAY - timedelta(days=40)), "D-628"),
    "another version of an indicator": (versions(caseload_stock="9"), "D-632"),
    "an indicator that we lack": (versions(number_of_names="1"), "D-632"),
    "another version of protection": (versions(protection_version="1"), "D-632"),
    "other columns": (decides("layout"), "D-632"),
    "other rules": (decides("decides"), "D-632"),
    "another agreement": (says(rounding=Rounding(EXACT, agreement="VO-2027/1")), "D-634"),
    "an agreement that is a name": (says(rounding=Rounding(EXACT, agreement="<script>")), "D-625"),
    "a file too many": (lambda m: replace(m, files={**m.files, "namen.csv": entry_of(b"x\n")}), "D-631"),
    "a file too few": (lambda m: replace(m, files={k: v for k, v in m.files.items() if k != "flow.csv"}), "D-631"),
    "another hash": (lambda m: replace(m, files={**m.files, "flow.csv": entry_of(b"x\n")}), "D-631"),
}


@pytest.mark.parametrize("name", sampled(list(MANIFESTS), 2))
def test_a_manifest_that_says_something_else_is_refused(name: str, nobody: Tables):
    rewrite, code = MANIFESTS[name]
    refused(bundle(nobody, rewrite=rewrite), code)


def test_the_refusal_of_other_definitions_names_them(nobody: Tables):
    with pytest.raises(DemadError, match="caseload_stock, cif_work_12m"):
        received(bundle(nobody, rewrite=versions(caseload_stock="9", cif_work_12m="9")), registered(EXACT), **RULES)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace(b'"city"', b'"city": "gent", "city"', 1),
        lambda text: text + b" ",
        lambda text: text.replace(b'"sequence": 1', b'"sequence": 1.0'),
        lambda text: text.replace(b'"sequence": 1', b'"sequence": NaN'),
        lambda text: text[:-2] + b', "namen": ["Jan"]}\n',
        lambda text: b"[" * 1_500,
        lambda text: b"\xff\xfe" + text,
        lambda text: text.replace(b"demad-bundle/1", b"demad-bundle/2"),
        lambda text: json.dumps(json.loads(text)).encode(),
    ],
    ids=[
        "a name twice",
        "a blank",
        "a float",
        "NaN",
        "a field more",
        "deep",
        "a BOM",
        "another format",
        "other blanks",
    ],
)
def test_a_manifest_that_we_would_not_write_is_refused(spoil: Callable[[bytes], bytes], nobody: Tables):
    texts = whole(nobody)
    refused(packed({**texts, NAME: spoil(texts[NAME])}, KEY), "D-625")
