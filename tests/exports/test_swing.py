"""The files for Stad in Cijfers: taken by its rules, nothing of what is hidden, codes that stay, and read back."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import polars as pl
import pytest

from demad.catalogue import CATALOGUE
from demad.exports import swing
from demad.exports.about import About, Areas
from demad.exports.swing import CENSORED, EMPTY, NOT_APPLICABLE, UNKNOWN, swing_files
from demad.exports.swing_codes import new_codes, swing_codes
from demad.reference.cities import load_cities
from demad.tables.kinds import ExactFigures
from tests.exports.swing_rules import mistakes, table
from tests.figures import count, figure, figures, published, share

AREAS = Areas({"gent": "44021", "turnhout": "13040"})
ABOUT = About(publisher="KVS", threshold=10)
NOT_UPLOADED = ("indicatoren.csv", "controle.csv")
FIRST_CODES = "e3e16961a9c3a284"
"""Begin of the hash of the codes that were in use on 26 November 2026: they never change or go."""


def _cells(files: dict[str, bytes], name: str, level: str = "gemeente") -> dict[tuple[str, str, str], float]:
    """Value by area, period and code."""
    header, rows = table(files[name])
    return {
        (row["geoitem"], row["period"], code): float(row[code])
        for row in rows
        if row["geolevel"] == level
        for code in header[3:]
    }


def _uploads(files: dict[str, bytes]) -> dict[str, bytes]:
    """What Swing loads: the numbers, in as many files as its columns need."""
    return {name: content for name, content in files.items() if name not in NOT_UPLOADED}


def _everything() -> list[dict]:
    """Every indicator in every kind of period, in three cities; one figure of each is hidden."""
    made = []
    for number, entry in enumerate(CATALOGUE):
        for place, city in enumerate(("antwerpen", "gent", "turnhout")):
            for period in ("2024", "2025") if entry.unit == "spells" else ("2024Q4", "2025Q2", "2025Q4"):
                parts = {"numerator": 40 + 5 * place, "denominator": 200} if entry.unit != "persons" else {}
                shown = {"value": 0.2 + 0.025 * place, **parts, "status": "ok"}
                hidden = {"status": "suppressed"}
                given = hidden if place == number % 3 and period.startswith("2025") else shown
                made.append(figure(indicator=entry.id, city=city, period=period, **given))
    return made


@pytest.fixture(scope="module")
def whole() -> tuple[pl.DataFrame, dict[str, bytes]]:
    figures, cities = published(*_everything()), load_cities(None)
    slugs = ("antwerpen", "gent", "turnhout", "hasselt")
    then = {slug: cities[slug].codes_on(date(2024, 12, 31)) for slug in slugs}
    return figures.frame, swing_files(figures, Areas({slug: cities[slug].nis for slug in slugs}, then), ABOUT)


def test_swing_takes_every_file_and_every_subject(whole):
    _, files = whole
    assert mistakes(_uploads(files), files["indicatoren.csv"]) == []
    assert mistakes({"controle.csv": files["controle.csv"]}, files["indicatoren.csv"]) != []  # it is not uploaded


def test_what_is_published_comes_back_from_the_files_and_nothing_else(whole):
    frame, files = whole
    codes = {code: id for id, code in swing_codes().items()}
    nis = {city.nis: slug for slug, city in load_cities(None).items()}
    back = {}
    for name in ("data.csv", "controle.csv"):
        for (item, period, code), number in _cells(files, name).items():
            if number > -90_000:
                back[codes[code], nis[item], period] = number
    hundred = {entry.id for entry in CATALOGUE if entry.unit in ("share", "fraction")}
    rows = frame.filter(pl.col("value").is_not_null()).select("indicator", "city", "period", "value").rows()
    wanted = {
        (id, city, period): round(value * 100, 3) if id in hundred else value
        for id, city, quarter, value in rows
        for period in ({quarter, quarter.removesuffix("Q4")})
    }
    assert back == wanted


def test_a_formula_gives_what_the_file_of_control_says(whole):
    _, files = whole
    parts = _cells(files, "tellers.csv") | _cells(files, "noemers.csv")
    rows = {row["Indicator code"]: row for row in table(files["indicatoren.csv"])[1]}
    told = _cells(files, "controle.csv")
    assert len({code for _, _, code in told}) > 10
    for (item, period, code), number in told.items():
        numerator, _, denominator, _, times = rows[code]["Formula"].split()
        over, under = parts[item, period, numerator], parts[item, period, denominator]
        if over < -90_000:
            assert number == over
        elif float(times) == 100 and "share" in code:
            assert number == pytest.approx(over / under * 100, abs=0.051)


def test_the_geography_of_2024_has_the_areas_of_then_and_knows_no_parts(whole):
    _, files = whole
    now, then = _cells(files, "data.csv"), _cells(files, "data.csv", "gemeente2024")
    assert {item for item, _, _ in now} == {"11002", "44021", "13040", "71072"}
    assert {item for item, _, _ in then} == {"11002", "11007", "44021", "13040", "71022", "73040"}
    code = swing_codes()["return_12m"]
    assert now["11002", "2024", code] > 0
    assert {then[item, "2024", code] for item in ("11002", "11007", "71022", "73040")} == {UNKNOWN}
    assert then["44021", "2024", code] == now["44021", "2024", code]


def test_a_file_never_has_sixty_columns(whole, monkeypatch):
    _, files = whole
    assert all(len(table(files[name])[0]) < 60 for name in _uploads(files))
    monkeypatch.setattr(swing, "MOST_COLUMNS", 10)
    many = swing_files(published(*_everything()), AREAS, ABOUT)
    parts = {name: content for name, content in many.items() if name != "indicatoren.csv" and "controle" not in name}
    assert len(parts) > 10
    assert {len(table(content)[0]) for content in parts.values()} <= set(range(4, 11))
    assert mistakes(parts, many["indicatoren.csv"]) == []


def test_each_kind_of_nothing_has_its_code():
    hidden = figure(indicator="return_12m", status="suppressed", city="turnhout")
    rows = published(share(50, 200), hidden, count(40), count(30, period="2025Q2"), figure(period="2025Q2", value=0.5))
    told, codes = _cells(swing_files(rows, AREAS, ABOUT), "data.csv"), swing_codes()
    returns, flows = codes["return_12m"], codes["outflow_count"]
    assert told["13040", "2025", returns] == CENSORED
    assert told["13040", "2025", flows] == UNKNOWN
    assert told["44021", "2025Q4", flows] == EMPTY
    only_years = swing_files(
        published(share(50, 200), figure(indicator="careleaver_count", period="2025", value=40.0)), AREAS, ABOUT
    )
    assert _cells(only_years, "data.csv")["44021", "2025Q4", codes["careleaver_count"]] == NOT_APPLICABLE


def test_every_indicator_has_a_code_of_its_own_that_swing_takes():
    codes = swing_codes()
    assert {entry.id for entry in CATALOGUE} <= set(codes)
    assert len(set(codes.values())) == len(codes)
    assert all(re.fullmatch(r"v[ps]?\d{4}_[a-z0-9_]+", code) and len(f"dna_{code}_t") <= 46 for code in codes.values())


def test_a_code_that_was_ever_used_stays():
    first = sorted(code for code in swing_codes().values() if int(re.sub(r"\D", "", code[:7])) <= 7048)
    assert hashlib.sha256("\n".join(first).encode()).hexdigest().startswith(FIRST_CODES)


def test_the_frozen_codes_are_those_that_the_catalogue_gives():
    frozen = swing_codes()
    for entry in CATALOGUE:
        of_others = {id: code for id, code in frozen.items() if id != entry.id}
        given = new_codes(of_others, [entry])[entry.id]
        assert re.sub(r"\d{4}", "", given, count=1) == re.sub(r"\d{4}", "", frozen[entry.id], count=1)
    assert new_codes(frozen) == {}


def test_a_new_indicator_gets_the_next_number_and_stays_out_of_the_files_until_it_is_frozen(monkeypatch):
    codes = swing_codes()
    frozen = {id: code for id, code in codes.items() if id != "return_12m"}
    newest = max(int(re.sub(r"\D", "", code[:7])) for code in codes.values())
    assert new_codes(frozen) == {"return_12m": f"vp{newest + 1}_demad_return_12m"}
    monkeypatch.setattr(swing, "swing_codes", lambda: frozen)
    files = swing_files(published(share(50, 200), count(40)), AREAS, ABOUT)
    assert not any(codes["return_12m"].encode() in content for content in files.values())


def test_a_year_holds_year_totals_of_flows_and_the_last_quarter_of_windows():
    rows = published(count(480), count(100, period="2025Q4"), share(50, 200), share(60, 200, period="2025Q2"))
    told, codes = _cells(swing_files(rows, AREAS, ABOUT), "data.csv"), swing_codes()
    flows, returns = codes["outflow_count"], codes["return_12m"]
    shown = {(period, code): number for (item, period, code), number in told.items() if item == "44021"}
    assert shown["2025", flows] == 480.0
    assert shown["2025", returns] == 25.0
    assert shown["2025Q2", flows] == EMPTY
    assert shown["2025Q2", returns] == 30.0
    assert shown["2025Q4", flows] == 100.0


def test_exact_figures_say_that_they_stay_inside():
    files = swing_files(ExactFigures(figures(share(5, 200))), AREAS, ABOUT)
    rows = table(files["indicatoren.csv"])[1]
    assert not any(row["Threshold value"] for row in rows)
    assert {row["Footnote"].partition(":")[0] for row in rows if "dq_" not in row["Indicator code"]} == {
        "Vertrouwelijk"
    }
