"""The data package: every file that it names is valid, by the tool that others use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from demad.exports.about import About, Areas
from demad.exports.formats import packaged
from demad.tables.figures import PUBLISHED_VALUE
from tests.figures import count, figure, published, share

ABOUT = About(
    publisher="KVS",
    contact="cijfers@voorbeeld.be",
    licence="Modellicentie",
    licence_address="https://voorbeeld.be/licentie",
    version="1",
)
VALUES = published(share(50, 200), count(40), figure(status="suppressed", period="2024Q4"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("package")
    for name, content in packaged(VALUES, Areas({"gent": "44021"}), ABOUT).items():
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_bytes(content)
    return made


def test_frictionless_finds_every_file_valid(folder: Path):
    told = Package(str(folder / "datapackage.json")).validate()
    assert [str(error.message) for error in told.errors] == []
    assert {task.name for task in told.tasks if task.valid} == {
        *("cijfers", "swing-controle", "swing-data", "swing-indicatoren", "swing-noemers", "swing-tellers"),
    }


def test_frictionless_sees_a_changed_cell(folder: Path, tmp_path: Path):
    for path in folder.rglob("*.*"):
        (tmp_path / path.relative_to(folder)).parent.mkdir(exist_ok=True)
        (tmp_path / path.relative_to(folder)).write_bytes(path.read_bytes())
    swing = tmp_path / "swing" / "data.csv"
    swing.write_text(swing.read_text(encoding="utf-8").replace("44021", "44o21"), encoding="utf-8")
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid


def test_the_package_says_whose_it_is_and_what_every_column_means(folder: Path):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["$schema"].endswith("2.0/datapackage.json")
    assert [one["roles"] for one in package["contributors"]] == [["publisher"], ["contactPerson"]]
    assert package["licenses"] == [
        {"name": "modellicentie", "title": "Modellicentie", "path": "https://voorbeeld.be/licentie"}
    ]
    figures = next(one for one in package["resources"] if one["name"] == "cijfers")
    assert [field["name"] for field in figures["schema"]["fields"]] == list(PUBLISHED_VALUE.columns)
    assert figures["schema"]["primaryKey"] == list(PUBLISHED_VALUE.key)
    for resource in package["resources"]:
        assert all(
            field.get("description") or resource["name"] == "swing-indicatoren"
            for field in resource["schema"]["fields"]
        )
    assert {one["path"] for one in package["resources"]} == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*.csv")
    }


def test_hidden_cells_are_missing_and_no_numbers(folder: Path):
    resource: Any = Package(str(folder / "datapackage.json")).get_resource("swing-data")
    rows = resource.read_rows()
    numbers = [cell for row in rows for cell in list(row.values())[3:]]
    assert any(cell is None for cell in numbers)
    assert all(cell is None or cell >= 0 for cell in numbers)
