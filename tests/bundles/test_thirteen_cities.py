"""Thirteen cities in processes of their own, a bad road, and a centre that publishes what it would have published."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from demad.bundles.ratchet import taken
from demad.errors import DemadError
from demad.publishing import common_stages, figures, site
from demad.publishing.bundling import take
from demad.publishing.freshness import keep as keep_tables
from demad.reference.cities import load_cities
from demad.store import Store
from demad.synthetic import extracts
from tests.bundles.cities import TODAY, compute, deliver, register, rounded_to_ten, stored_bytes, take_all_in
from tests.bundles.city_process import AGREEMENT, KINDS, newest

TOP = Path(__file__).resolve().parents[2]
PEOPLE, AT_ONCE = 260, 4


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = rounded_to_ten(tmp_path_factory.mktemp("central") / "root")
    for slug, frames in extracts(people=PEOPLE, seed=4):
        deliver(root, slug, frames)
    take_all_in(root)
    compute(root)
    return root


@pytest.fixture(scope="module")
def shipped(central: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The root of every city at home, and the bundles that it made in its own process."""
    homes, out = tmp_path_factory.mktemp("homes"), tmp_path_factory.mktemp("bundles")
    with ThreadPoolExecutor(AT_ONCE) as together:
        _ = list(together.map(lambda slug: make_at_home(central, homes, out, slug), load_cities(None)))
    return {"homes": homes, "bundles": out}


def make_at_home(central: Path, homes: Path, out: Path, slug: str) -> None:
    """What a city has at home, of what the centre took in, in two roots; and its bundles, made in a process there."""
    for kind in KINDS:
        home = rounded_to_ten(homes / kind / slug)
        shutil.copytree(central / "store" / "accepted" / slug, home / "store" / "accepted" / slug)
        (home / "secrets").mkdir()
        shutil.copy2(central / "secrets" / f"{slug}.secret", home / "secrets")
    command = [sys.executable, "-m", "tests.bundles.city_process", slug, str(homes), str(out), *KINDS]
    subprocess.run(command, cwd=TOP, check=True, timeout=1800)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_centre_publishes_the_same_from_bundles_as_from_rows(central, shipped, tmp_path, kind):
    root, rng = rounded_to_ten(tmp_path / "centre"), random.Random(kind)  # noqa: S311
    for slug in load_cities(None):
        register(root, shipped["homes"] / kind / slug, slug, AGREEMENT if kind == "exact" else "")
        if kind == "exact":  # the centre rounds: it has the secrets
            (root / "secrets").mkdir(exist_ok=True)
            shutil.copy2(central / "secrets" / f"{slug}.secret", root / "secrets")
    refused = arrive(root, shipped["bundles"], kind, rng, tmp_path)
    assert refused >= {"D-623", "D-637"}
    last = {slug: taken(root, slug)[-1] for slug in load_cities(None)}
    assert {slug: one.sequence for slug, one in last.items()} == {slug: newest(slug) for slug in last}
    compute(root)
    assert not [name for name in Store(root).every_name() if name.startswith(("accepted/", "periods/", "spells/"))]
    assert stored_bytes(root, "disclosure") == stored_bytes(central, "disclosure")
    if kind == "exact":
        assert stored_bytes(root, "indicators") == stored_bytes(central, "indicators")
    else:
        assert not Store(root).names("tables")
        assert not (root / "secrets").exists()
        assert Store(root).read("indicators", "values").is_empty()
    files, expected = files_of(root), files_of(central)
    if kind != "exact":  # rounded bundles hold no stock by month of the spell, so no year ahead (methods.md 7.3)
        del expected["vooruitblik.csv"]
    assert len(files) > 5
    assert files == expected
    print(f"\n{kind}: 13 cities, {len(files)} published files equal, refused on the road: {sorted(refused)}")


def arrive(root: Path, bundles: Path, kind: str, rng: random.Random, tmp_path: Path) -> set[str]:
    """Bundles arrive in any order, some twice, some damaged, some never; the codes of those that were refused.

    The newest of a city always arrives; after it come its old ones, once more.
    """
    road, late = [], []
    for slug in load_cities(None):
        *old, last = (bundles / f"{slug}-{kind}-{number}.zip" for number in range(1, newest(slug) + 1))
        damaged = tmp_path / f"{slug}-damaged.zip"
        content = bytearray(last.read_bytes())
        content[rng.randrange(len(content) - 160)] ^= 1 << rng.randrange(8)
        damaged.write_bytes(content)
        road += [damaged, last, *(path for path in old if rng.random() < 0.5), *([last] if rng.random() < 0.3 else [])]
        late += old
    rng.shuffle(road)
    codes = set()
    for path in [*road, *late]:
        try:
            take(root, path, today=TODAY)
        except DemadError as refusal:
            codes.add(refusal.code)
    return codes


def files_of(root: Path) -> dict[str, bytes]:
    """Every published file of figures, byte for byte."""
    keep_tables(root, "benchmark", common_stages.benchmark_of(root))
    made = site.edition(root, figures.stored(root), Store(root).tables("benchmark"))
    return site._figures_as_files(made, site.areas_of(root), {})
