"""A wrong release is withdrawn: `latest` goes back, a page says why, and nothing that was published is forgotten."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from demad.errors import DemadError, StorageFailed
from demad.operations.backup import backup
from demad.operations.restore import restore, whole_root
from demad.publishing.release import release
from demad.publishing.withdrawal import withdraw
from demad.records import audit_trail
from demad.reference.places import cache_folder
from demad.releases.agreement import disagreements
from demad.releases.files import MANIFEST, damaged_files
from demad.releases.ledger import ever_released, fill_from_published, released_figures, withdrawn_figures
from demad.releases.withdrawals import ARCHIVE, NOTICE, in_force, withdrawals
from demad.reporting.edition import Look
from demad.reporting.withdrawn_pages import Notice, notice_page, with_word
from demad.store import file_hash
from tests.releases.small_root import PAGE, PERIOD, pages_of_few_words, value_of, with_figure

WHY = "De cijfers van Gent waren dubbel geteld."
KEY = b"k" * 32


@pytest.fixture(autouse=True)
def few_words() -> Iterator[None]:
    with pages_of_few_words():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``once``: a release that says 100; ``twice``: then a revision that says 110. Do not write in them."""
    folder = tmp_path_factory.mktemp("released")
    with pages_of_few_words():
        with_figure(folder / "once", 100)
        release(folder / "once", PERIOD)
        shutil.copytree(folder / "once", folder / "twice")
        with_figure(folder / "twice", 110)
        release(folder / "twice", PERIOD)
    return folder


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A copy of the root with one release."""
    return Path(shutil.copytree(made / "once", tmp_path / "root"))


@pytest.fixture
def twice(made: Path, tmp_path: Path) -> Path:
    """A copy of the root with a release and a revision."""
    return Path(shutil.copytree(made / "twice", tmp_path / "twice"))


def changes_of(folder: Path) -> list[dict]:
    path = folder / "changes.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [row for row in rows if row["city"] == "gent"]


def whole(root: Path) -> bool:
    return list(disagreements(root, every_file=True)) == [] and audit_trail.verify(root).holds


def test_latest_goes_back_and_every_page_of_the_release_says_why(twice: Path):
    published, gone = twice / "publication", twice / "publication" / f"{PERIOD}-r2"
    manifest = file_hash(gone / MANIFEST)
    assert withdraw(twice, f"{PERIOD}-r2", WHY) == f"{PERIOD}-r1"
    for name, up in (("index.html", ""), ("gent/index.html", "../"), ("cijfer/caseload_stock.html", "../")):
        page = (gone / name).read_text(encoding="utf-8")
        assert WHY in page
        assert f'href="{up}../latest/index.html"' in page
    assert {path.suffix for path in gone.rglob("*") if path.is_file()} == {".html", ".json"}
    assert value_of(pl.read_parquet(published / "latest" / "cijfers.parquet")) == 100
    assert file_hash(gone / MANIFEST) == file_hash(twice / ARCHIVE / f"{PERIOD}-r2" / MANIFEST) == manifest
    assert whole(twice)


def test_what_latest_shows_instead_says_so_and_agrees_with_its_own_manifest(twice: Path):
    withdraw(twice, f"{PERIOD}-r2", WHY)
    latest = twice / "publication" / "latest"
    for name, address in (("index.html", "../2025Q4-r2/"), ("gent/index.html", "../../2025Q4-r2/")):
        assert f'<a href="{address}index.html">Lees waarom.</a>' in (latest / name).read_text(encoding="utf-8")
    assert (latest / "cijfer/caseload_stock.html").read_text(encoding="utf-8") == PAGE
    assert json.loads((latest / MANIFEST).read_bytes())["withdrawn"] == [f"{PERIOD}-r2"]
    assert damaged_files(latest) == []
    with_figure(twice, 120)
    assert file_hash(release(twice, PERIOD) / MANIFEST) == file_hash(latest / MANIFEST)


def test_the_trail_says_why_and_the_ledger_still_remembers(twice: Path):
    known = ever_released(twice)
    withdraw(twice, f"{PERIOD}-r2", WHY)
    act = audit_trail.entries(twice)[-1]
    assert (act["act"], act["facts"]["reason"], act["facts"]["shown"]) == ("withdrawn", WHY, f"{PERIOD}-r1")
    assert ever_released(twice).equals(known)
    assert value_of(released_figures(twice)) == 100
    assert value_of(withdrawn_figures(twice)) == 110


def test_without_another_release_latest_is_the_page_that_says_why(root: Path):
    assert withdraw(root, f"{PERIOD}-r1", WHY) == ""
    latest = root / "publication" / "latest"
    page = (latest / "index.html").read_text(encoding="utf-8")
    assert WHY in page
    assert "latest/index.html" not in page
    assert {path.suffix for path in latest.rglob("*") if path.is_file()} == {".html", ".json"}
    assert not (latest / MANIFEST).exists()
    assert released_figures(root).is_empty()
    assert whole(root)
    assert release(root, PERIOD).name == f"{PERIOD}-r2"
    assert (latest / "cijfers.csv").exists()
    assert whole(root)


def test_the_next_release_has_a_new_name_and_says_what_differs_from_the_withdrawn_one(twice: Path):
    withdraw(twice, f"{PERIOD}-r2", WHY)
    with_figure(twice, 105)
    folder = release(twice, PERIOD, "Gent telde opnieuw.")
    assert folder.name == f"{PERIOD}-r3"
    told = {row.get("withdrawn", ""): (row["before"], row["after"], row["reason"]) for row in changes_of(folder)}
    assert told == {
        "": (100, 105, "Gent telde opnieuw."),
        f"{PERIOD}-r2": (110, 105, f"Stond in release {PERIOD}-r2, die ingetrokken is."),
    }
    with_figure(twice, 95)
    assert [(row["before"], "withdrawn" in row) for row in changes_of(release(twice, PERIOD))] == [(105, False)]
    assert whole(twice)


def test_the_same_figures_after_a_withdrawal_are_a_revision_of_what_stood_before_it(twice: Path):
    withdraw(twice, f"{PERIOD}-r2", WHY)
    folder = release(twice, PERIOD)
    assert folder.name == f"{PERIOD}-r3"
    assert [(row["before"], row["after"], "withdrawn" in row) for row in changes_of(folder)] == [(100, 110, False)]
    assert value_of(released_figures(twice)) == 110


def test_the_figures_from_before_say_what_the_withdrawn_release_said(twice: Path):
    withdraw(twice, f"{PERIOD}-r2", WHY)
    with_figure(twice, 100)
    told = [(row["before"], row["after"], row.get("withdrawn")) for row in changes_of(release(twice, PERIOD))]
    assert told == [(110, 100, f"{PERIOD}-r2")]
    assert withdrawn_figures(twice).is_empty()


def test_releasing_again_with_nothing_new_makes_no_release_not_even_right_after_a_revision(twice: Path):
    assert release(twice, PERIOD).name == f"{PERIOD}-r2"
    withdraw(twice, f"{PERIOD}-r2", WHY)
    with_figure(twice, 105)
    assert [release(twice, PERIOD).name for _ in range(2)] == [f"{PERIOD}-r3"] * 2
    assert whole(twice)


def test_a_figure_that_a_later_release_repeated_stays_in_force(twice: Path):
    release(twice, "2025-12")  # repeats the figure of r2
    assert withdraw(twice, f"{PERIOD}-r2", WHY) == "2025-12-r1"
    assert value_of(released_figures(twice)) == 110
    assert withdrawn_figures(twice).is_empty()
    assert "withdrawn" not in json.loads((twice / "publication/latest" / MANIFEST).read_bytes())
    assert withdraw(twice, "2025-12-r1", WHY) == f"{PERIOD}-r1"
    assert value_of(released_figures(twice)) == 100
    assert whole(twice)


@pytest.mark.parametrize(
    ("name", "reason", "code"),
    [
        ("2030Q1-r1", WHY, "D-456"),
        ("latest", WHY, "D-456"),
        ("../store", WHY, "D-456"),
        (f"{PERIOD}-r1", " ", "D-456"),
        (f"{PERIOD}-r1", "mail an.peeters@gent.be", "D-453"),
        (f"{PERIOD}-r1", "\x1b[31m", "D-453"),
    ],
)
def test_what_cannot_be_withdrawn_is_refused_and_nothing_changes(root: Path, name: str, reason: str, code: str):
    before = audit_trail.verify(root).entries
    with pytest.raises(DemadError) as refused:
        withdraw(root, name, reason)
    assert refused.value.code == code
    assert audit_trail.verify(root).entries == before
    assert whole(root)


def test_twice_is_refused_and_a_notice_that_is_damaged_is_made_again(twice: Path):
    withdraw(twice, f"{PERIOD}-r2", WHY)
    with pytest.raises(DemadError) as refused:
        withdraw(twice, f"{PERIOD}-r2", WHY)
    assert refused.value.code == "D-456"
    page = twice / "publication" / f"{PERIOD}-r2" / "index.html"
    page.write_text("all is well")
    assert list(disagreements(twice, every_file=True)) == [f"{PERIOD}-r2/index.html is weg of gewijzigd"]
    withdraw(twice, f"{PERIOD}-r2", WHY)
    assert WHY in page.read_text(encoding="utf-8")
    assert whole(twice)


def test_a_file_of_the_archive_that_changed_is_found(twice: Path):
    withdraw(twice, f"{PERIOD}-r2", WHY)
    (twice / ARCHIVE / f"{PERIOD}-r2" / "cijfers.csv").write_text("other figures")
    assert list(disagreements(twice, every_file=True)) == [f"{ARCHIVE}/{PERIOD}-r2/cijfers.csv is weg of gewijzigd"]


def test_a_withdrawn_release_that_somebody_put_back_is_found(twice: Path):
    withdraw(twice, f"{PERIOD}-r2", WHY)
    published = twice / "publication"
    shutil.rmtree(published / f"{PERIOD}-r2")
    shutil.copytree(twice / ARCHIVE / f"{PERIOD}-r2", published / f"{PERIOD}-r2")
    shutil.rmtree(published / "latest")
    shutil.copytree(twice / ARCHIVE / f"{PERIOD}-r2", published / "latest")
    assert list(disagreements(twice)) == [
        f"release {PERIOD}-r2 is ingetrokken en staat nog in publication/",
        "publication/latest toont een release die ingetrokken is",
    ]
    with whole_root(twice):
        withdraw(twice, f"{PERIOD}-r2", WHY)
    assert whole(twice)


def test_words_in_a_reason_are_words_on_the_page():
    notice = Notice("2025Q4-r2", date(2026, 11, 29), "<script>alert(1)</script>", "2025Q4-r1")
    page = notice_page(notice, Look(language="en"), "Kenniscentrum", cache_folder() / "fonts", up="")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 2
    assert '<section lang="nl-BE"' in page
    assert '<section lang="en"' in page
    assert "withdrawn on 29 November 2026" in with_word(PAGE.replace("nl-BE", "en-GB"), [notice], up="")
    assert with_word("no page of ours", [notice], up="") == "no page of ours"


def test_a_backup_from_before_a_withdrawal_does_not_undo_it(twice: Path, tmp_path: Path):
    backup(twice, tmp_path / "before.tar.gz", key=KEY)
    withdraw(twice, f"{PERIOD}-r2", WHY)
    known = ever_released(twice)
    restore(twice, tmp_path / "before.tar.gz", replace=True, key=KEY)
    assert in_force(twice) == [f"{PERIOD}-r1"]
    assert (twice / "publication" / f"{PERIOD}-r2" / NOTICE).exists()
    assert json.loads((twice / "publication/latest" / MANIFEST).read_bytes())["withdrawn"] == [f"{PERIOD}-r2"]
    assert ever_released(twice).equals(known)
    assert whole(twice)


def test_a_withdrawal_goes_with_its_backup_to_an_empty_machine(twice: Path, tmp_path: Path):
    withdraw(twice, f"{PERIOD}-r2", WHY)
    backup(twice, tmp_path / "after.tar.gz", key=KEY)
    restore(tmp_path / "other", tmp_path / "after.tar.gz", key=KEY)
    assert in_force(tmp_path / "other") == [f"{PERIOD}-r1"]
    assert value_of(withdrawn_figures(tmp_path / "other")) == 110
    assert whole(tmp_path / "other")


def test_a_withdrawal_of_which_the_trail_is_lost_is_recorded_as_found(twice: Path, tmp_path: Path):
    withdraw(twice, f"{PERIOD}-r2", WHY)
    shutil.rmtree(twice / "audit")
    assert list(disagreements(twice))
    with_figure(tmp_path / "empty", 1)
    backup(tmp_path / "empty", tmp_path / "empty.tar.gz")
    restore(twice, tmp_path / "empty.tar.gz", replace=True)
    assert in_force(twice) == [f"{PERIOD}-r1"]
    assert audit_trail.entries(twice, "withdrawn")[-1]["facts"]["found"]
    assert whole(twice)


def test_a_lost_ledger_is_written_again_with_the_figures_of_the_withdrawn_release(twice: Path):
    withdraw(twice, f"{PERIOD}-r2", WHY)
    known = ever_released(twice)
    shutil.rmtree(twice / "store" / "released")
    fill_from_published(twice, gone=withdrawals(twice))
    columns = ["release", "value", "city"]
    assert ever_released(twice).select(columns).equals(known.select(columns))


def test_where_there_is_no_room_for_another_release_latest_shows_nothing_rather_than_the_withdrawn_one(
    twice: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "disk")

    with monkeypatch.context() as patched:
        patched.setattr("demad.publishing.visible.shutil.copytree", full)
        with pytest.raises(StorageFailed) as refused:
            withdraw(twice, f"{PERIOD}-r2", WHY)
    assert refused.value.code == "D-360"
    assert not (twice / "publication" / "latest").exists()
    with whole_root(twice):
        assert value_of(pl.read_parquet(twice / "publication/latest/cijfers.parquet")) == 100
    assert whole(twice)


@pytest.mark.parametrize("steps", range(5))
def test_a_withdrawal_that_dies_is_finished_by_the_next_command(
    twice: Path, monkeypatch: pytest.MonkeyPatch, steps: int
):
    done = 0

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: object, **more: object) -> object:
            nonlocal done
            done += 1
            if done > steps:
                raise KeyboardInterrupt
            return real(*given, **more)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", dying(Path.rename))
        patched.setattr("demad.publishing.visible.shutil.copytree", dying(shutil.copytree))
        patched.setattr("demad.publishing.withdrawal.audit_trail.record", dying(audit_trail.record))
        with pytest.raises(KeyboardInterrupt):
            withdraw(twice, f"{PERIOD}-r2", WHY)
    recorded = bool(audit_trail.entries(twice, "withdrawn"))
    assert recorded == (steps > 0)
    with whole_root(twice):
        pass
    assert whole(twice)
    latest = json.loads((twice / "publication/latest" / MANIFEST).read_bytes())
    assert latest.get("withdrawn", []) == ([f"{PERIOD}-r2"] if recorded else [])
