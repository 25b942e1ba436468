"""What goes wrong with deliveries in real life: each its code and exit status, and nothing that was there is lost."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from demad.intake.deliveries.in_force import current_frames, in_force, inputs_hash
from demad.intake.deliveries.ledger import Ledger, Outcome
from demad.intake.deliveries.reception import accept, take_in, waiting
from tests.deliveries import GOOD, HEADER, YOUTH, leefloon, put


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root where Gent and Aalst have a good delivery in force. Do not write in it: take ``root``."""
    where = tmp_path_factory.mktemp("taken-in")
    put(where, {**leefloon(*GOOD), "jeugdhulp.csv": YOUTH}, name="levering-nul")
    aalst = leefloon(*[row.replace("44021", "41002").replace("gent", "aals") for row in GOOD])
    put(where, aalst, city="aalst", name="levering-nul", nis="41002")
    assert [outcome.state for outcome in take_in(where)] == ["accepted", "accepted"]
    return where


@pytest.fixture
def root(taken_in: Path, tmp_path: Path) -> Path:
    """A copy of that root, to change."""
    return Path(shutil.copytree(taken_in, tmp_path / "root"))


def test_the_ledger_is_read_once_however_many_deliveries_lie_there(root, monkeypatch):
    for number in range(12):
        put(root, leefloon(*GOOD), name=f"nog-eens-{number:02d}")
    take_in(root)
    dated, readings = Ledger.dated, []
    monkeypatch.setattr(Ledger, "dated", lambda ledger: readings.append(1) or dated(ledger))
    assert (waiting(root), take_in(root)) == ([], [])
    assert len(readings) == 2


def swap_hash(manifest: dict) -> None:
    manifest["files"][0]["sha256"] = "0" * 64


def swap_rows(manifest: dict) -> None:
    manifest["files"][0]["rows"] += 1


BAD: dict[str, tuple[dict, str, int]] = {
    "another city in the manifest": ({"files": leefloon(*GOOD), "nis": "11002"}, "D-221", 3),
    "another city in the rows": ({"files": leefloon(*[r.replace("44021", "11002") for r in GOOD])}, "D-153", 3),
    "a wrong hash": ({"files": leefloon(*GOOD), "rewrite": swap_hash}, "D-225", 3),
    "a wrong row count": ({"files": leefloon(*GOOD), "rewrite": swap_rows}, "D-227", 3),
    "a missing column": (
        {"files": leefloon(*["44021;p1-gent-0001;RMI;2020-01-01"] * 9, header="nis;persoon;wet;begin")},
        "D-151",
        3,
    ),
    "an unknown column": (
        {"files": leefloon(*[r + ";x" for r in GOOD], header=HEADER + ";opmerking")},
        "D-150",
        3,
    ),
    "a column twice": ({"files": leefloon(*[r + ";W1" for r in GOOD], header=HEADER + ";Stopreden")}, "D-110", 3),
    "unknown codes in most rows": ({"files": leefloon(*[r.replace("RMI", "LL") for r in GOOD])}, "D-302", 3),
    "ends before begins in most rows": (
        {"files": leefloon(*[r.replace("2021-06-30", "2019-06-30") for r in GOOD])},
        "D-302",
        3,
    ),
    "begins in the future in most rows": (
        {"files": leefloon(*[r.replace("2020-0", "2031-0").replace("2021-06-30", "") for r in GOOD])},
        "D-302",
        3,
    ),
    "a later since": ({"files": leefloon(*GOOD), "since": "2020-01-01", "as_of": "2023-01-31"}, "D-230", 3),
    "an empty file": ({"files": {"leefloon.csv": ""}}, "D-102", 3),
    "a header and nothing else": ({"files": leefloon()}, "D-102", 3),
    "a national number as pseudonym": (
        {"files": leefloon(*GOOD[1:], GOOD[0].replace("p1-gent-0000", "85.07.30-033.28"))},
        "D-200",
        6,
    ),
    "an e-mail address": ({"files": leefloon(*GOOD[1:], GOOD[0].replace("W1", "jan@gent.be"))}, "D-200", 6),
    "a format we do not know": ({"files": leefloon(*GOOD), "format": "demad-delivery/9"}, "D-233", 3),
    "since after as_of": ({"files": leefloon(*GOOD), "since": "2024-01-01"}, "D-222", 3),
    "no leefloon rows of this city at all": ({"files": {"leefloon.csv": "a;b;c\n1;2;3\n"}}, "D-109", 3),
}


@pytest.mark.parametrize("case", list(BAD))
def test_a_bad_delivery_is_refused_whole_and_nothing_else_changes(root, case):
    given, code, status = BAD[case]
    before = {city: inputs_hash(root, city) for city in ("gent", "aalst")}
    put(root, **{"name": "levering-twee", **given})
    good = [row.replace("44021", "41002").replace("gent", "aals") for row in GOOD]
    put(root, leefloon(*good), city="aalst", name="levering-twee", nis="41002", as_of="2023-01-31")
    outcomes = {outcome.city: outcome for outcome in take_in(root)}
    assert (outcomes["gent"].code, outcomes["gent"].exit_status) == (code, status)
    assert inputs_hash(root, "gent") == before["gent"]
    assert outcomes["aalst"].state == "accepted"
    assert not list((root / "store" / "staging").iterdir())


