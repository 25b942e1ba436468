"""The key of a city: made once, for its user alone, and never overwritten."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from demad.bundles.contents import read_me
from demad.bundles.keys import key_file, key_id, key_in, make_key, public_text, spoken
from demad.bundles.manifest import Rounding
from demad.errors import UsageRefused
from demad.publishing.bundling import make_bundle
from demad.reference.cities import load_cities
from demad.reference.senders import EXACT, KEY, PROTECTED


def test_a_key_is_readable_by_its_user_alone_and_is_never_overwritten(tmp_path: Path):
    path = key_file(tmp_path, "gent")
    key = make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert key_in(path).private_bytes_raw() == key.private_bytes_raw()
    with pytest.raises(UsageRefused, match="D-620"):
        make_key(path)


def test_a_bundle_is_never_overwritten_and_an_agreement_is_a_reference(tmp_path: Path):
    city, out = load_cities(None)["gent"], tmp_path / "gent.zip"
    with pytest.raises(UsageRefused, match=r"D-642.*kenmerk"):
        make_bundle(tmp_path, city, out, agreement="zie mail!", today=date(2026, 10, 1))
    out.write_bytes(b"")
    with pytest.raises(UsageRefused, match=r"D-642.*gent\.zip is er al"):
        make_bundle(tmp_path, city, out, agreement="", today=date(2026, 10, 1))


def test_the_text_in_a_bundle_says_what_counts_are_rounded_to_and_what_is_exact():
    said = read_me(Rounding(PROTECTED, 10, exact_stock=True, secret="0" * 16))
    assert "zelf afgerond op 10, met een geheim" in said
    assert "per maand is exact, waar het minstens 20 is" in said
    assert "is exact" not in read_me(Rounding(PROTECTED, 15, exact_stock=False, secret="0" * 16))
    assert "afgerond op" not in read_me(Rounding(EXACT, 0, exact_stock=False, secret=""))


def test_what_is_no_key_is_refused_without_being_shown(tmp_path: Path):
    path = tmp_path / "x.bundle-key"
    for content in ("", "geheim", "ab" * 31, "zz" * 32):
        path.write_text(content, encoding="ascii")
        with pytest.raises(UsageRefused, match="D-621") as refusal:
            key_in(path)
        assert not content or content not in str(refusal.value)


def test_a_public_key_is_written_as_it_is_registered_and_read_aloud(tmp_path: Path):
    public = public_text(make_key(key_file(tmp_path, "gent")))
    assert KEY.fullmatch(public)
    assert spoken(public).replace(" ", "") == key_id(public)
