"""The chapter "Een server" of `docs/beheer.md`, done by a script that adds nothing to it, on an empty Debian machine.

From nothing to the first night on PostgreSQL, then a new version, back, and away again: every command block of the page
in its order, under a real systemd. Half an hour and a network; run it with
``bootstrap.py test tests/server/test_page.py -m slow -s``, which also tells how long each block took.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest

from demad.operations.doctor import judged_data
from demad.operations.restore import restore
from demad.operations.sealing import key_in
from tests.server.guide import script
from tests.server.machine import SOURCE, TOP, Machine, booted, missing

VERSION, NEXT = "v0.0.1-test", "v0.0.2-test"
LONG_RUNNING = "demad-code demad-daemon demad-web"
ROOT = "/var/lib/demad"
CITIES = ("gent", "aalst")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which the chapter was executed; the identity that opens its backups stays outside."""
    folder = tmp_path_factory.mktemp("server")
    subprocess.run(["age-keygen", "--output", str(folder / "identity")], check=True, capture_output=True)
    told = subprocess.run(["age-keygen", "-y", str(folder / "identity")], check=True, capture_output=True, text=True)
    with booted(folder) as machine:
        for tag in (VERSION, NEXT):
            subprocess.run(["git", "-C", str(folder / "demad.git"), "tag", tag, "HEAD"], check=True, cwd=TOP)
        given = {"BRON": SOURCE, "VERSIE": VERSION, "PUBLIEKE_SLEUTEL": told.stdout.strip()}
        done = machine.run(script("server", given))
        print("\n".join(line for line in done.stdout.splitlines() if line.startswith(("@@", "FOUT"))))
        assert done.returncode == 0, done.stdout[-4000:]
        yield machine


def results(machine: Machine) -> dict[str, str]:
    """How the last start of each service ended."""
    names = machine.told("systemctl list-unit-files 'demad-*.service' --no-legend | cut -d' ' -f1 | grep -v @").split()
    return {name: machine.told(f"systemctl show --property Result --value {name}") for name in names}


def test_after_the_chapter_everything_runs_and_the_doctor_finds_nothing(installed):
    assert installed.told(f"systemctl is-active {LONG_RUNNING}").split() == ["active"] * 3
    assert "FOUT" not in installed.told("demad doctor 2>&1")
    assert set(results(installed).values()) == {"success"}


def test_nothing_listens_beyond_the_machine_and_nobody_else_reads_the_settings(installed):
    ports = installed.told("ss -Hltn | awk '{print $4}' | grep -E ':(3000|3001|4266|5432)$'").split()
    assert {port.rpartition(":")[0] for port in ports} <= {"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"}
    assert installed.told("stat -c '%a %U' /etc/demad/demad.env /etc/demad/backup.key").split() == [
        "600",
        "root",
        "400",
        "demad",
    ]
    assert installed.told(f"stat -c '%a %U' {ROOT} {ROOT}-backup").split() == ["700", "demad"] * 2


def test_a_delivery_is_taken_in_by_the_daemon_and_becomes_a_preview_on_postgresql(installed):
    installed.told(f"install -d -o demad {ROOT}-test && demad synth --people 60 --out {ROOT}-test/x")
    for city in CITIES:
        files = " ".join(f"{ROOT}-test/x/{city}/{name}.csv" for name in ("leefloon", "bevolking", "jeugdhulp", "steun"))
        installed.told(f"demad deliver --city {city} --since 2015-01-01 --as-of 2026-09-30 {files}")
    every = " && ".join(f"test -e {ROOT}/preview/{city}/index.html" for city in CITIES)
    installed.wait(f"{every} && grep -q '\"exit_status\": 0' {ROOT}/work/last-run.json", seconds=1500)
    asked = "SELECT count(*) FROM runs WHERE status = 'SUCCESS' AND pipeline_name = 'nightly'"
    assert int(installed.told(f'runuser -u postgres -- psql -At demad -c "{asked}"')) > 0


def test_every_service_of_the_night_ends_well_behind_its_walls(installed):
    for name in ("backup", "drill", "digest", "prune", "doctor"):
        installed.told(f"systemctl start demad-{name}")
    assert set(results(installed).values()) == {"success"}
    said = installed.told("journalctl --namespace demad --unit demad-doctor --no-pager --output cat")
    assert re.search(r"Lezer van leveringen: alleen zijn eigen bestanden \(Landlock \d+\), geen netwerk", said), said
    assert "gegevens van 2 steden" in installed.told(f"cat {ROOT}/health/oefening.txt")
    assert "demad_ok 1" in installed.told("cat /run/demad/demad.prom")
    assert installed.told("head -c 18 /var/lib/demad-backup/demad-*.age").count("age-encryption.org") >= 1


def test_the_backup_opens_elsewhere_with_the_identity_that_was_never_on_the_machine(installed, tmp_path):
    kept = sorted((installed.disk / "var" / "lib" / "demad-backup").glob("demad-*.age"))
    key = key_in(installed.disk / "etc" / "demad" / "backup.key")
    restore(tmp_path / "elsewhere", kept[-1], key=key, identity=installed.disk.parent / "identity")
    assert [finding.what for finding in judged_data(tmp_path / "elsewhere") if not finding.good] == []


def test_a_service_that_fails_raises_the_alarm(installed):
    installed.told("mv /etc/demad/recipients /etc/demad/gone; systemctl start demad-backup || true")
    installed.wait(f"grep -qs demad-backup.service {ROOT}/health/units.json", seconds=120)
    assert "D-492" in installed.told("demad health || true")
    installed.told(
        f"mv /etc/demad/gone /etc/demad/recipients; systemctl start demad-backup; rm {ROOT}/health/units.json"
    )


def test_a_process_that_is_killed_comes_back(installed):
    installed.told("systemctl kill --signal KILL demad-daemon demad-web")
    installed.wait(f"systemctl is-active --quiet {LONG_RUNNING}", seconds=120)


def test_the_code_server_stops_last(installed):
    installed.told(f"systemctl stop {LONG_RUNNING}")
    stopped = {
        name: int(installed.told(f"systemctl show --property InactiveEnterTimestampMonotonic --value {name}"))
        for name in LONG_RUNNING.split()
    }
    assert max(stopped, key=lambda name: stopped[name]) == "demad-code"
    installed.told(f"systemctl start {LONG_RUNNING}")


def test_a_new_version_and_back_keep_every_figure(installed):
    figures = "find indicators protected tables -type f -name '*.parquet' -exec sha256sum {} + | sort"
    hashes = f"cd {ROOT}/store && {figures}"
    before = installed.told(hashes)
    for chapter, given in (("bijwerken", {"NIEUW": NEXT}), ("terugkeren", {})):
        done = installed.run(f"BRON={SOURCE}\n{script(chapter, given)}")
        print("\n".join(line for line in done.stdout.splitlines() if line.startswith("@@")))
        assert done.returncode == 0, done.stdout[-4000:]
        assert installed.told("readlink /opt/demad") == f"/opt/demad-{NEXT if chapter == 'bijwerken' else VERSION}"
        assert installed.told(hashes) == before


def test_after_the_last_chapter_nothing_of_it_is_left(installed):
    installed.told(f"rm -rf {ROOT}-test")
    installed.told(script("verwijderen", {}))
    left = installed.told(
        "find / -xdev -name '*demad*' -not -path '/proc/*' -not -path '/media/*' -not -path '/var/log/*' | head"
    )
    assert left == ""
    assert installed.told("getent passwd demad || true") == ""