def test_a_folder_without_manifest_is_refused_until_it_is_complete(root):
    folder = put(root, leefloon(*GOOD), name="levering-twee", as_of="2023-01-31")
    manifest = folder / "delivery.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.unlink()
    outcome = take_in(root)[0]
    assert (outcome.code, outcome.exit_status) == ("D-220", 3)
    manifest.write_text(text, encoding="utf-8")
    assert [outcome.state for outcome in take_in(root)] == ["accepted"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_file_is_refused_whole(root, share):
    folder = put(root, leefloon(*GOOD), name="levering-twee")
    extract = folder / "leefloon.csv"
    extract.write_bytes(extract.read_bytes()[: int(extract.stat().st_size * share)])
    assert take_in(root)[0].code == "D-225"


def test_a_dataset_that_was_there_before_stays_in_force(root):
    put(root, leefloon(*GOOD), name="levering-twee", as_of="2023-01-31")
    assert take_in(root)[0].state == "accepted"
    current = in_force(root, "gent")
    assert current is not None
    assert current.datasets["leefloon"].delivery == "levering-twee"
    assert current.datasets["jeugdhulp"].delivery == "levering-nul"


def test_an_older_delivery_changes_nothing(root):
    put(root, leefloon(*GOOD[:30]), name="levering-oud", as_of="2022-11-30")
    before = inputs_hash(root, "gent")
    assert take_in(root)[0].state == "superseded"
    assert inputs_hash(root, "gent") == before


def test_the_same_delivery_twice_does_nothing(root):
    assert take_in(root) == []
    assert waiting(root) == []


def test_a_few_bad_rows_are_set_aside_and_counted(root):
    bad = [GOOD[0].replace("RMI", "LL"), GOOD[1].replace(";1990;", ";1790;")]
    put(root, leefloon(*GOOD[2:], *bad), name="levering-twee", as_of="2023-01-31")
    outcome = take_in(root)[0]
    assert outcome.state == "accepted"
    assert current_frames(root, "gent")["leefloon"].height == len(GOOD) - 2
    assert sum(f.failed for f in outcome.findings if f.state == "set_aside") == 2


def test_a_row_that_ends_before_it_begins_stays_because_it_may_annul_another(root):
    annulled = GOOD[0].replace("2021-06-30", "2019-12-31")
    put(root, leefloon(*GOOD, annulled), name="levering-twee", as_of="2023-01-31")
    assert take_in(root)[0].state == "accepted"
    assert current_frames(root, "gent")["leefloon"].height == len(GOOD) + 1


def test_other_pseudonyms_are_held_until_somebody_lets_them_in(tmp_path):
    many = [f"44021;p1-gent-{n:04d};RMI;2020-01-01;;2;1990;" for n in range(150)]
    put(tmp_path, leefloon(*many), name="levering-nul")
    take_in(tmp_path)
    others = leefloon(*[row.replace("p1-gent", "p2-gent") for row in many])
    put(tmp_path, others, name="levering-twee", as_of="2023-01-31")
    held = take_in(tmp_path)[0]
    assert (held.state, held.code, held.exit_status) == ("held", "D-242", 3)
    before = inputs_hash(tmp_path, "gent")
    assert accept(tmp_path, "levering-twee", reason="Nieuwe sleutel vanaf januari.").state == "accepted"
    assert inputs_hash(tmp_path, "gent") != before


def test_own_counts_that_differ_more_than_ten_percent_hold_the_delivery(tmp_path):
    rows = [f"44021;p1-gent-{n:04d};RMI;2021-01-01;2021-12-31;2;1990;W1" for n in range(50)]
    own = "nis;maand;wet;personen\n" + "\n".join(f"44021;2021-{month:02d};RMI;60" for month in range(1, 13))
    put(tmp_path, {**leefloon(*rows), "controle.csv": own})
    assert take_in(tmp_path)[0].code == "D-243"


def test_no_message_repeats_a_value(root):
    canary = "zz9canary"
    put(root, leefloon(*[row.replace("RMI", canary) for row in GOOD]), name="levering-twee")
    outcome: Outcome = take_in(root)[0]
    assert canary not in str(outcome.findings) + outcome.what + outcome.todo
    assert canary not in (root / "store" / "ledger.jsonl").read_text(encoding="utf-8")


def test_files_of_one_dataset_are_read_in_order_of_recording(root):
    second = "\n".join([HEADER, GOOD[0].replace("2021-06-30", "2020-12-31")])
    put(
        root,
        {"leefloon-1.csv": "\n".join([HEADER, *GOOD]), "leefloon-2.csv": second},
        name="levering-twee",
        as_of="2023-01-31",
    )
    assert take_in(root)[0].state == "accepted"
    frame = current_frames(root, "gent")["leefloon"]
    last = frame.unique(["persoon", "wet", "begin"], keep="last", maintain_order=True)
    assert last.filter(persoon="p1-gent-0000")["einde"].item() == pl.select(pl.date(2020, 12, 31)).item()
