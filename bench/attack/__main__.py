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
from pathlib import Path

import polars as pl

from bench.attack.campaign import attack
from bench.attack.report import results, table, worst


def main() -> None:
    """Attack what was asked."""
    given = _parser().parse_args()
    out = given.out
    out.mkdir(parents=True, exist_ok=True)
    done = {line["world"] for line in results(out / "results.jsonl")}
    for number in range(given.first, given.first + given.worlds):
        if number % given.parts == given.part and number not in done:
            _attack_world(number, given)
    found = results(out / "results.jsonl")
    print(table(found))
    for attacker in ("outsider", "each insider", "20 pairs"):
        print("\n".join(worst(found, attacker)))


def _attack_world(number: int, given: argparse.Namespace) -> None:
    folder = given.out / f"world-{number}"
    command = [sys.executable, "-m", "bench.worlds", "make", "--towns", str(given.towns), "--out", str(folder)]
    subprocess.run([*command, "--world", str(number)], check=True)

    def offsets(cells: pl.DataFrame) -> pl.DataFrame:
        cells.write_parquet(folder / "cells.parquet")
        asked = [sys.executable, "-m", "bench.worlds", "offsets", "--out", str(folder), "--world", str(number)]
        subprocess.run(asked, check=True)
        return pl.read_parquet(folder / "offsets.parquet")

    found = attack(folder, offsets, seed=number)
    facts = json.loads((folder / "facts.json").read_text())
    with (given.out / "results.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"world": number, **facts, "attacks": found}) + "\n")
    shutil.rmtree(folder)
    print(
        number,
        facts,
        {name: (score["exact"], score["two"], score["five"]) for name, score in found.items()},
        flush=True,
    )


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
