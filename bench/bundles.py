"""Bundles measured: 600 of them pooled, and what each indicator loses where the cities round.

``python -m bench.bundles pool`` makes one small city under 600 names, judges every file and pools what is in them.
``python -m bench.bundles loss`` prints per indicator how many figures are hidden, and how far those shown are off.
``python -m bench.bundles attack`` lets the centre attack what it gets: the attacker of a release, who also has every
rounded count, hidden or not; ``DEMAD_ATTACK_BASE`` says what was rounded to.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.attack.attackers import knowing_rounded, of_outsider, truth_of
from bench.attack.solving import beginning, solve
from bench.attack.system import system_of
from bench.attack.vocabulary import BASE as ATTACK_BASE
from bench.towns import counted
from bench.truth import offsets_of, true_counts
from demad import __version__
from demad.bundles.container import packed
from demad.bundles.contents import as_texts, entry_of
from demad.bundles.definitions import definitions_here
from demad.bundles.keys import public_text
from demad.bundles.manifest import LEAST_BASE, NAME, Manifest, Rounding, Source, valid_until
from demad.bundles.receipt import received
from demad.disclosure import Policy, publish
from demad.disclosure.gate import gate
from demad.indicators import evaluate
from demad.protection import BASE, offsets_known_elsewhere, pool, protect, sealed
from demad.quantities import exact
from demad.records.secrets import Secret, seeded
from demad.reference.cities import City, load_cities
from demad.reference.senders import PROTECTED, Sender
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.tables.figures import FIGURE_KEY

Tables = Mapping[str, pl.DataFrame]
MANY = 600
ATTACKED, RECENT = ("aalst", "genk", "leuven", "turnhout"), date(2023, 7, 1)
_HEAD = "| indicator | | figures | hidden | half within | nine in ten within | middle value |"


def bundle_of(city: City, texts: Mapping[str, bytes], rounding: Rounding, key: Ed25519PrivateKey) -> bytes:
    """The bundle of a city with these texts, which do not name it."""
    made_on = AS_OF + timedelta(days=6)
    manifest = Manifest(
        city=city.slug,
        nis=city.nis,
        sequence=1,
        earlier={},
        made_on=made_on,
        valid_until=valid_until(made_on),
        software=__version__,
        definitions=definitions_here(),
        rounding=rounding,
        sources={"leefloon": Source("2026-09-30-0123456789ab", SINCE, AS_OF, made_on, full_history=False)},
        files={name: entry_of(content) for name, content in texts.items()},
    )
    return packed({NAME: manifest.written(), **texts}, key)


def rounded(tables: Tables, secret: Secret) -> Tables:
    """What leaves a city that rounds: protected tables, and what the gate hides there."""
    made = protect(tables, secret, base=LEAST_BASE)
    whole = pool([made])
    city = tables["span"]["city"].item()
    barred = gate(whole, None, offsets_known_elsewhere(whole, {city: secret})).groups
    return {**made.tables, "barred": barred.rename({"year": "period"})}


def pool_many(people: int) -> None:
    """Judge and pool 600 bundles; print time and memory of that alone."""
    key, secret = Ed25519PrivateKey.generate(), seeded("many")
    rounding = Rounding(PROTECTED, LEAST_BASE, exact_stock=True, secret=secret.id)
    sender = Sender((public_text(key),), False, secret.id, "")
    like = load_cities(None)["turnhout"]
    names = {f"stad{n:03d}": f"{10_000 + n}" for n in range(MANY)}
    cities = {slug: replace(like, slug=slug, nis=nis, sender=sender) for slug, nis in names.items()}
    _, frames = next(iter(extracts(people=people, seed=3, cities=["turnhout"])))
    tables = rounded(counted("turnhout", frames, SINCE), secret)
    texts = as_texts(tables, rounding)
    files = [bundle_of(city, texts, rounding, key) for city in cities.values()]
    print(f"{MANY} files, {sum(map(len, files)) / 2**20:.0f} MiB, {sum(f.height for f in tables.values())} rows each")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, worked = time.perf_counter(), time.process_time()
    day = AS_OF + timedelta(days=9)
    rules = {"today": day, "base": LEAST_BASE, "exact_stock": True}
    judged = (received(content, cities, **rules).tables for content in files)
    whole = pool(sealed({name: frame for name, frame in one.items() if name != "barred"}, LEAST_BASE) for one in judged)
    spent = time.perf_counter() - started, time.process_time() - worked
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"judged and pooled: {spent[0]:.1f} s, {spent[1]:.1f} processor seconds")
    print(f"most memory {most / 1024:.0f} MiB ({before / 1024:.0f} before)")
    together = sum(whole[name].filter(city="all").height for name in ("stocks", "flows", "durations"))
    print(f"{together} rows of all cities together")


def attack(people: int, seed: int, since: date) -> None:
    """What a reader of the release finds, and what the centre finds that has every rounded count; as JSON."""
    cities = {slug: counted(slug, f, since) for slug, f in extracts(people=people, seed=seed, cities=ATTACKED)}
    true = pl.concat(true_counts(tables) for tables in cities.values())
    whole = pool(protect(tables, seeded(f"a|{slug}"), base=ATTACK_BASE) for slug, tables in cities.items())
    elsewhere = offsets_known_elsewhere(whole, {slug: seeded(f"a|{slug}") for slug in cities})
    rules = Policy(base=ATTACK_BASE, threshold=max(10, 2 * ATTACK_BASE))
    system = system_of(publish(evaluate(whole), rules, gate(whole, None, elsewhere).groups).frame)
    offsets = [
        offsets_of(seeded(f"a|{town}"), rows, ATTACK_BASE).with_columns(town=pl.lit(town))
        for (town,), rows in system.cells.group_by("town", maintain_order=True)
    ]
    truth = truth_of(system, true, pl.concat(offsets))
    reader = solve(system, beginning(system))
    found = {"reader": reader, "centre": knowing_rounded(system, reader, truth)}
    scores = {who: of_outsider(system, state, truth).as_row() for who, state in found.items()}
    print(json.dumps({"people": people, "seed": seed, "base": ATTACK_BASE, "since": str(since), **scores}))


def loss(people: int) -> None:
    """Per indicator: figures that are hidden, and how far a figure that is shown is from the exact one."""
    cities = {slug: counted(slug, frames, SINCE) for slug, frames in extracts(people=people, seed=3)}
    true = evaluate(exact(cities.values())).frame
    for base in (BASE, LEAST_BASE):
        whole = pool(protect(tables, seeded(slug), base=base) for slug, tables in cities.items())
        elsewhere = offsets_known_elsewhere(whole, {slug: seeded(slug) for slug in cities})
        rules = Policy(base=base, threshold=max(10, 2 * base))
        shown = publish(evaluate(whole), rules, gate(whole, None, elsewhere).groups).frame
        print(f"Rounded to {base}:\n{loss_table(true, shown)}\n")


def loss_table(true: pl.DataFrame, shown: pl.DataFrame) -> str:
    """A Markdown table: of the totals and groups of cities, hidden, and the distance of half and of nine in ten.

    Parameters
    ----------
    true, shown
        INDICATOR_VALUE of exact tables, and PUBLISHED_VALUE of rounded ones. Groups that are published together have
        no exact figure of the same name: only their hidden share is counted.
    """
    own = shown.filter(pl.col("city") != "all", pl.col("status") != "not_computable")
    both = own.join(true.select(*FIGURE_KEY, true="value"), on=FIGURE_KEY, how="left")
    away = (pl.col("value") - pl.col("true")).abs()
    rows = (
        both.with_columns(part=pl.when(pl.col("breakdown") == "total").then(pl.lit("total")).otherwise(pl.lit("group")))
        .group_by("indicator", "part")
        .agg(
            pl.len(),
            hidden=(pl.col("status") == "suppressed").mean(),
            half=away.median(),
            most=away.quantile(0.9),
            level=pl.col("true").abs().median(),
        )
        .sort("indicator", "part", descending=[False, True])
    )
    lines = [
        f"| {row['indicator']} | {row['part']} | {row['len']} | {row['hidden']:.0%} | {_of(row['half'])} | "
        f"{_of(row['most'])} | {_of(row['level'])} |"
        for row in rows.iter_rows(named=True)
    ]
    return "\n".join([_HEAD, "|---|---|---|---|---|---|---|", *lines])


def _of(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def main() -> None:
    """Measure what was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["pool", "loss", "attack"])
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument(
        "--since", type=date.fromisoformat, default=RECENT, help="first day of the window that is attacked"
    )
    given = parser.parse_args()
    if given.what == "pool":
        pool_many(given.people or 300)
    elif given.what == "attack":
        attack(given.people or 900, given.seed, given.since)
    else:
        loss(given.people or 3_000)


if __name__ == "__main__":
    main()
