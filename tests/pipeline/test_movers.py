"""From stored rows of six cities to returns in any of them: who is linked, what is kept, and what an erasure leaves."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from demad.bundles.keys import key_in, make_key, public_text
from demad.counting.elsewhere import count_elsewhere
from demad.histories import shards as histories
from demad.histories.elsewhere import followed_elsewhere
from demad.histories.periods import resolve_periods
from demad.histories.shards import Shard
from demad.intake.contract.conform import conform
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.table import Reading
from demad.operations.erasure import erase
from demad.operations.shared_key import shared_key
from demad.protection import protect_elsewhere
from demad.publishing.city_stages import delivery_stages
from demad.publishing.figures import computed, exact_figures
from demad.publishing.freshness import keep, stale_cities
from demad.publishing.movers import in_common_domain, protected_elsewhere
from demad.publishing.shards import shards_of
from demad.records.secrets import keep as keep_secret
from demad.records.secrets import seeded
from demad.reference.cities import load_cities
from demad.store import Store
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.synthetic.movers import SHARED, with_movers
from demad.tables.counts import QUALITY
from demad.tables.observation import Observation

CITIES = ("aalst", "genk", "hasselt", "kortrijk", "mechelen", "turnhout")
DOMAIN, OUTSIDE = CITIES[:5], CITIES[5]
WINDOW = Observation(SINCE, AS_OF, full_history=False)
NAMED = f'[common_key]\nid = "{SHARED.id}"\napproval = "protocol 3"\n'


@pytest.fixture(scope="module")
def rows() -> dict[str, pl.DataFrame]:
    """The leefloon of each city, in which people move between all six."""
    drawn = with_movers(dict(extracts(people=4_000, seed=4, cities=CITIES)), since=SINCE)
    known = load_cities(None)
    return {
        city: as_text_columns(conform(Reading(given["leefloon"], ()), "leefloon", known[city]).frame)
        for city, given in drawn.items()
    }


@pytest.fixture(scope="module")
def root(rows: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with all six in force; the last one told no shared key, and one city has more shards."""
    where = tmp_path_factory.mktemp("movers")
    (where / "demad.toml").write_text(NAMED, encoding="utf-8")
    for city, leefloon in rows.items():
        keep_secret(where, city, seeded(city))
        facts = {"delivery": "een", "since": SINCE.isoformat(), "as_of": AS_OF.isoformat(), "full_history": False}
        facts |= {"made_on": AS_OF.isoformat(), "content": "", "common_key": SHARED.id if city in DOMAIN else ""}
        tables = {"leefloon": leefloon, "quality": QUALITY.empty()}
        Store(where).commit(f"accepted/{city}", tables, {"datasets": {"leefloon": facts}})
        staged(where, city, decisions=400 if city == "genk" else histories._DECISIONS)
    assert {city: shards_of(where, city) for city in CITIES if city != "genk"} == dict.fromkeys({*CITIES} - {"genk"}, 1)
    assert shards_of(where, "genk") > 1
    return where


