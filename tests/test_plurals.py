"""What commands count is said in good Dutch: one row counts, two rows count."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.reference.several import several

LIBRARY = Path(__file__).parent.parent / "demad"
MANY = """
back-ups beslissingen bestanden bundels cijfers dagen groepen indicatoren jongeren kolommen koppen leveringen
maanden mensen nummers onderdelen personen pseudoniemen regels releases resten rijen runs sleutels steden versies
waarden weken woorden
"""
COUNTED = re.compile(r"\{(?!several)[^{}]+\}(?: \w+)? (?:" + "|".join(MANY.split()) + r")\b")
ALWAYS_MORE = {
    "{card.age_days} dagen": "above the days after which a city is late",
    "{COLUMN_LIMIT} kolommen": "a limit",
    "{_SAME_PERSON} nummers": "a limit",
}


def test_one_has_its_own_noun():
    assert [several(count, "rij", "rijen") for count in (0, 1, 2)] == ["0 rijen", "1 rij", "2 rijen"]


def test_no_sentence_of_a_command_writes_a_plural_after_a_number_that_may_be_one():
    """Pages have their own words (`reports/`), with a test of their own."""
    found = {
        (path.relative_to(LIBRARY).as_posix(), said)
        for path in LIBRARY.rglob("*.py")
        if "reporting" not in path.parts
        for said in COUNTED.findall(path.read_text(encoding="utf-8"))
    }
    assert {where for where in found if where[1] not in ALWAYS_MORE} == set()


@pytest.mark.parametrize(("rows", "said"), [(1, "leefloon: 1 rij, 1 telt mee"), (2, "leefloon: 2 rijen, 2 tellen mee")])
def test_a_file_of_one_row_is_one_row(rows: int, said: str, tmp_path: Path):
    people = "".join(f"44021;p1-gent-{n:04d};RMI;2020-01-01;;2;1990\n" for n in range(rows))
    (tmp_path / "een.csv").write_text(f"nis;persoon;wet;begin;einde;categorie;geboortejaar\n{people}", encoding="utf-8")
    asked = ["check", "--city", "gent", "--as-of", "2026-09-30", str(tmp_path / "een.csv"), "--root", str(tmp_path)]
    assert said in CliRunner().invoke(app, asked).output
