"""A run brings what changed up to date and nothing else; one city is never in the way of another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assets.run import run
from demad.errors import Busy, InputMissing
from demad.histories.shards import Shard
from demad.operations.unchanged import unchanged
from demad.publishing import city_stages, shards, site
from demad.store import Store, root_lock
from demad.tables.people import SPELL
from tests.pipeline.plainly import plainly_drawn

CITY_STAGES = ("extract", "periods", "tables", "protected")
RELEASE_STAGES = ("indicators", "disclosure", "benchmark")
AFTER_THE_BAR = {(asset, None) for asset in (*RELEASE_STAGES, "site")}
ALL_PAGES = {("reports", city) for city in ("aalst", "turnhout")}  # of a city without figures there is none


def stages_of(*slugs: str) -> set[tuple[str, str | None]]:
    return {(asset, slug) for slug in slugs for asset in CITY_STAGES}


def versions(root: Path, *names: str) -> list[str | None]:
    return [Store(root).current(name) for name in names]


def test_every_delivered_city_gets_a_page_and_the_others_are_named(settled, materialized):
    pages = {path.parent.name for path in (settled / "preview").glob("*/index.html")}
    assert pages == {"aalst", "turnhout"}
    assert "Gent" in (settled / "preview" / "index.html").read_text(encoding="utf-8")
    assert materialized(settled).keys() == stages_of("aalst", "turnhout") | AFTER_THE_BAR | ALL_PAGES


@pytest.mark.usefixtures("plain_site")
def test_one_changed_city_runs_its_own_stages_and_no_other_citys(root, deliver, materialized):
    before = materialized(root)
    aalst = versions(root, "tables/aalst")
    deliver(root, "turnhout", revision=1, days_later=1)
    result = run(root)
    assert (result.cities, result.exit_status) == (("turnhout",), 0)
    assert (materialized(root) - before).keys() == stages_of("turnhout") | AFTER_THE_BAR | ALL_PAGES
    assert versions(root, "tables/aalst") == aalst


def test_the_same_delivery_again_is_a_no_op(root, deliver):
    deliver(root, "turnhout")
    result = run(root)
    assert (result.outcomes, result.cities, result.benchmark) == ((), (), False)


def test_a_refused_delivery_is_named_in_every_report_and_changes_no_figure(root, deliver, materialized):
    before, figures = materialized(root), versions(root, "tables/aalst", "tables/turnhout")
    published = Store(root).read("disclosure", "published")
    folder = deliver(root, "turnhout", revision=1, days_later=1)["turnhout"]
    with (folder / "leefloon.parquet").open("ab") as file:
        file.write(b"cut or lengthened on its way")
    result = run(root)
    assert result.exit_status == 3
    assert [outcome.code for outcome in result.outcomes] == ["D-225"]
    assert not (materialized(root) - before).keys() & stages_of("aalst", "turnhout")
    assert versions(root, "tables/aalst", "tables/turnhout") == figures
    assert Store(root).read("disclosure", "published").equals(published)
    for page in ("index.html", "aalst/index.html", "turnhout/index.html"):
        assert "D-225" in (root / "preview" / page).read_text(encoding="utf-8")
    again = run(root)
    assert (again.exit_status, again.benchmark) == (0, False)


def test_a_delivery_that_is_still_being_written_starts_nothing(root):
    unfinished = root / "inbox" / "gent" / "2026-10-31-half"
    unfinished.mkdir(parents=True)
    (unfinished / "leefloon.parquet").write_bytes(b"PAR1")
    result = run(root)
    assert [outcome.state for outcome in result.outcomes] == ["incomplete"]
    assert not result.benchmark
    assert unchanged(root) is None


@pytest.mark.slow
@pytest.mark.usefixtures("plain_site")
def test_a_city_counted_before_there_were_shards_is_counted_again_and_keeps_no_months_of_persons(root):
    store = Store(root)
    before = store.tables("tables/aalst")
    stored = store.tables("periods/aalst")
    store.commit("periods/aalst", {"periods": stored["periods_0"], "inhabitants": stored["inhabitants"]}, {})
    store.commit("spells/aalst", {"spells": SPELL.empty()}, {})
    store.commit("tables/aalst", before, {**store.facts("tables/aalst"), "layout": "of an earlier version"})
    with pytest.raises(InputMissing, match="D-352"):
        city_stages.tables_of(root, "aalst")
    assert run(root).cities == ("aalst",)
    after = store.tables("tables/aalst")
    assert all(after[name].equals(table) for name, table in before.items())
    assert not (root / "store" / "spells").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("plain_site")
def test_a_city_whose_stage_breaks_keeps_its_figures_and_stops_no_other(root, deliver, bytes_with):
    before = versions(root, "tables/turnhout")
    count_shard = shards.count_shard

    def broken(shard: Shard) -> object:
        if shard.city == "turnhout":
            raise ValueError("could not parse CELLTOKEN as date")
        return count_shard(shard)

    deliver(root, "aalst", "turnhout", "oostende", revision=1, days_later=1)
    with pytest.MonkeyPatch.context() as patch:  # its own: undoing would draw the pages
        patch.setattr(shards, "count_shard", broken)
        result = run(root)
    assert (result.failed, result.exit_status) == (("turnhout D-901",), 1)
    assert versions(root, "tables/turnhout") == before
    pages = {path.parent.name for path in (root / "preview").glob("*/index.html")}
    assert pages == {"aalst", "oostende", "turnhout"}
    assert not bytes_with(root, ["CELLTOKEN"])
    assert run(root).cities == ("turnhout",)


@pytest.mark.slow
@pytest.mark.usefixtures("plain_site")
def test_a_page_that_breaks_stops_no_other_page_and_is_made_the_next_time(root, deliver, bytes_with):
    write_city = site.write_city

    def broken(folder: Path, made: object, slug: str, **options: object) -> None:
        if slug == "aalst":
            raise ValueError("CELLTOKEN")
        write_city(folder, made, slug, **options)

    deliver(root, "turnhout", revision=1, days_later=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "write_city", broken)
        patch.delenv("DEMAD_DEBUG", raising=False)
        result = run(root)
    assert result.failed == ("rapporten D-451", "site D-451")
    assert {path.parent.name for path in (root / "preview").glob("*/index.html")} == {"turnhout"}
    assert not bytes_with(root, ["CELLTOKEN"])
    again = run(root)
    assert (again.cities, again.failed) == ((), ())
    assert (root / "preview" / "aalst" / "index.html").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("plain_site")
def test_a_setting_that_changes_runs_no_city(root):
    (root / "demad.toml").write_text("[privacy]\nthreshold = 20\n", encoding="utf-8")
    result = run(root)
    assert (result.cities, result.benchmark, result.failed) == ((), True, ())


@pytest.mark.slow
def test_the_same_deliveries_give_the_same_tables_and_files(settled, tmp_path, deliver):
    other = tmp_path / "other"
    deliver(other, "turnhout")
    deliver(other, "aalst")
    with plainly_drawn():
        run(other)
    names = Store(settled).every_name()
    assert Store(other).every_name() == names
    assert versions(other, *names) == versions(settled, *names)  # an id of a version is a hash of its bytes
    files = [path.name for path in (other / "preview").iterdir() if path.suffix not in ("", ".html")]
    assert {"cijfers.csv", "cijfers.parquet", "cijfers.pq", "datapackage.json", "catalogus.jsonld"} <= {*files}
    differing = {
        name for name in files if (other / "preview" / name).read_bytes() != (settled / "preview" / name).read_bytes()
    }
    assert differing <= {"manifest.json"}  # it has the hashes of the pages


@pytest.mark.slow
def test_the_same_deliveries_give_the_same_bytes_in_every_page(settled, tmp_path, deliver):
    deliver(tmp_path / "other", "turnhout")
    deliver(tmp_path / "other", "aalst")
    run(tmp_path / "other")
    first, second = (
        {p.relative_to(d): p.read_bytes() for p in d.rglob("*") if p.is_file()}
        for d in (settled / "preview", tmp_path / "other" / "preview")
    )
    assert [str(name) for name in first.keys() | second.keys() if first.get(name) != second.get(name)] == []


@pytest.mark.slow
@pytest.mark.usefixtures("plain_site")
def test_a_night_that_counts_in_two_processes_gives_the_same_tables(settled, tmp_path, deliver):
    root = tmp_path / "root"
    deliver(root, "aalst", "turnhout")
    (root / "demad.toml").write_text('[counting]\nexecutor = "processes"\n', encoding="utf-8")
    told: list[str] = []
    assert run(root, told.append).exit_status == 0
    assert "2 steden vooraf geteld" in told
    assert shards.with_parts(root) == []
    here, there = Store(settled), Store(root)
    for city in ("aalst", "turnhout"):
        for stage in ("periods", "tables", "protected"):
            assert there.hashes(f"{stage}/{city}") == here.hashes(f"{stage}/{city}")
    for name in ("indicators", "disclosure", "benchmark"):
        assert there.hashes(name) == here.hashes(name)


def test_a_root_in_which_another_run_is_busy_is_left_alone(root):
    with root_lock(root), pytest.raises(Busy) as refusal:
        run(root)
    assert (refusal.value.code, refusal.value.exit_status) == ("D-350", 75)


def test_a_root_without_deliveries_has_nothing_to_do(tmp_path):
    result = run(tmp_path / "empty")
    assert (result.exit_status, result.benchmark) == (0, False)
    assert not (tmp_path / "empty" / "preview").exists()


def test_the_last_run_is_remembered_with_counts_only(settled):
    told = json.loads((settled / "work" / "last-run.json").read_text(encoding="utf-8"))
    assert told.keys() == {"at", "exit_status", "cities", "failed", "benchmark"}
