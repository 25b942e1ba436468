"""A small city, counted once, and bundles of it: as it makes them, or as somebody could who has its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.towns import counted
from demad.bundles.container import packed
from demad.bundles.contents import as_texts, entry_of
from demad.bundles.definitions import definitions_here
from demad.bundles.keys import public_text
from demad.bundles.manifest import LEAST_BASE, NAME, Manifest, Rounding, Source, valid_until
from demad.disclosure.gate import gate
from demad.protection import offsets_known_elsewhere, pool, protect
from demad.records.secrets import seeded
from demad.reference.cities import City, load_cities
from demad.reference.senders import EXACT, PROTECTED, Sender
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF

Tables = dict[str, pl.DataFrame]
SINCE = date(2024, 7, 1)
TODAY = AS_OF + timedelta(days=9)
AGREEMENT = "VO-2026/3"
SECRET = seeded("bundles/turnhout")
KEY = Ed25519PrivateKey.from_private_bytes(b"demad tests: the key of turnhout")
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"demad tests: the key of somebody")
ROUNDING = {
    EXACT: Rounding(EXACT, agreement=AGREEMENT),
    PROTECTED: Rounding(PROTECTED, LEAST_BASE, exact_stock=True, secret=SECRET.id),
}


def registered(mode: str, *keys: Ed25519PrivateKey) -> dict[str, City]:
    """The cities, of which Turnhout ships bundles."""
    cities = load_cities(None)
    publics = tuple(public_text(key) for key in keys or (KEY,))
    rounding = ROUNDING[mode]
    sender = Sender(publics, mode == EXACT, rounding.secret, rounding.agreement)
    return {**cities, "turnhout": replace(cities["turnhout"], sender=sender)}


@pytest.fixture(scope="session")
def counts() -> Tables:
    """The additive tables of Turnhout: two years, a hundred people."""
    _, frames = next(iter(extracts(people=900, seed=3, cities=["turnhout"])))
    tables = counted("turnhout", frames, SINCE)
    quality = [("turnhout", "2026-09-30-0123456789ab", "leefloon", check, 40, 2) for check in ("control", "01_nis_odd")]
    return {**tables, "quality": pl.DataFrame(quality, schema=tables["quality"].schema, orient="row")}


@pytest.fixture(scope="session")
def leaving(counts: Tables) -> Mapping[str, Tables]:
    """What leaves the city, exact or protected."""
    rounded = protect(counts, SECRET, base=LEAST_BASE)
    whole = pool([rounded])
    barred = gate(whole, None, offsets_known_elsewhere(whole, {"turnhout": SECRET})).groups
    return {EXACT: counts, PROTECTED: {**rounded.tables, "barred": barred.rename({"year": "period"})}}


@pytest.fixture(scope="session")
def nobody(counts: Tables) -> Tables:
    """A city without anybody: the smallest bundle."""
    return {name: frame if name == "span" else frame.clear() for name, frame in counts.items()}


def manifest_of(
    texts: Mapping[str, bytes], mode: str, *, sequence: int = 1, earlier: Mapping[int, str] = {}
) -> Manifest:
    """The manifest that goes with some texts."""
    made_on = AS_OF + timedelta(days=6)
    source = Source("2026-09-30-0123456789ab", SINCE, AS_OF, AS_OF + timedelta(days=5), full_history=False)
    return Manifest(
        city="turnhout",
        nis=load_cities(None)["turnhout"].nis,
        sequence=sequence,
        earlier=dict(earlier),
        made_on=made_on,
        valid_until=valid_until(made_on),
        software="0.2.0",
        definitions=definitions_here(),
        rounding=ROUNDING[mode],
        sources={"leefloon": source},
        files={name: entry_of(content) for name, content in texts.items()},
    )


def bundle(
    tables: Tables,
    mode: str = EXACT,
    *,
    key: Ed25519PrivateKey = KEY,
    texts: Callable[[dict[str, bytes]], dict[str, bytes]] = lambda texts: texts,
    rewrite: Callable[[Manifest], Manifest] = lambda manifest: manifest,
    sequence: int = 1,
    earlier: Mapping[int, str] = {},
) -> bytes:
    """A signed bundle; ``texts`` and ``rewrite`` change what the city says before it signs."""
    files = texts(as_texts(tables, ROUNDING[mode]))
    manifest = rewrite(manifest_of(files, mode, sequence=sequence, earlier=earlier))
    return packed({NAME: manifest.written(), **files}, key)


def written(folder: Path, content: bytes, name: str = "bundel.zip") -> Path:
    """A bundle as a file."""
    path = folder / name
    path.write_bytes(content)
    return path


def city_toml(root: Path, mode: str, *keys: Ed25519PrivateKey) -> None:
    """Register Turnhout at a centre."""
    publics = [public_text(key) for key in keys or (KEY,)]
    lines = [f'{name} = "{public}"' for name, public in zip(("key", "next_key"), publics, strict=False)]
    lines.append(f'protection = "{mode}"')
    lines.append(f'agreement = "{AGREEMENT}"' if mode == EXACT else f'secret = "{SECRET.id}"')
    (root / "cities").mkdir(parents=True, exist_ok=True)
    (root / "cities" / "turnhout.toml").write_text("[bundle]\n" + "\n".join(lines) + "\n", encoding="utf-8")
