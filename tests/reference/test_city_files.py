"""A mistake in a city's file is a refusal that names file, line and key, and never a crash."""

from pathlib import Path

import pytest

from demad.errors import DemadError
from demad.intake.contract.city_terms import refuse_unknown_terms
from demad.reference.cities import city_of, load_cities
from demad.reference.city_files import line_of

MISTAKES = {
    "a key that does not exist": ("alias = 1\n", "D-440", 1, "alias"),
    "ignore below a table": ('[aliases.leefloon]\n"A" = "begin"\nignore = ["x"]\n', "D-442", 3, "ignore"),
    "ignore below the stop reasons": ('[stop_reasons]\n"weg" = "M1"\n\nignore = ["x", "y"]\n', "D-442", 4, "ignore"),
    "ignore as text": ('ignore = "x"\n', "D-442", 1, "ignore"),
    "ignore with a number": ('# team\nignore = ["x", 5]\n', "D-442", 2, "ignore"),
    "a name that is a number": ("name = 5\n", "D-442", 1, "name"),
    "a code that is a number": ("\n\nnis = 44021\n", "D-442", 3, "nis"),
    "an old code of four digits": ('[old_nis]\n"4402" = "2024-12-31"\n', "D-442", 2, "4402"),
    "an old code without a day": ('[old_nis]\n"44021" = "vorig jaar"\n', "D-442", 2, "44021"),
    "a break without text": ("[[breaks]]\ndate = 2025-01-01\n", "D-442", 1, "breaks"),
    "a break with a day in quotes": ('[[breaks]]\ndate = "2025-01-01"\ntext = "x"\n', "D-442", 1, "breaks"),
    "aliases as text": ('aliases = "x"\n', "D-442", 1, "aliases"),
    "aliases of a dataset as text": ('[aliases]\nleefloon = "x"\n', "D-442", 2, "leefloon"),
    "aliases of no dataset": ('[aliases.leeflon]\n"A" = "begin"\n', "D-440", 1, "leeflon"),
    "an alias that is a list": ('[aliases.leefloon]\n"A" = ["begin"]\n', "D-442", 2, "A"),
    "an alias for no column": ('[aliases.leefloon]\n"A" = "begin"\n"B" = "beginn"\n', "D-155", 3, "B"),
    "an alias in two ways": ('[aliases.leefloon]\n"Aa" = "begin"\n"a a" = "einde"\n', "D-155", 3, "a a"),
    "an alias that is ignored": ('ignore = ["A"]\n[aliases.leefloon]\n"A" = "begin"\n', "D-155", 3, "A"),
    "a reason that does not exist": ('[stop_reasons]\n"weg" = "M9"\n', "D-442", 2, "weg"),
    "a reason that is a number": ('[stop_reasons]\n"weg" = 9\n', "D-442", 2, "weg"),
    "words of no dataset": ('[values.leeflon.wet]\n"a" = "RMI"\n', "D-440", 1, "leeflon"),
    "words of no column": ('[values.leefloon.wett]\n"a" = "RMI"\n', "D-155", 1, "wett"),
    "words of a column without codes": ('[values.leefloon.begin]\n"a" = "x"\n', "D-155", 1, "begin"),
    "a word for no code": ('[values.leefloon.wet]\n"a" = "RMI"\n"b" = "RMJ"\n', "D-155", 3, "b"),
    "a word that is a number": ('[values.leefloon.categorie]\n"alleen" = 2\n', "D-442", 2, "alleen"),
    "words without a column": ('[values.leefloon]\n"a" = "RMI"\n', "D-442", 2, "a"),
    "another setting of leefloon": ("[leefloon]\nno_einde = true\n", "D-442", 2, "no_einde"),
    "a setting that is a word": ('[leefloon]\nno_end_column = "ja"\n', "D-442", 2, "no_end_column"),
    "another zone": ('[dates]\nnaive = "CET"\n', "D-442", 2, "naive"),
    "a key twice": ('[stop_reasons]\n"weg" = "M1"\n"weg" = "M2"\n', "D-443", 3, "staat er twee keer"),
    "a table twice": ('[stop_reasons]\n"a" = "M1"\n[stop_reasons]\n"b" = "M2"\n', "D-443", 3, "staat er twee keer"),
    "a quote that nobody closes": ('[stop_reasons]\n"weg" = "M1\n', "D-443", 2, "gent.toml"),
    "no value": ("nis = \n", "D-443", 1, "gent.toml"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_names_line_and_key(case, tmp_path: Path):
    text, code, line, key = MISTAKES[case]
    (tmp_path / "cities").mkdir()
    (tmp_path / "cities" / "gent.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DemadError) as refusal:
        refuse_unknown_terms(city_of("gent", tmp_path))
    assert refusal.value.code == code
    assert f"lijn {line}" in refusal.value.what
    assert key in refusal.value.what
    assert refusal.value.todo


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x80", b"\0", "é = é".encode("cp1252")])
def test_a_file_that_is_no_text_is_refused(content, tmp_path: Path):
    (tmp_path / "cities").mkdir()
    (tmp_path / "cities" / "gent.toml").write_bytes(content)
    with pytest.raises(DemadError) as refusal:
        load_cities(tmp_path)
    assert refusal.value.code == "D-443"


def test_no_city_that_we_ship_has_a_mistake():
    for city in load_cities(None).values():
        refuse_unknown_terms(city)


def test_the_line_of_a_key_is_found_in_any_way_of_writing_it():
    text = 'a.b = 1\n[c."d e"]\n"f" = 2\n\'g\' = 3\n[[h]]\ni = 4\n'
    keys = [("a", "b"), ("c", "d e"), ("c", "d e", "f"), ("c", "d e", "g"), ("h",), ("h", "i"), ("x",)]
    assert [line_of(text, key) for key in keys] == [1, 2, 3, 4, 5, 6, 0]
