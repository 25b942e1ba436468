"""Words of the city: what everybody knows, what a city's file adds, and what nobody knows, told once."""

import dataclasses
from pathlib import Path

import pytest

from demad.errors import DemadError
from demad.intake.checking.findings import findings_of
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.words import KINDS, bare, codes_of, words_of
from demad.intake.inspection.inspect import as_facts, inspect
from demad.intake.inspection.page import check_page
from demad.intake.inspection.screen import screen
from demad.intake.privacy.shown_words import shown
from demad.reference.cities import city_of
from demad.reference.codes import CODES, YES_NO
from tests.intake.clothes import AS_OF, COLUMNS, GENT, csv_text, lines, read, truth

TRUTH = truth()


def understood(column: str, word: str, dataset: str = "leefloon", city=GENT) -> str | None:
    import polars as pl

    words = words_of(dataset, column, DATASETS[dataset].fields[column], city)
    return pl.DataFrame({"cell": [word]}).select(words.code(pl.col("cell"))).item()


KNOWN = {
    "wet": {
        "RMI": [
            "rmi",
            "Leefloon",
            "leefloon (RMI)",
            "RMI - leefloon",
            "Recht op maatschappelijke integratie",
            "wet van 26 mei 2002",
        ],
        "RMH": ["Equivalent leefloon", "EQ. LEEFLOON", "equivalent", "RMH: equivalent leefloon", "wet 2 april 1965"],
        None: ["LL", "1", "2", "leefgeld"],
    },
    "categorie": {
        "1": ["1", "1.0", "1,0", "samenwonend", "Samenwonende persoon", "cat. 1", "Cat 1", "categorie 1"],
        "2": ["2: alleenstaand", "2 - alleenstaande", "alleenstaand (2)", "cat2", "Code 2", "ALLEENSTAANDE"],
        "3": ["gezinslast", "met gezinslast", "3. Persoon met gezin ten laste", "gezin te zijnen laste"],
        None: ["2 samenwonend", "-2", "4", "12", "cat. 5", "2+", "kot"],
    },
    "geslacht": {
        "M": ["m", "man", "Mannelijk", "dhr."],
        "V": ["v", "Vrouw", "F", "mevr."],
        "X": ["x", "non-binair"],
        "": ["onbekend", "Niet gekend"],
        None: ["1", "?"],
    },
    "nationaliteit": {
        "BE": ["be", "België", "BELGIE", "Belg", "Belgische", "BEL", "Belgium", "Belgique"],
        "EU": ["Nederland", "NL", "NLD", "Franse", "Roemenië", "Poland", "Grèce", "EU-burger"],
        "NEU": [
            "Marokko",
            "MA",
            "Syrië",
            "Turkije",
            "Türkiye",
            "Verenigd Koninkrijk",
            "Oekraïense",
            "niet-EU",
            "Staatloos",
            "Kosovo",
            "Congo-Kinshasa",
            "derdelander",
        ],
        "": ["onbekend"],
        None: ["EU+", "Lalaland"],
    },
    "student": {
        "ja": ["ja", "J", "1", "1.0", "true", "WAAR", "oui"],
        "nee": ["nee", "neen", "N", "0", "onwaar"],
        None: ["x", "2", "misschien"],
    },
    "schorsing": {"ja": ["Ja"], "nee": ["Neen"], None: ["geschorst"]},
    "gpmi": {
        "geen": ["geen GPMI", "nee"],
        "studie": ["student", "GPMI studies", "9"],
        "algemeen": ["11", "GPMI algemeen"],
        "studie_werk": ["studie_werk", "Studie en werk", "10"],
        "vrijgesteld": ["billijkheid"],
        None: ["ja"],
    },
    "herkomst": {
        "werk": ["loon", "einde tewerkstelling"],
        "ander_ocmw": ["Ander OCMW"],
        "andere": ["andere", "overige"],
        "einde_werkloosheid": ["uitsluiting RVA"],
        None: ["zomaar"],
    },
    "stopreden": {
        "W1": ["w1", "Regulier werk", "W1 - regulier werk", "werk"],
        "A60": ["Art. 60 §7", "artikel 60"],
        "M1": ["verhuisd"],
        "U0": ["onbekend", "niet ingevuld"],
        None: ["zie dossier", "60"],
    },
}
CASES = [(column, word, code) for column, codes in KNOWN.items() for code, words in codes.items() for word in words]


@pytest.mark.parametrize(("column", "word", "code"), CASES)
def test_the_usual_words_are_known_in_every_city_and_what_is_not_certain_is_not(column, word, code):
    assert understood(column, word) == code


@pytest.mark.parametrize(
    ("dataset", "column", "word", "code"),
    [
        ("jeugdhulp", "zorgvorm", "Contextbegeleiding in functie van autonoom wonen", "autonoom_wonen"),
        ("jeugdhulp", "zorgvorm", "residentieel", "verblijf"),
        ("jeugdhulp", "einde_gevolgd", "Verhuisd", "verhuis"),
        ("steun", "soort", "Artikel 60 § 7", "art60"),
        ("steun", "soort", "Tewerkstelling art. 61", "art61"),
        ("controle", "wet", "equivalent leefloon", "RMH"),
    ],
)
def test_other_datasets_know_their_words(dataset, column, word, code):
    assert understood(column, word, dataset) == code


