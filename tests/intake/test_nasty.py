"""Every nasty file gets its code, takes nobody down, and leaves the figures that were there as they were."""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from itertools import permutations
from pathlib import Path

import pytest

from demad.errors import DeliveryRefused
from demad.intake.checking.check import Given
from demad.intake.contract.city_detection import city_within
from demad.intake.contract.columns import known_names
from demad.intake.contract.conform import conform
from demad.intake.deliveries.in_force import inputs_hash
from demad.intake.deliveries.reception import take_in
from demad.intake.reading.isolated import read_files
from demad.reference.cities import City, load_cities
from tests.deliveries import GOOD, leefloon, put
from tests.intake.nasty import NASTY, Nasty

CITIES = load_cities(None)


def test_there_are_enough_of_them():
    assert len(NASTY) >= 120


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    where = tmp_path_factory.mktemp("nasty")
    put(where, leefloon(*GOOD), name="levering-nul")
    assert [outcome.state for outcome in take_in(where)] == ["accepted"]
    return where


def delivered(root: Path, name: str, nasty: Nasty) -> Path:
    """A delivery with this file and a manifest that is right about it."""
    folder = root / "inbox" / "gent" / name
    folder.mkdir(parents=True)
    content = nasty.make()
    (folder / nasty.label).write_bytes(content)
    file = {"dataset": "leefloon", "name": nasty.label, "sha256": hashlib.sha256(content).hexdigest()}
    about = {"format": "demad-delivery/1", "city": "gent", "nis": "44021", "since": "2019-01-01"}
    about |= {"as_of": "2023-01-31", "made_on": "2023-02-05"}
    files = [{**file, "bytes": len(content), "rows": nasty.rows}]
    (folder / "delivery.json").write_text(json.dumps({**about, "files": files}), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_file_is_refused_with_its_code_and_changes_nothing(name, root):
    before, began = inputs_hash(root, "gent"), time.monotonic()
    delivered(root, f"n{hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:12]}", NASTY[name])
    outcome = take_in(root)[0]
    dies = NASTY[name].code == "D-119"  # of a reader that died nobody knows whose fault it was
    assert (outcome.code, outcome.state) == (NASTY[name].code, "incomplete" if dies else "refused")
    assert outcome.exit_status == (6 if outcome.code.startswith("D-20") else 1 if dies else 3)
    if dies:
        shutil.rmtree(root / "inbox" / "gent" / outcome.delivery)
    assert inputs_hash(root, "gent") == before
    assert not list((root / "store" / "staging").iterdir())
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "trick",
    ["../leefloon.csv", "/etc/passwd", "..\\leefloon.csv", "C:\\leefloon.csv", "a/b.csv", ".verborgen.csv", "", ".",
     "..",     "leefloon.csv\x00.txt", "x" * 200, "\ud800.csv", "leef|loon.csv", "aux:leefloon.csv"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_no_name_of_a_file(trick, root):
    def rename(manifest: dict) -> None:
        manifest["files"][0]["name"] = trick

    folder = put(root, leefloon(*GOOD), name=f"truc-{abs(hash(trick)) % 10**9}", rewrite=rename)
    assert [(o.delivery, o.code) for o in take_in(root)] == [(folder.name, "D-222")]


def test_a_link_in_the_place_of_a_file_is_not_followed(root):
    folder = put(root, leefloon(*GOOD), name="levering-link", as_of="2023-01-31")
    (folder / "leefloon.csv").rename(root / "elders.csv")
    (folder / "leefloon.csv").symlink_to(root / "elders.csv")
    assert take_in(root)[0].code == "D-225"


@pytest.mark.parametrize(
    "change",
    [
        {"files": []},
        {"files": {"leefloon": "leefloon.csv"}},
        {"files": None},
        {"since": "vroeger"},
        {"history": "half"},
        {"scope": "wereld"},
        {"files": [{"dataset": "geheim", "name": "x.csv", "sha256": "", "bytes": 1, "rows": 1}]},
        {"files": [{"dataset": "leefloon", "name": "x.csv", "sha256": "", "bytes": 1, "rows": -1}]},
        {"files": [{"dataset": "leefloon", "name": "x.csv", "sha256": "", "bytes": 1e300, "rows": 1}]},
        {"files": [{"dataset": "leefloon", "name": "x.csv", "sha256": "", "bytes": True, "rows": 1}]},
    ],
)
def test_a_manifest_that_cannot_be_is_refused(change, root):
    name = f"manifest-{abs(hash(str(change))) % 10**9}"
    put(root, leefloon(*GOOD), name=name, rewrite=lambda manifest: manifest.update(change))
    assert take_in(root)[0].code == "D-222"


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, "null", "\ufeff\ufeff", '{"format": NaN}', "x" * 100_000, "\0" * 9]
)
def test_a_manifest_that_is_no_json_is_refused(text, root):
    folder = put(root, leefloon(*GOOD), name=f"json-{abs(hash(text)) % 10**9}")
    (folder / "delivery.json").write_text(text, encoding="utf-8")
    assert take_in(root)[0].code == "D-222"


