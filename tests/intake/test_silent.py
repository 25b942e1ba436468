"""Files that were once read wrong in silence: stray quotes, notations within a column, odd zones, own words."""

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import pytest

from demad.errors import DemadError
from demad.intake.contract.city_terms import refuse_unknown_terms
from demad.intake.inspection.inspect import inspect
from demad.intake.inspection.screen import screen
from tests.intake.clothes import AS_OF, COLUMNS, GENT, accepted, csv_text, lines, read, running, taken, truth, workbook

TRUTH = truth(120)
WITH_NOTE = dataclasses.replace(GENT, ignore=("opmerking",))
HEADER = [*COLUMNS[:4], "opmerking", *COLUMNS[4:]]


def with_notes(*notes: tuple[int, str]) -> str:
    cells = [[*row[:4], "", *row[4:]] for row in lines(TRUTH)]
    for row, note in notes:
        cells[row][4] = note
    return csv_text(cells, HEADER)


@pytest.mark.parametrize(
    "notes",
    [
        [(9, '"zie'), (19, 'ook"')],
        [(9, '"'), (10, '"')],
        [(3, '"12'), (40, '14"')],
        [(0, '"'), (118, '"')],
    ],
)
def test_a_stray_quote_never_swallows_rows(notes):
    with pytest.raises(DemadError) as refusal:
        read(with_notes(*notes), city=WITH_NOTE)
    assert refusal.value.code in ("D-104", "D-114")


@pytest.mark.parametrize("note", ['"twee\nlijnen"', '"met ; en\nnog ; een"', '"een; twee; drie"', '"6"" breed"'])
def test_a_note_of_several_lines_is_a_note(note):
    assert taken(with_notes((5, note)), city=WITH_NOTE) == list(TRUTH)


def swapped(written: str, day: date | None) -> str:
    """Days up to 12 went through a program with American settings, the others did not."""
    if day is None or day.day > 12:
        return day.strftime("%d/%m/%Y") if day else ""
    month, number = (f"{day.month}/{day.day}") if written == "short" else f"{day:%m/%d}", day.year
    return f"{month}/{number}" + (" 00:00" if written == "timed" else "")


@pytest.mark.parametrize("written", ["short", "timed"])
def test_swapped_days_are_seen_in_the_way_they_are_written(written):
    with pytest.raises(DemadError) as refusal:
        read(csv_text(lines(truth(240), lambda day: swapped(written, day))))
    assert refusal.value.code == "D-158"


@pytest.mark.parametrize("form", ["%-d/%-m/%Y", "%-d/%m/%Y", "%d/%m/%Y %H:%M", "%Y/%m/%d", "%d.%m.%Y %H:%M:%S"])
def test_one_notation_for_all_days_is_no_swap(form):
    assert taken(csv_text(lines(TRUTH, lambda day: day.strftime(form) if day else ""))) == list(TRUTH)


def test_year_day_month_without_marks_is_named():
    cells = lines(TRUTH, lambda day: day.strftime("%Y%d%m") if day else "")
    with pytest.raises(DemadError) as refusal:
        read(csv_text(cells))
    assert refusal.value.code == "D-158"


@pytest.mark.parametrize(
    ("zone", "hours"), [("+200", 2), ("+2", 2), ("+0200", 2), ("[UTC]", 0), ("+530", 5.5), ("Z", 0)]
)
def test_a_moment_is_its_day_in_brussels_however_its_zone_is_written(zone, hours):
    noon = "T12:00:00"
    cells = lines(TRUTH, lambda day: f"{day}{noon}{zone}" if day else "")
    assert hours < 12
    assert taken(csv_text(cells)) == list(TRUTH)
    evening = lines(TRUTH, lambda day: f"{day - timedelta(days=1)}T23:30:00{zone}" if day else "")
    if hours == 0:
        assert taken(csv_text(evening)) == list(TRUTH)  # half past midnight or later in Brussels


