"""Read untrusted files in a child process with limits; return tables or raise its refusal."""

from __future__ import annotations

import errno
import json
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from demad.errors import DeliveryRefused, DemadError, InputMissing, PrivacyRefused, StorageFailed, UsageRefused
from demad.intake.reading.dictionary_encoding import put_together
from demad.intake.reading.places import locate_refusals
from demad.intake.reading.sandbox import run
from demad.intake.reading.table import Reading, plain
from demad.store import refusing_storage
from demad.system import DISK_FULL, OUT_OF_TIME, Limits

SIZE_LIMIT = 2_000_000_000  # bytes of one delivered file
_MEMORY, _MEMORY_PER_BYTE = 850_000_000, 4
_SECONDS, _BYTES_PER_SECOND = 25, 10_000_000
_ANSWER_LIMIT = 20_000_000
_CODE = re.compile(r"D-[1-4]\d\d")
_KINDS = {kind.__name__: kind for kind in (InputMissing, DeliveryRefused, PrivacyRefused, UsageRefused)}


def read_files(
    paths: Sequence[Path],
    *,
    known: Collection[str],
    stage: Path | None = None,
    labels: Sequence[str] = (),
    guess: bool = False,
) -> list[list[Reading]]:
    """Read the tables of each file, in order; one child process reads all files.

    Parameters
    ----------
    guess
        Whether a row of words may be a header although no name in it is known.
    labels
        Names of the files for messages; default: their own names.
    known
        Column names and aliases that a header row may contain.
    stage
        Private folder for the results of the child, removed afterwards; default: a temporary folder of the system.

    Raises
    ------
    InputMissing
        D-100: not there or not readable.
    DeliveryRefused
        As `dispatch.parse`; D-118: it takes too much work, D-120: file too large.
    StorageFailed
        D-119: the reader died twice, by a signal, without memory or without an answer: nobody's file is to blame.
    """
    names = [*labels] or [path.name for path in paths]
    with _worked(paths, {"known": sorted({plain(name) for name in known}), "guess": guess}, stage) as (out, status):
        return _answered(out, names, status)


def read_keyed(
    paths: Sequence[Path], *, labels: Sequence[str], known: Collection[str], keyed: Mapping[str, Any]
) -> tuple[list[list[Reading]], dict[str, Any]]:
    """Read files at the source: the child gives their tables with pseudonyms, and what to tell of them.

    Numbers stay in the memory of the child, and so does the key.

    Parameters
    ----------
    keyed
        As ``keyed`` of `pseudonyms.job.keyed_tables`.

    Raises
    ------
    DemadError
        As `read_files` and `pseudonyms.job.keyed_tables`.
    """
    job = {"known": sorted({plain(name) for name in known}), "guess": False, "labels": [*labels], "keyed": dict(keyed)}
    with _worked(paths, job, None, also=_of_source(keyed)) as (out, status):
        readings = _answered(out, None, status)
        return readings, json.loads((out / "told.json").read_text(encoding="utf-8"))


@contextmanager
def _worked(
    paths: Sequence[Path], job: dict[str, Any], stage: Path | None, *, also: Sequence[str] = ()
) -> Iterator[tuple[Path, int | None]]:
    """Let the child do a job; give the folder with its answer, which is removed afterwards, and its exit status.

    ``also``: files and folders that it may read beside the paths.
    """
    sizes = [_size(path) for path in paths]
    out = Path(tempfile.mkdtemp(prefix="lezen-", dir=stage))
    try:
        limits = Limits(
            memory=_MEMORY + _MEMORY_PER_BYTE * max(sizes, default=0),
            written=_MEMORY + _MEMORY_PER_BYTE * max(sizes, default=0),
            seconds=_SECONDS + sum(sizes) // _BYTES_PER_SECOND,
        )
        files: dict[str, Any] = {"files": [str(path.resolve()) for path in paths], "out": str(out.resolve())}
        for last in (False, True):  # a reader that died, with its service or for want of memory, gets one more chance
            told = {**job, **files}
            reads = [*files["files"], *also]
            status = run("demad.intake.reading.worker", told, limits, reads=reads, writes=[files["out"]])
            if status == DISK_FULL:
                with refusing_storage():
                    raise OSError(errno.ENOSPC, "")
            if status == OUT_OF_TIME:
                raise DeliveryRefused(
                    "D-118", "Het lezen van het bestand duurt te lang.", "Lever het als Parquet of in kleinere delen."
                )
            if status == 0 or last:
                break
        yield out, status
    finally:
        shutil.rmtree(out, ignore_errors=True)


