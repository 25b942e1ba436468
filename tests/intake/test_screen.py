"""What a specialist reads of a check: dataset, rule in Dutch, old beside new, each column as it was understood."""

from datetime import date
from pathlib import Path

from demad.intake.deliveries.reception import take_in
from demad.intake.inspection.inspect import Inspection, as_facts, fix_list, inspect
from demad.intake.inspection.page import check_page
from demad.intake.inspection.screen import screen
from demad.reference.cities import city_of
from tests.deliveries import leefloon, put
from tests.intake.clothes import AS_OF, COLUMNS, GENT, csv_text, lines, truth

TRUTH = truth(120)


def looked(tmp_path: Path, text: str, **options: object) -> Inspection:
    path = tmp_path / "leefloon.csv"
    path.write_text(text, encoding="utf-8")
    return inspect([path], GENT, as_of=AS_OF, root=tmp_path / "root", **options)  # pyright: ignore[reportArgumentType]


def spoiled() -> str:
    cells = lines(TRUTH)
    cells[3][4], cells[5][5], cells[8][7] = "#N/B", "9", "dubbel"
    for row in cells:
        row[2] = {"RMI": "leefloon", "RMH": "equivalent leefloon"}[row[2]]
    return csv_text(cells)


def test_findings_name_dataset_and_rule_in_dutch(tmp_path):
    seen = looked(tmp_path, spoiled())
    said = "\n".join(screen(seen))
    assert "- leefloon, einde is geen datum: 1 van 120 rijen, opzijgezet" in said
    assert "Gezien: 1 keer een fout van Excel." in said
    assert "- leefloon, categorie is geen code: 1 van 120 rijen, opzijgezet" in said
    assert "1 (samenwonend), 2 (alleenstaand), 3 (met gezinslast)" in said
    assert "- leefloon, geslacht niet begrepen: 1 van 120 rijen, let op" in said
    assert "leefloon: 120 rijen, 118 tellen mee" in said
    listed = fix_list(seen)
    rules = {"einde is geen datum": 5, "categorie is geen code": 7, "geslacht niet begrepen": 10}
    assert rules.items() <= set(listed.select("regel", "rij").iter_rows())
    page = check_page(seen)
    assert "einde is geen datum" in page
    assert "lopende rechten op 30/09/2026" in page


def test_every_column_says_how_it_was_understood(tmp_path):
    said = "\n".join(screen(looked(tmp_path, spoiled()), reading=True))
    begins, ends = [row[3] for row in TRUTH], [row[4] for row in TRUTH if row[4]]
    assert f"begin: datum, 0% leeg; 120 als 30/09/2026; {min(begins):%d/%m/%Y} tot {max(begins):%d/%m/%Y}" in said
    assert f"einde: datum, 17% leeg; {len(ends) - 1} als 30/09/2026" in said
    assert "1 niet begrepen: 1 keer een fout van Excel" in said
    assert "wet: code, 0% leeg; woorden vertaald: RMH (equivalent leefloon) 60, RMI (leefloon) 60" in said
    assert "student: ja of nee, 0% leeg" in said
    assert "niet in het bestand: nationaliteit, gpmi, schorsing, eerste_begin, herkomst" in said
    assert "begin: datum" not in "\n".join(screen(looked(tmp_path, spoiled())))


def test_an_alias_shows_the_header_that_was_delivered(tmp_path):
    header = ["Pseudo" if name == "persoon" else name for name in COLUMNS]
    path = tmp_path / "leefloon.csv"
    path.write_text(csv_text(lines(TRUTH), header), encoding="utf-8")
    said = "\n".join(screen(inspect([path], city_of("gent"), as_of=AS_OF, root=tmp_path), reading=True))
    assert 'persoon (kop "Pseudo"): pseudoniem, 0% leeg' in said


def test_a_comparison_shows_old_and_new(tmp_path):
    many = [
        f"44021;p1-gent-{n:04d};RMI;{2019 + n % 3}-0{n % 9 + 1}-01;;{n % 3 + 1};{1960 + n % 40};" for n in range(300)
    ]
    root = tmp_path / "root"
    put(root, leefloon(*many), name="levering-nul")
    assert [outcome.state for outcome in take_in(root)] == ["accepted"]
    path = tmp_path / "leefloon.csv"
    path.write_text(leefloon(*many[:240])["leefloon.csv"], encoding="utf-8")
    seen = inspect([path], city_of("gent"), as_of=date(2022, 12, 31), root=root)
    said = "\n".join(screen(seen))
    assert "- leefloon rijen: 300 → 240 (-20,0%), let op; naast levering-nul" in said
    facts = as_facts(seen)
    assert (facts["rechten"]["running"], facts["rechten_vorige"]["running"]) == (240, 300)  # pyright: ignore[reportIndexIssue]


def test_a_refusal_says_in_which_file_and_sheet_it_is(tmp_path):
    seen = looked(tmp_path, csv_text(lines(TRUTH))[:-40])
    assert seen.refusal is not None
    assert seen.refusal.what.startswith("leefloon.csv: ")
