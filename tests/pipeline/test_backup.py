"""The drill: what was backed up comes back as a whole, elsewhere or over what is there, or nothing changes at all."""

from __future__ import annotations

import io
import json
import random
import shutil
import tarfile
from pathlib import Path

import pytest

from assets.run import run
from demad.errors import DemadError, StorageFailed, UsageRefused
from demad.intake.deliveries.reception import waiting
from demad.operations.backup import MANIFEST, backup
from demad.operations.restore import finish_restore, restore
from demad.records import audit_trail
from demad.store import Store, file_hash
from demad.store.format import FORMAT

KEY = bytes(32)


def everything(root: Path) -> dict[str, str]:
    """Every file that a backup is about, by its hash."""
    parts = [root / name for name in ("inbox", "store", "publication", "cities", "demad.toml")]
    found = [path for part in parts for path in [part, *part.rglob("*")] if path.is_file()]
    return {str(path.relative_to(root)): file_hash(path) for path in found if not path.name.startswith(".")}


def pages(root: Path) -> dict[str, str]:
    folder = root / "preview"
    return {str(path.relative_to(folder)): file_hash(path) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("plain_site")
def test_a_root_that_burnt_down_is_back_with_the_same_bytes(root, tmp_path):
    (root / "preview" / "index.html").unlink()
    run(root)
    made = backup(root, tmp_path / "safe" / "demad.tar.gz", key=KEY)
    elsewhere = tmp_path / "elsewhere"
    assert restore(elsewhere, tmp_path / "safe" / "demad.tar.gz", key=KEY) == made
    assert Store(elsewhere).every_name() == Store(root).every_name()
    assert run(elsewhere).outcomes == ()
    assert pages(elsewhere) == pages(root)
    assert [entry["act"] for entry in audit_trail.entries(elsewhere)][-1] == "restored"
    assert audit_trail.verify(elsewhere).holds


@pytest.mark.slow
def test_every_page_has_the_same_bytes_after_a_restore(root, tmp_path):
    backup(root, tmp_path / "demad.tar.gz", key=KEY)
    restore(tmp_path / "elsewhere", tmp_path / "demad.tar.gz", key=KEY)
    run(tmp_path / "elsewhere")
    assert pages(tmp_path / "elsewhere") == pages(root)


@pytest.mark.slow
@pytest.mark.usefixtures("plain_site")
def test_what_came_in_after_the_backup_is_in_the_inbox_again_to_be_judged(root, tmp_path, deliver):
    backup(root, file := tmp_path / "demad.tar.gz", key=KEY)
    before = everything(root)
    came = deliver(root, "turnhout", revision=1, days_later=1)["turnhout"]
    run(root)
    with pytest.raises(UsageRefused) as refusal:
        restore(root, file, key=KEY)
    assert refusal.value.code == "D-366"
    restore(root, file, replace=True, key=KEY)
    assert waiting(root) == [("turnhout", came.name)]
    after = everything(root)
    assert {name: after[name] for name in before} == before
    assert {Path(name).parent.name for name in after.keys() - before.keys()} == {came.name}


def test_a_backup_that_was_cut_or_turned_anywhere_changes_nothing(root, tmp_path):
    backup(root, file := tmp_path / "demad.tar.gz", key=KEY)
    content, chance = file.read_bytes(), random.Random(1)  # noqa: S311
    before = everything(root)
    for number in range(10):
        place = chance.randrange(len(content))
        turned = content[:place] + bytes([content[place] ^ (1 << chance.randrange(8))]) + content[place + 1 :]
        file.write_bytes(content[:place] if number % 2 else turned)
        try:
            restore(root, file, replace=True, key=KEY)
        except DemadError as refusal:
            code = refusal.code
        else:
            code = "whole"  # a bit in the header of gzip itself changes no file
        assert code == "D-365" or (code == "whole" and everything(root) == before)
        assert everything(root) == before


@pytest.mark.parametrize("name", ["../outside", "/outside", "store/../../outside", "inbox/a\\..\\b", "elsewhere/x", ""])
def test_no_name_in_a_backup_leads_outside(name, tmp_path):
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = 4
        archive.addfile(entry, io.BytesIO(b"evil"))
        manifest = json.dumps(
            {"format": "demad-backup/1", "files": [{"name": name, "sha256": "", "bytes": 4}]}
        ).encode()
        last = tarfile.TarInfo(MANIFEST)
        last.size = len(manifest)
        archive.addfile(last, io.BytesIO(manifest))
    with pytest.raises(DemadError) as refusal:
        restore(tmp_path / "in" / "root", tmp_path / "evil.tar.gz", key=KEY)
    assert refusal.value.code == "D-365"
    assert {path.name for path in tmp_path.iterdir()} == {"evil.tar.gz", "in"}


def test_a_backup_of_a_newer_version_is_refused_by_name(tmp_path):
    with tarfile.open(tmp_path / "newer.tar.gz", "w:gz") as archive:
        manifest = json.dumps(
            {"format": "demad-backup/1", "root_format": FORMAT + 1, "made_with": "9.0.0", "files": []}
        )
        for name, content in (("nieuw/deel", b"x"), (MANIFEST, manifest.encode())):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    with pytest.raises(StorageFailed) as refusal:
        restore(tmp_path / "root", tmp_path / "newer.tar.gz", key=KEY)
    assert (refusal.value.code, "9.0.0" in refusal.value.what) == ("D-362", True)


def test_links_in_a_backup_are_refused(tmp_path):
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("store/link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    with pytest.raises(DemadError) as refusal:
        restore(tmp_path / "root", tmp_path / "evil.tar.gz", key=KEY)
    assert refusal.value.code == "D-365"


def test_a_change_over_that_stopped_after_any_step_is_finished_by_the_next_command(root, tmp_path, monkeypatch):
    backup(root, file := tmp_path / "demad.tar.gz", key=KEY)
    wanted, rename, steps = everything(root), Path.rename, 0
    while True:
        trial = Path(shutil.copytree(root, tmp_path / f"trial-{steps}"))
        (trial / "store" / "ledger.jsonl").write_bytes(b"")
        left = iter(range(steps))

        def stopping(path: Path, target: Path, left=left) -> Path:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return rename(path, target)

        monkeypatch.setattr(Path, "rename", stopping)
        try:
            restore(trial, file, replace=True, key=KEY)
            stopped = False
        except KeyboardInterrupt:
            stopped = True
        monkeypatch.undo()
        finish_restore(trial)
        assert everything(trial) == wanted or (stopped and not (trial / ".herstel-bezig").exists())
        shutil.rmtree(trial)
        if not stopped:
            break
        steps += 1
    assert steps >= 4  # inbox and store each move twice


def test_a_damaged_root_is_not_backed_up(root, tmp_path):
    table = next((root / "store" / "tables").rglob("*.parquet"))
    table.write_bytes(table.read_bytes()[:-1])
    with pytest.raises(StorageFailed) as refusal:
        backup(root, tmp_path / "demad.tar.gz", key=KEY)
    assert refusal.value.code == "D-351"
    assert not (tmp_path / "demad.tar.gz").exists()


def test_a_backup_is_never_written_over_another_or_inside_what_it_holds(root, tmp_path):
    (tmp_path / "there.tar.gz").write_bytes(b"another")
    for out in (tmp_path / "there.tar.gz", root / "store" / "demad.tar.gz"):
        with pytest.raises(UsageRefused) as refusal:
            backup(root, out, key=KEY)
        assert refusal.value.code == "D-363"


def test_a_backup_is_for_this_user_alone(root, tmp_path):
    backup(root, tmp_path / "demad.tar.gz", key=KEY)
    assert (tmp_path / "demad.tar.gz").stat().st_mode & 0o077 == 0
