"""Every file of every folder of releases, damaged in every way: each command says which, and nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from demad.cli import app
from demad.errors import DemadError
from demad.publishing.release import release, sign_off
from demad.publishing.withdrawal import withdraw
from demad.releases.agreement import disagreements
from demad.releases.ledger import ever_released
from tests.releases.small_root import PERIOD, pages_of_few_words, with_figure
from tests.releases.test_damaged import WAYS, damage

WHY = "De cijfers van Gent waren dubbel geteld."
R1, R2, R3, R4 = (f"{PERIOD}-r{number}" for number in range(1, 5))
FILES = ("manifest.json", "cijfers.parquet", "changes.json", "index.html", "gent/index.html", "cijfers.csv")
PLACES = [
    *(f"publication/{folder}/{file}" for folder in (R1, R2, "latest") for file in FILES),
    *(f"publication/{R3}/{file}" for file in ("manifest.json", "withdrawn.json", "index.html", "gent/index.html")),
    *(f"withdrawn/{R3}/{file}" for file in FILES),
    f"signoff/{PERIOD}/gent.json",
]


@pytest.fixture(autouse=True)
def few_words() -> Iterator[None]:
    with pages_of_few_words():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a release, a revision in which a figure is gone, and a third that was withdrawn."""
    root = tmp_path_factory.mktemp("released") / "root"
    with pages_of_few_words():
        for value, groups in ((100, 2), (110, 1), (120, 1)):
            with_figure(root, value, groups=groups)
            sign_off(root, PERIOD, "gent")
            release(root, PERIOD)
        withdraw(root, R3, WHY)
    return root


def ends(root: Path, *arguments: str) -> str:
    """How a command ends: its status, or the code of its refusal; anything else is raised."""
    try:
        typer.main.get_command(app).main([*arguments, "--root", str(root)], standalone_mode=False)
    except DemadError as refusal:
        return refusal.code
    except SystemExit as done:
        return str(done.code)
    return "0"


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", PLACES)
def test_no_command_stumbles_over_a_damaged_file_and_nothing_is_lost(made: Path, tmp_path: Path, place: str, way: str):
    root = Path(shutil.copytree(made, tmp_path / "root"))
    if not (root / place).exists():
        pytest.skip("a first release changes nothing")
    known = ever_released(root)
    archived = sorted(path.name for path in (root / "withdrawn" / R3).rglob("*"))
    damage(root / place, way)
    out = str(tmp_path / "cijfers.csv")
    told = [
        ends(root, "status"),
        ends(root, "export", "--to", "csv", "--out", out),
        ends(root, "export", "--to", "csv", "--out", out, "--release", R1),
        ends(root, "release", "--withdraw", R3, "--reason", WHY),
        ends(root, "release", "--period", PERIOD),
    ]
    with_figure(root, 130, groups=0)
    told += [
        ends(root, "release", "--period", PERIOD),
        ends(root, "release", "--withdraw", R1, "--reason", WHY),
        ends(root, "release", "--withdraw", R2, "--reason", WHY),
        ends(root, "release", "--period", PERIOD),
        ends(root, "status"),
    ]
    assert told[0] == told[-1] == "0"
    rows = ever_released(root)
    assert known.join(rows, on=known.columns, how="anti", nulls_equal=True).is_empty()
    assert set(archived) - {Path(place).name} <= {path.name for path in (root / "withdrawn" / R3).rglob("*")}
    assert all(disagreements(root, every_file=True))
