"""Cities that deliver or ship bundles, and a centre that computes, by the functions that the night calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import polars as pl

from demad.bundles.keys import key_file, key_in, make_key, public_text
from demad.intake.deliveries.packing import put_extracts
from demad.intake.deliveries.reception import take_in
from demad.publishing import common_stages as stages
from demad.publishing.bundling import Made, make_bundle
from demad.publishing.city_stages import city_stages
from demad.publishing.freshness import keep as keep_tables
from demad.publishing.freshness import stale_cities
from demad.records.secrets import keep, seeded
from demad.reference.cities import load_cities
from demad.store import Store
from demad.synthetic.curves import AS_OF, SINCE

TODAY = AS_OF + timedelta(days=9)
Frames = Mapping[str, pl.DataFrame]


def rounded_to_ten(root: Path) -> Path:
    """A root whose installation rounds to 10, as bundles ask."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "demad.toml").write_text("[privacy]\nbase = 10\n", encoding="utf-8")
    return root


def deliver(root: Path, slug: str, frames: Frames) -> None:
    """A delivery of a city in the inbox of a root, which has the secret of that city."""
    keep(root, slug, seeded(f"bundles/{slug}"))
    put_extracts(root, load_cities(root)[slug], frames, since=SINCE, as_of=AS_OF, made_on=AS_OF + timedelta(days=5))


def take_all_in(root: Path) -> None:
    """Every delivery that waits is accepted."""
    assert {outcome.state for outcome in take_in(root)} <= {"accepted"}


def ship(root: Path, slug: str, out: Path, agreement: str = "") -> Made:
    """The bundle of a city, made in its own root."""
    if not key_file(root, slug).exists():
        make_key(key_file(root, slug))
    return make_bundle(root, load_cities(root)[slug], out, agreement=agreement, today=TODAY)


def register(centre: Path, city_root: Path, slug: str, agreement: str = "") -> None:
    """Register the key of a city at the centre, and the identifier of its secret."""
    public = public_text(key_in(key_file(city_root, slug)))
    secret = seeded(f"bundles/{slug}").id
    how = (
        f'protection = "exact"\nagreement = "{agreement}"'
        if agreement
        else f'protection = "protected"\nsecret = "{secret}"'
    )
    (centre / "cities").mkdir(parents=True, exist_ok=True)
    (centre / "cities" / f"{slug}.toml").write_text(f'[bundle]\nkey = "{public}"\n{how}\n', encoding="utf-8")


def count(root: Path) -> None:
    """The tables of the cities that are stale, exact and protected."""
    for slug in stale_cities(root):
        for stage, tables in city_stages(root, slug):
            if stage in ("periods", "tables", "protected"):
                keep_tables(root, f"{stage}/{slug}", tables)


def compute(root: Path) -> None:
    """All stages of the cities that are stale, and of all cities together up to what may be shown."""
    count(root)
    keep_tables(root, "indicators", stages.indicators_of(root))
    keep_tables(root, "disclosure", stages.disclosure_of(root)[0])


def stored(root: Path, name: str) -> dict[str, pl.DataFrame]:
    """The tables of a stage."""
    return Store(root).tables(name)


def stored_bytes(root: Path, name: str) -> dict[str, bytes]:
    """The files of a stage, byte for byte."""
    version = Store(root).current(name)
    folder = root / "store" / name / str(version)
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}
