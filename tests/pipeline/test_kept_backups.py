"""Backups of years: thinned, encrypted for who is not on the server, and put back every month to see that it works."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demad.errors import DemadError
from demad.notify.kept_copies import BACKUP, DRILL, OPENED, copies, old_copies
from demad.operations.backup import backup
from demad.operations.drill import REPORT, drill
from demad.operations.encryption import is_encrypted, new_identity
from demad.operations.restore import restore, whole_root
from demad.operations.rotation import keep, kept, new_name, thin
from demad.records import audit_trail
from demad.store import file_hash

KEY = bytes(32)
needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")


def test_after_two_years_of_nights_seven_days_five_weeks_and_twelve_months_are_left(tmp_path):
    first = datetime(2026, 1, 1, 6, tzinfo=UTC)
    for night in range(2 * 365):
        made = tmp_path / new_name(encrypted=True, now=first + timedelta(days=night))
        made.touch()
        thin(tmp_path, made)
    left = [path.name for path in kept(tmp_path)]
    last = first + timedelta(days=2 * 365 - 1)
    assert left[-7:] == [new_name(encrypted=True, now=last - timedelta(days=back)) for back in range(6, -1, -1)]
    assert 12 <= len(left) <= 7 + 5 + 12
    assert left[0] < new_name(encrypted=True, now=last - timedelta(days=330))


def test_a_clock_that_jumped_ahead_and_came_back_removes_nothing_of_today(tmp_path):
    ahead = [datetime(2099, 1, day, tzinfo=UTC) for day in range(1, 10)]
    today = [datetime(2026, 5, day, tzinfo=UTC) for day in range(1, 8)]
    for at in (*ahead, *today):
        (made := tmp_path / new_name(encrypted=False, now=at)).touch()
        thin(tmp_path, made)
    assert {new_name(encrypted=False, now=at) for at in today} <= {path.name for path in kept(tmp_path)}


def test_thinning_touches_only_names_that_we_gave(tmp_path):
    others = [tmp_path / name for name in ("demad-oud.tar.gz", "notes.txt", "demad-20200101000000.tar.gz")]
    for path in others:
        path.touch()
    for day in range(1, 29):
        (made := tmp_path / new_name(encrypted=False, now=datetime(2020, 2, day, tzinfo=UTC))).touch()
        thin(tmp_path, made)
    assert all(path.exists() for path in others)


def test_a_backup_that_fails_removes_nothing(root, tmp_path):
    for year in range(2000, 2020):
        (tmp_path / new_name(encrypted=False, now=datetime(year, 1, 1, tzinfo=UTC))).touch()
    with pytest.raises(DemadError) as refusal:
        keep(root, tmp_path)  # without the key that seals the secrets
    assert refusal.value.code == "D-369"
    assert len(kept(tmp_path)) == 20


@needs_age
def test_a_backup_for_a_recipient_says_nothing_and_is_opened_with_the_identity_alone(root, tmp_path):
    public = new_identity(tmp_path / "identity")
    made, _, _ = keep(root, tmp_path / "kept", key=KEY, recipients=public)
    assert is_encrypted(made)
    assert b"gent" not in made.read_bytes()
    for identity, code in ((None, "D-495"), (_other(tmp_path), "D-495")):
        with pytest.raises(DemadError) as refusal:
            restore(tmp_path / "elsewhere", made, key=KEY, identity=identity)
        assert refusal.value.code == code
    restore(tmp_path / "elsewhere", made, key=KEY, identity=tmp_path / "identity")
    assert audit_trail.verify(tmp_path / "elsewhere").holds


@needs_age
def test_an_encrypted_backup_with_one_byte_changed_or_cut_is_refused(root, tmp_path):
    public = new_identity(tmp_path / "identity")
    made, _, _ = keep(root, tmp_path / "kept", key=KEY, recipients=public)
    whole = made.read_bytes()
    for broken in (whole[:-1], whole[: len(whole) // 2], whole[:-50] + bytes([whole[-50] ^ 1]) + whole[-49:]):
        (file := tmp_path / "broken.age").write_bytes(broken)
        with pytest.raises(DemadError) as refusal:
            restore(tmp_path / "elsewhere", file, key=KEY, identity=tmp_path / "identity")
        assert refusal.value.code == "D-365"
    assert not (tmp_path / "elsewhere" / "store").exists()


@needs_age
def test_recipients_that_are_no_keys_are_refused_and_nothing_is_left(root, tmp_path):
    (wrong := tmp_path / "recipients").write_text("age1...\n")
    for recipients in (wrong, tmp_path / "absent"):
        with pytest.raises(DemadError) as refusal:
            backup(root, tmp_path / "out" / "demad.tar.gz.age", key=KEY, recipients=recipients)
        assert refusal.value.code == "D-494"
    assert not list((tmp_path / "out").iterdir())


@needs_age
def test_a_drill_without_the_identity_restores_a_copy_and_says_so(root, tmp_path):
    keep(root, tmp_path, key=KEY, recipients=new_identity(tmp_path / "identity"))
    with whole_root(root):
        found = drill(root, tmp_path, key=KEY)
    assert (found.opened, found.cities > 0, found.files > 10) == (False, True, True)
    assert OPENED not in copies(root)
    assert not (root / "work" / "drill").exists()
    assert "voor één keer" in (root / "health" / REPORT).read_text(encoding="utf-8")


@needs_age
def test_a_drill_with_the_identity_opens_the_kept_file(root, tmp_path):
    made, _, _ = keep(root, tmp_path, key=KEY, recipients=new_identity(tmp_path / "identity"))
    with whole_root(root):
        assert drill(root, tmp_path, key=KEY, identity=tmp_path / "identity").opened
    assert copies(root)[OPENED]["file"] == made.name
    assert list(old_copies(root, datetime.now(UTC))) == []


def test_a_kept_file_that_changed_fails_the_drill_and_leaves_no_persons(root, tmp_path):
    made, _, _ = keep(root, tmp_path, key=KEY)
    made.write_bytes(made.read_bytes()[:-1] + b"x")
    with whole_root(root), pytest.raises(DemadError) as refusal:
        drill(root, tmp_path, key=KEY)
    assert refusal.value.code == "D-496"
    assert DRILL not in copies(root)
    assert not (root / "work" / "drill").exists()


def test_a_drill_of_a_backup_with_a_cut_trail_fails(root, tmp_path):
    keep(root, tmp_path / "good", key=KEY)
    trail = root / "audit" / "trail.jsonl"
    trail.write_bytes(b"".join(trail.read_bytes().splitlines(keepends=True)[:-2]))
    bad = tmp_path / "bad" / new_name(encrypted=False)
    bad.parent.mkdir()
    with pytest.raises(DemadError):
        backup(root, bad, key=KEY)  # refuses to record itself in a cut trail


def test_an_old_backup_or_drill_is_an_alarm(root, tmp_path):
    keep(root, tmp_path, key=KEY)
    with whole_root(root):
        drill(root, tmp_path, key=KEY)
    for hours, codes in ((1, []), (49, []), (51, ["D-490"]), (36 * 24, ["D-490", "D-491"])):
        assert [alert.code for alert in old_copies(root, datetime.now(UTC) + timedelta(hours=hours))] == codes


def test_a_server_that_never_made_a_backup_is_an_alarm_and_a_laptop_is_not(tmp_path, monkeypatch):
    assert list(old_copies(tmp_path, datetime.now(UTC))) == []
    monkeypatch.setenv("DEMAD_BACKUP_INTO", "/somewhere")
    assert [alert.code for alert in old_copies(tmp_path, datetime.now(UTC))] == ["D-490", "D-491"]


def test_a_new_server_has_a_month_for_its_first_drill(root, tmp_path):
    keep(root, tmp_path, key=KEY)
    assert list(old_copies(root, datetime.now(UTC))) == []
    assert "D-491" in [alert.code for alert in old_copies(root, datetime.now(UTC) + timedelta(days=36))]


def test_what_is_recorded_of_a_backup_is_its_hash(root, tmp_path):
    made, _, _ = keep(root, tmp_path, key=KEY)
    assert copies(root)[BACKUP]["sha256"] == file_hash(made)


def _other(folder: Path) -> Path:
    if not (other := folder / "other").exists():
        subprocess.run(["age-keygen", "--output", str(other)], check=True, capture_output=True)
    return other
