"""A second delivery beside the first: what is stored is text, what comes in is coded, and they are compared."""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from demad.intake.deliveries.in_force import in_force, quality
from demad.intake.deliveries.reception import accept, take_in
from demad.intake.inspection.inspect import inspect
from demad.reference.cities import city_of
from tests.deliveries import HEADER, put

FIRST = date(2019, 1, 1)


def rows(seed: int) -> list[str]:
    """Decisions of 150 people, three each."""
    chance = random.Random(seed)  # noqa: S311
    lines = []
    for person in range(150):
        begin = FIRST + timedelta(days=chance.randrange(300))
        for _ in range(3):
            end = begin + timedelta(days=chance.randrange(30, 400))
            last = f"{end};{{}};{{}};{chance.choice(['W1', 'U0', ''])}".format(chance.choice("123"), 1960 + person % 40)
            lines.append(f"44021;p1-gent-{person:04d};RMI;{begin};{last}")
            begin = end + timedelta(days=chance.randrange(1, 90))
    return lines


@pytest.fixture(params=["few", "many", "no"])
def codes(request, monkeypatch) -> None:
    """Texts as codes of few texts, of many, and not at all (in what this process types)."""
    if request.param == "many":
        monkeypatch.setattr("demad.intake.reading.dictionary_encoding._ENUM", 0)
    if request.param == "no":
        monkeypatch.setattr("demad.intake.reading.dictionary_encoding._return", lambda column: False)


def test_a_second_delivery_is_compared_with_the_first_and_with_counts_that_came_before(codes, tmp_path: Path):
    text = "\n".join([HEADER, *rows(1)]) + "\n"
    own = "nis;maand;wet;personen\n" + "".join(f"44021;2020-{month:02d};RMI;60\n" for month in range(1, 13))
    put(tmp_path, {"leefloon.csv": text, "controle.csv": own}, name="levering-een")
    assert [(outcome.state, outcome.code) for outcome in take_in(tmp_path)] == [("held", "D-243")]  # as they differ
    assert accept(tmp_path, "levering-een", reason="de telling is een schatting").state == "accepted"
    put(tmp_path, {"leefloon.csv": text}, name="levering-twee", as_of="2023-01-31", made_on="2023-02-05")
    assert [(outcome.state, outcome.code) for outcome in take_in(tmp_path)] == [("accepted", "")]
    seen = in_force(tmp_path, "gent")
    assert seen is not None
    assert seen.datasets["leefloon"].delivery == "levering-twee"
    checks = set(quality(tmp_path, "gent").filter(delivery="levering-twee")["check"])
    assert {"filled_stopreden"} < checks


def test_a_file_is_inspected_beside_what_is_in_force(codes, tmp_path: Path):
    text = "\n".join([HEADER, *rows(1)]) + "\n"
    put(tmp_path, {"leefloon.csv": text}, name="levering-een")
    assert [outcome.state for outcome in take_in(tmp_path)] == ["accepted"]
    path = tmp_path / "leefloon.csv"
    path.write_text("\n".join([HEADER, *rows(2)]) + "\n", encoding="utf-8")
    found = inspect([path], city_of("gent"), as_of=date(2023, 1, 31), root=tmp_path)
    kinds = {line.kind for line in found.lines}
    assert {"rows", "persons", "stock", "share", "overlap"} <= kinds
    (overlap,) = (line for line in found.lines if line.kind == "overlap")
    assert overlap.now == 1.0
