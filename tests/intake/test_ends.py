"""An end that cannot be read is never a right that runs: its row is set aside, counted, and told with the cause."""

import dataclasses
import itertools
from datetime import date
from pathlib import Path

import pytest

from demad.errors import DemadError
from demad.intake.deliveries.in_force import current_frames, quality
from demad.intake.deliveries.packing import check_files, make_delivery
from demad.intake.deliveries.reception import take_in
from demad.intake.inspection.inspect import inspect
from demad.intake.inspection.screen import screen
from demad.reference.cities import city_of
from tests import lanes
from tests.deliveries import put
from tests.intake.clothes import AS_OF, COLUMNS, GENT, csv_text, dutch, lines, read, running, taken, truth, workbook

TRUTH = truth()
ERRORS = ["#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"]
DUTCH_ERRORS = ["#VERW!", "#WAARDE!", "#N/B", "#DEEL/0!", "#NAAM?", "#LEEG!", "#GETAL!", "########"]
UNREADABLE = {
    "a day that does not exist": ("30/02/2026", "no_such_day"),
    "a leap day of no leap year": ("2025-02-29", "no_such_day"),
    "day nought": ("00/00/0000", "no_such_day"),
    "two digits for a year": ("30/05/23", "short_year"),
    "two digits and a name for a month": ("30-mei-23", "short_year"),
    "the month first": ("05/30/2023", "month_first"),
    "a word": ("lopend", "no_date"),
    "a question mark": ("?", "no_date"),
    "an hour that does not exist": ("2025-03-01T29:00:00", "no_such_day"),
    **{f"the error {error}": (error, "excel_error") for error in [*ERRORS, *DUTCH_ERRORS]},
}


def with_ends(ends: dict[int, str]) -> str:
    cells = lines(TRUTH)
    for place, end in ends.items():
        cells[place][4] = end
    return csv_text(cells)


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_no_day_sets_its_row_aside_with_its_cause(case):
    text, cause = UNREADABLE[case]
    (table,) = read(with_ends({5: text, 10: text}))
    (seen,) = (column for column in table.seen if column.name == "einde")
    assert dict(seen.causes) == {cause: 2}
    assert taken(with_ends({5: text, 10: text})) == [row for n, row in enumerate(TRUTH) if n not in (5, 10)]


@pytest.mark.parametrize("empty", ["", "NULL", "n.v.t.", "-", " ", "(leeg)", "NaT"])
def test_what_says_empty_is_a_right_that_runs(empty):
    assert running(taken(with_ends({5: empty}))) == running(TRUTH) + 1


@pytest.mark.parametrize(("column", "error"), lanes.sampled(list(itertools.product(COLUMNS, ERRORS)), every=4))
def test_an_error_of_excel_is_empty_in_no_column(error, column):
    place = COLUMNS.index(column)

    def spoil(book: object, sheet: object) -> None:
        sheet.write_formula(5, place, f"={error}", None, error)  # pyright: ignore[reportAttributeAccessIssue]

    content = without_formulas(workbook(TRUTH, change=spoil))
    (table,) = read(content, "leefloon.xlsx")
    flaw = "stopreden_onbekend" if column == "stopreden" else f"{column}_niet_begrepen"
    assert table.flaws == {flaw: 1}


def without_formulas(content: bytes) -> bytes:
    """The same workbook as Excel leaves it when values are pasted over formulas: errors stay, as cells of type e."""
    import io
    import re
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            text = old.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                text = re.sub(rb"<f>[^<]*</f>", b"", text)
            new.writestr(entry.filename, text)
    return target.getvalue()


def test_an_error_of_excel_in_the_end_is_set_aside_and_never_runs():
    def spoil(book: object, sheet: object) -> None:
        for row in range(1, 20, 3):
            sheet.write_formula(row, 4, "=1/0", None, "#DIV/0!")  # pyright: ignore[reportAttributeAccessIssue]

    rows = taken(without_formulas(workbook(TRUTH, change=spoil)), "leefloon.xlsx")
    assert rows == [row for n, row in enumerate(TRUTH) if n not in range(0, 19, 3)]


def spoiled(tmp_path: Path, ends: dict[int, str]) -> Path:
    path = tmp_path / "leefloon.csv"
    path.write_text(with_ends(ends), encoding="utf-8")
    return path


def test_a_few_are_set_aside_and_a_fourth_of_the_rows_is_the_limit(tmp_path):
    few = check_files([spoiled(tmp_path, dict.fromkeys(range(1, 16), "30/02/2026"))], GENT, as_of=AS_OF)[0]
    assert (few.refused, few.verdict.accepted.height) == (False, 45)
    many = inspect([spoiled(tmp_path, dict.fromkeys(range(1, 30), "30/05/23"))], GENT, as_of=AS_OF, root=tmp_path)
    assert many.refusal is not None
    assert (many.refusal.code, many.verdict) == ("D-302", "refused")
    assert "29 van 60 rijen" in many.refusal.what
    assert "29 keer een jaar met twee cijfers" in many.refusal.what


