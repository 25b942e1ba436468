"""Keys of pseudonyms: known answers, domains, files that nobody else can read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.errors import DemadError
from demad.intake.privacy.identifiers import kinds_in
from demad.intake.pseudonyms.keys import _keyed, _letters_of, base32_of, make_key, read_key
from demad.records.pseudonym_keys import key_id_of, key_ids_in
from demad.reference.cities import city_of
from tests.pseudonyms.people import key, nobody, written

GENT = city_of("gent")


@pytest.mark.parametrize(
    ("secret", "text", "answer"),
    [  # RFC 4231, test cases 1, 2 and 4
        ("0b" * 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            "4a656665",
            "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (bytes(range(1, 26)).hex(), "Í" * 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    ],
)
def test_the_keyed_hash_gives_the_answers_of_the_standard(secret: str, text: str, answer: str):
    assert _keyed(bytes.fromhex(secret))(text.encode("latin-1")).hex() == answer


def test_a_pseudonym_is_hmac_sha256_of_the_number_under_a_key_of_city_and_domain_cut_to_128_bits():
    purpose = hmac.digest(bytes(range(32)), b"demad/v1|44021|samen", hashlib.sha256)

    def letters(text: bytes) -> str:
        return base64.b32encode(hmac.digest(purpose, text, hashlib.sha256)[:16]).decode().lower()

    made = key().pseudonyms()("85073003328")
    assert made == f"p1-{letters(b'key id')[:4]}-{letters(b'85073003328')[:26]}"
    assert made == "p1-ihrv-qy5jee2zhhchysshu4a3mmlfja"  # also by openssl dgst and base32
    assert key().pseudonyms()("88222999936") == "p1-ihrv-xseumyea6ccdwjmjd4fnsxzd6y"


def test_letters_of_many_digests_are_those_of_the_standard_library():
    edges = [bytes(16), b"\xff" * 16, *((1 << bit).to_bytes(16) for bit in range(128))]
    digests = [*edges, *(hashlib.sha256(bytes([place])).digest()[:16] for place in range(60))]
    told = [base64.b32encode(digest).decode().lower().rstrip("=") for digest in digests]
    assert _letters_of(b"".join(digests), start="").to_list() == told
    assert [base32_of(digest) for digest in digests] == told
    assert _letters_of(b"", start="p1-").to_list() == []


def test_the_same_person_has_one_pseudonym_in_a_domain_and_another_in_every_other_domain_city_and_key():
    keys = [
        key(),
        key(domain="leefloon"),
        key(domain="jeugdhulp"),
        key(city="aalst", nis="41002"),
        key(master=bytes(32)),
    ]
    made = [one.pseudonyms()("85073003328") for one in keys]
    assert len(set(made)) == len({one.id for one in keys}) == len(keys)
    assert made[0] == key().pseudonyms()("85073003328")
    assert [key_id_of(pseudonym) for pseudonym in made] == [one.id for one in keys]


@pytest.mark.parametrize("count", [4_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_no_pseudonym_looks_like_an_identifier(count: int):
    made = key().pseudonyms_of([f"{place:011d}" for place in range(count)])
    assert len(set(made)) == count
    assert not [one for one in made if any(True for _ in kinds_in(one))]
    assert key_ids_in(made) == {key().id}


def test_a_key_is_readable_by_its_owner_alone_is_never_overwritten_and_tells_nothing(tmp_path: Path):
    path = tmp_path / "gent.sleutel"
    made = make_key(path, GENT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert read_key(path) == made
    assert made.master.hex() not in f"{made} {made!r}"
    assert made.datasets == ("leefloon", "steun", "aanvragen")
    before = path.read_bytes()
    with pytest.raises(DemadError) as refusal:
        make_key(path, GENT)
    assert refusal.value.code == "D-260"
    assert path.read_bytes() == before
    path.chmod(0o440)
    with pytest.raises(DemadError) as refusal:
        read_key(path)
    assert refusal.value.code == "D-264"


@pytest.mark.parametrize(
    "change",
    [
        ("sleutel = ", "sleutel = 1"),
        ("samen", "leefloon"),
        ("44021", "44022"),
        ("demad-sleutel/1", "x"),
        ("[", "["),
        ('"', ""),
    ],
)
def test_a_key_that_was_changed_or_is_no_key_is_refused(tmp_path: Path, change: tuple[str, str]):
    path = written(tmp_path / "gent.sleutel", key())
    path.chmod(0o600)
    path.write_text(path.read_text().replace(*change) if change[0] != "[" else "[]", encoding="utf-8")
    path.chmod(0o400)
    with pytest.raises(DemadError) as refusal:
        read_key(path)
    assert refusal.value.code == "D-263"
    assert key().master.hex() not in str(refusal.value)


def test_a_key_that_links_datasets_needs_an_approval_and_no_key_lies_in_the_root(tmp_path: Path):
    for options, code in (
        (["--domain", "samen"], "D-261"),
        (["--domain", "Met spatie"], "D-261"),
        (["--domain", "samen", "--approval", '"'], "D-261"),
        (["--out", str(tmp_path / "root" / "x.sleutel")], "D-276"),
    ):
        asked = ["keygen", "--city", "gent", "--root", str(tmp_path / "root"), *options]
        told = CliRunner().invoke(app, asked)
        assert code in str(told.exception)
    out = tmp_path / "gent.sleutel"
    approved = ["--domain", "samen", "--approval", "beraadslaging 26/012", "--out", str(out)]
    told = CliRunner().invoke(app, ["keygen", "--city", "gent", "--root", str(tmp_path / "root"), *approved])
    assert told.exit_code == 0, told.output
    assert read_key(out).approval == "beraadslaging 26/012"
    assert read_key(out).master.hex() not in told.output
    assert read_key(out).pseudonyms()(nobody(1)) != key().pseudonyms()(nobody(1))


def test_a_second_key_beside_the_first_says_that_a_change_needs_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    asked = ["keygen", "--city", "gent", "--root", str(tmp_path / "root")]
    assert "--rekey" not in CliRunner().invoke(app, asked).output
    assert "--rekey" not in CliRunner().invoke(app, [*asked, "--domain", "jeugdhulp"]).output
    assert "--rekey gent-leefloon.sleutel" in CliRunner().invoke(app, [*asked, "--out", "nieuw.sleutel"]).output
