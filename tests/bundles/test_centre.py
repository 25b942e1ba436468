"""The benchmark of deliveries and bundles together: the same figures, and no row of a city that kept its rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from demad.bundles import definitions
from demad.bundles.definitions import Definitions
from demad.bundles.in_force import bundle_in_force
from demad.bundles.ratchet import taken
from demad.errors import DemadError
from demad.intake.deliveries.reception import take_in
from demad.notify.alert import alerts
from demad.operations.backup import backup
from demad.operations.prune import prune
from demad.operations.restore import restore
from demad.operations.sealing import key_in
from demad.operations.secret_move import export_secret, forget_secret, import_secret
from demad.publishing import figures
from demad.publishing.bundling import take
from demad.publishing.city_stages import city_stages
from demad.publishing.city_status import city_cards
from demad.publishing.freshness import stale_cities
from demad.publishing.shadow_run import mirrored
from demad.publishing.sources import source_of
from demad.records.secrets import known_ids, secret_file, secret_of
from demad.releases.own import write_own
from demad.reporting.edition import Shipped
from demad.store import Store
from demad.synthetic import extracts
from tests.bundles.cities import (
    TODAY,
    Frames,
    compute,
    count,
    deliver,
    register,
    rounded_to_ten,
    ship,
    stored,
    stored_bytes,
    take_all_in,
)

AGREEMENT = "VO-2026/3"


@pytest.fixture(scope="module")
def delivered() -> Mapping[str, Frames]:
    """Of each city one dataset: all of them go through the thirteen cities of the slow test."""
    worlds = extracts(people=150, seed=1, cities=["aalst", "turnhout"])
    return {slug: {"leefloon": frames["leefloon"]} for slug, frames in worlds}


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory, delivered: Mapping[str, Frames]) -> Path:
    """A centre to which both cities deliver rows. Do not write in it."""
    root = rounded_to_ten(tmp_path_factory.mktemp("central") / "root")
    for slug, frames in delivered.items():
        deliver(root, slug, frames)
    take_all_in(root)
    count(root)
    return root


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory, central: Path) -> Path:
    """The same centre, with the figures of all cities."""
    root = Path(shutil.copytree(central, tmp_path_factory.mktemp("computed") / "root"))
    compute(root)
    return root


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, central: Path) -> Path:
    """The root of Turnhout, at home, where it took in what the centre took in. Bundles are made in copies of it."""
    root = rounded_to_ten(tmp_path_factory.mktemp("home") / "root")
    for name in ("store/accepted/turnhout", "audit", "secrets"):
        shutil.copytree(central / name, root / name)
    secret_file(root, "aalst").unlink()
    return root


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Mapping[str, Path]:
    """The root of Turnhout after it made a bundle of each kind, and those bundles, by agreement. Do not write in it."""
    folder = tmp_path_factory.mktemp("shipped")
    at_home = Path(shutil.copytree(home, folder / "home"))
    for agreement, name in KINDS.items():
        ship(at_home, "turnhout", folder / name, agreement)
    return {"home": at_home, **{agreement: folder / name for agreement, name in KINDS.items()}}


KINDS = {"": "afgerond.zip", AGREEMENT: "exact.zip"}


def mixed(
    central: Path,
    shipped: Mapping[str, Path],
    tmp_path: Path,
    agreement: str = "",
    *,
    then: Callable[[Path], None] = lambda _: None,
) -> Path:
    """A centre to which Aalst delivers rows and Turnhout ships bundles, from the beginning; ``then``: what it does."""
    root = tmp_path / "root"
    shutil.copytree(central, root)
    for stage in ("accepted", "periods", "tables", "protected", "bundles"):
        shutil.rmtree(root / "store" / stage / "turnhout", ignore_errors=True)
    shutil.rmtree(root / "inbox" / "turnhout")
    if not agreement:
        secret_file(root, "turnhout").unlink()
    register(root, shipped["home"], "turnhout", agreement)
    take(root, shipped[agreement], today=TODAY)
    then(root)
    return root


def test_exact_bundles_are_rounded_at_the_centre_to_the_same_bytes(central: Path, shipped, tmp_path: Path):
    root = mixed(central, shipped, tmp_path, AGREEMENT, then=count)
    assert stored_bytes(root, "protected/turnhout") == stored_bytes(central, "protected/turnhout")
    assert Store(root).names("tables") == ["aalst", "turnhout"]


@pytest.mark.slow
def test_exact_bundles_give_the_same_figures_byte_for_byte(central: Path, computed: Path, shipped, tmp_path: Path):
    root = mixed(central, shipped, tmp_path, AGREEMENT, then=compute)
    for name in ("indicators", "disclosure", "tables/aalst", "protected/turnhout"):
        assert stored_bytes(root, name) == stored_bytes(computed, name), name
    assert city_cards(root)[-1].delivered == city_cards(central)[-1].delivered


@pytest.mark.slow
def test_bundles_that_the_city_rounded_give_what_is_published_and_no_exact_figure(central, computed, shipped, tmp_path):
    root = mixed(central, shipped, tmp_path, then=compute)
    assert stored_bytes(root, "disclosure") == stored_bytes(computed, "disclosure")
    exact = stored(root, "indicators")["values"]
    assert set(exact["city"]) == {"aalst", "all"}
    assert "tables/turnhout" not in Store(root).every_name()
    assert not secret_file(root, "turnhout").exists()

    write_own(root, exact, ["aalst", "turnhout"], elsewhere=["turnhout"])
    (told,) = (root / "intern" / "turnhout").iterdir()
    assert "bij haar" in told.read_text(encoding="utf-8")
    rows = [name for name in Store(root).every_name() if name.endswith("/turnhout")]
    assert rows == ["bundles/turnhout", "protected/turnhout"]


def test_a_report_says_whether_the_city_rounded_its_counts_or_which_agreement_holds(central, shipped, tmp_path):
    from demad.reporting.words import words

    for agreement in ("", AGREEMENT):
        root = mixed(central, shipped, tmp_path / (agreement[:2] or "x"), agreement)
        (card,) = (card for card in city_cards(root) if card.slug == "turnhout")
        assert card.shipped == Shipped(2 if agreement else 1, agreement)
    assert AGREEMENT in words("said.bundle_exact", city="Turnhout", number="2", agreement=AGREEMENT)


def test_a_city_that_ships_bundles_delivers_no_rows(central, shipped, tmp_path, delivered):
    root = mixed(central, shipped, tmp_path)
    deliver(root, "turnhout", {**delivered["turnhout"], "leefloon": delivered["turnhout"]["leefloon"].head(-3)})
    assert [outcome.code for outcome in take_in(root)] == ["D-234"]
    assert "accepted/turnhout" not in Store(root).every_name()


def test_a_bundle_of_other_definitions_is_in_no_figure_until_a_new_one_comes(central, shipped, tmp_path, monkeypatch):
    root = mixed(central, shipped, tmp_path, then=count)
    assert stale_cities(root) == []
    now = definitions.definitions_here()
    monkeypatch.setattr(
        "demad.bundles.in_force.definitions_here", lambda: Definitions("0" * 20, now.layout, now.versions)
    )
    assert figures.cities_with(root, "protected") == ["aalst"]
    assert stale_cities(root) == []
    found = alerts(root, datetime.now(UTC), late_hours=25)
    assert ("D-641", "turnhout") in {(alert.code, alert.about) for alert in found}


def test_a_bundle_is_in_no_figure_while_the_installation_rounds_otherwise(central, shipped, tmp_path):
    """Counts rounded to 10 pass for counts rounded to 5: their intervals would be too narrow."""
    for agreement, left in (("", ["aalst"]), (AGREEMENT, ["aalst", "turnhout"])):
        root = mixed(central, shipped, tmp_path / (agreement[:2] or "x"), agreement, then=count)
        (root / "demad.toml").write_text("[privacy]\nbase = 5\n", encoding="utf-8")
        assert figures.cities_with(root, "protected") == left
        told = {(alert.code, alert.about) for alert in alerts(root, datetime.now(UTC), late_hours=25)}
        assert (("D-648", "turnhout") in told) is (not agreement)
        if not agreement:
            with pytest.raises(DemadError, match="D-648"):
                list(city_stages(root, "turnhout"))
            with pytest.raises(DemadError, match="D-634"):
                take(root, shipped[agreement], today=TODAY)
    at_home = Path(shutil.copytree(shipped["home"], tmp_path / "home"))
    (at_home / "demad.toml").write_text("[privacy]\nbase = 5\n", encoding="utf-8")
    with pytest.raises(DemadError, match="D-647"):
        ship(at_home, "turnhout", tmp_path / "vijf.zip")
    assert not (tmp_path / "vijf.zip").exists()


def test_the_shadow_of_other_definitions_has_the_bundles_too(central, shipped, tmp_path):
    root = mixed(central, shipped, tmp_path)
    assert bundle_in_force(mirrored(root), "turnhout") is not None


@pytest.mark.slow
def test_a_city_moves_from_deliveries_to_bundles_with_its_secret_and_back(central, home, tmp_path):
    """Its counts are never rounded with a second secret: the centre refuses that, and nobody can do it by mistake."""
    root = Path(shutil.copytree(central, tmp_path / "root"))
    at_home = Path(shutil.copytree(home, tmp_path / "home"))
    before, secret = stored_bytes(root, "protected/turnhout"), secret_of(root, "turnhout")
    key = key_in(tmp_path / "sleutel", make=True)

    # Without the move: the city rounds with a secret of its own.
    (at_home / "secrets" / "turnhout.secret").unlink()
    (at_home / "audit" / "trail.jsonl").unlink()
    (at_home / "audit" / "HEAD").unlink()
    ship(at_home, "turnhout", tmp_path / "eigen.zip")
    register(root, at_home, "turnhout")
    with pytest.raises(DemadError, match="D-635"):
        take(root, tmp_path / "eigen.zip", today=TODAY)
    toml = root / "cities" / "turnhout.toml"
    toml.write_text(toml.read_text().replace(secret.id, secret_of(at_home, "turnhout").id))
    with pytest.raises(DemadError, match="D-635"):
        take(root, tmp_path / "eigen.zip", today=TODAY)

    # With it: sealed, to a new root of the city.
    with pytest.raises(DemadError, match="D-644"):
        forget_secret(root, "turnhout")
    assert export_secret(root, "turnhout", tmp_path / "geheim", key) == secret.id
    assert secret.key.hex().encode() not in (tmp_path / "geheim").read_bytes()
    with pytest.raises(DemadError, match="D-603"):
        import_secret(at_home, "turnhout", tmp_path / "geheim", key)
    with pytest.raises(DemadError, match="D-368"):
        import_secret(at_home, "turnhout", tmp_path / "geheim", b"0" * 32)
    with pytest.raises(DemadError, match="D-643"):
        import_secret(at_home, "aalst", tmp_path / "geheim", key)
    fresh = Path(shutil.copytree(home, tmp_path / "fresh", ignore=shutil.ignore_patterns("audit", "secrets")))
    assert import_secret(fresh, "turnhout", tmp_path / "geheim", key) == secret.id
    ship(fresh, "turnhout", tmp_path / "goed.zip")
    register(root, fresh, "turnhout")
    take(root, tmp_path / "goed.zip", today=TODAY)
    count(root)
    after = stored_bytes(root, "protected/turnhout")
    assert after.pop("quality.parquet") != before.pop("quality.parquet")  # only the rows that a figure rests on left
    assert after == before

    # The centre forgets it; an old backup does not bring it back.
    backup(root, tmp_path / "oud.tar.gz", key=key)
    forget_secret(root, "turnhout")
    assert not secret_file(root, "turnhout").exists()
    restore(root, tmp_path / "oud.tar.gz", replace=True, key=key)
    assert not secret_file(root, "turnhout").exists()
    assert known_ids(root)["turnhout"] == secret.id
    assert taken(root, "turnhout")[-1].sequence == 1

    # After a while the rows that it delivered before are gone.
    prune(root, days=30, now=datetime.now(UTC) + timedelta(days=20))
    assert source_of(root, "turnhout") is not None
    assert "accepted/turnhout" in Store(root).every_name()
    prune(root, days=30, now=datetime.now(UTC) + timedelta(days=40))
    left = [name for name in Store(root).every_name() if name.endswith("/turnhout")]
    assert left == ["bundles/turnhout", "protected/turnhout"]
    assert not list((root / "inbox" / "turnhout").glob("[!.]*"))

    # Back: no new secret is made where the old one is known.
    toml.unlink()
    with pytest.raises(DemadError, match="D-602"):
        secret_of(root, "turnhout")
    export_secret(fresh, "turnhout", tmp_path / "terug", key)
    assert import_secret(root, "turnhout", tmp_path / "terug", key) == secret.id
    assert secret_of(root, "turnhout").id == secret.id
    assert pl.Series(["turnhout"]).is_in(list(known_ids(root))).all()
