"""The child process that reads untrusted files; it writes their tables as Arrow files and one `answer.json`.

Started only by `sandbox` for `isolated`. Never uses pickle, so its output is data whatever the input was.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fastexcel  # noqa: F401  # loaded before the fork
import polars as pl

from demad.errors import DemadError
from demad.intake.reading.dictionary_encoding import taken_apart
from demad.intake.reading.dispatch import parse
from demad.intake.reading.places import places_of
from demad.intake.reading.sandbox import serve
from demad.intake.reading.table import Known, Reading, damaged

ANSWER, TOLD = "answer.json", "told.json"


def work(job: dict[str, Any]) -> None:
    """Read every file until one is refused; write the answer last."""
    out = Path(job["out"])
    if job.get("keyed"):
        answers = _keyed(job, out)
        (out / ANSWER).write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
        return
    answers = []
    for place, path in enumerate(job["files"]):
        answer = _answer(Path(path), Known(job["known"], guess=job["guess"]), out, place)
        answers.append(answer)
        if "refusal" in answer:
            break
    (out / ANSWER).write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")


def _answer(path: Path, known: Known, out: Path, place: int) -> dict[str, Any]:
    try:
        readings = parse(path, known)
    except DemadError as refusal:
        return _refused(refusal)
    except pl.exceptions.PanicException:
        return _refused(damaged("delivery" if not path.suffix else path.suffix[1:].upper()))
    return {"readings": [_written(reading, out, f"{place}-{number}") for number, reading in enumerate(readings)]}


def _keyed(job: dict[str, Any], out: Path) -> list[dict[str, Any]]:
    """Read files at the source and write their tables with pseudonyms; before that, nothing of them is written."""
    from demad.intake.pseudonyms.job import keyed_tables

    try:
        read, told = keyed_tables(job)
    except DemadError as refusal:
        return [_refused(refusal)]
    except (Exception, pl.exceptions.PanicException) as fault:  # its message may hold a number
        return [_refused(DemadError("D-119", f"Het pseudonimiseren stopte ({type(fault).__name__}).", "Meld dit."))]
    (out / TOLD).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return [
        {"readings": [_written(reading, out, f"{place}-{number}") for number, reading in enumerate(readings)]}
        for place, readings in enumerate(read)
    ]


def _refused(refusal: DemadError) -> dict[str, Any]:
    kind = type(refusal).__name__
    return {
        "refusal": {
            "kind": kind,
            "code": refusal.code,
            "what": refusal.what,
            "todo": refusal.todo,
            "where": places_of(refusal),
        }
    }


def _written(reading: Reading, out: Path, stem: str) -> dict[str, Any]:
    numbers, texts, counts = taken_apart(reading.frame)
    numbers.write_ipc(out / f"{stem}.arrow")
    texts.to_frame().write_ipc(out / f"{stem}-text.arrow")
    reading.numbers.to_frame("rij").write_ipc(out / f"{stem}-rij.arrow")
    for number, frame in enumerate(reading.aside):
        frame.write_ipc(out / f"{stem}-{number}.arrow")
    return {
        "notes": list(reading.notes),
        "labels": list(reading.labels),
        "name": reading.name,
        "texts": counts,
        "aside": len(reading.aside),
        "days_later": reading.days_later,
    }


if __name__ == "__main__":
    serve(work)
