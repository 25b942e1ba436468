"""Neither the key nor a number of a person is in any output, log, temporary file or result, whatever goes wrong."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.intake.pseudonyms import national_numbers, numbered, tables
from demad.intake.reading import isolated, sandbox
from tests.lanes import sampled
from tests.pseudonyms.people import HEADER, dotted, key, leefloon, nobody, row, written

CANARY = 7
NUMBER, NAME = nobody(CANARY), f"Peeters {CANARY}"
BAD = row(CANARY, INSZ="85.07.30-033.28x")
YOUTH = f"INSZ;NIS;Geboortedatum;Einde jeugdhulpverlening\n{NUMBER};44021;2005;2023-01-01\n"


def planted() -> list[bytes]:
    """The number in the ways a program could write it, the name, and the key."""
    words = [NUMBER, dotted(NUMBER), NAME, "85.07.30-033", "85073003328", key().master.hex(), str(key().master)]
    return [word.lower().encode() for word in (*words, *("".join(f"{letter}\0" for letter in w) for w in words[:3]))]


def text(**changed: str) -> str:
    """Forty rows in which the cells of every row are changed so."""
    return "\n".join([HEADER, *(row(place, **changed) for place in range(40))]) + "\n"


def statement(month: str = "202601", *, first: str = "20260101", last: str = "20260131", nis: str = "44021") -> str:
    """A line of a monthly statement about the planted person."""
    fields = (
        ("1", 1), (nis, 5), (month, 6), (NUMBER, 11), ("00", 2), (NUMBER, 11), ("REF", 12), ("1", 1), (first, 8),
        (last, 8), ("102", 6), ("+", 1), ("00100000", 8), ("2", 1), (NAME, 30),
    )  # fmt: skip
    return "".join(text.ljust(length) for text, length in fields) + "\r\n"


FAILURES: dict[str, tuple[dict[str, str], list[str], str]] = {
    "no key": ({"leefloon.csv": leefloon()}, ["--key", "weg.sleutel"], "D-262"),
    "a key of another city": ({"leefloon.csv": leefloon()}, ["--key", "aalst.sleutel"], "D-268"),
    "a damaged key": ({"leefloon.csv": leefloon()}, ["--key", "kapot.sleutel"], "D-263"),
    "an open key": ({"leefloon.csv": leefloon()}, ["--key", "open.sleutel"], "D-264"),
    "a file for a key": ({"leefloon.csv": leefloon()}, ["--key", "leefloon.csv"], "D-264"),
    "a key of another domain": ({"jeugdhulp.csv": YOUTH}, ["--key", "leefloon.sleutel"], "D-269"),
    "the same key twice": ({"leefloon.csv": leefloon()}, ["--rekey", "gent.sleutel"], "D-268"),
    "an unknown column": ({"leefloon.csv": leefloon().replace("Regime", f"Regime {NAME}")}, [], "D-150"),
    "a missing column": ({"leefloon.csv": leefloon().replace("Begindatum", "Straat")}, [], "D-151"),
    "no numbers": ({"leefloon.csv": leefloon().replace("INSZ", "Straat")}, [], "D-265"),
    "pseudonyms": ({"leefloon.csv": text(INSZ="p1-gent-0001")}, [], "D-265"),
    "wrong numbers": ({"leefloon.csv": text(INSZ="85073003329")}, [], "D-265"),
    "two columns of numbers": ({"leefloon.csv": leefloon().replace("Geboortedatum", "RRN")}, [], "D-266"),
    "an old number for all": (
        {"leefloon.csv": text(Geboortedatum=NUMBER).replace("Geboortedatum", "Oud INSZ")}, [], "D-267",
    ),
    "a number in a text": ({"leefloon.csv": text(Regime=f"leefloon {NUMBER}")}, [], "D-200"),
    "a name in a text": ({"leefloon.csv": text(Regime=f"{NAME}@stad.be")}, [], "D-200"),
    "a number in a header": ({"leefloon.csv": leefloon().replace("Naam", NUMBER)}, [], "D-201"),
    "a number in a file name": ({f"leefloon-{NUMBER}.csv": leefloon()}, [], "D-201"),
    "another city": ({"leefloon.csv": text(NIS="41002")}, [], "D-153"),
    "lines of unequal length": ({"leefloon.csv": leefloon() + f"{NUMBER};{NAME}\n" * 40}, [], "D-104"),
    "a broken workbook": ({"leefloon.xlsx": f"PK\x03\x04{NUMBER}"}, [], "D-103"),
    "a broken Parquet file": ({"leefloon.parquet": f"PAR1{NUMBER}PAR1"}, [], "D-103"),
    "a nul": ({"leefloon.csv": leefloon().replace("Peeters 3", "\0")}, [], "D-1"),
    "no header": ({"leefloon.csv": "\n".join(leefloon().splitlines()[1:])}, [], "D-109"),
    "another kind of file": ({"leefloon.doc": leefloon()}, [], "D-101"),
    "a damaged statement": ({"staat.txt": statement()[:70] + "\n"}, [], "D-1"),
    "a statement with a wrong day": ({"staat.txt": statement(first="20260132")}, [], "D-280"),
    "a statement with a missing month": (
        {"een.txt": statement(), "drie.txt": statement("202603", first="20260301", last="20260331")}, [], "D-278",
    ),
    "a statement twice": ({"een.txt": statement(), "twee.txt": statement()}, [], "D-279"),
    "a statement of another city": ({"staat.txt": statement(nis="41002")}, [], "D-153"),
    "an old key that is gone": ({"leefloon.csv": leefloon()}, ["--rekey", "weg.sleutel"], "D-262"),
    "an old key of another city": ({"leefloon.csv": leefloon()}, ["--rekey", "aalst.sleutel"], "D-268"),
    "months first": ({"leefloon.csv": text(Begindatum="03/31/2020")}, [], ""),
}  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything lands that a command writes; what a command removes afterwards is kept, to be searched."""
    for name in ("tmp", "root", "bron", "sleutels", "map"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("DEMAD_ROOT", str(tmp_path / "root"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(isolated.shutil, "rmtree", lambda *_, **__: None)
    keys = tmp_path / "sleutels"
    written(keys / "gent.sleutel", key())
    written(keys / "aalst.sleutel", key(city="aalst", nis="41002"))
    written(keys / "leefloon.sleutel", key(domain="leefloon"))
    written(keys / "open.sleutel", key()).chmod(0o444)
    (keys / "kapot.sleutel").write_text(f'sleutel = "{key().master.hex()}"\n{NUMBER}', encoding="utf-8")
    (keys / "kapot.sleutel").chmod(0o400)
    return tmp_path


def told(place: Path, *options: str) -> str:
    """What a command says and leaves in its traceback."""
    done = CliRunner().invoke(app, list(options))
    shown = "".join(traceback.format_exception(done.exception)) if done.exception else ""
    return f"{done.output}\n{done.exception}\n{shown}"


def found_in(place: Path, *texts: str) -> list[str]:
    """Where a planted word is: in a text, or in the name or content of any file but the source and the keys."""
    words = planted()
    hits = [
        f"text {number}" for number, said in enumerate(texts) if any(word in said.lower().encode() for word in words)
    ]
    for path in place.rglob("*"):
        if path.is_file() and path.relative_to(place).parts[0] not in ("bron", "sleutels"):
            content = f"{path.name} ".encode() + path.read_bytes()
            content += str(pl.read_parquet(path).to_dicts()).encode() if path.suffix == ".parquet" else b""
            hits += [str(path.relative_to(place))] if any(word in content.lower() for word in words) else []
    return hits


def commands(place: Path, files: dict[str, str], options: list[str], *, deliver: bool) -> list[str]:
    for name, content in files.items():
        (place / "bron" / name).write_text(content, encoding="utf-8")
    paths = [str(place / "bron" / name) for name in files]
    at = [str(place / "sleutels" / option) if option.endswith(".sleutel") else option for option in options]
    at = [paths[0] if option == "leefloon.csv" else option for option in at]
    given = at if "--key" in at else ["--key", str(place / "sleutels" / "gent.sleutel"), *at]
    said = [told(place, "pseudonymise", "--city", "gent", "--out", str(place / "map"), *given, *paths)]
    if deliver:
        period = ["--city", "gent", "--since", "2015-01-01", "--as-of", "2026-09-30"]
        said += [told(place, "deliver", *period, *given, *paths)]
    for path in paths:
        Path(path).unlink()
    return said


def test_success_leaves_pseudonyms_alone(place: Path, capfd: pytest.CaptureFixture, caplog: pytest.LogCaptureFixture):
    sandbox.stop()  # so that a helper with this folder for temporary files starts
    files = {"leefloon.csv": leefloon(40, BAD), "jeugdhulp.csv": YOUTH}
    said = commands(place, files, [], deliver=True)
    assert list((place / "root").glob("inbox/gent/*/delivery.json"))
    assert list((place / "tmp").rglob("*.arrow"))  # what the child gave: kept here to be searched
    assert found_in(place, *said, *capfd.readouterr(), caplog.text) == []
    (place / "tmp" / "x").write_text(f"a {dotted(NUMBER)}", encoding="utf-8")
    assert found_in(place) == ["tmp/x"]  # or the search above finds nothing at all
    sandbox.stop()


@pytest.mark.parametrize("case", sampled(list(FAILURES), 3))
def test_no_failure_lets_a_number_or_the_key_out(
    place: Path, case: str, capfd: pytest.CaptureFixture, caplog: pytest.LogCaptureFixture
):
    files, options, code = FAILURES[case]
    said = commands(place, files, options, deliver=False)
    assert code in said[0], said[0]
    assert not list((place / "map").iterdir()) or case == "months first"
    assert found_in(place, *said, *capfd.readouterr(), caplog.text) == []


@pytest.mark.parametrize("name", ["numbers_in", "first_numbers", "birth_years"])
def test_a_fault_of_ours_in_the_child_shows_no_number_even_while_debugging(
    place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture, name: str
):
    """In this process, as the child does it: a fault with a cell in its message, as polars raises."""
    from demad.intake.reading import worker

    def broken(*_: object) -> object:
        return pl.Series([NUMBER]).str.to_date("%Y-%m-%d")

    monkeypatch.setenv("DEMAD_DEBUG", "1")
    monkeypatch.setattr(numbered if name == "numbers_in" else tables, name, broken)
    without_birth = row(50, Geboortedatum="")
    (place / "bron" / "leefloon.csv").write_text(leefloon(40, without_birth), encoding="utf-8")
    keyed = {"city": "gent", "root": str(place / "root"), "key": str(place / "sleutels" / "gent.sleutel"), "erased": []}
    files = {"files": [str(place / "bron" / "leefloon.csv")], "labels": ["leefloon.csv"], "out": str(place / "tmp")}
    worker.work({**files, "known": ["insz", "nis"], "guess": False, "keyed": {**keyed, "old_keys": []}})
    assert "D-119" in (place / "tmp" / "answer.json").read_text(encoding="utf-8")
    assert found_in(place, *capfd.readouterr()) == []
    assert national_numbers.is_valid(NUMBER)


def test_the_child_that_holds_numbers_leaves_no_core_dump():
    import resource

    from demad.system import Limits, in_fork

    seen: list[int] = []

    def work() -> None:
        raise SystemExit(3 if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0) else 0)

    seen.append(in_fork(work, Limits(memory=10**10, written=10**9, seconds=20)) or 0)
    assert seen != [3]


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT])
@pytest.mark.parametrize("after", [0.0, 0.3, 1.0, 3.0])
def test_a_process_that_is_killed_while_it_holds_numbers_leaves_none_and_no_core(
    place: Path, how: signal.Signals, after: float
):
    """Killed with its child so many seconds after the folder for what the child gives is there."""
    source = place / "bron" / "leefloon.csv"
    source.write_text(leefloon(40_000, BAD), encoding="utf-8")
    period = ["--city", "gent", "--since", "2015-01-01", "--as-of", "2026-09-30"]
    command = [sys.executable, "-m", "demad", "deliver", *period, "--key", str(place / "sleutels" / "gent.sleutel")]
    top = str(Path(__file__).resolve().parents[2])
    at = {"cwd": place / "map", "env": {**os.environ, "PYTHONPATH": top, "DEMAD_DEBUG": "1"}}
    with subprocess.Popen(
        [*command, str(source)], **at, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        while running.poll() is None and not list((place / "tmp").glob("lezen-*")):
            time.sleep(0.02)
        time.sleep(after)
        children = [running.pid, *descendants(running.pid)]
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        said = running.communicate(timeout=120)
    while any(Path(f"/proc/{pid}").exists() for pid in children if pid != running.pid):
        time.sleep(0.05)
    assert running.returncode in (-how, 0)
    assert not [path for path in place.rglob("*core*") if path.is_file()]
    assert found_in(place, *said) == []


def descendants(pid: int) -> list[int]:
    """The children of a process, and theirs."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in told.read_text().split()] if told.exists() else []
    return [*found, *(below for child in found for below in descendants(child))]