@pytest.mark.parametrize("zone", ["+9999", "+15:00", "[America/New_York]"])
def test_a_zone_that_cannot_be_sets_every_row_aside(zone):
    (table,) = read(csv_text(lines(TRUTH, lambda day: f"{day}T18:00:00{zone}" if day else "")))
    assert accepted(table).is_empty()


@pytest.mark.parametrize("clock", ["22:00:01", "21:59:59", "22:00:00.997"])
def test_midnights_in_utc_are_seen_when_a_second_was_lost(clock):
    summer = [row for row in truth(400) if 4 <= row[3].month <= 9]
    cells = lines(summer, lambda day: f"{day - timedelta(days=1)} {clock}" if day and 4 <= day.month <= 9 else "")
    with pytest.raises(DemadError) as refusal:
        read(csv_text(cells))
    assert refusal.value.code == "D-159"


def test_twenty_four_hours_is_the_day_after():
    cells = lines(TRUTH, lambda day: f"{day - timedelta(days=1)} 24:00:00" if day else "")
    assert taken(csv_text(cells)) == list(TRUTH)


def test_a_few_evenings_are_told(tmp_path: Path):
    path = tmp_path / "leefloon.csv"
    few = {row[1] for row in TRUTH[:4]}
    cells = [
        [*row[:3], f"{day - timedelta(days=1)} 22:00:00" if row[1] in few else f"{day} 00:00:00", *row[4:]]
        for row, day in zip(lines(TRUTH), (row[3] for row in TRUTH), strict=True)
    ]
    path.write_text(csv_text(cells), encoding="utf-8")
    told = [
        line for line in screen(inspect([path], GENT, as_of=AS_OF, root=tmp_path / "root")) if "22 of 23 uur" in line
    ]
    assert bool(told) == any(4 <= row[3].month <= 9 for row in TRUTH[:4])


def test_an_end_that_cannot_be_read_is_not_the_open_end_of_an_old_copy(tmp_path: Path):
    bad = [[*row[:4], "#VERW!", *row[5:]] if row[4] and n < 19 else list(row) for n, row in enumerate(TRUTH)]
    old = [[*row[:4], None, *row[5:]] if row[4] and n < 19 else list(row) for n, row in enumerate(TRUTH)]
    path = tmp_path / "leefloon.xlsx"
    path.write_bytes(workbook(bad, sheets=[("leefloon (2)", old)]))
    seen = inspect([path], GENT, as_of=AS_OF, root=tmp_path / "root")
    assert seen.refusal is not None
    assert seen.refusal.code == "D-160"
    assert running(TRUTH) == 20


def own(**words: str):
    return dataclasses.replace(GENT, values={"leefloon": {"categorie": dict(words)}})


def with_category(*marks: str) -> str:
    cells = [[*row[:5], marks[int(row[5]) - 1], *row[6:]] for row in lines(TRUTH)]
    return csv_text(cells)


def test_a_short_word_of_a_city_is_not_another_word():
    city = own(**{"A": "1", "A+": "2", "B": "3"})
    assert taken(with_category("A", "A+", "B"), city=city) == list(TRUTH)
    (table,) = read(with_category("A", "A-", "B"), city=city)
    assert table.flaws["categorie_niet_begrepen"] == 40


@pytest.mark.parametrize("word", ["n.v.t.", "-", "NA"])
def test_a_word_that_often_means_empty_may_be_a_word_of_the_city(word):
    assert taken(with_category("1", word, "3"), city=own(**{word: "2"})) == list(TRUTH)


@pytest.mark.parametrize("word", ["NA", "n.a.", "#N/B"])
def test_na_as_a_nationality_is_an_empty_cell_and_not_namibia(word):
    cells = [[*row, word] for row in lines(TRUTH)]
    (table,) = read(csv_text(cells, [*COLUMNS, "nationaliteit"]))
    assert accepted(table)["nationaliteit"].null_count() == len(TRUTH)


def test_one_word_with_two_codes_is_refused():
    with pytest.raises(DemadError) as refusal:
        refuse_unknown_terms(own(A="1", a="2"))
    assert refusal.value.code == "D-155"