def staged(root: Path, city: str, *, decisions: int, whole: bool = False) -> None:
    """Store the periods of a city; its other stages too, or that they are current."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(histories, "_DECISIONS", decisions)
        for stage, tables in delivery_stages(root, city):
            keep(root, f"{stage}/{city}", tables)
            if stage == "periods" and not whole:
                keep(root, f"protected/{city}", {})
                return


def by_rows(rows: dict[str, pl.DataFrame], cities: tuple[str, ...] = DOMAIN, without: str = "") -> pl.DataFrame:
    """What is counted from the rows at once; ``without``: a person who was erased in the first city."""
    shards = []
    for place, city in enumerate(cities):
        gone = pl.col("persoon").cast(pl.String) == (without if place == 0 else "")
        shards.append(Shard(city, WINDOW, resolve_periods(rows[city].filter(~gone), WINDOW)[0]))
    counted = count_elsewhere(followed_elsewhere(shards), [(city, WINDOW) for city in cities])
    return protect_elsewhere(counted, {city: seeded(city) for city in cities}, base=5)


def test_shards_read_together_count_what_the_rows_count_at_once(root: Path, rows: dict[str, pl.DataFrame]):
    found = protected_elsewhere(root, CITIES, base=5)
    assert found.equals(by_rows(rows))
    assert found["elsewhere"].sum() > 300
    assert set(found["city"]) == set(DOMAIN)


def test_only_who_delivered_under_the_named_key_is_linked_and_never_fewer_than_five(root: Path):
    assert in_common_domain(root, CITIES) == list(DOMAIN)
    assert protected_elsewhere(root, DOMAIN[:4], base=5).is_empty()
    for text in ("", NAMED.replace(SHARED.id, "abcd")):
        (root / "demad.toml").write_text(text, encoding="utf-8")
        assert in_common_domain(root, CITIES) == []
        assert protected_elsewhere(root, CITIES, base=5).is_empty()
    (root / "demad.toml").write_text(NAMED, encoding="utf-8")


def test_the_doctor_tells_how_many_share_the_key_and_who_shares_one_that_is_not_named(root: Path):
    (found,) = shared_key(root)
    assert (found.good, found.what.count("5 steden")) == (True, 1)
    for text, good in (("", [False]), (NAMED.replace(SHARED.id, "abcd"), [False, False])):
        (root / "demad.toml").write_text(text, encoding="utf-8")
        told = list(shared_key(root))
        assert [one.good for one in told] == good
        assert all(city in told[0].what for city in DOMAIN)
        assert OUTSIDE not in told[0].what
    (root / "demad.toml").write_text(NAMED, encoding="utf-8")


def test_a_city_that_is_registered_for_bundles_is_linked_no_more_from_that_day_on(root: Path, tmp_path: Path):
    make_key(tmp_path / "bundel.sleutel")
    public, described = public_text(key_in(tmp_path / "bundel.sleutel")), root / "cities" / "aalst.toml"
    described.parent.mkdir(exist_ok=True)
    text = f'[bundle]\nkey = "{public}"\nprotection = "exact"\nagreement = "VO-2026/3"\n'
    described.write_text(text, encoding="utf-8")
    assert in_common_domain(root, CITIES) == list(DOMAIN[1:])
    assert protected_elsewhere(root, CITIES, base=5).is_empty()  # four are left
    described.unlink()


def test_a_city_of_which_stored_rows_are_damaged_or_gone_stops_nobody_and_is_counted_again(root: Path):
    """Otherwise one damaged file, which can be made again, stops the figures of every city."""
    for city in DOMAIN:
        keep(root, f"tables/{city}", {})
    assert not {*stale_cities(root)} & {*DOMAIN}
    store, home = Store(root), root / "store" / "periods" / "aalst"
    (rows,) = (home / str(store.current("periods/aalst"))).glob("periods_0.parquet")
    whole = rows.read_bytes()
    rows.write_bytes(whole[: len(whole) // 2])
    assert in_common_domain(root, CITIES) == list(DOMAIN[1:])
    assert protected_elsewhere(root, CITIES, base=5).is_empty()
    assert {*stale_cities(root)} & {*DOMAIN} == {"aalst"}
    rows.write_bytes(whole)
    home.rename(root / "aside")
    assert {*stale_cities(root)} & {*DOMAIN} == {"aalst"}
    (root / "aside").rename(home)
    (root / "demad.toml").write_text("", encoding="utf-8")
    rows.write_bytes(b"")
    assert "aalst" not in stale_cities(root)  # without a shared key nobody reads them again
    rows.write_bytes(whole)
    (root / "demad.toml").write_text(NAMED, encoding="utf-8")


def test_a_city_whose_stored_rows_are_not_those_in_force_is_left_out(root: Path):
    store, name = Store(root), "periods/aalst"
    tables, facts = store.tables(name), store.facts(name)
    store.commit(name, tables, {**facts, "inputs": "of before"})
    assert in_common_domain(root, CITIES) == list(DOMAIN[1:])
    store.commit(name, tables, facts)


@pytest.mark.slow
def test_the_figures_are_there_for_the_domain_in_protected_form_alone(root: Path):
    for city in CITIES:
        staged(root, city, decisions=histories._DECISIONS, whole=True)
    is_ours = pl.col("indicator").str.contains("^return_(anywhere|elsewhere)")
    shown = computed(root)[0].frame.filter(is_ours)
    with_value = shown.filter(pl.col("value").is_not_null())
    assert set(with_value["city"]) <= {*DOMAIN, "all"}
    assert "all" in set(with_value["city"])
    assert set(shown.filter(city=OUTSIDE)["status"]) == {"not_computable"}
    assert (with_value["numerator"] % 5 == 0).all()
    assert exact_figures(root).frame.filter(is_ours, pl.col("value").is_not_null()).is_empty()
    assert [name for name in Store(root).every_name() if "elsewhere" in name or "movers" in name] == []


def test_who_is_erased_in_one_city_is_linked_there_no_more(root: Path, rows: dict[str, pl.DataFrame]):
    first = {city: set(rows[city]["persoon"].cast(pl.String)) for city in DOMAIN}
    moved = sorted(first["aalst"] & set[str]().union(*(first[city] for city in DOMAIN[1:])))
    before = by_rows(rows)
    person = next(one for one in moved if not by_rows(rows, without=one).equals(before))
    erase(root, "aalst", person)
    assert in_common_domain(root, CITIES) == list(DOMAIN[1:])  # until its rows are counted again
    staged(root, "aalst", decisions=histories._DECISIONS)
    assert protected_elsewhere(root, CITIES, base=5).equals(by_rows(rows, without=person))
