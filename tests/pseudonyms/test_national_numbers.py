"""National and BIS numbers in cells: every notation, check digits, birth years, sexes, numbers that changed."""

from __future__ import annotations

import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import nn

from demad.errors import DeliveryRefused
from demad.intake.privacy.identifiers import is_national_number
from demad.intake.pseudonyms import national_numbers
from demad.intake.pseudonyms.headers import has_numbers, roles_of
from demad.intake.pseudonyms.national_numbers import are_valid, birth_years, first_numbers, is_valid, numbers_in, sex
from demad.intake.reading.table import Reading
from demad.reference.cities import city_of
from demad.synthetic.numbers import number, numbers
from tests.pseudonyms.people import nobody


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("85.07.30-033.28", "85073003328"),
        ("85073003328", "85073003328"),
        (" 850730 033 28 ", "85073003328"),
        ("85/07/30-033*28", "85073003328"),
        ("85073003328.0", "85073003328"),
        ('="85073003328"', "85073003328"),
        ("88222999936", "88222999936"),
        ("85073003329", None),
        ("88150199951", None),
        ("65789543098", None),
        ("00000000000", None),
        ("peeters", None),
        ("850730", None),
        ("", None),
        ("n.v.t.", None),
        ("٨٥٠٧٣٠٠٣٣٢٨", None),  # digits of another script
    ],
)
def test_a_number_is_read_in_every_notation_or_not_at_all(written: str, digits: str | None):
    assert numbers_in(pl.Series([written, None])).to_list() == [digits, None]


def test_zeros_that_a_spreadsheet_lost_come_back():
    born = number(2005, 1, 1, 0)
    shorter = born.lstrip("0")
    assert len(shorter) == 10
    assert numbers_in(pl.Series([shorter, f"{shorter}.0"])).to_list() == [born, born]
    assert numbers_in(pl.Series([int(born), 85073003328])).to_list() == [born, "85073003328"]
    assert numbers_in(pl.Series([float(born)])).to_list() == [born]


@given(
    st.integers(1925, 2024), st.sampled_from([0, 20, 40]), st.integers(0, 12), st.integers(0, 28), st.integers(1, 999)
)
def test_every_number_with_good_check_digits_is_valid_and_tells_its_year_and_sex(year, raised, month, day, serial):
    made = number(year, month + raised, day, serial)
    assert is_valid(made)
    assert is_national_number(made)
    unknown = month == 0 and day == 1 and year % 100 == 0
    assert birth_years(pl.Series([made])).to_list() == [None if unknown else year]
    assert sex(made) == (None if raised == 20 else "M" if serial % 2 else "V")


def test_many_numbers_at_once_are_judged_as_the_library_judges_each_and_good_ones_without_it(monkeypatch):
    chance = random.Random(1)  # noqa: S311
    bodies = [chance.randrange(10**9) for _ in range(1_500)] + [chance.randrange(10**5) for _ in range(300)]
    years = [f"{body:09d}{97 - (body + century) % 97:02d}" for body in bodies for century in (0, 2 * 10**9)]
    texts = pl.Series([*years, *(f"{chance.randrange(10**11):011d}" for _ in range(500)), "0" * 11])
    good = [number for number in texts if is_valid(number)]
    assert 500 < len(good) < len(texts) - 500
    monkeypatch.setattr(national_numbers, "is_valid", lambda number: False)
    assert texts.filter(are_valid(texts)).to_list() == good
    assert birth_years(pl.Series(good)).to_list() == [nn.get_birth_year(number) for number in good]


@given(st.integers(0, 10**11 - 1))
def test_no_text_of_eleven_digits_is_valid_where_the_guard_sees_no_number(digits):
    text = f"{digits:011d}"
    assert not is_valid(text) or is_national_number(text)


def test_a_number_that_changed_stands_for_the_first_number_of_its_person():
    a, b, c, d = (nobody(place) for place in range(4))
    assert first_numbers([(a, b), (b, c)]) == {a: a, b: a, c: a}
    assert first_numbers([(b, c), (a, b)]) == {a: a, b: a, c: a}
    assert first_numbers([(a, b), (a, c)]) == {a: a, b: a, c: a}
    assert first_numbers([(a, b), (b, a)]) == dict.fromkeys((a, b), min(a, b))
    assert first_numbers([(a, b), (c, d)]) == {a: a, b: a, c: c, d: c}
    assert first_numbers([]) == {}


def test_an_old_number_that_everybody_has_is_refused():
    with pytest.raises(DeliveryRefused) as refusal:
        first_numbers((nobody(0), nobody(place)) for place in range(1, 9))
    assert refusal.value.code == "D-267"


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=5), st.randoms())
def test_the_first_number_does_not_depend_on_the_order_of_rows(pairs, chance):
    changes = [(nobody(old), nobody(new)) for old, new in pairs if old != new]
    shuffled = changes[:]
    chance.shuffle(shuffled)
    assert first_numbers(changes) == first_numbers(shuffled)


@pytest.mark.parametrize(
    "header", ["INSZ", "Rijksregisternummer", "RRN", "NISS", "Nationaal nummer", "BIS-nummer", "insz_client"]
)
def test_headers_of_numbers_are_known(header: str):
    assert has_numbers(header)


@pytest.mark.parametrize(
    "header", ["INSZ partner", "rrn kind", "RRN ouder", "Basis", "Bissegem", "Dienst", "nis", "Pseudo"]
)
def test_headers_of_other_people_and_other_words_are_not(header: str):
    assert not has_numbers(header)


def roles(*headers: str):
    return roles_of(Reading(pl.DataFrame({header: ["x"] for header in headers}), ()), city_of("gent"))


def test_what_each_special_column_is():
    found = roles("Naam", "INSZ", "Oud INSZ", "INSZ partner", "Geboortedatum", "Straat", "nis")
    assert (found.number, found.old, found.birth) == ("INSZ", "Oud INSZ", "Geboortedatum")
    assert found.dropped == ("Naam", "INSZ partner", "Straat")
    assert (roles("Rijksregisternummer", "BIS-nummer").number, roles("Rijksregisternummer", "BIS-nummer").old) == (
        "Rijksregisternummer",
        "BIS-nummer",
    )
    assert roles("Pseudo", "nis").number == "Pseudo"
    assert roles("Pseudo", "INSZ").dropped == ("Pseudo",)
    assert roles("BIS", "nis").number == "BIS"
    assert roles("Geboortejaar cliënt", "Geboortedatum").dropped == ("Geboortedatum",)
    assert roles("INSZ", "Geb. jaar").birth == "Geb. jaar"  # as software names it


def test_two_columns_that_could_be_the_person_are_refused():
    with pytest.raises(DeliveryRefused) as refusal:
        roles("INSZ", "Rijksregisternummer", "nis")
    assert refusal.value.code == "D-266"


def test_numbers_of_synthetic_people_are_valid_distinct_and_of_nobody():
    people = [(f"p{place}", 1960 + place % 3, ("M", "V", "X", None)[place % 4]) for place in range(2_000)]
    found = numbers(people)
    assert len(set(found.values())) == len(people)
    made = pl.Series([found[person] for person, *_ in people])
    assert are_valid(made).all()
    assert set(made.str.slice(6, 3)) == {"000", "999"}
    assert birth_years(made).to_list() == [year for _, year, _ in people]
    assert [sex(number) for number in made[:200]] == [kind if kind in ("M", "V") else None for *_, kind in people[:200]]
