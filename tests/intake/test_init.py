"""`demad init`: what it proposes loads, works when it is uncommented, and drops nothing that may be needed."""

import io
import re
import tomllib
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from demad.errors import PrivacyRefused
from demad.intake.contract.header_matching import likely_dataset
from demad.intake.contract.proposal import proposal_text, proposals, proposed_file
from demad.intake.inspection.inspect import inspect
from demad.intake.reading.table import Reading
from demad.reference.cities import city_of, load_cities
from tests import lanes
from tests.intake.clothes import AS_OF, COLUMNS, csv_text, lines, truth, workbook

TRUTH = truth(120)
HEADERS = {
    "nis": ["NISCODE", "Gemeente (NIS)", "NIS-nummer", "OCMW"],
    "persoon": ["PseudoID", "Cliëntnummer", "Cliënt-ID", "Persoonssleutel", "Pseudoniem cliënt"],
    "wet": ["Steunvorm", "Type steun", "Wetgeving", "Stelsel"],
    "begin": ["Startdatum", "Datum van", "Datum toekenning", "Begindatum recht", "Ingangsdatum", "Toekenning vanaf"],
    "einde": ["Einddatum", "Datum tot", "Datum stopzetting", "Einddatum recht", "Stopdatum", "Geldig tot en met"],
    "categorie": ["Cat", "Gezinstype", "Leefloon-categorie", "Gezinssituatie", "Cat. leefloon"],
    "geboortejaar": ["GebJaar", "Geboortejaar cliënt", "Jaar geboorte", "Geb.jaar"],
    "geslacht": ["Gesl", "M/V", "Geslacht cliënt", "Kunne"],
    "student": ["Student (j/n)", "Is student", "Studeert"],
    "stopreden": ["Reden stop", "Uitstroomreden", "Reden stopzetting", "Motief stopzetting"],
}
WORDS = {
    "wet": {"RMI": "leefloon", "RMH": "equivalent leefloon"},
    "categorie": {"1": "cat. 1", "2": "2: alleenstaand", "3": "gezinslast"},
}


def named(choice: int) -> list[str]:
    return [HEADERS[column][choice % len(HEADERS[column])] for column in COLUMNS]


def in_words(row: list[str]) -> list[str]:
    return [WORDS.get(column, {}).get(cell, cell) for column, cell in zip(COLUMNS, row, strict=True)]


def proposed(tmp_path: Path, content: bytes | str, name: str = "uitdraai.csv") -> dict:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tomllib.loads(proposal_text([path], city_of("gent"), tmp_path))


@pytest.mark.parametrize("choice", lanes.sampled(range(6), every=2))
def test_headers_of_other_programs_are_found(choice, tmp_path):
    found = proposed(tmp_path, csv_text([in_words(row) for row in lines(TRUTH)], named(choice)))
    assert found["aliases"]["leefloon"] == dict(zip(named(choice), COLUMNS, strict=True))
    assert "ignore" not in found


@pytest.mark.parametrize("choice", lanes.sampled((1, 0, 2), every=3))
def test_from_the_proposal_to_a_check_that_is_good(choice, tmp_path):
    path = tmp_path / "uitdraai.csv"
    path.write_text(csv_text([in_words(row) for row in lines(TRUTH)], named(choice)), encoding="utf-8")
    root = tmp_path / "root"
    proposed_file([path], city_of("gent", root), root).write()
    seen = inspect([path], city_of("gent", root), as_of=AS_OF, root=root)
    assert seen.refusal is None
    assert seen.checked[0].verdict.accepted.height == 120


def with_more() -> str:
    """Beside our columns: a team, two dates, a word that looks like a column, a number."""
    more = ["wijkteam", "Datum aanvraag", "Laatste wijziging", "Categorie (oud)", "aantal kinderen"]
    cells = [
        [*row, f"team {n % 4}", "15/03/2024", "2024-03-20 10:11:12", str(n % 3 + 1), str(n % 6)]
        for n, row in enumerate(lines(TRUTH))
    ]
    return csv_text(cells, [*named(0), *more])


def test_a_day_or_a_likely_column_is_never_offered_to_be_dropped(tmp_path):
    found = proposed(tmp_path, with_more())
    assert set(found["ignore"]) - set(city_of("gent").ignore) == {"wijkteam", "aantal kinderen"}
    (proposal,) = proposals([tmp_path / "uitdraai.csv"], city_of("gent"), tmp_path)
    assert {"Datum aanvraag", "Laatste wijziging", "Categorie (oud)"} == set(proposal.doubtful)