def _apart(mine: City, other: City) -> int:
    places = list(CITIES)
    return abs(places.index(mine.slug) - places.index(other.slug))


@pytest.mark.parametrize("apart", [1, pytest.param(len(CITIES) - 1, marks=pytest.mark.slow)])
def test_no_city_takes_the_rows_of_another(apart, tmp_path):
    """Neighbours in the list both ways, and all 156 pairs; old codes of merged municipalities with them."""
    given = []
    for city in CITIES.values():
        path, codes = tmp_path / f"leefloon-{city.slug}.csv", [city.nis, *city.old_nis]
        rows = [row.replace("44021", codes[n % len(codes)]) for n, row in enumerate(GOOD)]
        path.write_text(leefloon(*rows)["leefloon.csv"], encoding="utf-8")
        given.append(Given(path, path.name))
    read = read_files([file.path for file in given], known=known_names(*CITIES.values()))
    taken = dict(zip(CITIES, read, strict=True))
    codes = []
    asked = [pair for pair in permutations(CITIES.values(), 2) if _apart(*pair) <= apart]
    for mine, other in asked:
        conform(taken[mine.slug][0], "leefloon", mine)
        with pytest.raises(DeliveryRefused) as refusal:
            conform(taken[mine.slug][0], "leefloon", other)
        codes.append(refusal.value.code)
    assert codes == ["D-153"] * (156 if apart > 1 else 24)
    assert [city_within(readings, CITIES).slug for readings in read] == list(CITIES)


BOUNDS = """
import resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run([sys.executable, "-m", "demad", *sys.argv[1:]], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
spent = used.ru_utime + used.ru_stime
print(done.returncode, used.ru_maxrss * 1024, spent, time.monotonic() - began, done.stderr.split(":")[0])
"""


def measured(path: Path, root: Path) -> tuple[int, float, float, float, str]:
    """Exit status, peak memory of the largest process, processor seconds, seconds and code of `demad check`."""
    command = [
        sys.executable,
        "-c",
        BOUNDS,
        "check",
        "--city",
        "gent",
        "--as-of",
        "2022-12-31",
        str(path),
        "--root",
        root,
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600).stdout
    status, used, spent, seconds, code = told.split()
    return int(status), float(used), float(spent), float(seconds), code


@pytest.mark.slow
def test_the_worst_of_them_stay_under_a_gigabyte_and_thirty_seconds(tmp_path):
    worst = {}
    for name, nasty in NASTY.items():
        path = tmp_path / nasty.label
        path.write_bytes(nasty.make())
        status, used, spent, seconds, code = measured(path, tmp_path / "root")
        worst[name] = (used / 1e6, spent, seconds)
        assert (status, code) == ((6 if nasty.code.startswith("D-20") else 3), nasty.code), name
        path.unlink()
    heaviest, busiest, slowest = (max(worst, key=lambda each, p=place: worst[each][p]) for place in range(3))
    print(f"{len(worst)} files; peak {worst[heaviest][0]:.0f} MB ({heaviest})")
    print(f"{worst[busiest][1]:.1f} processor seconds ({busiest}), {worst[slowest][2]:.1f} s ({slowest})")
    assert worst[heaviest][0] < 1_000
    assert worst[busiest][1] < 30
    assert worst[slowest][2] < 120  # a machine that does other things as well


@pytest.mark.slow
@pytest.mark.parametrize(("tens", "expected"), [(199, "D-114"), (201, "D-120")])
def test_a_line_of_two_gigabytes_is_refused_without_reading_it(tens, expected, tmp_path):
    path = tmp_path / "leefloon.csv"
    with path.open("wb") as target:
        target.write(b"nis;persoon;")
        for _ in range(tens):
            target.write(b"x" * 10_000_000)
    status, used, spent, seconds, code = measured(path, tmp_path / "root")
    print(f"two gigabytes: {code}, {used / 1e6:.0f} MB, {spent:.1f} processor seconds, {seconds:.1f} s")
    assert (status, code) == (3, expected)
    assert used < 1e9
    assert spent < 30
