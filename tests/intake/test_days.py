"""Days of real life: zones are days of Brussels, and days that were changed on their way are refused by name."""

import dataclasses
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from demad.errors import DemadError
from demad.intake.contract.conform import conform
from demad.intake.contract.days import as_days
from demad.intake.reading.table import Reading
from tests.intake.clothes import COLUMNS, GENT, Row, csv_text, dutch, lines, read, taken, truth, workbook

BRUSSELS = ZoneInfo("Europe/Brussels")
TRUTH = truth(80)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BRUSSELS)


ZONED: dict[str, Callable[[date], str]] = {
    "Z": lambda day: midnight(day).astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "Z with thousandths": lambda day: midnight(day).astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    "UTC in letters": lambda day: midnight(day).astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %H:%M:%S UTC"),
    "offset of Brussels": lambda day: midnight(day).isoformat(),
    "offset without a colon": lambda day: midnight(day).strftime("%Y-%m-%dT%H:%M:%S%z"),
    "offset of New York": lambda day: midnight(day).astimezone(ZoneInfo("America/New_York")).isoformat(),
    "offset of India": lambda day: midnight(day).astimezone(ZoneInfo("Asia/Kolkata")).isoformat(" "),
    "short offset": lambda day: midnight(day).astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %H:%M:%S+00"),
    "packed": lambda day: midnight(day).astimezone(ZoneInfo("UTC")).strftime("%Y%m%dT%H%M%SZ"),
    "Java": lambda day: midnight(day).isoformat() + "[Europe/Brussels]",
    "summer time in letters": lambda day: midnight(day).strftime("%Y-%m-%d %H:%M:%S %Z"),
    "Dutch order": lambda day: midnight(day).astimezone(ZoneInfo("UTC")).strftime("%d/%m/%Y %H:%M:%S Z"),
}


@pytest.mark.parametrize("form", ZONED)
def test_a_time_with_a_zone_is_the_day_it_was_in_brussels(form):
    cells = lines(TRUTH, lambda day: ZONED[form](day) if day else "")
    assert taken(csv_text(cells)) == TRUTH


def test_the_nights_on_which_the_clock_changes_are_right():
    for day in (date(2024, 3, 31), date(2024, 10, 27), date(2025, 3, 30), date(2000, 2, 29)):
        texts = [form(day) for form in ZONED.values()]
        assert as_days(pl.Series(texts))["day"].to_list() == [day] * len(texts)


NAIVE: dict[str, Callable[[date], str]] = {
    "with T": lambda day: midnight(day).astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S"),
    "with a blank": lambda day: midnight(day).astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %H:%M:%S"),
    "Dutch": lambda day: midnight(day).astimezone(ZoneInfo("UTC")).strftime("%d/%m/%Y %H:%M"),
    "afternoon": lambda day: midnight(day).astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %I:%M:%S PM"),
    "number of Excel": lambda day: str(
        (midnight(day).astimezone(ZoneInfo("UTC")).replace(tzinfo=None) - datetime(1899, 12, 30)) / timedelta(days=1)
    ),
}


@pytest.mark.parametrize("form", NAIVE)
def test_midnights_of_brussels_in_utc_without_a_zone_are_refused_unless_the_city_says_so(form):
    text = csv_text(lines(TRUTH, lambda day: NAIVE[form](day) if day else ""))
    with pytest.raises(DemadError) as refusal:
        taken(text)
    assert (refusal.value.code, "begin en einde" in refusal.value.what) == ("D-159", True)
    assert 'naive = "utc"' in refusal.value.todo
    assert taken(text, city=dataclasses.replace(GENT, naive_utc=True)) == TRUTH


@pytest.mark.parametrize("time", ["00:00:00", "08:30:00", "23:59:59", "12:00:00.000"])
def test_other_times_of_a_day_leave_it_the_day_it_is(time):
    for city in (GENT, dataclasses.replace(GENT, naive_utc=True)):
        cells = lines(TRUTH, lambda day: f"{day} {time}" if day else "")
        late = time == "23:59:59" and city.naive_utc  # said to be in UTC, it is the next day
        assert (taken(csv_text(cells), city=city) == TRUTH) is not late


def test_parquet_moments_are_days_of_brussels_and_naive_ones_are_told():
    frame = pl.DataFrame(TRUTH, schema=[*COLUMNS], orient="row")
    zoned = frame.with_columns(
        pl.col("begin", "einde")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("Europe/Brussels")
        .dt.convert_time_zone("UTC")
    )
    assert conform(Reading(zoned, ()), "leefloon", GENT).frame["begin"].to_list() == frame["begin"].to_list()
    naive = zoned.with_columns(pl.col("begin", "einde").dt.replace_time_zone(None))
    with pytest.raises(DemadError) as refusal:
        conform(Reading(naive, ()), "leefloon", GENT)
    assert refusal.value.code == "D-159"
    mended = conform(Reading(naive, ()), "leefloon", dataclasses.replace(GENT, naive_utc=True)).frame
    assert mended["einde"].to_list() == frame["einde"].to_list()


@pytest.mark.parametrize(
    "text", ["1 september 2021", "01-SEP-2021", "1 sept. 2021", "1er septembre 2021", "1 September 2021", "1 sep 2021"]
)
def test_a_month_in_words_is_read_in_dutch_french_and_english(text):
    assert as_days(pl.Series([text]))["day"].to_list() == [date(2021, 9, 1)]


def american(day: date | None) -> str:
    return day.strftime("%m/%d/%Y") if day else ""