@pytest.mark.parametrize("lost", lanes.sampled(["begin", "einde", "categorie", "wet"], every=2))
def test_a_required_column_that_is_not_there_is_said(lost, tmp_path):
    place = COLUMNS.index(lost)
    cells = [[*row[:place], *row[place + 1 :]] for row in lines(TRUTH)]
    header = [name for name in named(1) if name != named(1)[place]]
    path = tmp_path / "uitdraai.csv"
    path.write_text(csv_text(cells, header), encoding="utf-8")
    text = proposal_text([path], city_of("gent"), tmp_path)
    assert f"Verplicht en niet gevonden in leefloon: {lost}." in text


def own_words() -> str:
    cells = [in_words(row) for row in lines(TRUTH)]
    for n, row in enumerate(cells):
        row[5] = ["inwonend", "op kot", "kroost"][n % 3]
        row[9] = ["werk gevondn", "weggetrokken", "zie dossier", ""][n % 4] if row[4] else ""
    return csv_text(cells, named(0))


def uncommented(text: str) -> str:
    return re.sub(r"(?m)^# (?=\"|\w+ = )", "", text)


def test_what_stands_in_comments_loads_when_it_is_uncommented(tmp_path):
    path = tmp_path / "uitdraai.csv"
    path.write_text(own_words(), encoding="utf-8")
    text = proposal_text([path], city_of("gent"), tmp_path)
    assert text != uncommented(text)
    (tmp_path / "root" / "cities").mkdir(parents=True)
    (tmp_path / "root" / "cities" / "gent.toml").write_text(uncommented(text), encoding="utf-8")
    city = city_of("gent", tmp_path / "root")
    assert city.stop_reasons["werk gevondn"] == "W1"
    assert set(city.values["leefloon"]["categorie"]) == {"inwonend", "op kot", "kroost"}
    seen = inspect([path], city, as_of=AS_OF, root=tmp_path / "root")
    assert (seen.refusal, seen.checked[0].conformed.flaws) == (None, {})


def test_two_sheets_give_one_file_with_one_list_of_what_is_dropped(tmp_path):
    youth = [
        ["44021", f"pq-{n:04d}-abcd", str(2000 + n % 6), date(2024, 6, 1 + n % 28), "leefgroep", "x"] for n in range(60)
    ]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, header, rows in (
            ("steun", [*named(1), "wijkteam"], [[*row, "team"] for row in TRUTH]),
            ("jongeren", ["OCMW", "Client", "Gebjaar", "Einde hulp", "Hulpvorm", "begeleider"], youth),
        ):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header)
            for number, row in enumerate(rows, start=1):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, place, cell)  # pyright: ignore[reportArgumentType]
                    elif cell is not None:
                        sheet.write(number, place, cell)
    found = proposed(tmp_path, target.getvalue(), "uitdraai.xlsx")
    assert {"wijkteam", "begeleider"} <= set(found["ignore"])
    assert set(found["aliases"]) == {"leefloon", "jeugdhulp"}
    assert found["aliases"]["jeugdhulp"]["Einde hulp"] == "einde_jeugdhulp"


INVENTED = [
    "bestuurseenheid",
    "klantsleutel",
    "grondslag",
    "ingegaan",
    "uitgelopen",
    "woonvorm",
    "wanneer geboren",
    "man of vrouw",
    "zit op school",
    "waarom gedaan",
]


@pytest.mark.parametrize("make", ["csv", "xlsx", "titles"])
def test_a_file_without_one_word_of_the_contract_is_understood_by_what_stands_in_it(make, tmp_path):
    cells = [in_words(row) for row in lines(TRUTH)]
    if make == "xlsx":
        found = proposed(tmp_path, workbook([in_words(list(row)) for row in TRUTH], header=INVENTED), "u.xlsx")  # pyright: ignore[reportArgumentType]
    else:
        title = "Uitdraai van de maand\n\n" if make == "titles" else ""
        found = proposed(tmp_path, title + csv_text(cells, INVENTED))
    aliases = found["aliases"]["leefloon"]
    assert {aliases[header] for header in INVENTED if header in aliases} >= set(COLUMNS[:8])


