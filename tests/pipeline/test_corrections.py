"""A correction of one city shows in the next revision, in counts and shares alike, and nowhere else."""

from __future__ import annotations

import json

import polars as pl
import pytest

from assets.run import run
from demad.intake.deliveries.reception import accept
from demad.publishing.release import release
from demad.store import Store

KEY = ["variant", "indicator", "period", "breakdown", "group"]


@pytest.mark.slow
@pytest.mark.usefixtures("plain_site")
def test_what_a_city_corrects_is_released_with_old_and_new_value_and_its_reason(root, deliver):
    first = release(root, "2026Q2")
    before = Store(root).read("disclosure", "published")
    deliver(root, "turnhout", revision=20, days_later=1)
    (held,) = (outcome.delivery for outcome in run(root).outcomes)
    accept(root, held, reason="nagekeken")
    assert run(root).exit_status == 0
    assert Store(root).read("disclosure", "published").filter(city="aalst").equals(before.filter(city="aalst"))
    second = release(root, "2026Q2")
    assert (first.name, second.name) == ("2026Q2-r1", "2026Q2-r2")
    shown = pl.read_parquet(second / "cijfers.parquet")
    changes = json.loads((second / "changes.json").read_text(encoding="utf-8"))
    assert {row["city"] for row in changes} == {"turnhout", "all"}
    assert "Nieuwe gegevens van Turnhout." in {row["reason"] for row in changes}
    units = {row["indicator"] for row in changes}
    assert "caseload_stock" in units
    printed = {tuple(row[name] for name in KEY): row["value"] for row in shown.filter(city="turnhout").to_dicts()}
    told = [row for row in changes if row["city"] == "turnhout"]
    assert all(printed[tuple(row[name] for name in KEY)] == row["after"] for row in told)


@pytest.mark.usefixtures("plain_site")
def test_a_release_of_the_same_figures_makes_no_new_one(root):
    assert release(root, "2026Q2") == release(root, "2026Q2")