def _of_source(keyed: Mapping[str, Any]) -> list[str]:
    """What the child reads at the source beside the files: the keys, and how the city describes its files."""
    root = Path(keyed["root"])
    found = [Path(keyed["key"]), *map(Path, keyed["old_keys"]), root / "cities", root / "demad.toml"]
    return [str(path.resolve()) for path in found if path.exists()]


def _size(path: Path) -> int:
    if not path.is_file():
        raise InputMissing("D-100", f"Het bestand {path.name} is er niet.", "Controleer de naam en de map.")
    size = path.stat().st_size
    if size > SIZE_LIMIT:
        raise DeliveryRefused("D-120", "Het bestand is groter dan 2 GB.", "Lever het als Parquet of in kleinere delen.")
    return size


def _answered(out: Path, names: Sequence[str] | None, status: int | None) -> list[list[Reading]]:
    """The tables that the child read; ``names`` of the files, None if its refusals already say where."""
    try:
        path = out / "answer.json"
        if status != 0 or path.stat().st_size > _ANSWER_LIMIT:
            raise ValueError
        answers = json.loads(path.read_text(encoding="utf-8"))
        refusal = answers[-1].get("refusal") if answers else None
        if refusal is None and names is not None and len(answers) != len(names):
            raise ValueError
        readings = [_readings(out, place, answer) for place, answer in enumerate(answers) if "readings" in answer]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, pl.exceptions.PolarsError):
        raise StorageFailed(
            "D-119",
            "Het lezen van het bestand stopte: er was te weinig geheugen of tijd, of de lezer viel uit.",
            "Probeer later opnieuw. Blijft het zo, maak de export dan opnieuw, als CSV of Parquet.",
        ) from None
    if refusal is not None and names is None:
        raise _refused(refusal)
    if refusal is not None and names is not None:
        with locate_refusals(names[len(answers) - 1]):
            raise _refused(refusal)
    return readings


def _refused(refusal: dict[str, Any]) -> DemadError:
    code = str(refusal.get("code"))
    kind = _KINDS.get(str(refusal.get("kind")), DeliveryRefused)
    found = kind(code if _CODE.fullmatch(code) else "D-119", str(refusal.get("what")), str(refusal.get("todo")))
    for where in refusal.get("where", []):
        found.add_note(str(where))
    return found


def _readings(out: Path, place: int, answer: dict[str, Any]) -> list[Reading]:
    return [_reading(out, f"{place}-{number}", written) for number, written in enumerate(answer["readings"])]


def _reading(out: Path, stem: str, written: dict[str, Any]) -> Reading:
    return Reading(
        frame=put_together(
            _table(out / f"{stem}.arrow"),
            _table(out / f"{stem}-text.arrow").get_column("text"),
            [int(count) for count in written["texts"]],
        ),
        notes=tuple(map(str, written["notes"])),
        labels=tuple(map(str, written["labels"])),
        name=str(written["name"]),
        numbers=_table(out / f"{stem}-rij.arrow").get_column("rij").cast(pl.UInt32),
        aside=tuple(_table(out / f"{stem}-{number}.arrow") for number in range(int(written["aside"]))),
        days_later=int(written["days_later"]),
    )


def _table(path: Path) -> pl.DataFrame:
    with path.open("rb") as source:  # reading by path would keep the file mapped after it is removed
        return pl.read_ipc(source)
