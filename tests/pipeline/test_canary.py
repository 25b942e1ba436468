"""A word planted in every column of a delivery is found nowhere outside the store, whatever happens to it."""

from __future__ import annotations

import itertools
import re
import tempfile
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from assets.run import run
from demad.cli import app
from demad.intake.contract.datasets import DATASETS
from tests.deliveries import put

CANARY = "zqkanarie"
COLUMNS = tuple(DATASETS["leefloon"].fields)
GOOD = {
    "nis": "44021",
    "persoon": f"p1-{CANARY}",
    "wet": "RMI",
    "begin": "2020-03-01",
    "einde": "2021-06-30",
    "categorie": "2",
    "geboortejaar": "1990",
}
TRAITS = {"stopreden": f"{CANARY} stopt", "herkomst": f"{CANARY} kwam", "student": CANARY, "geslacht": CANARY}


def rows(count: int = 200, **planted: str) -> list[dict[str, str]]:
    """Rows with the canary in every pseudonym and every trait that has no rule, and where it was planted."""
    return [{**GOOD, **TRAITS, "persoon": f"{GOOD['persoon']}-{number:05d}", **planted} for number in range(count)]


def text(lines: list[dict[str, str]]) -> str:
    names = list(lines[0])
    return "\n".join([";".join(names), *(";".join(line[name] for name in names) for line in lines)]) + "\n"


def once_in_every_column() -> str:
    """190 good rows, and for each column one row with the canary in it: what is set aside is counted."""
    lines = [{**dict.fromkeys(COLUMNS, ""), **line} for line in rows(190)]
    return text([*lines, *({**lines[0], column: f"{CANARY}-{column}"} for column in COLUMNS)])


def damage(manifest: dict) -> None:
    manifest["files"][0]["sha256"] = "0" * 64


FAILURES = {
    "an unknown column": ({"files": {"leefloon.csv": text(rows(**{f"{CANARY}kolom": "x"}))}}, "D-150"),
    "a missing column": ({"files": {"leefloon.csv": text(rows()).replace("categorie", "student2")}}, "D-150"),
    "nonsense in the law": ({"files": {"leefloon.csv": text(rows(wet=CANARY))}}, "D-302"),
    "nonsense in the begin": ({"files": {"leefloon.csv": text(rows(begin=CANARY))}}, "D-302"),
    "nonsense in the category": ({"files": {"leefloon.csv": text(rows(categorie=CANARY))}}, "D-302"),
    "nonsense in the birth year": ({"files": {"leefloon.csv": text(rows(geboortejaar=CANARY))}}, "D-302"),
    "nonsense as city": ({"files": {"leefloon.csv": text(rows(nis=CANARY))}}, "D-153"),
    "another hash": ({"files": {"leefloon.csv": text(rows())}, "rewrite": damage}, "D-225"),
    "an e-mail address": ({"files": {"leefloon.csv": text(rows(herkomst=f"{CANARY}@stad.be"))}}, "D-200"),
    "a name for a pseudonym": ({"files": {"leefloon.csv": text(rows(persoon=f"Kanarie {CANARY}"))}}, "D-302"),
    "a broken workbook": ({"files": {"leefloon.xlsx": f"PK {CANARY}"}}, "D-103"),
    "a broken Parquet file": ({"files": {"leefloon.parquet": f"PAR1{CANARY}PAR1"}}, "D-103"),
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root whose temporary files land where the test looks."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path / "root"


def outside_the_store(root: Path) -> list[str]:
    """Every file of the root (but its inbox and store) and of the temporary folder that holds the canary."""
    searched = [*(path for path in root.iterdir() if path.name not in ("inbox", "store")), root.parent / "tmp"]
    files = [path for folder in searched for path in [folder, *folder.rglob("*")] if path.is_file()]
    return [str(path.relative_to(root.parent)) for path in files if CANARY in str(path) or holds(path)]


def holds(path: Path) -> bool:
    content = path.read_bytes().lower()
    if path.suffix == ".parquet":  # compressed: look at the cells
        content += str(pl.read_parquet(path).to_dicts()).encode().lower()
    return CANARY.encode() in content or "".join(f"{letter}\0" for letter in CANARY).encode() in content


def test_success_leaves_the_word_in_the_store_alone(root, capfd, caplog):
    put(root, {"leefloon.csv": once_in_every_column()}, name="levering-een")
    result = run(root)
    assert (result.outcomes[0].state, result.failed) == ("accepted", ())
    assert (root / "preview" / "gent" / "index.html").exists()
    assert outside_the_store(root) == []
    assert any(holds(path) for path in (root / "store").rglob("*.parquet"))  # or the search above finds nothing at all
    said = capfd.readouterr()
    assert CANARY not in (said.out + said.err + caplog.text).lower()


@pytest.mark.usefixtures("plain_pages")
def test_no_failure_lets_the_word_out(root, capfd, caplog):
    put(root, {"leefloon.csv": once_in_every_column()}, name="levering-een")
    run(root)
    codes = {}
    for number, (given, _) in enumerate(FAILURES.values()):
        put(root, name=f"levering-slecht-{number:02d}", as_of="2023-01-31", **given)
    told = {outcome.delivery: outcome for outcome in run(root).outcomes}
    for number, case in enumerate(FAILURES):
        outcome = told[f"levering-slecht-{number:02d}"]
        codes[case] = outcome.code
        assert CANARY not in f"{outcome.what} {outcome.todo} {outcome.findings}".lower()
    assert codes == {case: code for case, (_, code) in FAILURES.items()}
    assert outside_the_store(root) == []
    said = capfd.readouterr()
    assert CANARY not in (said.out + said.err + caplog.text).lower()


@pytest.mark.parametrize("case", [case for case, (given, _) in FAILURES.items() if "rewrite" not in given])
def test_what_the_commands_say_of_a_bad_file_does_not_repeat_it(root, case):
    """Each cell with a word of its own: one that returns in ten rows or more is shown to the city (the test below)."""
    files, code = FAILURES[case][0]["files"], FAILURES[case][1]
    assert isinstance(files, dict)
    ((name, content),) = files.items()
    path, numbers = root.parent / name, itertools.count()
    path.write_text(re.sub(CANARY, lambda _: f"{CANARY}{next(numbers)}", content), encoding="utf-8")
    options = ["--city", "gent", "--as-of", "2022-12-31", "--root", str(root), str(path)]
    for command in (["check"], ["deliver", "--since", "2019-01-01"]):
        result = CliRunner().invoke(app, [*command, *options])
        said = f"{result.output} {result.exception}"
        assert code in said
        assert CANARY not in said.lower()
    path.unlink()
    assert outside_the_store(root) == [] if root.exists() else True


def test_a_word_that_returns_is_shown_to_the_city_and_goes_nowhere(root):
    path = root.parent / "leefloon.csv"
    path.write_text(text(rows(geslacht=CANARY)), encoding="utf-8")
    options = ["--city", "gent", "--as-of", "2022-12-31", "--root", str(root), str(path)]
    assert CANARY in CliRunner().invoke(app, ["check", *options]).output
    assert CANARY not in CliRunner().invoke(app, ["deliver", "--since", "2019-01-01", *options]).output
    path.unlink()
    assert outside_the_store(root) == []
