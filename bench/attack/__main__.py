"""``python -m bench.attack --worlds N --towns FOLDER --out FOLDER``: attack many worlds and print one table.

Each world is made by `bench.worlds` in a process of its own, attacked, and forgotten; what was found stays as a line
in ``results.jsonl``, so that a run can go on where it stopped. ``--files FOLDER`` attacks the files of a release
instead; ``--old FOLDER`` a release from before counts were protected.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

from bench.attack.campaign import attack
from bench.attack.report import results, table, worst


class Worlds:
    """The maker of worlds: a process of its own, which knows the secrets and the code that is attacked."""

    def __init__(self, towns: Path, out: Path) -> None:
        command = [sys.executable, "-m", "bench.worlds", "--towns", str(towns), "--out", str(out)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._out = out

    def make(self, number: int) -> Path:
        """Write a world; return its folder."""
        self._ask("make", number)
        return self._out / f"world-{number}"

    def offsets(self, number: int, cells: pl.DataFrame) -> pl.DataFrame:
        """The offsets of cells."""
        folder = self._out / f"world-{number}"
        cells.write_parquet(folder / "cells.parquet")
        self._ask("offsets", number)
        return pl.read_parquet(folder / "offsets.parquet")

    def _ask(self, what: str, number: int) -> None:
        print(what, number, file=self._process.stdin, flush=True)
        if self._process.stdout is None or self._process.stdout.readline().strip() != "done":
            raise SystemExit(f"world {number} was not made")


def main() -> None:
    """Attack what was asked."""
    given = _parser().parse_args()
    out = given.out
    out.mkdir(parents=True, exist_ok=True)
    done = {line["world"] for line in results(out / "results.jsonl")}
    worlds = Worlds(given.towns, out)
    for number in range(given.first, given.first + given.worlds):
        if number % given.parts == given.part and number not in done:
            _attack_world(number, worlds, out)
    found = results(out / "results.jsonl")
    print(table(found))
    for attacker in ("outsider", "each insider", "20 pairs"):
        print("\n".join(worst(found, attacker)))


def _attack_world(number: int, worlds: Worlds, out: Path) -> None:
    started = time.process_time()
    folder = worlds.make(number)
    found = attack(folder, lambda cells: worlds.offsets(number, cells), seed=number)
    facts = json.loads((folder / "facts.json").read_text())
    with (out / "results.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"world": number, **facts, "attacks": found}) + "\n")
    shutil.rmtree(folder)
    scores = {name: (score["exact"], score["two"], score["five"]) for name, score in found.items()}
    print(number, facts, f"{time.process_time() - started:.0f} s", scores, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--towns", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--parts", type=int, default=1, help="over how many processes the worlds are divided")
    parser.add_argument("--part", type=int, default=0)
    return parser


if __name__ == "__main__":
    main()
