"""The secret of a city: made once, kept readable by one user, never replaced without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from demad.errors import PrivacyRefused
from demad.records.secrets import known_ids, secret_file, secret_of, those_kept


def test_a_secret_is_made_once_and_only_its_user_reads_it(tmp_path: Path):
    first = secret_of(tmp_path, "gent")
    assert secret_of(tmp_path, "gent") == first
    assert secret_file(tmp_path, "gent").stat().st_mode & 0o777 == 0o400
    assert known_ids(tmp_path) == {"gent": first.id}
    assert secret_of(tmp_path, "aalst") != first


def test_it_is_in_no_text_of_itself_nor_in_the_trail(tmp_path: Path):
    secret = secret_of(tmp_path, "gent")
    trail = "".join(path.read_text() for path in (tmp_path / "audit").rglob("*") if path.is_file())
    assert "gent" in trail
    for text in (repr(secret), str(secret), trail):
        assert secret.key.hex() not in text


@pytest.mark.parametrize("damage", ["gone", "cut short", "no number"])
def test_a_secret_that_is_gone_or_damaged_is_refused_and_never_made_again(tmp_path: Path, damage: str):
    secret_of(tmp_path, "gent")
    path = secret_file(tmp_path, "gent")
    path.chmod(0o600)
    if damage == "gone":
        path.unlink()
    else:
        path.write_text({"cut short": path.read_text()[:20], "no number": "z" * 64}[damage])
    with pytest.raises(PrivacyRefused, match=r"gent\.secret") as refused:
        secret_of(tmp_path, "gent")
    assert refused.value.code == "D-602"
    assert those_kept(tmp_path, ["gent"]) == {}


def test_another_secret_than_the_one_of_earlier_figures_is_refused(tmp_path: Path):
    secret_of(tmp_path, "gent")
    other = secret_of(tmp_path, "aalst")
    path = secret_file(tmp_path, "gent")
    path.chmod(0o600)
    path.write_text(other.key.hex())
    with pytest.raises(PrivacyRefused) as refused:
        secret_of(tmp_path, "gent")
    assert refused.value.code == "D-603"


def test_a_city_without_its_secret_leaves_the_others_theirs(tmp_path: Path):
    kept = {city: secret_of(tmp_path, city) for city in ("aalst", "gent")}
    assert those_kept(tmp_path, ["aalst", "brugge", "gent"]) == kept