def test_what_is_set_aside_does_not_travel_but_the_receiver_counts_it(tmp_path):
    root = tmp_path / "root"
    delivery = make_delivery(
        root,
        city_of("gent"),
        [spoiled(tmp_path, {5: "#REF!", 10: "30/02/2026"})],
        since=date(2019, 1, 1),
        as_of=AS_OF,
        full_history=False,
        made_on=AS_OF,
    )
    assert [(part.dataset, part.column, part.rows) for part in delivery.set_aside] == [("leefloon", "einde", 2)]
    assert delivery.files[0].rows == 58
    assert [outcome.state for outcome in take_in(root)] == ["accepted"]
    assert current_frames(root, "gent")["leefloon"]["einde"].null_count() == running(TRUTH)
    counted = quality(root, "gent").filter(check="19_einde_onleesbaar_not_be_in_set")
    assert counted.select("rows", "failed").rows() == [(60, 2)]


def test_a_city_that_set_too_much_aside_is_refused_by_the_receiver_too(tmp_path):
    def rewrite(manifest: dict) -> None:
        manifest["set_aside"] = [{"dataset": "leefloon", "column": "einde", "rows": 40}]

    put(tmp_path, {"leefloon.csv": with_ends({})}, rewrite=rewrite, as_of="2026-09-30")
    assert [outcome.code for outcome in take_in(tmp_path)] == ["D-302"]


@pytest.mark.parametrize(
    "told", [{"dataset": "leefloon", "column": "begin", "rows": 1}, {"dataset": "x", "column": "einde", "rows": 1}, {}]
)
def test_a_manifest_that_sets_aside_what_cannot_be_is_refused(told, tmp_path):
    put(tmp_path, {"leefloon.csv": with_ends({})}, rewrite=lambda manifest: manifest.update(set_aside=[told]))
    assert [outcome.code for outcome in take_in(tmp_path)] == ["D-222"]


def test_a_right_that_was_recorded_open_does_not_run_when_its_last_record_cannot_be_read(tmp_path):
    """The correction says that it ended, on a day nobody can read: the older record is past."""
    cells = lines(TRUTH)
    later = [*cells[6][:4], "31/02/2026", *cells[6][5:]]  # row 6 runs
    path = tmp_path / "leefloon.csv"
    path.write_text(csv_text([*cells, later]), encoding="utf-8")
    part = check_files([path], GENT, as_of=AS_OF)[0]
    assert part.verdict.accepted["einde"].null_count() == running(TRUTH) - 1
    (finding,) = (finding for finding in part.findings if finding.where == "einde" and finding.failed)
    assert finding.failed == 2
    assert "1 keer een rij die door zo'n rij vervangen is" in finding.why
    again = [*cells[6][:4], "28/02/2026", *cells[6][5:]]  # and once more, now readable: then that one counts
    path.write_text(csv_text([*cells, later, again]), encoding="utf-8")
    part = check_files([path], GENT, as_of=AS_OF)[0]
    assert part.verdict.set_aside.height == 1


@pytest.mark.parametrize("way", ["absent", "ignored", "under another name"])
def test_without_the_column_every_right_would_run_so_it_is_refused(way):
    header = [name for name in COLUMNS if way != "absent" or name != "einde"]
    header = ["slot" if name == "einde" and way == "under another name" else name for name in header]
    city = dataclasses.replace(GENT, ignore=("einde", "slot") if way != "absent" else ())
    cells = [
        [cell for name, cell in zip(COLUMNS, row, strict=True) if way != "absent" or name != "einde"]
        for row in lines(TRUTH)
    ]
    with pytest.raises(DemadError) as refusal:
        read(csv_text(cells, header), city=city)
    assert refusal.value.code == "D-157"
    assert "no_end_column = true" in refusal.value.todo


def test_a_city_may_say_that_its_software_has_no_ends(tmp_path):
    (tmp_path / "cities").mkdir()
    (tmp_path / "cities" / "gent.toml").write_text("[leefloon]\nno_end_column = true\n", encoding="utf-8")
    cells = [[*row[:4], *row[5:]] for row in lines(TRUTH)]
    header = [name for name in COLUMNS if name != "einde"]
    (table,) = read(csv_text(cells, header), city=city_of("gent", tmp_path))
    assert table.frame["einde"].null_count() == len(TRUTH)


def test_every_check_says_how_many_rights_run_beside_the_previous_delivery(tmp_path):
    root = tmp_path / "root"
    put(root, {"leefloon.csv": csv_text(lines(TRUTH[:40]))}, as_of="2026-08-31")
    assert [outcome.state for outcome in take_in(root)] == ["accepted"]
    seen = inspect([spoiled(tmp_path, {})], city_of("gent", root), as_of=AS_OF, root=root)
    said = "\n".join(screen(seen))
    ends = sorted(row[4] for row in TRUTH if row[4])
    assert f"lopende rechten op 30/09/2026: {running(TRUTH)} van 60" in said
    before = sum(row[3] <= date(2026, 8, 31) and (row[4] is None or row[4] >= date(2026, 8, 31)) for row in TRUTH[:40])
    assert f"vorige levering op 31/08/2026: {before} van 40" in said
    assert f"einde: {dutch(ends[0])} tot {dutch(ends[-1])}; vorige levering" in said
