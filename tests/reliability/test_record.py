"""Erase, back up, restore, deliver, release and change keys in every order: nobody returns, nothing is forgotten."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from demad.errors import DemadError, StorageFailed
from demad.intake.deliveries.reception import waiting
from demad.operations.erasure import erase
from demad.operations.restore import finish_restore, restore, whole_root
from demad.records import audit_trail
from demad.records.erased_persons import checked_lines, remember_erased
from demad.releases.agreement import disagreements
from demad.releases.files import MANIFEST
from demad.releases.ledger import remember
from demad.store import Store
from tests.deliveries import GOOD, leefloon, put
from tests.figures import figure, published
from tests.reliability.remembered import PEOPLE, Years


def walk(folder: Path, seed: int) -> None:
    years = Years(folder, seed)
    steps = [years.deliver, years.erase, years.back_up, years.restore, years.release, years.withdraw, years.change_key]
    for _ in range(years.chance.randint(5, 12)):
        years.chance.choices(steps, weights=[3, 3, 2, 3, 3, 2, 2])[0]()
        years.judge()


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_erasures_backups_restores_deliveries_releases_and_keys_forgets_anything(tmp_path: Path, seed: int):
    walk(tmp_path, seed)


@pytest.mark.slow
def test_nor_do_five_hundred_orders(tmp_path: Path):
    for seed in range(100, 600):
        walk(tmp_path / str(seed), seed)


def test_a_restore_elsewhere_brings_the_list_and_the_releases_of_the_backup(tmp_path: Path):
    years = Years(tmp_path, 1)
    for step in (years.erase, years.release, years.back_up):
        step()
    elsewhere = tmp_path / "elsewhere"
    restore(elsewhere, years.backups[0])
    years.root = elsewhere
    years.judge()
    years.deliver()
    years.judge()


def test_two_copies_that_each_went_on_are_merged_and_both_trails_hold(tmp_path: Path):
    here = Years(tmp_path / "here", 2)
    here.back_up()
    there = Years(tmp_path / "there", 3)
    restore(there.root, here.backups[0], replace=True)
    there.erase()
    there.back_up()
    here.erase()
    restore(here.root, there.backups[0], replace=True)
    here.erased |= there.erased
    here.judge()
    acts = [entry["act"] for entry in audit_trail.entries(here.root)]
    assert acts.count("erased") == 2
    assert len(audit_trail.earlier(here.root)) == 1
    for file in audit_trail.earlier(here.root):
        file.write_bytes(file.read_bytes()[:-200])
    assert not audit_trail.verify(here.root).holds


def test_a_trail_that_was_cut_comes_back_with_the_backup(tmp_path: Path):
    years = Years(tmp_path, 4)
    for step in (years.erase, years.release, years.back_up):
        step()
    trail = audit_trail.file(years.root)
    trail.write_bytes(b"".join(trail.read_bytes().splitlines(keepends=True)[:1]))
    with pytest.raises(StorageFailed) as alarm:
        years.erase()
    assert alarm.value.code == "D-354"
    years.restore()
    years.judge()


@pytest.mark.parametrize("loss", ["the ledger", "a release", "the manifest", "the trail"])
def test_a_loss_of_what_was_released_is_named_before_anything_is_released_and_a_backup_mends_it(
    tmp_path: Path, loss: str
):
    years = Years(tmp_path, 5)
    years.release()
    years.back_up()
    years.release()
    release = years.root / "publication" / "2025Q4-r1"
    match loss:
        case "the ledger":
            Store(years.root).forget("released", kept=0)
            for path in (years.root / "store" / "released").rglob("*"):
                path.unlink() if path.is_file() else None
        case "a release":
            (release / MANIFEST).unlink()
        case "the manifest":
            (release / MANIFEST).write_bytes(b"{}")
        case _:
            for path in (years.root / "audit").iterdir():
                path.unlink()
    with pytest.raises(StorageFailed) as alarm:
        years.release()
    assert alarm.value.code == "D-356"
    assert list(disagreements(years.root))
    years.restore()
    years.judge()


def test_a_published_file_that_changed_is_found_and_comes_back_with_the_backup(tmp_path: Path):
    years = Years(tmp_path, 7)
    years.release()
    years.back_up()
    (years.root / "publication" / "2025Q4-r1" / "cijfers.parquet").write_bytes(b"other figures")
    assert list(disagreements(years.root)) == []
    assert list(disagreements(years.root, every_file=True)) == ["2025Q4-r1/cijfers.parquet is weg of gewijzigd"]
    years.restore()
    years.judge()


def test_a_restore_that_dies_half_way_is_finished_with_its_erasures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    years = Years(tmp_path, 6)
    years.back_up()
    years.erase()
    years.release()

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("demad.operations.restore.erase_listed", dies)
        with pytest.raises(KeyboardInterrupt):
            years.restore()
    assert finish_restore(years.root)
    years.judge()


def test_a_last_hash_that_was_lost_is_acknowledged_by_a_restore(tmp_path: Path):
    years = Years(tmp_path, 8)
    for step in (years.erase, years.back_up, years.release):
        step()
    (years.root / "audit" / "HEAD").write_bytes(b"0" * 64)
    with pytest.raises(StorageFailed):
        years.release()
    years.restore()
    years.judge()
    years.release()
    years.judge()


def test_a_line_that_was_changed_gives_way_to_the_trail_of_the_backup_and_is_kept(tmp_path: Path):
    years = Years(tmp_path, 9)
    for step in (years.erase, years.release, years.back_up, years.release):
        step()
    trail = audit_trail.file(years.root)
    trail.write_bytes(trail.read_bytes().replace(b'"erased"', b'"erasee"'))
    assert not audit_trail.verify(years.root).holds
    years.restore()
    years.judge()
    assert len(audit_trail.earlier(years.root)) == 1


def test_a_trail_that_is_gone_is_written_again_of_what_is_published(tmp_path: Path):
    years = Years(tmp_path, 10)
    for step in (years.release, years.back_up, years.release):
        step()
    shutil.rmtree(years.root / "audit")
    years.restore()
    years.judge()
    assert [entry["facts"].get("found") for entry in audit_trail.entries(years.root, "released")] == [None, True]


def test_a_damaged_ledger_does_not_stop_the_restore_that_mends_it(tmp_path: Path):
    years = Years(tmp_path, 11)
    for step in (years.release, years.back_up, years.release):
        step()
    for path in (years.root / "store" / "released").rglob("*.parquet"):
        path.chmod(0o600)
        path.write_bytes(b"damaged")
    years.restore()
    years.judge()


def test_a_list_that_lost_a_person_since_the_backup_is_whole_when_that_person_is_erased_again(tmp_path: Path):
    years = Years(tmp_path, 12)
    years.back_up()
    erase(years.root, "gent", PEOPLE[0])
    erase(years.root, "gent", PEOPLE[1])
    listed = years.root / "erased.jsonl"
    listed.write_bytes(listed.read_bytes().splitlines(keepends=True)[0])
    years.restore()
    with pytest.raises(StorageFailed, match="gewiste perso"):
        years.deliver()
    erase(years.root, "gent", PEOPLE[1])
    years.erased = {PEOPLE[0], PEOPLE[1]}
    years.deliver()
    years.judge()


def test_what_a_release_that_died_left_beside_the_others_is_no_release(tmp_path: Path):
    years = Years(tmp_path, 13)
    years.release()
    (years.root / "publication" / ".latest-nieuw").mkdir()
    years.release()
    years.judge()


@pytest.mark.parametrize("renames", range(12))
def test_a_command_on_a_root_whose_restore_died_finishes_it_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
):
    years = Years(tmp_path, 14)
    for step in (years.release, years.back_up, years.release):
        step()
    moved, rename = 0, Path.rename

    def dies(self: Path, target: Path) -> Path:
        nonlocal moved
        moved += 1
        if moved > renames:
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", dies)
        with suppress(KeyboardInterrupt):
            years.restore()
    audit_trail.record_policy(years.root)
    with whole_root(years.root):
        years.erase()
    years.judge()


def test_an_erasure_that_died_and_is_in_the_backup_is_done_again_by_the_restore(tmp_path: Path):
    years = Years(tmp_path, 15)
    remember_erased(years.root, "gent", PEOPLE[2])
    years.back_up()
    erase(years.root, "gent", PEOPLE[2])
    years.erased = {PEOPLE[2]}
    years.restore()
    assert PEOPLE[2] not in Store(years.root).read("accepted/gent", "leefloon")["persoon"].to_list()
    years.deliver()


def test_a_line_of_the_list_that_cannot_be_read_is_mended_by_a_restore(tmp_path: Path):
    years = Years(tmp_path, 16)
    for step in (years.erase, years.back_up):
        step()
    with (years.root / "erased.jsonl").open("ab") as listed:
        listed.write(b"no words\n")
    with pytest.raises(StorageFailed):
        years.deliver()
    years.restore()
    years.deliver()
    years.judge()


def test_acts_that_two_trails_have_in_common_count_once(tmp_path: Path):
    here = Years(tmp_path / "here", 17)
    remember_erased(here.root, "gent", PEOPLE[0])
    audit_trail.record(here.root, "erased", {"city": "gent", "rows": 1, "deliveries": 0})  # as version 0.1.0 wrote it
    here.back_up()
    there = Years(tmp_path / "there", 18)
    restore(there.root, here.backups[0], replace=True)
    there.back_up()
    audit_trail.record(here.root, "policy", {})
    restore(here.root, there.backups[0], replace=True)
    assert len(audit_trail.earlier(here.root)) == 1
    assert len(checked_lines(here.root)) == 1


def test_figures_of_a_release_that_died_before_it_was_recorded_are_none_that_was_published(tmp_path: Path):
    years = Years(tmp_path, 19)
    years.release()
    same = published(figure(value=0.01, low=0.0, high=1.0, numerator=10, denominator=100)).frame
    remember(years.root, "2026Q1-r1", same, recorded=years.released)  # and then its process died
    years.release()
    years.release()
    years.judge()


def test_the_ledger_and_the_trail_both_lost_are_written_again_of_what_is_published(tmp_path: Path):
    years = Years(tmp_path, 20)
    for step in (years.release, years.back_up, years.release):
        step()
    shutil.rmtree(years.root / "audit")
    shutil.rmtree(years.root / "store" / "released")
    years.restore()
    years.judge()


def test_a_delivery_that_came_since_the_backup_is_judged_after_the_restore(tmp_path: Path):
    years = Years(tmp_path, 22)
    put(years.root, leefloon(*GOOD), name="van-voor")
    years.back_up()
    put(years.root, leefloon(*GOOD), name="van-na", as_of="2023-01-31")
    (years.root / "inbox" / "genk").mkdir()
    (years.root / "inbox" / "genk" / "los.csv").write_bytes(b"x")
    years.restore()
    assert waiting(years.root) == [("genk", "los.csv"), ("gent", "van-na"), ("gent", "van-voor")]
    years.judge()


def test_no_folder_of_a_restore_keeps_a_person_who_is_erased(tmp_path: Path):
    years = Years(tmp_path, 21)
    years.back_up()
    years.restore()
    whole = years.backups[0].read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DemadError):
        restore(years.root, tmp_path / "cut.tar.gz", replace=True)
    assert not (years.root / ".herstel").exists()

    def stored() -> set[str]:
        frames = map(pl.read_parquet, years.root.rglob("*.parquet"))
        return {person for frame in frames if "persoon" in frame.columns for person in frame["persoon"]}

    assert PEOPLE[3] in stored()
    erase(years.root, "gent", PEOPLE[3])
    assert PEOPLE[3] not in stored()


def test_who_was_erased_under_an_old_key_does_not_return_under_a_new_one_also_after_a_restore(tmp_path: Path):
    years = Years(tmp_path, 22)
    for step in (years.back_up, years.erase, years.change_key, years.deliver, years.restore, years.deliver):
        step()
        years.judge()
    for step in (years.erase, years.restore, years.change_key, years.deliver, years.change_key, years.deliver):
        step()
        years.judge()
    assert years.gone
    assert len(audit_trail.entries(years.root, "key_changed")) >= 3
