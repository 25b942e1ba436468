"""Pruning removes what no longer serves, and never what is in force, waits or was released."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from assets.run import prune_runs, run
from demad.intake.deliveries.reception import take_in
from demad.operations.prune import prune
from demad.publishing.typeset_files import TYPESET
from demad.records import audit_trail
from demad.store import Store

pytestmark = pytest.mark.usefixtures("plain_site")


def test_only_current_versions_stay_and_a_replaced_delivery_goes_after_its_time(root, deliver):
    old = next((root / "inbox" / "turnhout").iterdir())
    new = deliver(root, "turnhout", revision=1, days_later=1)["turnhout"]
    assert run(root).exit_status == 0
    current = {name: Store(root).current(name) for name in Store(root).every_name()}
    pruned = prune(root, days=30)
    assert (pruned.deliveries, pruned.versions > 0) == (0, True)
    for name, version in current.items():
        kept = [path.name for path in (root / "store" / name).iterdir() if path.is_dir()]
        assert kept == [version]
    assert prune(root, days=30).versions == 0
    later = datetime.now(UTC) + timedelta(days=31)
    assert prune(root, days=30, now=later).deliveries == 1
    assert (old.exists(), new.exists()) == (False, True)
    assert run(root).benchmark is False
    assert [entry["act"] for entry in audit_trail.entries(root)][-1] == "pruned"


def test_a_delivery_that_came_twice_goes_after_its_time(root):
    first = next((root / "inbox" / "turnhout").iterdir())
    again = shutil.copytree(first, first.with_name("nog-eens"))
    assert [outcome.state for outcome in take_in(root)] == ["known"]
    assert prune(root, days=30, now=datetime.now(UTC) + timedelta(days=31)).deliveries == 1
    assert (first.exists(), again.exists()) == (True, False)


def test_a_held_delivery_waits_as_long_as_it_takes(root, deliver):
    held = deliver(root, "turnhout", revision=40, days_later=1)["turnhout"]
    assert [outcome.state for outcome in take_in(root)] == ["held"]
    prune(root, days=1, now=datetime.now(UTC) + timedelta(days=400))
    assert held.exists()


def test_what_a_killed_process_left_goes(root):
    for name in ("work/site/x", "work/latest/x", "store/staging/in-x", "inbox/gent/.weg-levering"):
        (root / name).mkdir(parents=True)
    assert prune(root, days=30).leftovers == 4
    assert not (root / "inbox" / "gent" / ".weg-levering").exists()


def test_kept_pdfs_go_of_a_city_without_a_page(root):
    for slug in ("aalst", "gent"):
        (root / TYPESET / slug).mkdir(parents=True, exist_ok=True)
    assert {path.name for path in (root / "preview").iterdir() if path.is_dir()} >= {"aalst", "turnhout"}
    prune(root, days=30)
    assert "gent" not in {path.name for path in (root / TYPESET).iterdir()}
    assert (root / TYPESET / "aalst").exists()


def test_runs_and_their_events_go_and_the_file_gives_its_space_back(root):
    from dagster import DagsterInstance

    assert prune_runs(root, days=30) == 0
    before = sum(path.stat().st_size for path in (root / "dagster").rglob("*.db"))
    assert prune_runs(root, days=0) > 0
    after = sum(path.stat().st_size for path in (root / "dagster").rglob("*.db"))
    assert after < before
    with DagsterInstance.from_config(str(root / "dagster")) as instance:
        assert instance.get_run_ids() == []
