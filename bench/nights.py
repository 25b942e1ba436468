"""A root after hundreds of nights: ``python -m bench.nights ROOT [NIGHTS]``. What grew, and whether it is still fast.

Each city delivers once a month, four cities a night; one in twenty deliveries is damaged, every week is pruned, and
every night has its run and its morning. Pages are a line a city. ``moved_clock.c`` moves the clock a day a night; it
needs a C compiler.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from assets.run import prune_runs, run
from demad.intake.deliveries.packing import put_extracts
from demad.notify.morning import morning
from demad.operations.prune import prune
from demad.operations.restore import whole_root
from demad.operations.unchanged import unchanged
from demad.records.secrets import keep, seeded
from demad.reference.cities import load_cities
from demad.store import private_folder, write_atomic
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from tests.pipeline.plainly import plainly_drawn

PEOPLE, MONTH, WEEK, DAYS = 150, 30, 7, 90
PARTS = ("store", "dagster", "audit", "inbox", "receipts", "work")


def deliver(root: Path, slug: str, night: int, *, damaged: bool) -> None:
    """The extract of a city without its last few decisions: another delivery each month, and a plausible one."""
    frames = dict(extracts(people=PEOPLE, seed=1, cities=[slug]))[slug]
    given = {**frames, "leefloon": frames["leefloon"].head(frames["leefloon"].height - night // MONTH)}
    made_on = AS_OF + timedelta(days=5 + night)
    made = put_extracts(root, load_cities(root)[slug], given, since=SINCE, as_of=AS_OF, made_on=made_on)
    if damaged:
        with (root / "inbox" / slug / made.id / "leefloon.parquet").open("ab") as file:
            file.write(b"lengthened on its way")


def sizes(root: Path) -> dict[str, float]:
    """Megabytes of each part of a root."""
    return {part: sum(p.stat().st_size for p in (root / part).rglob("*") if p.is_file()) / 2**20 for part in PARTS}


def command(root: Path, *words: str) -> tuple[float, float]:
    """Wall and processor seconds of a command of DEMaD, on the real clock."""
    surroundings = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([sys.executable, "-m", "demad", *words, "--root", str(root)], env=surroundings, check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(root: Path, night: int) -> None:
    """Print the sizes, and the best of three of `status` and of `run` with nothing new."""
    status = min(command(root, "status")[1] for _ in range(3))
    command(root, "run")
    idle = statistics.median(command(root, "run")[0] for _ in range(3))
    told = ", ".join(f"{part} {size:.1f}" for part, size in sizes(root).items())
    lines = {name: (root / path).read_bytes().count(b"\n") for name, path in
             {"ledger": "store/ledger.jsonl", "trail": "audit/trail.jsonl"}.items()}  # fmt: skip
    print(f"{night:4} nights | MB: {told} | {lines} | status {status:.2f} s CPU | idle run {idle:.2f} s", flush=True)


def main(root: Path, nights: int) -> None:
    """Live the nights and measure every hundred."""
    slugs = sorted(load_cities(private_folder(root)))
    for slug in slugs:
        keep(root, slug, seeded(f"bench/{slug}"))
    clock = Path(os.environ["MOVED_CLOCK"])
    delivered = 0
    with plainly_drawn():
        for night in range(nights):
            write_atomic(clock, str(night * 86_400).encode())
            for place, slug in enumerate(slugs):
                if night == 0 or night % MONTH == place // 4 * 2 + 1:
                    delivered += 1
                    deliver(root, slug, night, damaged=delivered % 20 == 0)
            if unchanged(root) is None:
                run(root)
            morning(root)
            if night % WEEK == 0:
                with whole_root(root):
                    prune(root, days=DAYS)
                prune_runs(root, DAYS)
            if night % 100 == 99 or night + 1 == nights:
                measure(root, night + 1)
    print(f"{delivered} deliveries")


def again_with_moved_clock() -> None:
    """Start this program again with the clock library loaded before all others."""
    home = Path(tempfile.mkdtemp(prefix="nights-"))
    source = Path(__file__).with_name("moved_clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(home / "clock.so"), str(source)], check=True)
    (home / "moved").write_text("0", encoding="utf-8")
    os.environ |= {"LD_PRELOAD": str(home / "clock.so"), "MOVED_CLOCK": str(home / "moved")}
    os.execv(sys.executable, [sys.executable, "-W", "ignore", "-m", "bench.nights", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    if "MOVED_CLOCK" not in os.environ:
        again_with_moved_clock()
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 400)
