"""The city files: what they hold, and how a root folder overrides them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from demad.errors import UsageRefused
from demad.reference.cities import city_of, load_cities
from demad.reference.stop_reasons import STOP_REASONS

SLUGS = [
    *["aalst", "antwerpen", "brugge", "genk", "gent", "hasselt", "kortrijk", "leuven"],
    *["mechelen", "oostende", "roeselare", "sint-niklaas", "turnhout"],
]


def _own_city(root: Path, slug: str, text: str) -> None:
    (root / "cities").mkdir(exist_ok=True)
    (root / "cities" / f"{slug}.toml").write_text(text, encoding="utf-8")


def test_the_thirteen_cities_come_sorted_with_distinct_nis_codes() -> None:
    cities = load_cities(None)
    assert list(cities) == SLUGS
    assert len({city.nis for city in cities.values()}) == 13


def test_merged_municipalities_point_to_the_code_in_force() -> None:
    assert set(city_of("hasselt").old_nis) == {"71022", "73040"}
    assert dict(city_of("antwerpen").old_nis) == {"11007": "2024-12-31"}
    assert city_of("hasselt").merged[0][0] == date(2025, 1, 1)


def test_a_city_has_the_codes_of_its_municipalities_until_they_merged() -> None:
    for slug, then in (("hasselt", ("71022", "73040")), ("antwerpen", ("11002", "11007")), ("gent", ("44021",))):
        city = city_of(slug)
        assert (city.codes_on(date(2024, 12, 31)), city.codes_on(date(2025, 1, 1))) == (then, (city.nis,))


def test_every_own_word_means_a_known_stop_reason() -> None:
    for city in load_cities(None).values():
        assert set(city.stop_reasons.values()) <= set(STOP_REASONS)
        assert all(word == word.strip().lower() for word in city.stop_reasons)


def test_an_unknown_city_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageRefused, match='Bedoelt u "gent"') as refused:
        city_of("gentt")
    assert refused.value.code == "D-400"


def test_a_root_folder_overrides_key_by_key(tmp_path: Path) -> None:
    _own_city(tmp_path, "gent", '[aliases.leefloon]\n"Cat." = "wet"\n"Nieuw" = "begin"\n')
    gent = city_of("gent", tmp_path)
    assert gent.nis == "44021"
    assert gent.aliases["leefloon"]["Cat."] == "wet"
    assert gent.aliases["leefloon"]["Nieuw"] == "begin"
    assert gent.aliases["leefloon"]["Pseudo"] == "persoon"


def test_a_root_folder_may_add_a_fourteenth_city(tmp_path: Path) -> None:
    _own_city(tmp_path, "vilvoorde", 'name = "Vilvoorde"\nnis = "23088"\n')
    cities = load_cities(tmp_path)
    assert len(cities) == 14
    assert cities["vilvoorde"].name == "Vilvoorde"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('name = "Gent"\nnis = "44021"\nalias = 1\n', "D-440"),
        ('nis = "4402"\n', "D-442"),
        ('[stop_reasons]\n"werk" = "W9"\n', "D-442"),
        ("nis = \n", "D-443"),
    ],
)
def test_a_wrong_city_file_is_refused_by_code(tmp_path: Path, text: str, code: str) -> None:
    _own_city(tmp_path, "gent", text)
    with pytest.raises(UsageRefused) as refused:
        load_cities(tmp_path)
    assert refused.value.code == code
