"""The same right on two sheets or in two files with other contents: an old copy is never taken in silence."""

import zipfile
from pathlib import Path

import polars as pl
import pytest

from demad.errors import DemadError
from demad.intake.checking.check import check
from demad.intake.checking.copies import Order
from demad.intake.deliveries.packing import check_files
from demad.intake.deliveries.reception import take_in
from demad.intake.inspection.inspect import inspect
from demad.intake.reading.table import Reading
from tests.deliveries import put
from tests.intake.clothes import AS_OF, COLUMNS, GENT, csv_text, lines, running, truth, workbook

TRUTH = truth()
OLD = [(*row[:4], None, *row[5:9], "") for row in TRUTH[:20]] + TRUTH[20:]
OPEN = running(TRUTH)


def files(tmp_path: Path, **texts: bytes | str) -> list[Path]:
    paths = []
    for name, content in texts.items():
        path = tmp_path / name.replace("_", ".").replace("--", " ")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(path)
    return paths


def two_sheets(tmp_path: Path, *, old_first: bool = False) -> list[Path]:
    sheets = (OLD, TRUTH) if old_first else (TRUTH, OLD)
    return files(tmp_path, leefloon_xlsx=workbook(sheets[0], sheets=[("leefloon (2)", sheets[1])]))


def two_files(tmp_path: Path) -> list[Path]:
    names = {"leefloon-nieuw_csv": csv_text(lines(TRUTH)), "leefloon-oud_csv": csv_text(lines(OLD))}
    return files(tmp_path, **names)


def members(tmp_path: Path) -> list[Path]:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/leefloon.csv", csv_text(lines(TRUTH)))
        archive.writestr("b/leefloon oud.csv", csv_text(lines(OLD)))
    return [path]


def csv_and_workbook(tmp_path: Path) -> list[Path]:
    return files(tmp_path, leefloon_csv=csv_text(lines(TRUTH)), leefloon_xlsx=workbook(OLD))


@pytest.mark.parametrize("clothes", [two_sheets, two_files, members, csv_and_workbook])
def test_an_old_copy_is_told_with_its_count_and_refused(clothes, tmp_path):
    changed = sum(row != old for row, old in zip(TRUTH, OLD, strict=True))
    with pytest.raises(DemadError) as refusal:
        check_files(clothes(tmp_path), GENT, as_of=AS_OF)
    assert refusal.value.code == "D-160"
    assert f"staat {changed} keer dezelfde persoon + wet + begin" in refusal.value.what
    seen = inspect(clothes(tmp_path), GENT, as_of=AS_OF, root=tmp_path)
    assert seen.refusal is not None
    assert (seen.verdict, seen.refusal.code) == ("refused", "D-160")


@pytest.mark.parametrize(
    ("clothes", "oldest", "newest"),
    [
        (two_sheets, "leefloon (2)", "leefloon"),
        (two_files, "leefloon-oud.csv", "leefloon-nieuw"),
        (two_files, "LEEFLOON-OUD", "leefloon-nieuw.csv"),
        (members, "leefloon oud", "leefloon"),
    ],
)
def test_the_order_that_is_said_is_the_order_of_recording(clothes, oldest, newest, tmp_path):
    for names, running_rights in (((oldest, newest), OPEN), ((newest, oldest), OPEN + 20 - running(TRUTH[:20]))):
        (part,) = check_files(clothes(tmp_path), GENT, as_of=AS_OF, order=Order(names))
        last = part.verdict.accepted.unique(["persoon", "wet", "begin"], keep="last", maintain_order=True)
        assert last["einde"].null_count() == running_rights


@pytest.mark.parametrize("names", [("leefloon",), ("leefloon", "blad 3"), ("leefloon", "leefloon")])
def test_an_order_that_does_not_name_every_table_is_refused_with_their_names(names, tmp_path):
    with pytest.raises(DemadError) as refusal:
        check_files(two_sheets(tmp_path), GENT, as_of=AS_OF, order=Order(names))
    assert refusal.value.code == "D-408"
    assert "leefloon, leefloon (2)" in refusal.value.todo


def test_the_same_rows_twice_are_told_and_let_be(tmp_path):
    content = workbook(TRUTH, sheets=[("kopie", TRUTH[:25])])
    (part,) = check_files(files(tmp_path, leefloon_xlsx=content), GENT, as_of=AS_OF)
    assert "25 sleutels staan in meer dan één blad of bestand, overal gelijk" in part.notes


def test_sheets_of_other_years_follow_each_other(tmp_path):
    content = workbook(TRUTH[:30], sheets=[("2026", TRUTH[30:])])
    (part,) = check_files(files(tmp_path, leefloon_xlsx=content), GENT, as_of=AS_OF)
    assert part.verdict.accepted.height == 60
    assert not [note for note in part.notes if "sleutels" in note]


@pytest.mark.parametrize(("files_of", "refused"), [(("a.xlsx", "a.xlsx"), True), (("a.xlsx", "b.xlsx"), False)])
def test_where_files_come_in_order_sheets_of_one_file_do_not(files_of, refused):
    frames = [pl.DataFrame(rows, schema=[*COLUMNS], orient="row") for rows in (TRUTH, OLD)]
    tables = [
        ("leefloon", Reading(frame, (), name=f"blad {n}", file=file, source=f"{file} ({n})"))
        for n, (frame, file) in enumerate(zip(frames, files_of, strict=True))
    ]
    if refused:
        with pytest.raises(DemadError) as refusal:
            check(tables, GENT, as_of=AS_OF, order=Order(of_files=True))
        assert refusal.value.code == "D-160"
    else:
        assert check(tables, GENT, as_of=AS_OF, order=Order(of_files=True))[0].verdict.accepted.height == 120


def test_a_manifest_says_the_order_of_its_files(tmp_path):
    texts = {"leefloon-1.csv": csv_text(lines(OLD)), "leefloon-2.csv": csv_text(lines(TRUTH))}
    put(tmp_path, texts, as_of="2026-09-30", name="levering-een")
    assert [outcome.state for outcome in take_in(tmp_path)] == ["accepted"]
