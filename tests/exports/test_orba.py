"""The flat file for ORBA: values beside targets, and a status that says no more than the figures do."""

from __future__ import annotations

import csv

import pytest

from demad.errors import UsageRefused
from demad.exports.about import About, Areas
from demad.exports.formats import export_as
from demad.exports.orba import COLUMNS, orba_files
from demad.reference.cities import Target, load_cities
from tests.figures import count, figure, published, share

ROWS = (
    share(20, 400, period="2023Q4"),  # 5%, between 2.9 and 7.1
    share(100, 400, period="2024Q4"),  # 25%, between 20.8 and 29.2
    share(200, 400, period="2025Q4"),  # 50%
    figure(period="2022Q4", status="suppressed"),
    figure(period="2021Q4", status="not_computable"),
    count(600),
    share(100, 400, city="aalst"),
)


def _read(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=";"))


def test_each_period_has_its_value_its_target_and_what_can_be_said_of_it():
    files = orba_files(published(*ROWS), {"gent": {"return_12m": Target(22, 2030, "lower")}})
    rows = _read(files["gent.csv"])
    assert list(files) == ["gent.csv"]
    assert tuple(rows[0]) == COLUMNS
    told = {row["periode"]: (row["waarde"], row["status"]) for row in rows}
    assert told["2021"] == ("", "geen cijfer")
    assert told["2022"] == ("", "niet getoond: te weinig mensen")
    assert told["2023"] == ("5,0", "gehaald")
    assert told["2024"] == ("25,0", "rond het doel: het verschil kan toeval zijn")
    assert told["2025"] == told["2025Q4"] == ("50,0", "niet gehaald")
    assert {(row["doel"], row["doeljaar"], row["eenheid"], row["richting"]) for row in rows} == {
        ("22,0", "2030", "%", "lager is beter")
    }


def test_a_count_is_as_it_is_and_needs_a_direction():
    figures = published(*ROWS)
    (row,) = _read(orba_files(figures, {"gent": {"outflow_count": Target(500, None, "higher")}})["gent.csv"])
    assert (row["waarde"], row["doel"], row["doeljaar"], row["status"]) == ("600,0", "500,0", "", "gehaald")
    for id, better in (("outflow_count", ""), ("geluk", "higher")):
        with pytest.raises(UsageRefused) as refused:
            orba_files(figures, {"gent": {id: Target(500, None, better)}})
        assert refused.value.code == "D-762"


def test_targets_stand_in_the_file_of_the_city(tmp_path):
    (tmp_path / "cities").mkdir()
    file = tmp_path / "cities" / "gent.toml"
    file.write_text('[orba.return_12m]\ntarget = 20\nyear = 2030\nbetter = "lower"\n', encoding="utf-8")
    assert load_cities(tmp_path)["gent"].orba == {"return_12m": Target(20, 2030, "lower")}
    for wrong in ('target = "20"', "year = 2030", "target = 20\ndoel = 3", 'target = 20\nbetter = "meer"'):
        file.write_text(f"[orba.return_12m]\n{wrong}\n", encoding="utf-8")
        with pytest.raises(UsageRefused, match="return_12m") as refused:
            load_cities(tmp_path)
        assert refused.value.code == "D-442"


def test_without_any_target_nothing_is_written_and_that_is_said(tmp_path):
    for targets in ({}, {"gent": {}}):
        with pytest.raises(UsageRefused, match="doelen") as refused:
            export_as(published(*ROWS), to="orba", out=tmp_path / "x", areas=Areas({}, targets=targets), about=About())
        assert refused.value.code == "D-762"
    assert not (tmp_path / "x").exists()


def test_a_city_that_has_no_targets_any_more_leaves_no_file_behind_and_files_of_others_stay(tmp_path):
    nis = {"aalst": "41002", "gent": "44021", "genk": "71016"}
    target = {"return_12m": Target(22, 2030, "lower")}

    def exported(**targets):
        areas = Areas(nis, targets=targets)
        return export_as(published(*ROWS), to="orba", out=tmp_path, areas=areas, about=About())

    exported(gent=target, aalst=target)
    (tmp_path / "genk.csv").write_bytes(b"a file of somebody else")
    (tmp_path / "nota.csv").write_bytes(b"another one")
    assert exported(gent=target) == [tmp_path / "gent.csv"]
    assert {path.name for path in tmp_path.iterdir()} == {"gent.csv", "genk.csv", "nota.csv"}
