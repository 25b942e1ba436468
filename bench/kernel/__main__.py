"""Every peer in a process of its own, its numbers held against ours: ``python -m bench kernel --out FOLDER``.

Processor seconds (user) of the whole process, reading and writing included, with one thread; the most memory. A peer is
stopped at 12 GB or at the limit of seconds, and the row says so. The environment needs duckdb: ``pip install
demad[bench]``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.tables.counts import FLOW, STOCK, YEAR_PERSONS
from demad.tables.risk_counts import RETURN_RISK, SPELL_RISK

PEERS = {
    "ours": ("ours",),
    "ours, one frame": ("ours", "one"),
    "DuckDB": ("duckdb_sql",),
    "polars": ("polars_months",),
    "pandas": ("pandas_months",),
}
COMPARED = (STOCK, FLOW, SPELL_RISK, RETURN_RISK, YEAR_PERSONS)
MOST_MB = 12_000


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took: user seconds and MB; and why it was stopped, empty if it was not."""

    seconds: float
    megabytes: float
    stopped: str = ""


def run(module: str, *arguments: str, seconds: float) -> Run:
    """Run a module until it ends, holds too much or takes too long."""
    threads = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", f"bench.kernel.{module}", *arguments], env={**os.environ, **threads}
    )
    used, held, stopped = 0.0, 0.0, ""
    while True:
        done, status, usage = os.wait4(process.pid, os.WNOHANG)
        if done:
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode and not stopped:
                raise SystemExit(f"{module} failed")
            return Run(usage.ru_utime, usage.ru_maxrss / 1024, stopped)
        used, held = _used(process.pid)
        if not stopped and (held > MOST_MB or used > seconds):
            stopped = f"stopped at {MOST_MB // 1000} GB" if held > MOST_MB else f"stopped at {seconds:.0f} s"
            process.kill()
        time.sleep(0.2)


def _used(pid: int) -> tuple[float, float]:
    """Processor seconds and MB of a running process."""
    try:
        ticks = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11])
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0, 0.0
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def differing(ours: Path, theirs: Path) -> list[str]:
    """Names of the tables that are not equal, cells in which every count is 0 left out."""
    found = []
    for table in COMPARED:
        key = [name for name in table.key if name != "city"]
        counts = [name for name in table.counts if name != "entries"]  # none without full history
        both = []
        for folder in (ours, theirs):
            rows = pl.read_parquet(folder / f"{table.name.lower()}.parquet")
            typed = rows.select(pl.col(name).cast(table.schema[name]) for name in (*key, *counts))
            both.append(typed.filter(pl.any_horizontal(pl.col(counts) != 0)).sort(key))
        if not both[0].equals(both[1]):
            found.append(table.name)
    return found


def main() -> None:
    """Measure, compare, print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 8, 32, 64])
    parser.add_argument("--peers", nargs="+", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--seconds", type=float, default=1000)
    given = parser.parse_args()
    print("| copies | decisions | | user s | MB | to ours | numbers |\n|---|---|---|---|---|---|---|", flush=True)
    for copies in given.copies:
        subprocess.run([sys.executable, "-m", "bench.kernel.decisions", str(given.out), str(copies)], check=True)
        folder = given.out / f"x{copies}"
        decisions = pl.scan_parquet(folder / "*.parquet").select(pl.len()).collect().item()
        ours, base = given.out / f"tables{copies}-ours", 0.0
        for peer in given.peers:
            module, *how = PEERS[peer]
            tables = given.out / f"tables{copies}-{peer.replace(' ', '')}"
            tables.mkdir(exist_ok=True)
            took = run(module, str(folder), str(tables), *how, seconds=given.seconds)
            base = took.seconds if peer == "ours" else base
            wrong = [] if took.stopped else differing(ours, tables)
            told = took.stopped or (f"**differ: {', '.join(wrong)}**" if wrong else "the same")
            ratio = f"{took.seconds / base:.1f}" if base and not took.stopped else ""
            row = (copies, f"{decisions:,}", peer, f"{took.seconds:.1f}", f"{took.megabytes:,.0f}", ratio, told)
            print("| " + " | ".join(map(str, row)) + " |", flush=True)
        tables = given.out / f"tables{copies}-sort"
        tables.mkdir(exist_ok=True)
        bound = run("sorting", str(folder), str(tables), seconds=given.seconds)
        if not bound.stopped:
            seconds, rows = (tables / "seconds").read_text().split()
            told = f"bound: sort {int(rows):,} month rows of the main series"
            print(f"| {copies} | {decisions:,} | {told} | {seconds} | {bound.megabytes:,.0f} | | |", flush=True)


if __name__ == "__main__":
    main()