def test_what_people_wrote_in_their_file_stays(tmp_path):
    root = tmp_path / "root"
    (root / "cities").mkdir(parents=True)
    own = '# ons bestand\nignore = ["oud"]\n\n[aliases.leefloon]\n"Cliëntnummer" = "persoon"  # let op\n'
    (root / "cities" / "gent.toml").write_text(own, encoding="utf-8")
    path = tmp_path / "uitdraai.csv"
    path.write_text(csv_text([[*row, "x"] for row in lines(TRUTH)], [*named(1), "wijkteam"]), encoding="utf-8")
    proposal = proposed_file([path], city_of("gent", root), root)
    assert "+" in proposal.difference
    proposal.write()
    text = (root / "cities" / "gent.toml").read_text(encoding="utf-8")
    assert text.startswith("# ons bestand\n")
    assert '"Cliëntnummer" = "persoon"  # let op' in text
    assert tomllib.loads(text)["ignore"] == ["oud", "wijkteam"]
    assert proposed_file([path], city_of("gent", root), root).difference == ""


@pytest.mark.parametrize("header", ["INSZ", "Rijksregisternummer", "Voornaam"])
def test_what_the_guard_refuses_is_never_shown(header, tmp_path):
    path = tmp_path / "uitdraai.csv"
    path.write_text(csv_text([[*row, "x"] for row in lines(TRUTH)], [*named(1), header]), encoding="utf-8")
    with pytest.raises(PrivacyRefused):
        proposal_text([path], city_of("gent"), tmp_path)


def test_the_dataset_is_that_of_which_every_column_is_found():
    cities = list(load_cities(None).values())
    frames = {
        "leefloon": pl.DataFrame(lines(TRUTH), schema=named(2), orient="row"),
        "controle": pl.DataFrame(
            {"nis": ["44021"] * 5, "maand": ["2025-01"] * 5, "regime": ["RMI"] * 5, "aantal": [5] * 5}
        ),
        "steun": pl.DataFrame(
            {"ocmw": ["44021"], "client": ["pz-0001-abcd"], "maatregel": ["art60"], "start": ["2025-01-01"]}
        ),
    }
    for dataset, frame in frames.items():
        assert likely_dataset(Reading(frame, ()), city_of("gent"), cities) == dataset


@pytest.mark.parametrize("header", ["Datum GPMI", "GPMI sinds", "Begindatum GPMI", "Datum handtekening GPMI"])
def test_a_day_of_a_gpmi_is_found_beside_its_kind_and_the_begin_of_the_right(header, tmp_path):
    cells = [[*row, ("geen", "algemeen")[n % 2], "15/03/2024"] for n, row in enumerate(lines(TRUTH))]
    found = proposed(tmp_path, csv_text(cells, [*named(0), "Soort GPMI", header]))["aliases"]["leefloon"]
    assert {column: name for name, column in found.items()}["gpmi_begin"] == header
    assert found["Soort GPMI"] == "gpmi"
    assert found[named(0)[COLUMNS.index("begin")]] == "begin"


@pytest.mark.parametrize("header", ["Begindatum", "Begindatum dossier", "Startdatum recht"])
def test_a_day_that_does_not_say_gpmi_is_none(header, tmp_path):
    cells = [[*row, "15/03/2024"] for row in lines(TRUTH)]
    found = proposed(tmp_path, csv_text(cells, [*named(0), header]))["aliases"]["leefloon"]
    assert "gpmi_begin" not in found.values()


OF_NO_COLUMN = {
    "Begindatum (2)": "eerste_begin",
    "Laatste begindatum": "eerste_begin",
    "Einddatum GPMI": "gpmi_begin",
    "Datum betaling": "beslist_op",
    "Begindatum vorige beslissing": "beslist_op",
    "Einddatum beslissing": "beslist_op",
}


@pytest.mark.parametrize("header", OF_NO_COLUMN)
def test_a_second_day_is_no_optional_column_that_its_header_does_not_name(header, tmp_path):
    """Somebody must decide on it: a later day taken for the first begin would move the start of every spell."""
    cells = [[*row, "15/03/2024"] for row in lines(TRUTH)]
    written = proposed(tmp_path, csv_text(cells, [*named(0), header]))
    assert OF_NO_COLUMN[header] not in written["aliases"]["leefloon"].values()


@pytest.mark.parametrize(
    ("header", "column"),
    [("Eerste begindatum", "eerste_begin"), ("Datum beslissing BCSD", "beslist_op"), ("Datum PIIS", "gpmi_begin")],
)
def test_an_optional_day_that_its_header_names_is_found(header, column, tmp_path):
    cells = [[*row, "15/03/2024"] for row in lines(TRUTH)]
    found = proposed(tmp_path, csv_text(cells, [*named(0), header]))["aliases"]["leefloon"]
    assert found[header] == column