MONTH_FIRST = {
    "everywhere": lambda day, n: american(day),
    "with dashes": lambda day, n: american(day).replace("/", "-"),
    "with a time": lambda day, n: american(day) + " 12:00:00 AM" if day else "",
    "in a third of the rows": lambda day, n: american(day) if n % 3 == 0 else dutch(day),
    "after the year": lambda day, n: day.strftime("%Y-%d-%m") if day else "",
    "in the ends alone": None,
}


@pytest.mark.parametrize("way", MONTH_FIRST)
def test_the_month_before_the_day_is_refused_by_that_name(way):
    cells = lines(TRUTH)
    for n, row in enumerate(TRUTH):
        write = MONTH_FIRST[way] or (lambda day, _: american(day))
        cells[n][4] = write(row[4], n)
        cells[n][3] = write(row[3], n) if MONTH_FIRST[way] else cells[n][3]
    with pytest.raises(DemadError) as refusal:
        taken(csv_text(cells))
    assert (refusal.value.code, "dag en maand verwisseld" in refusal.value.what) == ("D-158", True)


def half_swapped(day: date | None) -> object:
    """What Excel with American settings makes of a Belgian text: day and month swapped where that can be."""
    if day is None:
        return None
    return date(day.year, day.day, day.month) if day.day <= 12 else dutch(day)


def test_dates_of_excel_beside_texts_that_it_could_not_swap_are_refused():
    rows = [[half_swapped(cell) if isinstance(cell, date) else cell for cell in row] for row in TRUTH]
    with pytest.raises(DemadError) as refusal:
        taken(workbook(rows), "leefloon.xlsx")
    assert refusal.value.code == "D-158"
    assert "begin en einde" in refusal.value.what


@pytest.mark.parametrize(
    ("swapped", "other"),
    [("%Y-%m-%d", "%d/%m/%Y"), ("%Y-%m-%d 00:00:00", "%d-%m-%Y"), ("%d-%m-%Y", "%d/%m/%Y"), ("serial", "%d.%m.%Y")],
)
def test_the_same_half_in_text_of_another_form_is_refused(swapped, other):
    def write(day: date | None) -> str:
        changed = half_swapped(day)
        if not isinstance(changed, date):
            return day.strftime(other) if day else ""
        return str((changed - date(1899, 12, 30)).days) if swapped == "serial" else changed.strftime(swapped)

    with pytest.raises(DemadError) as refusal:
        taken(csv_text(lines(TRUTH, write)))
    assert refusal.value.code == "D-158"


FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d 00:00:00", "serial")


def written(day: date | None, form: str) -> str:
    if day is None:
        return ""
    return str((day - date(1899, 12, 30)).days) if form == "serial" else day.strftime(form)


def correct(chance: random.Random) -> list[Row]:
    """An extract as a city could keep it: days of any kind, or all at the first and last of months."""
    rows = truth(chance.choice([20, 60, 200]), seed=chance.randrange(10**6))
    begins = chance.choice(["any", "any", "first", "first or mid", "payday"])
    ends = chance.choice(["any", "any", "last", "last or any"])

    def begin(day: date) -> date:
        days = {
            "any": day.day,
            "first": 1,
            "first or mid": chance.choice([1, 1, 15]),
            "payday": chance.choice([1, 5, 10]),
        }
        return day.replace(day=days[begins])

    def end(day: date | None) -> date | None:
        if day is None or ends == "any" or (ends == "last or any" and chance.random() < 0.4):
            return day
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    return [(*row[:3], begin(row[3]), end(row[4]), *row[5:]) for row in rows]


def correct_text(seed: int) -> str:
    """The same in the forms of one program, of two, or of whoever typed each cell."""
    chance = random.Random(seed)  # noqa: S311
    rows, forms = correct(chance), chance.sample(FORMS, 3)
    mix = chance.choice(["one", "by column", "two programs", "a few typed", "anything"])
    part = chance.random()
    cells = lines(rows)
    for n, row in enumerate(rows):
        for place in (3, 4):
            form = {
                "one": forms[0],
                "by column": forms[place - 3],
                "two programs": forms[n > part * len(rows)],
                "a few typed": forms[chance.random() < 0.05],
                "anything": chance.choice(forms),
            }[mix]
            cells[n][place] = written(row[place], form)  # pyright: ignore[reportArgumentType]
    return csv_text(cells)


def refused(seed: int) -> str:
    try:
        read(correct_text(seed))
    except DemadError as refusal:
        return refusal.code
    return ""


def test_no_correct_extract_is_refused_for_its_days():
    assert [seed for seed in range(20) if refused(seed)] == []


@pytest.mark.slow
def test_no_correct_extract_of_a_thousand_is_refused_for_its_days():
    assert [seed for seed in range(1_000, 2_000) if refused(seed)] == []


def test_all_days_swapped_below_thirteen_cannot_be_told_and_the_first_of_the_month_shows_it():
    """What no content reveals: then the share of the first of the month is what a person sees."""
    rows = [row for row in truth(200) if row[3].day <= 12 and (row[4] is None or row[4].day <= 12)]
    firsts = [(*row[:3], row[3].replace(day=1), *row[4:]) for row in rows]
    swapped = [[half_swapped(cell) if isinstance(cell, date) else cell for cell in row] for row in firsts]
    (right,), (wrong,) = (read(workbook(each), "leefloon.xlsx") for each in (firsts, swapped))
    shares = [table.seen[3].first_of_month / table.frame.height for table in (right, wrong)]
    assert (shares[0], shares[1] < 0.3) == (1.0, True)
