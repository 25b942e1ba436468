"""A bundle says exactly what the city counted, and nothing in it may change on the way."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

import polars as pl
import pytest

from demad.bundles.container import packed
from demad.bundles.contents import shipped_name
from demad.bundles.keys import public_text, signed_by
from demad.bundles.receipt import received
from demad.errors import DeliveryRefused
from demad.reference.senders import EXACT, PROTECTED
from tests.bundles.conftest import KEY, OTHER_KEY, SECRET, TODAY, Tables, bundle, registered
from tests.lanes import sampled

RULES = {"today": TODAY, "base": 10, "exact_stock": True}


@pytest.mark.parametrize("mode", [EXACT, PROTECTED])
def test_what_arrives_is_what_the_city_counted(leaving: Mapping[str, Tables], mode: str):
    found = received(bundle(leaving[mode], mode), registered(mode), **RULES)
    assert found.manifest.city == "turnhout"
    assert found.key == public_text(KEY)
    for name, frame in found.tables.items():
        sent = leaving[mode][name]
        if mode == EXACT or name != "quality":
            assert frame.sort(frame.columns).equals(sent.select(frame.columns).sort(frame.columns)), name


def test_the_same_tables_and_key_give_the_same_bytes(leaving: Mapping[str, Tables]):
    assert bundle(leaving[EXACT]) == bundle(leaving[EXACT])


def test_a_bundle_opens_as_a_zip_and_holds_no_secret_no_key_and_no_exact_group(leaving: Mapping[str, Tables]):
    content = bundle(leaving[PROTECTED], PROTECTED)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    everything = "".join(texts.values())
    assert SECRET.key.hex() not in everything
    assert KEY.private_bytes_raw().hex() not in everything
    assert "persoon" not in "".join(texts[name].splitlines()[0] for name in texts if name.endswith(".csv"))
    groups = pl.read_csv(texts["flows.csv"].encode())
    counts = [name for name in groups.columns if name not in ("variant", "breakdown", "group", "period")]
    assert not groups.select(pl.any_horizontal(pl.col(counts) % 10 != 0).any()).item()


def test_a_protected_bundle_tells_of_quality_only_what_published_figures_rest_on(leaving: Mapping[str, Tables]):
    found = received(bundle(leaving[PROTECTED], PROTECTED), registered(PROTECTED), **RULES)
    assert found.tables["quality"]["check"].to_list() == ["control"]


@pytest.mark.parametrize(
    ("name", "shipped"),
    [
        ("2026-09-30-213bdc", "2026-09-30-213bdc"),
        ("2026-09-30-213bdc0123ef", "2026-09-30-213bdc0123ef"),
        ("2026-09-30-213bdc0123ef-abcdef", "2026-09-30-213bdc0123ef-abcdef"),
        ("2026-09-30-213bdc\n", None),
        ("Jan Peeters", None),
        ("2026-09-30-213bdc012", None),
        ("٢٠٢٦-09-30-213bdc", None),
    ],
)
def test_a_delivery_keeps_the_name_that_demad_gave_it_and_no_other(name: str, shipped: str | None):
    """Of one file, of two, and with a change of key: a report names it, from a bundle as from rows."""
    hashed = f"1970-01-01-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    assert shipped_name(name) == (shipped or hashed)


def test_a_bundle_of_another_key_is_refused_and_of_the_next_key_is_taken(nobody: Tables):
    with pytest.raises(DeliveryRefused, match="D-623"):
        received(bundle(nobody, key=OTHER_KEY), registered(EXACT), **RULES)
    both = registered(EXACT, KEY, OTHER_KEY)
    assert received(bundle(nobody, key=OTHER_KEY), both, **RULES).key == public_text(OTHER_KEY)


def test_no_bit_of_a_bundle_may_flip_and_no_byte_be_lost_or_added(nobody: Tables):
    content, cities = bundle(nobody), registered(EXACT)
    assert received(content, cities, **RULES)
    bits = [(place, bit) for place in range(len(content)) for bit in range(8)]
    for place, bit in sampled(bits, 41):
        _refused(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :], cities)
    for length in sampled(range(len(content)), 97):
        _refused(content[:length], cities)
    for added in (b"\n", b"PK", content):
        _refused(content + added, cities)
        _refused(added + content, cities)


@pytest.mark.slow
def test_every_single_bit_of_a_bundle_that_flips_is_refused(nobody: Tables):
    content, cities = bundle(nobody), registered(EXACT)
    for place in range(len(content)):
        for bit in range(8):
            _refused(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :], cities)
    print(f"\n{len(content)} bytes, {8 * len(content)} bits, each refused")


def _refused(content: bytes, cities: Mapping) -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        received(content, cities, **RULES)
    assert refusal.value.code in ("D-622", "D-623")


def test_a_signature_of_one_key_is_not_one_of_another():
    signature = KEY.sign(b"x")
    assert signed_by(signature, b"x", [public_text(OTHER_KEY), public_text(KEY)]) == public_text(KEY)
    assert signed_by(signature, b"y", [public_text(OTHER_KEY), public_text(KEY)]) is None
    assert packed({"a": b"b"}, KEY) != packed({"a": b"b"}, OTHER_KEY)
