"""Every night has exactly one run at 04:15 in Brussels, and no clock makes a night seem missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from assets.schedules import nightly_schedule
from demad.notify.last_run import remember_run
from demad.notify.morning import state_of

BRUSSELS = ZoneInfo("Europe/Brussels")
NIGHTS = {
    "clocks go forward": date(2027, 3, 28),
    "clocks go back": date(2026, 10, 25),
    "leap day": date(2028, 2, 29),
    "year end": date(2026, 12, 31),
    "new year": date(2027, 1, 1),
}


def at(night: date, hour: int, minute: int) -> datetime:
    return datetime(night.year, night.month, night.day, hour, minute, tzinfo=BRUSSELS)


def codes(root, now: datetime) -> list[str]:
    return [alert["code"] for alert in state_of(root, now=now)["alerts"]]


def test_every_night_of_four_years_has_one_tick():
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    ticks = schedule_execution_time_iterator(
        begin.timestamp(), nightly_schedule.cron_schedule, nightly_schedule.execution_timezone
    )
    nights = [tick.astimezone(BRUSSELS) for tick in takewhile(lambda tick: tick < end, ticks)]
    assert {(night.hour, night.minute) for night in nights} == {(4, 15)}
    assert [night.date() for night in nights] == [date(2026, 1, 1) + timedelta(days=day) for day in range(1461)]


@pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS)
def test_a_run_of_the_night_before_is_on_time_and_a_night_without_one_is_told(night, tmp_path):
    before = night - timedelta(days=1)
    remember_run(tmp_path, exit_status=0, failed=[], at=at(before, 4, 20))
    assert codes(tmp_path, at(night, 4, 20)) == []
    assert codes(tmp_path, at(night, 7, 0)) == ["D-474"]  # the hour of the digest
    remember_run(tmp_path, exit_status=0, failed=[], at=at(night, 4, 20))
    assert codes(tmp_path, at(night, 7, 0)) == []


def test_a_clock_that_was_set_a_day_back_is_told(tmp_path):
    now = at(date(2026, 11, 3), 8, 0)
    remember_run(tmp_path, exit_status=0, failed=[], at=now)
    assert codes(tmp_path, now - timedelta(days=1)) == ["D-477"]
