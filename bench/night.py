"""How long is a night, and how much of it is Dagster and Great Expectations? ``python -m bench.night``.

Two roots get the same deliveries of thirteen synthetic cities. In one `demad run` does everything new, then one city
new, then nothing new; in the other a plain script does the same with the same functions of the library: no Dagster,
and the rules of the contents counted by Polars. Afterwards every file of both previews must be the same. Each night is
a process of its own; memory is the proportional set size of that process and its children, looked at every second.
Prints the table of `bench/README.md`.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from demad.intake.deliveries.packing import put_extracts
from demad.records.secrets import keep, seeded
from demad.reference.cities import load_cities
from demad.store import file_hash, private_folder
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE

SEED, LOOK = 2026, 1.0
FEWER = 3  # decisions in the second delivery of a city: another one, and a plausible one


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall seconds, processor seconds of a night with its children, and most megabytes at one moment."""

    wall: float
    processor: float
    memory: float


def deliver(root: Path, people: int, slugs: list[str], *, again: bool = False) -> None:
    """A delivery of each city in the inbox, as in the demo; ``again``: another one than the first."""
    cities = load_cities(private_folder(root))
    for slug, frames in extracts(people=people, seed=SEED, cities=slugs):
        keep(root, slug, seeded(f"{SEED}/{slug}"))
        fewer = frames["leefloon"].height - (FEWER if again else 0)
        given = {**frames, "leefloon": frames["leefloon"].head(fewer)}
        made_on = AS_OF + timedelta(days=6 if again else 5)
        put_extracts(root, cities[slug], given, since=SINCE, as_of=AS_OF, made_on=made_on)


def plain(root: Path) -> None:
    """A night without Dagster and Great Expectations: the functions that its steps call, in their order."""
    from demad.intake.checking import validation
    from demad.operations import night
    from demad.publishing import common_stages as stages
    from demad.publishing.city_stages import city_stages
    from demad.publishing.freshness import keep as store
    from demad.reference.cities import taking_part

    validation.great_expectations_counts = counted_by_polars
    (root / "demad.toml").write_text('[counting]\ndeliveries = "here"\n', encoding="utf-8")  # others would load it
    if night.nothing_to_do(root):
        return
    begun = night.begin(root)
    for city in begun.cities:
        for stage, tables in city_stages(root, city):
            if stage != "extract":
                store(root, f"{stage}/{city}", tables)
            del tables
    store(root, "indicators", stages.indicators_of(root))
    store(root, "disclosure", stages.disclosure_of(root)[0])
    store(root, "benchmark", stages.benchmark_of(root))
    stages.reports_of(root, taking_part(root))
    stages.show_site(root)
    store(root, "site", {})


def counted_by_polars(frame: pl.DataFrame, dataset: str, *, as_of: date) -> Mapping[str, int]:
    """Rows that break each rule, by rule."""
    from demad.intake.checking.rules import rejected, rules_of

    parameters = {"as_of": as_of, "as_of_year": as_of.year}
    return frame.select(rejected(rule, parameters).sum().alias(rule.id) for rule in rules_of(dataset)).row(
        0, named=True
    )


def measured(command: list[str]) -> Cost:
    """What a command costs; its output is thrown away, and it may not fail."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen = [0.0]
    watch = threading.Thread(target=_watch, args=(process, seen))
    watch.start()
    status = process.wait()
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    watch.join()
    if status:
        raise SystemExit(f"{command} ended with {status}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, processor, max(seen))


def _watch(process: subprocess.Popen[bytes], seen: list[float]) -> None:
    while process.poll() is None:
        seen.append(sum(_proportional(one) for one in _with_children(process.pid)))
        time.sleep(LOOK)


def _with_children(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _with_children(int(child)))]


def _proportional(pid: int) -> float:
    """Megabytes of a process, what it shares divided among those that share it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def same_files(one: Path, other: Path) -> int:
    """How many files two previews have, all with the same bytes."""
    both = [
        {path.relative_to(folder).as_posix(): file_hash(path) for path in folder.rglob("*") if path.is_file()}
        for folder in (one / "preview", other / "preview")
    ]
    if both[0] != both[1]:
        raise SystemExit(f"the previews differ: {sorted(dict(both[0].items() ^ both[1].items()))[:5]}")
    return len(both[0])


def main() -> None:
    """Measure the three nights both ways and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=24_000)
    asked.add_argument("--cities", nargs="+", default=sorted(load_cities(None)), help="the first delivers again")
    asked.add_argument("--plain", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.plain:
        plain(given.plain)
        return
    with tempfile.TemporaryDirectory() as folder:
        product, script = Path(folder) / "product", Path(folder) / "script"
        print("| night | `demad run`, seconds | processor | MB | plain script, seconds | processor | ratio |")
        print("|---|---|---|---|---|---|---|")
        nights = {"everything new": given.cities, "one city new": given.cities[:1], "nothing new": []}
        for name, slugs in nights.items():
            for root in (product, script) if slugs else ():
                deliver(root, given.people, slugs, again=name == "one city new")
            ours = measured([sys.executable, "-m", "demad", "run", "--root", str(product)])
            theirs = measured([sys.executable, "-m", "bench.night", "--plain", str(script)])
            print(
                f"| {name} | {ours.wall:.1f} | {ours.processor:.1f} | {ours.memory:.0f} | {theirs.wall:.1f} "
                f"| {theirs.processor:.1f} | {ours.wall / theirs.wall:.2f} |",
                flush=True,
            )
        print(f"{same_files(product, script)} files of both previews are the same")


if __name__ == "__main__":
    main()
