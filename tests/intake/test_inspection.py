"""What `demad check` says: which city, what is wrong, where, beside what is in force, and one verdict by rule."""

from datetime import date
from pathlib import Path

import pytest

from demad.errors import DeliveryRefused, InputMissing
from demad.intake.deliveries.reception import accept, take_in
from demad.intake.inspection.inspect import Inspection, as_facts, fix_list, inspect
from demad.intake.inspection.page import check_page
from demad.reference.cities import city_of, load_cities
from tests.deliveries import GOOD, YOUTH, leefloon, put

AS_OF = date(2022, 12, 31)
MANY = [f"44021;p1-gent-{n:04d};RMI;{2019 + n % 3}-0{n % 9 + 1}-01;;{n % 3 + 1};{1960 + n % 40};" for n in range(300)]


def looked(tmp_path: Path, files: dict[str, str], *, city: str = "", root: Path | None = None) -> Inspection:
    paths = []
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        paths.append(tmp_path / name)
    return inspect(paths, city_of(city) if city else None, as_of=AS_OF, root=root or tmp_path / "root")


def test_the_city_is_read_from_the_codes_where_nobody_says_it(tmp_path):
    seen = looked(tmp_path, {**leefloon(*MANY), "jeugdhulp.csv": YOUTH})
    assert seen.city is not None
    assert (seen.city.slug, seen.verdict, [part.dataset for part in seen.checked]) == (
        "gent",
        "good",
        ["leefloon", "jeugdhulp"],
    )


def test_a_code_of_a_municipality_that_merged_is_its_new_city(tmp_path):
    seen = looked(tmp_path, leefloon(*[row.replace("44021", "71022") for row in MANY]))
    assert seen.city is not None
    assert seen.city.slug == next(city.slug for city in load_cities(None).values() if "71022" in city.old_nis)


def test_a_file_of_no_city_is_guarded_before_that_is_said(tmp_path):
    strange = [row.replace("44021", "99999") for row in GOOD]
    refusal = looked(tmp_path, leefloon(*strange)).refusal
    assert refusal is not None
    assert (refusal.code, refusal.exit_status) == ("D-156", 3)
    refusal = looked(tmp_path, leefloon(*strange, strange[0].replace("W1", "85.07.30-033.28"))).refusal
    assert refusal is not None
    assert (refusal.code, refusal.exit_status) == ("D-200", 6)


def test_every_unknown_column_is_told_at_once_with_what_may_be_meant(tmp_path):
    rows = [row + ";1990;x" for row in MANY]
    header = "nis;persoon;wet;begin;einde;categorie;geboortejaar;stopreden;geboortjaar2;hobby"
    refusal = looked(tmp_path, leefloon(*rows, header=header)).refusal
    assert refusal is not None
    assert "Kolommen 9 (I), 10 (J)" in refusal.what
    assert "geboortejaar" in refusal.todo
    assert "hobby" not in refusal.what + refusal.todo


@pytest.mark.parametrize(
    ("name", "dataset"),
    [
        ("leefloon.csv", "leefloon"),
        ("Steun aan wie een leefloon heeft.csv", "leefloon"),
        ("controle_leefloon.csv", "leefloon"),
        ("export 2022.csv", "leefloon"),
        ("jeugdhulp.csv", "leefloon"),
    ],
)
def test_the_columns_tell_which_dataset_it_is_where_the_name_cannot(name, dataset, tmp_path):
    text = leefloon(*MANY)["leefloon.csv"]
    assert [part.dataset for part in looked(tmp_path, {name: text}).checked] == [dataset]


def test_an_alias_for_a_column_that_does_not_exist_is_told(tmp_path):
    (tmp_path / "root" / "cities").mkdir(parents=True)
    (tmp_path / "root" / "cities" / "gent.toml").write_text(
        '[aliases.leefloon]\n"Reden" = "stopredn"\n', encoding="utf-8"
    )
    (tmp_path / "leefloon.csv").write_text(leefloon(*MANY)["leefloon.csv"], encoding="utf-8")
    city = city_of("gent", tmp_path / "root")
    refusal = inspect([tmp_path / "leefloon.csv"], city, as_of=AS_OF, root=tmp_path / "root").refusal
    assert refusal is not None
    assert (refusal.code, "stopreden" in refusal.todo) == ("D-155", True)


def test_the_fix_list_gives_file_and_row_as_excel_counts_them_and_never_a_value(tmp_path):
    text = leefloon(*MANY[:10], MANY[10].replace("RMI", "canary9"), *MANY[11:])["leefloon.csv"]
    files = {"jeugdhulp.csv": YOUTH, "leefloon.csv": "Titel\n\n" + text}
    seen = looked(tmp_path, files)
    listed = fix_list(seen)
    assert listed.select("bestand", "rij").unique().rows() == [("leefloon.csv", 14)]
    told = listed.write_csv() + check_page(seen) + str(as_facts(seen))
    assert "canary9" not in told
    assert seen.verdict == "warning"
    assert [finding.failed for finding in seen.findings] == [1]


