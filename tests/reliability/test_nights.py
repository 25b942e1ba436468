"""Nights with late, corrected, refused, held, duplicate and missing deliveries: each morning tells them right."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assets.run import run
from demad.intake.deliveries.reception import accept
from demad.notify.last_run import last_run, remember_run
from demad.notify.morning import morning
from demad.publishing import site
from demad.store import Store
from demad.tables.figures import FIGURE_KEY
from tests.naive import figures
from tests.reliability.nights import NIGHTS, Given, Night, World, place
from tests.test_engines_agree import EXACT, NUMBERS, rows_by_key, same

FIRST = date(2026, 10, 10)  # the night that clocks go back is among them
_IN_FORCE = ("", "correction", "half")


def section(text: str, title: str) -> tuple[str, ...]:
    """Lines under a heading of the digest."""
    rest = text.split(f"{title}:", 1)[1].split("\n\n", 1)[0]
    return tuple(line.removeprefix("- ") for line in rest.strip().splitlines())


def differing(root: Path, world: World) -> list:
    fast = rows_by_key(Store(root).read("indicators", "values"), FIGURE_KEY, [*NUMBERS, *EXACT])
    naive = figures([world.in_force[slug] for slug in sorted(world.in_force)])
    keys = fast.keys() | naive.keys()
    return [key for key in keys if key not in fast or key not in naive or not same(fast[key], naive[key])]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Reports cost a minute a night and say nothing here: one line a city is enough."""

    def write_city(folder: Path, made: object, slug: str, **_: object) -> None:
        (folder / slug).mkdir(parents=True, exist_ok=True)
        (folder / slug / "index.html").write_text(slug, encoding="utf-8")

    monkeypatch.setattr(site, "write_city", write_city)
    return tmp_path / "root"


def live(root: Path, number: int, night: Night, world: World, held: dict[str, tuple[Given, date]]) -> str:
    """One night, and the text of its morning."""
    day = FIRST + timedelta(days=number)
    now = datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)
    for given in night.given:
        duplicate = given.matter == "duplicate"
        made_on = FIRST if duplicate else day
        place(root, given, number, made_on)
        if given.matter in _IN_FORCE and f"{given.city}: 1 aanvaard" in night.told:
            world.take(given, made_on)
        elif given.matter in _IN_FORCE:
            held[given.city] = (given, made_on)
    if night.accepted_by_name:
        given, made_on = held.pop(night.accepted_by_name)
        name = f"nacht-{(made_on - FIRST).days:02d}"
        assert accept(root, f"{given.city}/{name}", reason="nagekeken").state == "accepted"
        world.take(given, made_on)
    if not night.missed:
        run(root)
        ended = last_run(root)
        remember_run(root, exit_status=0, failed=ended.get("failed", []), at=now - timedelta(hours=2))  # pyright: ignore
    return morning(root, now=now).text


@pytest.mark.slow
@pytest.mark.parametrize("nights", [int(os.environ.get("DEMAD_NIGHTS", "30"))])
def test_every_morning_tells_its_night_and_the_figures_are_those_of_the_naive_engine(nights, root):
    world, held, compared, seen = World(), {}, 0, None
    for number, night in enumerate(NIGHTS[:nights]):
        text = live(root, number, night, world, held)
        assert section(text, "Binnengekomen") == (night.told or ("niets",)), (number, text)
        to_do = tuple(line[:5] for line in section(text, "Te doen") if line.startswith("D-"))
        assert sorted(to_do) == sorted(night.to_do), (number, text)
        if (now := dict(world.in_force)) == seen:
            continue
        seen = now
        assert differing(root, world)[:3] == [], number
        compared += Store(root).read("indicators", "values").height
    print({"nights": nights, "figures_compared": compared})
