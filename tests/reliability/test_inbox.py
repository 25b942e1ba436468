"""No delivery is lost: what is incomplete, unreadable or odd waits and is named, and every city gets a receipt."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demad import __version__
from demad.errors import StorageFailed
from demad.intake.deliveries import inbox
from demad.intake.deliveries.ledger import Ledger, Outcome
from demad.intake.deliveries.queue import waiting_of
from demad.intake.deliveries.reception import take_in, to_judge, waiting
from demad.intake.reading import sandbox
from demad.intake.reading.isolated import read_files
from demad.notify.alert import alerts
from demad.store import root_lock
from demad.store.format import FORMAT, NAME, stamp
from tests.deliveries import GOOD, leefloon, put

BAD = [row.replace(";RMI;", ";XXX;") for row in GOOD]


def states(root: Path) -> list[tuple[str, str, str]]:
    return [(outcome.city, str(outcome.state), outcome.code) for outcome in take_in(root)]


def receipt(root: Path, delivery: str = "levering-een", city: str = "gent") -> dict:
    folder = root / "receipts" / city
    told = json.loads((folder / f"{delivery}.json").read_text(encoding="utf-8"))
    page = (folder / f"{delivery}.html").read_text(encoding="utf-8")
    assert told["todo"] in page
    return {**told, "page": page}


@contextmanager
def as_somebody_whose_rights_count(root: Path) -> Iterator[None]:
    """Rights do not stop root: become another user of whom everything is."""
    if os.geteuid() != 0:
        yield
        return
    for path in (root, *root.rglob("*")):
        os.chown(path, 65534, 65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_root() -> Iterator[Path]:
    """A root that another user can reach, and a reader of which another user can read what it wrote."""
    sandbox.stop()
    before = os.umask(0o022)
    folder = Path(tempfile.mkdtemp(prefix="demad-rechten-", dir="/tmp"))
    yield folder
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)
    os.umask(before)
    sandbox.stop()


@pytest.mark.parametrize("order", ["manifest first", "files first"])
def test_a_delivery_that_is_still_being_copied_waits_until_it_is_whole(tmp_path, order):
    made = put(tmp_path / "elsewhere", leefloon(*GOOD))
    whole, folder = (made / "leefloon.csv").read_bytes(), tmp_path / "inbox" / "gent" / "levering-een"
    folder.mkdir(parents=True)
    copies = {"delivery.json": (made / "delivery.json").read_bytes(), "leefloon.csv": whole}
    seen = []
    for name in sorted(copies, reverse=order == "files first"):
        for part in (copies[name][:40], copies[name]):
            (folder / name).write_bytes(part)
            ripe = bool(to_judge(tmp_path))
            seen += [(ripe, *found[1:]) for found in states(tmp_path)]
    *before, last = seen
    assert [one[1] for one in before] == ["incomplete"] * 3
    assert not any(ripe for ripe, *_ in before)
    assert last == (True, "accepted", "")
    assert (waiting(tmp_path), waiting_of(tmp_path)) == ([], {})
    assert receipt(tmp_path)["state"] == "accepted"


def test_a_delivery_that_waits_longer_than_a_day_is_an_alarm_and_says_since_when(tmp_path):
    folder = put(tmp_path, leefloon(*GOOD))
    (folder / "leefloon.csv").unlink()
    assert states(tmp_path) == [("gent", "incomplete", "D-225")]
    now = datetime.now(UTC)
    assert receipt(tmp_path)["state"] == "incomplete"
    assert [alert.code for alert in alerts(tmp_path, now + timedelta(hours=23), late_hours=999)] == []
    (late,) = alerts(tmp_path, now + timedelta(hours=25), late_hours=999)
    assert (late.code, late.about) == ("D-482", "gent")
    since = waiting_of(tmp_path)["gent", "levering-een"].since
    take_in(tmp_path)
    assert waiting_of(tmp_path)["gent", "levering-een"].since == since


def test_a_refused_delivery_is_judged_again_once_anything_in_it_changes_and_the_city_is_told(tmp_path):
    folder = put(tmp_path, leefloon(*BAD))
    assert states(tmp_path) == [("gent", "refused", "D-302")]
    assert "al eens bekeken" not in receipt(tmp_path)["page"]
    assert states(tmp_path) == []
    (folder / "delivery.json").touch()  # delivered again as it was
    assert [len(to_judge(tmp_path)), *states(tmp_path)] == [1, ("gent", "refused", "D-302")]
    assert "al eens bekeken" in receipt(tmp_path)["page"]
    folder.chmod(0o750)
    assert states(tmp_path) == [("gent", "refused", "D-302")]
    shutil.rmtree(folder)
    put(tmp_path, leefloon(*GOOD))
    assert states(tmp_path) == [("gent", "accepted", "")]
    told = receipt(tmp_path)
    assert (told["code"], told["received_with"], "U hoeft niets te doen" in told["page"]) == ("", __version__, True)


def test_a_file_that_was_changed_after_it_was_announced_is_refused_and_is_taken_in_when_it_is_right(tmp_path):
    folder = put(tmp_path, leefloon(*GOOD))
    right = (folder / "leefloon.csv").read_bytes()
    (folder / "leefloon.csv").write_bytes(right.replace(b"W1", b"W2", 1))
    assert states(tmp_path) == [("gent", "refused", "D-225")]
    (folder / "leefloon.csv").write_bytes(right)
    assert states(tmp_path) == [("gent", "accepted", "")]


def test_a_copy_that_fills_a_file_of_full_size_is_not_refused_while_it_writes(tmp_path):
    """As a copy from Windows does."""
    folder = put(tmp_path, leefloon(*GOOD))
    right = (folder / "leefloon.csv").read_bytes()
    (folder / "leefloon.csv").write_bytes(bytes(len(right)))
    stop = threading.Event()

    def copy() -> None:
        with (folder / "leefloon.csv").open("r+b", buffering=0) as target:
            while not stop.is_set():
                target.seek(0)
                target.write(right[: len(right) // 2])
                time.sleep(0.02)
            target.write(right[len(right) // 2 :])

    writer = threading.Thread(target=copy)
    writer.start()
    try:
        assert states(tmp_path) == [("gent", "incomplete", "D-225")]
    finally:
        stop.set()
        writer.join()
    assert states(tmp_path) == [("gent", "accepted", "")]


def test_what_is_no_delivery_is_named_and_skipped_and_the_other_cities_go_on(tmp_path, monkeypatch):
    put(tmp_path, leefloon(*GOOD), name="z-gewoon")
    other = put(tmp_path, leefloon(*GOOD), name="een-manifest-dat-wacht", city="aalst")
    (other / "delivery.json").unlink()
    os.mkfifo(other / "delivery.json")
    linked = put(tmp_path, leefloon(*GOOD), name="een-koppeling", city="genk")
    (linked / "delivery.json").rename(tmp_path / "elders.json")
    (linked / "delivery.json").symlink_to(tmp_path / "elders.json")
    pipe = put(tmp_path, leefloon(*GOOD), name="een-pijp", city="hasselt", nis="71022")
    (pipe / "leefloon.csv").unlink()
    os.mkfifo(pipe / "leefloon.csv")
    (tmp_path / "inbox" / "leuven").symlink_to(tmp_path / "inbox" / "gent")
    (tmp_path / "inbox" / "kortrijk").mkdir()
    (tmp_path / "inbox" / "kortrijk" / "leefloon.csv").write_text("los", encoding="utf-8")
    odd = os.fsencode(tmp_path / "inbox" / "brugge") + b"/\xff\xfe"
    os.makedirs(odd)
    Path(os.fsdecode(odd), "delivery.json").write_text("{}", encoding="utf-8")
    strange = os.fsencode(tmp_path / "inbox") + b"/stad\xff/x"
    os.makedirs(strange)
    Path(os.fsdecode(strange), "leefloon.csv").write_text("x", encoding="utf-8")
    box = tmp_path / "inbox" / "roeselare" / "een-socket"
    box.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(box)  # the path of a socket is short
        listening.bind("delivery.json")
    assert set(states(tmp_path)) == {
        ("gent", "accepted", ""),
        ("aalst", "refused", "D-222"),
        ("genk", "refused", "D-222"),
        ("hasselt", "refused", "D-225"),
        ("leuven", "incomplete", "D-231"),
        ("kortrijk", "incomplete", "D-231"),
        ("brugge", "refused", "D-222"),
        ("roeselare", "refused", "D-222"),
        ("stad\\udcff", "refused", "D-224"),
    }
    assert {found[0] for found in states(tmp_path)} == {"leuven", "kortrijk"}  # the rest is decided
    assert [entry.city for entry in Ledger(tmp_path).outcomes() if entry.code == "D-224"] == ["stad\\udcff"]


def test_a_folder_without_rights_is_named_and_skipped_and_is_read_when_it_has_them(open_root, tmp_path):
    put(tmp_path, leefloon(*GOOD))
    assert states(tmp_path) == [("gent", "accepted", "")]  # starts the reader, and loads the rules, as ourselves
    put(open_root, leefloon(*(row.replace("44021", "41002") for row in GOOD)), name="gewoon", city="aalst", nis="41002")
    closed = put(open_root, leefloon(*GOOD), name="gesloten")
    no_manifest = put(open_root, leefloon(*GOOD), name="zonder-rechten", city="genk", nis="71016")
    no_file = put(open_root, leefloon(*GOOD), name="zonder-bestand", city="brugge", nis="31005")
    city = put(open_root, leefloon(*GOOD), name="stad-dicht", city="leuven", nis="24062").parent
    with as_somebody_whose_rights_count(open_root):
        closed.chmod(0o000)
        (no_manifest / "delivery.json").chmod(0o000)
        (no_file / "leefloon.csv").chmod(0o000)
        city.chmod(0o000)
        found = {(city, state, code) for city, state, code in states(open_root)}
        assert found == {
            ("aalst", "accepted", ""),
            ("gent", "incomplete", "D-232"),
            ("genk", "incomplete", "D-232"),
            ("brugge", "incomplete", "D-232"),
            ("leuven", "incomplete", "D-232"),
        }
        closed.chmod(0o700)
        assert ("gent", "accepted", "") in states(open_root)


def _csv(root: Path) -> Path:
    path = root / "los.csv"
    path.write_text(leefloon(*GOOD)["leefloon.csv"], encoding="utf-8")
    return path


def test_a_name_steers_no_terminal(tmp_path):
    put(tmp_path, leefloon(*GOOD), name="\x1b[2Jweg\n\u202egnirevel")
    assert [(one.delivery, one.code) for one in take_in(tmp_path)] == [("\\x1b[2Jweg\\x0a\\x202egnirevel", "D-222")]


def test_a_change_of_key_that_is_announced_and_not_there_yet_is_waited_for(tmp_path):
    folder = put(tmp_path, leefloon(*GOOD), key_change="0" * 64)
    assert states(tmp_path) == [("gent", "incomplete", "D-272")]
    (folder / "sleutelwissel.json").write_text("{}", encoding="utf-8")
    assert states(tmp_path) == [("gent", "refused", "D-272")]


def test_a_sparse_terabyte_costs_no_disk(tmp_path):
    folder = put(tmp_path, leefloon(*GOOD))
    with (folder / "leefloon.csv").open("r+b") as grown:
        grown.truncate(2**40)
    began, free = time.monotonic(), shutil.disk_usage(tmp_path).free
    assert states(tmp_path) == [("gent", "refused", "D-225")]
    shutil.rmtree(folder)
    folder = put(tmp_path, leefloon(*GOOD), rewrite=lambda manifest: manifest["files"][0].update(bytes=2**40))
    with (folder / "leefloon.csv").open("r+b") as grown:
        grown.truncate(2**40)
    assert states(tmp_path) == [("gent", "refused", "D-120")]
    assert time.monotonic() - began < 10
    assert free - shutil.disk_usage(tmp_path).free < 2**30


def test_what_does_not_fit_on_the_disk_is_not_copied_and_waits(tmp_path, monkeypatch):
    put(tmp_path, leefloon(*GOOD))
    used = shutil.disk_usage(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: used._replace(free=100))
        assert states(tmp_path) == [("gent", "incomplete", "D-360")]
    assert states(tmp_path) == [("gent", "accepted", "")]


def test_a_reader_that_is_killed_is_retried_and_then_our_fault_never_that_of_the_city(tmp_path):
    put(tmp_path, leefloon(*GOOD))
    path, stop = _csv(tmp_path), threading.Event()
    read_files([path], known={"nis"})
    killed: list[int] = []

    def kill() -> None:
        while not stop.is_set():
            helper = sandbox._helper
            if helper is not None and helper.poll() is None:
                killed.append(helper.pid)
                os.kill(helper.pid, signal.SIGKILL)
            time.sleep(0.005)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with pytest.raises(StorageFailed) as refusal:
            read_files([path], known={"nis"})
        assert refusal.value.code == "D-119"
        assert states(tmp_path) == [("gent", "incomplete", "D-119")]
    finally:
        stop.set()
        killer.join()
    assert len(set(killed)) >= 4  # each of both was tried twice
    assert (to_judge(tmp_path), states(tmp_path)) == ([], [("gent", "incomplete", "D-119")])  # not every minute
    (tmp_path / "inbox" / "gent" / "levering-een").touch()
    assert states(tmp_path) == [("gent", "accepted", "")]


def test_a_reader_that_is_killed_once_is_not_noticed(tmp_path):
    path = _csv(tmp_path)
    read_files([path], known={"nis"})
    assert sandbox._helper is not None
    os.kill(sandbox._helper.pid, signal.SIGKILL)
    assert read_files([path], known={"nis"})[0][0].frame.height == 40


def test_the_program_that_made_a_delivery_is_told_and_a_form_we_do_not_read_is_refused_by_name(tmp_path):
    put(tmp_path, leefloon(*GOOD), made_with="0.1.0")
    put(tmp_path, leefloon(*GOOD), name="nieuwer", city="genk", format="demad-delivery/7", made_with="3.1.0")
    assert states(tmp_path) == [("genk", "refused", "D-233"), ("gent", "accepted", "")]
    assert "gemaakt met DEMaD 0.1.0" in receipt(tmp_path)["page"]
    assert "DEMaD 3.1.0" in receipt(tmp_path, "nieuwer", "genk")["what"]
    put(tmp_path, leefloon(*GOOD), name="eigen-software", as_of="2023-01-31")
    assert states(tmp_path) == [("gent", "accepted", "")]
    assert "Werk DEMaD bij" not in receipt(tmp_path, "eigen-software")["page"]


def test_a_city_that_joins_later_gets_the_delivery_that_was_there_already(tmp_path):
    put(tmp_path, leefloon(*GOOD), city="dendermonde")
    assert states(tmp_path) == [("dendermonde", "refused", "D-224")]
    assert states(tmp_path) == []
    (tmp_path / "cities").mkdir()
    (tmp_path / "cities" / "dendermonde.toml").write_text('name = "Dendermonde"\nnis = "42006"\n', encoding="utf-8")
    assert [found[0] for found in states(tmp_path)] == ["dendermonde"]
    assert not [one for one in Ledger(tmp_path).latest().values() if one.code == "D-224"]


@pytest.mark.parametrize(
    "line", [b"null", b"[]", b"x", b'{"city": "gent"}', b'{"city": "a", "delivery": "b", "state": "nieuw"}', b"\xff"]
)
def test_an_odd_line_in_the_ledger_of_deliveries_is_named_and_the_rest_is_read(tmp_path, line):
    ledger = Ledger(tmp_path)
    ledger.add(Outcome("gent", "een", "accepted"))
    with ledger.path.open("ab") as file:
        file.write(line + b"\n")
    ledger.add(Outcome("gent", "twee", "refused", "D-302"))
    assert [one.delivery for one in ledger.outcomes()] == ["een", "twee"]
    assert (ledger.state().odd, ledger.state().holds) == (1, False)
    codes = [alert.code for alert in alerts(tmp_path, datetime.now(UTC), late_hours=999)]
    assert codes == ["D-357", "D-302"]


def test_a_ledger_of_deliveries_that_was_cut_or_changed_says_so_for_ever(tmp_path):
    ledger = Ledger(tmp_path)
    for name in ("een", "twee", "drie"):
        ledger.add(Outcome("gent", name, "accepted"))
    whole = ledger.path.read_bytes()
    assert ledger.state().holds
    lines = whole.splitlines(keepends=True)
    for content in (b"".join(lines[:2]), b"", b"".join(lines[1:]), whole.replace(b"twee", b"vier")):
        ledger.path.write_bytes(content)
        assert not ledger.state().holds
        ledger.add(Outcome("gent", "later", "accepted"))
        assert not ledger.state().holds
        ledger.path.write_bytes(whole)
        (tmp_path / "store" / "ledger.head").write_text(json.loads(lines[2])["hash"], encoding="utf-8")
    (tmp_path / "store" / "ledger.head").unlink()
    assert not ledger.state().holds


def test_decisions_of_before_the_chain_are_part_of_it_from_the_next_decision_on(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.path.parent.mkdir(parents=True)
    ledger.path.write_text('{"city": "gent", "delivery": "oud", "state": "accepted", "at": ""}\n', encoding="utf-8")
    assert ledger.state().holds
    ledger.add(Outcome("gent", "nieuw", "accepted"))
    assert ledger.state().holds
    ledger.path.write_bytes(ledger.path.read_bytes().replace(b"oud", b"aud"))
    assert not ledger.state().holds


@pytest.mark.parametrize("text", ["", "null", "[]", '{"at": 7}', '{"at": "gisteren"}', '{"at": "2026-01-01"}', "x"])
def test_a_damaged_record_of_the_last_run_is_named_and_the_rest_is_shown(tmp_path, text):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "last-run.json").write_text(text, encoding="utf-8")
    assert [alert.code for alert in alerts(tmp_path, datetime.now(UTC), late_hours=25)] == ["D-358"]


def test_a_lock_that_is_a_folder_is_named(tmp_path):
    (tmp_path / ".lock").mkdir()
    with pytest.raises(StorageFailed) as refusal, root_lock(tmp_path):
        pass
    assert refusal.value.code == "D-359"


def test_a_root_that_a_newer_version_wrote_is_not_touched(tmp_path):
    stamp(tmp_path)
    assert json.loads((tmp_path / NAME).read_text(encoding="utf-8")) == {"format": FORMAT, "by": __version__}
    (tmp_path / NAME).write_text(json.dumps({"format": FORMAT + 1, "by": "9.0.0"}), encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(StorageFailed) as refusal, root_lock(tmp_path):
        pass
    assert (refusal.value.code, "9.0.0" in refusal.value.what) == ("D-362", True)
    command = [sys.executable, "-m", "demad", "status", "--root", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, "D-362" in told.stderr) == (1, True)
    assert sorted(tmp_path.iterdir()) == before


def test_what_is_still_growing_is_seen_by_its_times(tmp_path):
    folder = put(tmp_path, leefloon(*GOOD))
    found = inbox.Found(folder)
    before = found.seen()
    assert not found.changes()
    os.utime(folder / "leefloon.csv")
    assert found.seen() != before
