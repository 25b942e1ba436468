"""The synthetic extracts: lawful under the contract, with every fault of real life, and reproducible."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from demad.reference.cities import load_cities
from demad.reference.stop_reasons import STOP_REASONS
from demad.synthetic import extracts, write_extracts
from demad.synthetic.applications import MEAN_DAYS
from demad.synthetic.layouts import LAYOUTS
from demad.synthetic.profiles import PROFILES

SINCE, AS_OF = date(2015, 1, 1), date(2026, 9, 30)
COLUMNS = {
    "leefloon": [
        *["nis", "persoon", "wet", "begin", "einde", "categorie", "geboortejaar", "geslacht"],
        *["nationaliteit", "student", "gpmi", "schorsing", "stopreden", "eerste_begin", "herkomst"],
    ],
    "jeugdhulp": [
        *["nis", "persoon", "geboortejaar", "einde_jeugdhulp", "geslacht", "zorgvorm"],
        *["gevolgd_tot", "einde_gevolgd"],
    ],
    "steun": ["nis", "persoon", "soort", "begin", "einde"],
    "aanvragen": ["nis", "persoon", "aangevraagd_op", "soort", "beslist_op", "uitkomst", "weigering"],
    "bevolking": ["nis", "jaar", "leeftijd_van", "leeftijd_tot", "geslacht", "aantal"],
    "controle": ["nis", "maand", "wet", "personen"],
}
CODES = {
    "wet": {"RMI", "RMH"},
    "categorie": {1, 2, 3},
    "geslacht": {"M", "V", "X"},
    "nationaliteit": {"BE", "EU", "NEU"},
    "gpmi": {"geen", "algemeen", "studie", "studie_werk", "vrijgesteld"},
    "stopreden": set(STOP_REASONS),
    "herkomst": {
        *("eerste", "werk", "einde_werkloosheid", "andere_uitkering"),
        *("ander_ocmw", "jeugdhulp", "andere"),
    },
    "zorgvorm": {"verblijf", "pleegzorg", "autonoom_wonen", "kleinschalig", "context", "ander"},
    "soort": {"art60", "art61", "opleiding", "installatiepremie", "referentieadres", "begeleiding"},
    "einde_gevolgd": {"verhuis", "overlijden"},
    "uitkomst": {"toegekend", "geweigerd", "ingetrokken", "lopend"},
    "weigering": {"middelen", "werkbereidheid", "verblijf", "onvolledig", "andere"},
}


@cache
def _drawn(seed: int = 2026) -> dict[str, dict[str, pl.DataFrame]]:
    return dict(extracts(people=600, seed=seed))


def _all(dataset: str) -> pl.DataFrame:
    return pl.concat([datasets[dataset] for datasets in _drawn().values() if dataset in datasets])


def _standing(rows: pl.DataFrame) -> pl.DataFrame:
    last = rows.unique(["persoon", "wet", "begin"], keep="last", maintain_order=True)
    return last.filter(pl.col("einde").is_null() | (pl.col("einde") >= pl.col("begin")))


def _following(rows: pl.DataFrame) -> pl.DataFrame:
    """Standing decisions with the begin of the next one of the same person and law."""
    ordered = _standing(rows).sort("persoon", "wet", "begin")
    same = (pl.col("persoon") == pl.col("persoon").shift(-1)) & (pl.col("wet") == pl.col("wet").shift(-1))
    return ordered.with_columns(next=pl.col("begin").shift(-1)).filter(same.fill_null(False))


def test_every_city_gives_the_datasets_with_the_columns_of_the_contract_and_eight_also_applications() -> None:
    assert list(_drawn()) == list(load_cities(None)) == list(PROFILES) == list(LAYOUTS)
    for slug, datasets in _drawn().items():
        given = {name: columns for name, columns in COLUMNS.items() if name != "aanvragen" or slug in MEAN_DAYS}
        assert {name: frame.columns for name, frame in datasets.items()} == given
    assert len(MEAN_DAYS) == 8


@pytest.mark.parametrize("dataset", list(COLUMNS))
def test_only_codes_of_the_contract_are_used(dataset: str) -> None:
    rows = _all(dataset)
    other = {"soort": {"leefloon", "equivalent", "steun", "andere"}} if dataset == "aanvragen" else {}
    for column in set(rows.columns) & set(CODES):
        assert set(rows[column].drop_nulls().unique()) <= {**CODES, **other}[column]


def test_required_cells_are_never_empty() -> None:
    required = {
        "leefloon": ["nis", "persoon", "wet", "begin", "categorie", "geboortejaar"],
        "jeugdhulp": ["nis", "persoon", "geboortejaar", "einde_jeugdhulp"],
        "steun": ["nis", "persoon", "soort", "begin"],
        "aanvragen": ["nis", "persoon", "aangevraagd_op"],
    }
    for dataset, columns in required.items():
        assert _all(dataset).select(pl.col(columns).null_count()).row(0) == (0,) * len(columns)


def test_pseudonyms_begin_with_a_letter_and_name_their_city() -> None:
    for slug, datasets in _drawn().items():
        assert datasets["leefloon"]["persoon"].str.contains(rf"^p1-{slug}-[a-z2-7]{{26}}$").all()


def test_every_decision_that_stands_has_a_day_in_the_window() -> None:
    rows = _all("leefloon")
    assert rows["begin"].max() <= AS_OF
    assert _standing(rows).filter(pl.col("einde") < SINCE).is_empty()
    assert rows.filter(pl.col("eerste_begin") > pl.col("begin")).is_empty()


def test_the_same_seed_gives_the_same_rows_whatever_other_cities_are_drawn() -> None:
    (again,) = extracts(people=600, cities=["leuven"])
    assert again[0] == "leuven"
    for dataset, frame in again[1].items():
        assert frame.equals(_drawn()["leuven"][dataset])


def test_another_seed_gives_other_people() -> None:
    (other,) = extracts(people=600, seed=7, cities=["leuven"])
    assert not other[1]["leefloon"].equals(_drawn()["leuven"]["leefloon"])
    assert set(other[1]["leefloon"]["persoon"]).isdisjoint(_drawn()["leuven"]["leefloon"]["persoon"])


def test_the_stock_at_the_end_of_2025_is_about_what_was_asked() -> None:
    stock = _all("controle").filter((pl.col("maand") == "2025-12") & (pl.col("wet") == "RMI"))
    assert 500 <= stock["personen"].sum() <= 700


def test_corrections_come_after_what_they_correct_and_annul_some_decisions() -> None:
    rows = _all("leefloon").with_row_index("rij")
    annulled = rows.filter(pl.col("einde") < pl.col("begin"))
    assert annulled.height > 0
    key = ["persoon", "wet", "begin"]
    before = rows.join(annulled.select(*key, later="rij"), on=key).filter(pl.col("rij") < pl.col("later"))
    assert before.select(key).unique().height == annulled.height
    share = 1 - rows.unique(key).height / rows.height
    assert 0.01 < share < 0.04


def test_decisions_overlap_and_miss_single_months() -> None:
    rows = _following(_all("leefloon"))
    overlapping = rows.filter(pl.col("einde") >= pl.col("next"))
    days_away = (pl.col("next") - pl.col("einde")).dt.total_days() - 1
    missed = rows.filter(days_away.is_between(28, 31) & (pl.col("next").dt.day() == 1))
    assert overlapping.height > 0.01 * rows.height
    assert missed.height > 20


def test_suspensions_late_decisions_and_planned_ends_are_there() -> None:
    rows = _all("leefloon")
    assert rows["schorsing"].sum() > 50
    assert rows.filter(pl.col("einde") > AS_OF).height > 0
    starts = rows.filter(pl.col("begin") == pl.col("eerste_begin"))["begin"]
    last_month, year_before = (starts.is_between(date(year, 9, 1), date(year, 9, 30)).sum() for year in (2026, 2025))
    assert last_month < year_before


def test_merged_municipalities_carry_their_old_code_until_2025() -> None:
    rows = _drawn()["hasselt"]["leefloon"]
    before, after = (
        rows.filter(pl.col("begin") < date(2025, 1, 1)),
        rows.filter(pl.col("begin") >= date(2025, 1, 1)),
    )
    assert set(before["nis"]) == {"71022", "73040"}
    assert set(after["nis"]) == {"71072"}
    assert set(_drawn()["antwerpen"]["leefloon"]["nis"]) == {"11002", "11007"}


def test_unknown_reasons_differ_per_city() -> None:
    shares = {}
    for slug in ("gent", "oostende"):
        stops = _following(_drawn()[slug]["leefloon"])
        away = stops.filter((pl.col("next") - pl.col("einde")).dt.total_days() > 62)
        hidden = pl.col("stopreden").is_null() | (pl.col("stopreden") == "U0")
        shares[slug] = away.select(hidden.mean()).item()
    assert 0.03 < shares["gent"] < shares["oostende"] < 0.6


def test_the_wave_of_2022_is_seen_in_the_equivalent_leefloon_and_the_reform_of_2026_in_the_origin() -> None:
    control = _all("controle").filter(pl.col("wet") == "RMH").group_by("maand").agg(pl.col("personen").sum())
    stock = dict(control.iter_rows())
    assert stock["2022-12"] > 2 * stock["2022-02"]
    origin = _all("leefloon").filter(pl.col("herkomst") == "einde_werkloosheid")
    by_year = {y: origin.filter(pl.col("begin").dt.year() == y)["persoon"].n_unique() for y in (2025, 2026)}
    assert by_year[2026] > by_year[2025]


def test_art_60_contracts_follow_the_stops_for_art_60() -> None:
    contracts = _all("steun").filter(pl.col("soort") == "art60")
    stops = _all("leefloon").filter(pl.col("stopreden") == "A60")
    found = contracts.join(stops, on="persoon", how="semi")
    assert found.height > 0.7 * contracts.height


def test_some_care_leavers_come_to_a_leefloon_and_most_do_not() -> None:
    leavers, rows = _all("jeugdhulp"), _all("leefloon")
    reached = leavers.join(rows, on="persoon", how="semi").height / leavers.height
    assert 0.15 < reached < 0.5
    assert leavers["persoon"].is_unique().all()


def test_the_control_counts_are_the_persons_with_a_day_of_right_within_one_per_cent() -> None:
    rows = _standing(_drawn()["antwerpen"]["leefloon"])
    control = _drawn()["antwerpen"]["controle"]
    for month in ("2015-01", "2020-02", "2026-09"):
        first = date.fromisoformat(f"{month}-01")
        covered = (pl.col("begin") <= pl.lit(first).dt.month_end()) & (pl.col("einde").fill_null(AS_OF) >= first)
        for law in ("RMI", "RMH"):
            counted = rows.filter(covered & (pl.col("wet") == law))["persoon"].n_unique()
            told = control.filter((pl.col("maand") == month) & (pl.col("wet") == law))["personen"].item()
            assert abs(told - counted) <= 0.01 * counted + 0.5


def test_equal_performance_keeps_level_and_mix_and_drops_the_multipliers() -> None:
    equal = PROFILES["oostende"].equal()
    assert (equal.exits, equal.work, equal.returns, equal.reach) == (1, 1, 1, 1)
    assert (equal.stock, equal.students, equal.unknown) == (1250, 0.18, 0.31)


@pytest.mark.parametrize("messy", [False, True])
def test_equal_seed_gives_equal_bytes(tmp_path: Path, messy: bool) -> None:
    for name in ("one", "two"):
        chosen = ["brugge", "leuven", "oostende"]
        written = write_extracts(tmp_path / name, people=100, seed=3, messy=messy, cities=chosen)
        assert len(written) == 17  # two of the three deliver applications
    for path in sorted((tmp_path / "one").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_messy_files_bear_the_headers_and_words_of_the_city(tmp_path: Path) -> None:
    write_extracts(tmp_path, people=300, seed=3, messy=True, cities=["gent"])
    text = (tmp_path / "gent" / "leefloon.csv").read_bytes().decode("cp1252")
    header = text.splitlines()[0].split(";")
    assert {"Pseudo", "Cat.", "Geboortejaar cliënt", "dossierteam"} <= set(header)
    assert "Afgestudeerd" in text
    assert "zie dossier" in text


def test_every_leefloon_was_asked_for_and_a_decision_is_never_before_its_application() -> None:
    rows = _all("aanvragen")
    assert rows.filter(pl.col("beslist_op") < pl.col("aangevraagd_op")).is_empty()
    assert rows.filter(pl.col("aangevraagd_op") > AS_OF).is_empty()
    undecided = pl.col("beslist_op").is_null()
    assert rows.filter(undecided != (pl.col("uitkomst") == "lopend")).is_empty()
    in_time = rows.filter(~undecided).select((pl.col("beslist_op") - pl.col("aangevraagd_op")).dt.total_days() <= 30)
    assert 0.6 < in_time.to_series().mean() < 0.95
    for slug in MEAN_DAYS:
        began = _drawn()[slug]["leefloon"].filter(pl.col("begin") >= SINCE, wet="RMI")["persoon"].unique()
        granted = _drawn()[slug]["aanvragen"].filter(uitkomst="toegekend")["persoon"]
        assert began.is_in(granted.implode()).mean() > 0.5
