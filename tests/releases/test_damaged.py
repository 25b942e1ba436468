"""A damaged file of one release is named, stops nothing that is whole, and takes nothing else with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demad.errors import StorageFailed
from demad.operations.backup import backup
from demad.operations.restore import restore
from demad.publishing.exported import chosen
from demad.publishing.release import release, sign_off
from demad.publishing.withdrawal import withdraw
from demad.records import audit_trail
from demad.releases.agreement import disagreements
from demad.releases.ledger import damaged_figures, ever_released, fill_from_published, released_figures
from demad.releases.signoff import damaged_sign_offs, sign_offs
from demad.releases.withdrawals import withdrawals
from demad.store import private_folder
from tests.releases.small_root import PERIOD, pages_of_few_words, value_of, with_figure

WHY = "De cijfers van Gent waren dubbel geteld."
FIRST, SECOND = f"{PERIOD}-r1", f"{PERIOD}-r2"
WAYS = ("missing", "empty", "half", "flipped")
DAILY = ("missing", "half")
"""The ways of the daily lane; `test_damage_everywhere` takes all."""


@pytest.fixture(autouse=True)
def few_words() -> Iterator[None]:
    with pages_of_few_words():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a release that says 100 and a revision that says 110. Do not write in it."""
    root = tmp_path_factory.mktemp("released") / "root"
    with pages_of_few_words():
        for value in (100, 110):
            with_figure(root, value)
            release(root, PERIOD)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A copy of the root."""
    return Path(shutil.copytree(made, tmp_path / "root"))


def damage(path: Path, way: str) -> None:
    content = path.read_bytes()
    middle = len(content) // 2
    path.unlink()
    if way != "missing":
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        path.write_bytes({"empty": b"", "half": content[:middle], "flipped": flipped}[way])


@pytest.mark.parametrize("way", DAILY)
def test_figures_that_are_damaged_stop_no_withdrawal_of_another_release_and_are_named(root: Path, way: str):
    figures = root / "publication" / SECOND / "cijfers.parquet"
    content, known = figures.read_bytes(), ever_released(root)
    damage(figures, way)
    assert withdraw(root, FIRST, WHY) == SECOND
    assert damaged_figures(root) == [SECOND]
    assert ever_released(root).equals(known)
    figures.write_bytes(content)
    assert value_of(released_figures(root)) == 110
    assert damaged_figures(root) == []
    fill_from_published(root, gone=withdrawals(root))
    assert set(ever_released(root).filter(release=SECOND)["city"]) == {"all", "gent"}


@pytest.mark.parametrize("way", DAILY)
def test_a_release_of_which_the_figures_are_damaged_can_itself_be_withdrawn(root: Path, way: str):
    damage(root / "publication" / SECOND / "cijfers.parquet", way)
    assert withdraw(root, SECOND, WHY) == FIRST
    assert value_of(released_figures(root)) == 100
    assert list(disagreements(root, every_file=True)) == [f"withdrawn/{SECOND}/cijfers.parquet is weg of gewijzigd"]


@pytest.mark.parametrize("way", DAILY)
def test_a_damaged_manifest_is_named_by_an_export_and_a_withdrawal(root: Path, way: str):
    damage(root / "publication" / SECOND / "manifest.json", way)
    with pytest.raises(StorageFailed, match=SECOND) as refused:
        chosen(root)
    assert refused.value.code == "D-761"
    with pytest.raises(StorageFailed, match=f"manifest van {SECOND} is weg of gewijzigd") as refused:
        withdraw(root, SECOND, WHY)
    assert refused.value.code == "D-356"
    assert chosen(root, release=FIRST).release == FIRST


def test_a_release_with_nothing_new_is_not_the_last_one_where_that_is_damaged(root: Path):
    (root / "publication" / SECOND / "changes.json").write_bytes(b"[")
    with pytest.raises(StorageFailed, match=f"{SECOND}/changes.json is weg of gewijzigd") as refused:
        release(root, PERIOD)
    assert refused.value.code == "D-356"
    with_figure(root, 120)
    assert release(root, PERIOD).name == f"{PERIOD}-r3"


def test_a_damaged_notice_beside_a_damaged_archive_costs_the_archive_nothing(root: Path):
    withdraw(root, SECOND, WHY)
    archive, notice = root / "withdrawn" / SECOND, root / "publication" / SECOND / "withdrawn.json"
    (archive / "cijfers.csv").write_bytes(b"")
    notice.unlink()
    (notice.parent / "manifest.json").write_bytes(b"")
    known = {path.name: path.read_bytes() for path in archive.iterdir() if path.is_file()}
    withdraw(root, SECOND, WHY)
    assert {path.name: path.read_bytes() for path in archive.iterdir() if path.is_file()} == known
    assert list(disagreements(root, every_file=True)) == [f"withdrawn/{SECOND}/cijfers.csv is weg of gewijzigd"]


def test_a_notice_without_its_manifest_is_made_again(root: Path):
    withdraw(root, SECOND, WHY)
    (root / "publication" / SECOND / "manifest.json").unlink()
    assert list(disagreements(root))
    withdraw(root, SECOND, WHY)
    assert list(disagreements(root, every_file=True)) == []


def other_word(path: Path) -> None:
    """A file that is still valid JSON, with the same keys."""
    content = path.read_text(encoding="utf-8")
    path.write_text(content.replace("een dienst", "één dienst"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != content


@pytest.mark.parametrize("change", [lambda path: damage(path, "half"), other_word], ids=["half", "another word"])
def test_a_damaged_sign_off_is_named_and_signing_off_again_mends_it(root: Path, change: Callable[[Path], None]):
    sign_off(root, PERIOD, "gent", "Wij namen een dienst over.")
    change(root / "signoff" / PERIOD / "gent.json")
    assert any("aftekening van gent" in found for found in disagreements(root, every_file=True))
    with pytest.raises(StorageFailed, match="aftekening van gent") as refused:
        release(root, PERIOD)
    assert refused.value.code == "D-356"
    sign_off(root, PERIOD, "gent", "Wij namen een dienst over.")
    assert list(disagreements(root, every_file=True)) == []
    assert release(root, PERIOD).name == SECOND


def test_a_backup_brings_back_a_sign_off_that_was_changed_since_and_keeps_one_that_was_made_since(
    root: Path, tmp_path: Path
):
    sign_off(root, PERIOD, "gent", "Wij namen een dienst over.")
    sign_off(root, PERIOD, "all", "Wij ook.")
    backup(root, tmp_path / "backup.tar.gz")
    sign_off(root, PERIOD, "all", "Wij toch niet.")
    other_word(root / "signoff" / PERIOD / "gent.json")
    restore(root, tmp_path / "backup.tar.gz", replace=True)
    words = {city: signed.words for city, signed in sign_offs(root, PERIOD).items()}
    assert words == {"gent": "Wij namen een dienst over.", "all": "Wij toch niet."}


def test_every_flipped_bit_of_a_sign_off_is_noticed(root: Path):
    sign_off(root, PERIOD, "gent", "Wij namen een dienst over.")
    path = root / "signoff" / PERIOD / "gent.json"
    content = path.read_bytes()
    for place in range(len(content)):
        for bit in range(8):
            path.write_bytes(content[:place] + bytes([content[place] ^ (1 << bit)]) + content[place + 1 :])
            assert damaged_sign_offs(root) == [path]
    path.write_bytes(content)
    assert damaged_sign_offs(root) == []


def test_a_sign_off_of_another_city_under_the_name_of_this_one_is_noticed(root: Path):
    sign_off(root, PERIOD, "gent", "Wij namen een dienst over.")
    sign_off(root, PERIOD, "all", "Wij ook.")
    folder = root / "signoff" / PERIOD
    shutil.copyfile(folder / "all.json", folder / "gent.json")
    assert damaged_sign_offs(root) == [folder / "gent.json"]


def test_the_earlier_sign_off_stands_where_a_process_died_before_it_wrote_the_new_one(root: Path):
    sign_off(root, PERIOD, "gent", "Wij namen een dienst over.")
    path = root / "signoff" / PERIOD / "gent.json"
    before = path.read_bytes()
    sign_off(root, PERIOD, "gent", "Wij namen twee diensten over.")
    path.write_bytes(before)
    assert sign_offs(root, PERIOD)["gent"].words == "Wij namen een dienst over."


def test_a_sign_off_of_version_0_1_has_no_hash_in_the_trail_and_still_stands(root: Path):
    facts = {"city": "gent", "period": PERIOD, "figures": "0" * 20}
    audit_trail.record(root, "signed_off", facts)
    folder = private_folder(root / "signoff" / PERIOD)
    (folder / "gent.json").write_text(json.dumps({**facts, "words": "Wij ook."}), encoding="utf-8")
    assert sign_offs(root, PERIOD)["gent"].words == "Wij ook."
    assert list(disagreements(root, every_file=True)) == []
