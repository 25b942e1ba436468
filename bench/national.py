"""A root of a whole country: the thirteen cities at their size and as many other towns as asked, in the inbox.

``python -m bench.national --root ROOT`` delivers 600 towns: 20.7 million decisions, 56 million person-months of the
main series. Then everything is the product's own: ``demad run --root ROOT``. What was measured is in
``docs/cluster.md``.

A town other than the thirteen has some of the people of one of them, drawn by a hash of its number, with pseudonyms and
a NIS code of its own and inhabitants in proportion. Its file in ``<root>/cities`` says ``pages = false``: it is in
every comparison and has no report of its own. Deliveries that are there already are not made again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl

from demad.intake.deliveries.packing import put_extracts
from demad.records.secrets import keep, seeded
from demad.reference.cities import City, load_cities
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE

Tables = dict[str, pl.DataFrame]
DATASETS = ("leefloon", "jeugdhulp", "steun", "bevolking")
SIZES = (20_000, 30_000, 40_000, 50_000, 70_000)
"""Decisions of the towns, in turn; no more than the city has that a town is drawn from."""
FIRST_NIS = 80_000


def slug_of(number: int) -> str:
    """The slug of a town that is not one of the thirteen."""
    return f"gemeente-{number}"


def describe(root: Path, towns: int) -> None:
    """Write the file of every town that is not one of the thirteen."""
    folder = root / "cities"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(len(load_cities(None)), towns):
        text = f'name = "Gemeente {number}"\nnis = "{FIRST_NIS + number}"\npages = false\n'
        (folder / f"{slug_of(number)}.toml").write_text(text, encoding="utf-8")


def deliver(root: Path, towns: int) -> Iterator[tuple[str, int]]:
    """Deliver every town that has no delivery; yield its slug and its decisions."""
    describe(root, towns)
    known = load_cities(root)
    for place, (slug, frames) in enumerate(extracts()):
        yield _put(root, known[slug], frames)
        for number in range(len(load_cities(None)) + place, towns, len(load_cities(None))):
            if not (root / "inbox" / slug_of(number)).is_dir():
                yield _put(root, known[slug_of(number)], town_of(frames, known[slug_of(number)], number))


def town_of(frames: Tables, town: City, number: int) -> Tables:
    """Some of the people of a city, as the people of a town of about the size that is its turn."""
    share = min(1.0, SIZES[number % len(SIZES)] / frames["leefloon"].height)
    made = {}
    for name in (name for name in DATASETS if name in frames):
        rows = frames[name].with_columns(nis=pl.lit(town.nis))
        if "persoon" in rows.columns:
            people = rows["persoon"].unique()
            drawn = people.filter(people.hash(number) % 10_000 < round(share * 10_000))
            rows = rows.filter(pl.col("persoon").is_in(drawn.implode()))
            rows = rows.with_columns(pl.col("persoon").str.replace(r"^p1-[a-z-]*-", f"p1-{town.slug}-"))
        else:
            rows = rows.with_columns((pl.col("aantal") * share).round().cast(pl.Int64))
            rows = rows.group_by(pl.exclude("aantal"), maintain_order=True).agg(pl.col("aantal").sum())
            rows = rows.select(frames[name].columns)
        made[name] = rows
    return {name: rows for name, rows in made.items() if rows.height}


def _put(root: Path, town: City, frames: Tables) -> tuple[str, int]:
    keep(root, town.slug, seeded(f"national/{town.slug}"))
    put_extracts(root, town, frames, since=SINCE, as_of=AS_OF, made_on=AS_OF + timedelta(days=5))
    return town.slug, frames["leefloon"].height


def main() -> None:
    """Deliver a country."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--towns", type=int, default=600)
    given = parser.parse_args()
    for slug, decisions in deliver(given.root, given.towns):
        print(slug, decisions, flush=True)


if __name__ == "__main__":
    main()