def test_every_code_has_its_meaning_and_no_word_has_two():
    for dataset in DATASETS.values():
        for column, field in dataset.fields.items():
            if field.kind in KINDS:
                assert field.kind == "boolean" or tuple(codes_of(column, field)) == field.codes
    for column, codes in CODES.items():
        named: dict[str, str] = {}
        for code in codes.values():
            for word in (code.code, code.label, *code.words):
                assert named.setdefault(bare(word), code.code) == code.code, (column, word)
    assert set(CODES[YES_NO]) == {"ja", "nee"}


def test_a_city_adds_words_for_every_column_of_codes_and_they_win(tmp_path: Path):
    (tmp_path / "cities").mkdir()
    tables = {
        "wet": ("grondslag A", "RMI"),
        "categorie": ("1", "2"),
        "geslacht": ("mejuffer", "V"),
        "student": ("x", "ja"),
        "nationaliteit": ("bruxellois", "BE"),
        "gpmi": ("ja", "algemeen"),
        "schorsing": ("stil", "ja"),
        "herkomst": ("zomaar", "andere"),
        "stopreden": ("weg", "M1"),
    }
    text = "".join(f'[values.leefloon.{column}]\n"{word}" = "{code}"\n' for column, (word, code) in tables.items())
    text += '[values.jeugdhulp.zorgvorm]\n"huis" = "verblijf"\n[values.steun.soort]\n"job" = "art60"\n'
    (tmp_path / "cities" / "gent.toml").write_text(text, encoding="utf-8")
    city = city_of("gent", tmp_path)
    for column, (word, code) in tables.items():
        assert understood(column, word.upper(), city=city) == code
        assert understood(column, f" {word}", city=city) in (code, None)  # blanks are taken off before
    assert understood("zorgvorm", "huis", "jeugdhulp", city) == "verblijf"
    assert understood("soort", "job", "steun", city) == "art60"
    assert understood("categorie", "2", city=city) == "2"


def test_two_words_of_a_city_that_differ_in_marks_alone_stay_apart():
    words = {"a-b": "W1", "a.b": "M1", "c d": "W1"}
    city = dataclasses.replace(GENT, stop_reasons=words)
    assert [understood("stopreden", word, city=city) for word in ("A-B", "a.b", "a b", "C-D")] == [
        "W1",
        "M1",
        None,
        "W1",
    ]


def with_word(word: str, rows: int, column: str = "geslacht") -> str:
    cells = lines(TRUTH)
    for row in cells[:rows]:
        row[COLUMNS.index(column)] = word
    return csv_text(cells)


@pytest.mark.parametrize(
    ("word", "rows", "told"),
    [
        ("dubbel", 10, True),
        ("Dubbel", 25, True),
        ("dubbel", 9, False),  # it may be somebody's story
        ("Jan", 30, False),
        ("mevrouw Peeters", 30, False),
        ("dossier 4021", 30, False),
        ("pz-0001-abcd", 30, False),
        ("x" * 41, 30, False),
    ],
)
def test_a_word_that_nobody_knows_is_told_once_where_that_names_nobody(word, rows, told, tmp_path):
    path = tmp_path / "leefloon.csv"
    path.write_text(with_word(word, rows), encoding="utf-8")
    seen = inspect([path], GENT, as_of=AS_OF, root=tmp_path)
    said = "\n".join(screen(seen))
    assert f"geslacht niet begrepen: {rows} van 60 rijen" in said
    assert said.lower().count(f'"{word.lower()}"') == int(told)
    if told:
        assert f'"dubbel": {rows} rijen; dichtst bij ' in said
        assert said.split("dichtst bij ")[1].split("\n")[0].count("(") == 2  # the two nearest codes, with their meaning
        assert "dubbel" in check_page(seen) + str(as_facts(seen)["kolommen"])
    assert word not in str(
        [*seen.findings, *findings_of(seen.checked[0].verdict.checks, seen.checked[0].conformed, {})]
    )


def test_messages_say_the_codes_of_a_column(tmp_path):
    path = tmp_path / "leefloon.csv"
    path.write_text(with_word("kwijt", 20, "wet"), encoding="utf-8")
    refusal = inspect([path], GENT, as_of=AS_OF, root=tmp_path).refusal
    assert refusal is not None
    assert "RMI (leefloon), RMH (equivalent leefloon)" in refusal.todo


def test_words_that_may_be_shown_are_few_and_frequent():
    import polars as pl

    words = pl.DataFrame(
        {"word": [f"woord{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200)], "rows": [10] * 200}
    )
    assert len(shown(words)) == 60
    assert shown(words.with_columns(rows=pl.lit(9))) == []


def test_a_word_for_not_known_is_no_flaw_but_an_unknown_one_is():
    (table,) = read(with_word("onbekend", 20))
    assert table.flaws == {}
    assert table.frame["geslacht"].null_count() == 20
    with pytest.raises(DemadError):
        city_of("gentt")
