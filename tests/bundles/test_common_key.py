"""A city that ships signed bundles is never linked, though it has the key that the others share, and rows of before."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from demad.intake.contract.conform import conform
from demad.intake.deliveries.packing import AtSource, put_delivery
from demad.intake.reading.table import Reading
from demad.publishing.bundling import take
from demad.publishing.figures import computed
from demad.publishing.movers import in_common_domain, protected_elsewhere
from demad.records.secrets import keep, seeded
from demad.reference.cities import load_cities
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.synthetic.movers import SHARED, with_movers
from tests.bundles.cities import TODAY, count, register, ship, take_all_in

CITIES = ("aalst", "genk", "hasselt", "kortrijk", "mechelen", "turnhout")
SHIPPING = "turnhout"
AGREEMENT = "VO-2026/3"
SETTINGS = f'[privacy]\nbase = 10\n[common_key]\nid = "{SHARED.id}"\napproval = "protocol 3"\n'


def delivers(root: Path, slug: str, leefloon: pl.DataFrame) -> None:
    city = load_cities(root)[slug]
    keep(root, slug, seeded(f"bundles/{slug}"))
    frames = {"leefloon": conform(Reading(leefloon, ()), "leefloon", city).frame}
    put_delivery(
        root, city, frames, since=SINCE, as_of=AS_OF, full_history=False, made_on=AS_OF,
        source=AtSource(SHARED.id, "protocol 3", common=True),
    )  # fmt: skip


def set_up(root: Path) -> Path:
    root.mkdir()
    (root / "demad.toml").write_text(SETTINGS, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def rows() -> dict[str, pl.DataFrame]:
    drawn = with_movers(dict(extracts(people=300, seed=4, cities=CITIES)), since=SINCE)
    return {slug: frames["leefloon"] for slug, frames in drawn.items()}


@pytest.fixture(scope="module")
def home(rows: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the city that ships: at home its rows are in force, under the shared key."""
    root = set_up(tmp_path_factory.mktemp("home") / "root")
    delivers(root, SHIPPING, rows[SHIPPING])
    take_all_in(root)
    return root


@pytest.mark.slow
@pytest.mark.parametrize("agreement", ["", AGREEMENT])
def test_a_signed_bundle_beside_five_cities_with_one_key_leaves_their_domain_as_it_is(
    agreement: str, rows: dict[str, pl.DataFrame], home: Path, tmp_path: Path
):
    centre = set_up(tmp_path / "centre")
    for slug in CITIES:
        delivers(centre, slug, rows[slug])
    take_all_in(centre)
    count(centre)
    assert in_common_domain(centre, CITIES) == list(CITIES)
    ship(home, SHIPPING, tmp_path / "bundel.zip", agreement)
    register(centre, home, SHIPPING, agreement)
    five = [slug for slug in CITIES if slug != SHIPPING]
    assert in_common_domain(centre, CITIES) == five  # from the day it is registered, before its first bundle
    before = protected_elsewhere(centre, CITIES, base=10)
    take(centre, tmp_path / "bundel.zip", today=TODAY)
    count(centre)
    assert in_common_domain(centre, CITIES) == five
    assert protected_elsewhere(centre, CITIES, base=10).equals(before)
    assert before.height
    ours = pl.col("indicator").str.contains("^return_(anywhere|elsewhere)")
    shown = computed(centre)[0].frame.filter(ours)
    assert set(shown.filter(city=SHIPPING)["status"]) == {"not_computable"}
    assert set(shown.filter(pl.col("city").is_in(five))["status"]) - {"not_computable"}
