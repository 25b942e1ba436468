"""Throughput of intake on one large CSV: ``python -m bench.intake --megabytes 1000``; ratios in one run.

Prints seconds, processor seconds (for a machine that does other things as well) and peak memory of
`pl.read_csv` and of our reading (in the child, while the parent hashes the file), guard, contract and acceptance of
the same file, each in a process of its own, and apart of Great Expectations on the same rows, with what it needs to
see of the rows around each. The file is synthetic and goes away.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

AS_OF = date(2026, 9, 30)
CITY = "antwerpen"


def main() -> None:
    """Make the file, run every part on it, print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--megabytes", type=int, default=1_000)
    asked.add_argument("--part", choices=[*PARTS], help=argparse.SUPPRESS)
    asked.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.part:
        print(json.dumps(PARTS[given.part](given.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leefloon.csv"
        rows = _write(path, given.megabytes * 1_000_000)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {rows:,} rows")
        found = {part: _measured(part, path) for part in PARTS}
    for part, figures in found.items():
        print(f"{part:9} {figures}")
    for unit in ("seconds", "cpu"):
        print(f"intake / read_csv, {unit}: {found['intake'][unit] / found['read_csv'][unit]:.2f}")
        print(f"Great Expectations, {unit} per million rows: {found['suite'][unit] / rows * 1e6:.2f}")


def _write(path: Path, size: int) -> int:
    from demad.synthetic import extracts

    frame = dict(extracts(people=24_000, seed=1, cities=[CITY]))[CITY]["leefloon"]
    rows = number = 0
    with path.open("wb") as target:
        while target.tell() < size:
            other = frame.with_columns(pl.col("persoon") + f"-{number}")
            other.write_csv(target, separator=";", include_header=number == 0)
            rows, number = rows + other.height, number + 1
    return rows


def _measured(part: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.intake", "--part", part, "--file", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _timed(parts: dict[str, Callable[[], object]]) -> dict[str, float]:
    figures, began = {}, time.process_time()
    for name, work in parts.items():
        start = time.perf_counter()
        work()
        figures[name] = round(time.perf_counter() - start, 2)
    figures["seconds"] = round(sum(figures.values()), 2)
    figures["cpu"] = round(time.process_time() - began, 2)
    figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000)
    return figures


def _read_csv(path: Path) -> dict[str, float]:
    return _timed({"read": lambda: pl.read_csv(path, separator=";")})


def _intake(path: Path) -> dict[str, float]:
    from demad.intake.checking.check import Given, guarded, read_announced
    from demad.intake.checking.validation import set_aside
    from demad.intake.contract.conform import conform
    from demad.intake.reading.sandbox import stop
    from demad.reference.cities import city_of
    from demad.store import file_hash

    city, held = city_of(CITY), {}
    files = [Given(path, path.name, sha256=file_hash(path))]

    def read() -> None:
        held["read"] = read_announced(files, city)

    def look() -> None:
        held["tables"] = guarded(files, held.pop("read"), city)

    def type_() -> None:
        ((_, table),) = held.pop("tables")[0]
        held["rows"] = conform(table, "leefloon", city).frame

    def accept() -> None:
        rows = held["rows"]
        broken = set_aside(rows, "leefloon", as_of=AS_OF)
        held["rows"] = rows.join(broken, on="rij", how="anti") if broken.height else rows

    steps: dict[str, Callable[[], object]] = {"read": read, "guard": look, "contract": type_, "accept": accept}
    figures = _timed(steps)
    stop()
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures["child_mb"] = round(child.ru_maxrss / 1_000)
    figures["cpu"] = round(figures["cpu"] + child.ru_utime + child.ru_stime, 2)
    return figures


def _suite(path: Path) -> dict[str, float]:
    from demad.intake.checking.check import Given, read_datasets
    from demad.intake.checking.derived import with_derived
    from demad.intake.checking.validation import great_expectations_counts
    from demad.intake.contract.conform import conform
    from demad.reference.cities import city_of

    city = city_of(CITY)
    rows = conform(read_datasets([Given(path, path.name)], city)[0][0][1], "leefloon", city).frame

    def suite(some: pl.DataFrame) -> None:
        great_expectations_counts(with_derived(some, "leefloon", as_of=AS_OF), "leefloon", as_of=AS_OF)

    suite(rows.head(10))
    return _timed({"suite": lambda: suite(rows)})


PARTS = {"read_csv": _read_csv, "intake": _intake, "suite": _suite}

if __name__ == "__main__":
    main()