def in_force(tmp_path: Path, rows: list[str]) -> Path:
    root = tmp_path / "root"
    put(root, leefloon(*rows), name="levering-nul")
    assert [outcome.state for outcome in take_in(root)] == ["accepted"]
    return root


CHANGED = {
    "most rows gone": (MANY[:150], "D-240"),
    "other pseudonyms": ([row.replace("p1-gent", "p2-gent") for row in MANY], "D-242"),
    "everybody alone": ([row.replace(";1;1", ";2;1").replace(";3;1", ";2;1") for row in MANY], "D-245"),
    "the last year closed for a third": (
        [row.replace("-01;;", "-01;2021-12-31;") if n % 3 else row for n, row in enumerate(MANY)],
        "D-244",
    ),
}


@pytest.mark.parametrize("change", CHANGED)
def test_what_check_calls_held_is_what_the_receiver_holds(change, tmp_path):
    rows, code = CHANGED[change]
    root = in_force(tmp_path, MANY)
    seen = looked(tmp_path, leefloon(*rows), root=root)
    assert (seen.verdict, seen.refusal.code if seen.refusal else "") == ("held", code)
    assert any(line.state == "held" for line in seen.lines)
    put(root, leefloon(*rows), name="levering-twee", as_of="2023-01-31")
    assert [(outcome.state, outcome.code) for outcome in take_in(root)] == [("held", code)]
    assert accept(root, "gent/levering-twee", reason="Nagekeken met de dienst.").state == "accepted"


def test_a_month_more_with_its_corrections_is_not_held(tmp_path):
    root = in_force(tmp_path, MANY)
    later = [*MANY, *[f"44021;p1-gent-9{n:03d};RMI;2022-12-01;;2;{1970 + n};" for n in range(9)], MANY[0] + "W1"]
    seen = looked(tmp_path, leefloon(*later), root=root)
    assert seen.refusal is None
    put(root, leefloon(*later), name="levering-twee", as_of="2023-01-31")
    assert [outcome.state for outcome in take_in(root)] == ["accepted"]


def test_a_longer_history_may_hold_as_many_more_rows_as_months(tmp_path):
    root = tmp_path / "root"
    past = [f"44021;p1-oud-{n:05d};RMI;2018-02-01;2019-03-31;{n % 3 + 1};{1960 + n % 40};W1" for n in range(280)]
    put(root, leefloon(*MANY), name="levering-nul", since="2021-01-01")
    assert [outcome.state for outcome in take_in(root)] == ["accepted"]
    put(root, leefloon(*past, *MANY), name="levering-twee", as_of="2023-01-31", since="2017-01-01")
    assert [outcome.state for outcome in take_in(root)] == ["accepted"]


def test_the_same_content_under_another_name_changes_nothing(tmp_path):
    root = in_force(tmp_path, MANY)
    put(root, leefloon(*MANY), name="levering-twee")
    assert [(outcome.state, outcome.exit_status) for outcome in take_in(root)] == [("known", 0)]


def test_one_of_two_cities_with_a_delivery_of_the_same_name_is_let_in(tmp_path):
    root = in_force(tmp_path, MANY)
    put(root, leefloon(*MANY[:100]), name="levering-drie", as_of="2023-01-31")
    aalst = [row.replace("44021", "41002").replace("gent", "aals") for row in GOOD]
    put(root, leefloon(*aalst), city="aalst", nis="41002", name="levering-drie")
    assert sorted(outcome.state for outcome in take_in(root)) == ["accepted", "held"]
    assert accept(root, "levering-drie", reason="Nagekeken.").city == "gent"


@pytest.mark.parametrize("city", ["gent", ""])
def test_a_file_that_is_not_there_is_no_verdict(city, tmp_path):
    with pytest.raises(InputMissing):
        inspect([tmp_path / "nergens.csv"], city_of(city) if city else None, as_of=AS_OF, root=tmp_path)


def test_rows_without_a_right_of_any_day_are_counted_and_stay(tmp_path):
    seen = looked(tmp_path, leefloon(*MANY, MANY[0].replace("-01;;", "-01;2010-01-01;")))
    assert seen.checked[0].verdict.accepted.height == 301
    assert [finding.state for finding in seen.findings] == ["warning"]


def test_a_refusal_of_a_file_is_the_verdict(tmp_path):
    seen = looked(tmp_path, {"leefloon.csv": ""}, city="gent")
    assert (seen.verdict, type(seen.refusal)) == ("refused", DeliveryRefused)
    assert "D-102" in check_page(seen)
