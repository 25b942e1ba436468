"""Released figures follow corrections, in revisions that say what changed and why; every figure is remembered."""

from __future__ import annotations

import polars as pl
import pytest

from demad.errors import UsageRefused
from demad.publishing.definition_changes import adopt, definitions_need_approval
from demad.publishing.release import release
from demad.releases.changes import changed, with_reasons
from demad.releases.figures import cut_to_period
from demad.releases.ledger import ever_released, released_figures, remember
from demad.releases.signoff import late, sign_off, sign_offs
from demad.tables.figures import FIGURE_KEY, PUBLISHED_VALUE
from tests.figures import count, figure
from tests.figures import published as sealed


def published(*rows: dict) -> pl.DataFrame:
    return PUBLISHED_VALUE.check(pl.DataFrame(list(rows), schema=PUBLISHED_VALUE.schema)).sort(FIGURE_KEY)


OF_25_TO_34 = count(80, breakdown="age", group="25-34")
OLD = published(count(120), count(40, breakdown="age", group="<25"), OF_25_TO_34)
NEW = published(count(125), count(45, breakdown="age", group="<25"), OF_25_TO_34)
HIDDEN = {"value": None, "numerator": None, "status": "suppressed"}
NAMES = {"gent": "Gent"}


def told(now: pl.DataFrame, before: pl.DataFrame, reason: str = "") -> list[tuple]:
    rows = with_reasons(changed(now, before), reason, NAMES)
    return [(row["group"], row["before"], row["after"], row["reason"]) for row in rows]


def test_a_revision_names_old_and_new_and_whose_data_changed():
    assert told(NEW, OLD) == [
        ("<25", 40.0, 45.0, "Nieuwe gegevens van Gent."),
        ("total", 120.0, 125.0, "Nieuwe gegevens van Gent."),
    ]


def test_a_reason_that_a_person_gave_is_what_stands_there():
    assert {row[3] for row in told(NEW, OLD, "late beslissingen")} == {"late beslissingen"}


def test_a_figure_that_is_hidden_from_now_on_changed():
    now = published(count(120), count(0, breakdown="age", group="<25") | HIDDEN, OF_25_TO_34)
    assert [row[:3] for row in told(now, OLD)] == [("<25", 40.0, None)]


def test_what_is_new_beside_what_was_released_changed_nothing():
    assert told(pl.concat([OLD, published(count(30, period="2026"))]), OLD) == []


def test_a_figure_that_is_gone_changed():
    assert [row[:3] for row in told(OLD.filter(breakdown="age"), OLD)] == [("total", 120.0, None)]


def test_a_figure_of_data_quality_that_is_of_another_month_now_changed_nothing():
    before = pl.concat([OLD, published(figure(indicator="dq_timeliness", period="2025-09", value=3.0))])
    assert (
        told(pl.concat([OLD, published(figure(indicator="dq_timeliness", period="2025-12", value=9.0))]), before) == []
    )


def test_groups_that_another_definition_counts_otherwise_are_not_listed_one_by_one():
    before = published(count(118), count(21, breakdown="age", group="18-24"))
    now = published(count(120, definition="2"), count(20, breakdown="age", group="<25", definition="2"))
    assert told(now, before) == [("total", 118.0, 120.0, "Nieuwe definitie: aantallen worden nu afgerond.")]


def test_the_ledger_keeps_every_value_a_figure_ever_had(tmp_path):
    remember(tmp_path, "2025-r1", OLD)
    remember(tmp_path, "2025-r2", NEW)
    assert released_figures(tmp_path).equals(NEW)
    totals = ever_released(tmp_path).filter(breakdown="total")
    assert list(zip(totals["release"], totals["value"], strict=True)) == [("2025-r1", 120.0), ("2025-r2", 125.0)]
    assert ever_released(tmp_path).height == 3 + 2


def test_a_release_whose_process_died_is_not_remembered_twice(tmp_path):
    remember(tmp_path, "2025-r1", NEW)
    remember(tmp_path, "2025-r1", OLD)
    assert released_figures(tmp_path).equals(OLD)


def test_who_did_not_sign_off_these_figures_is_named(tmp_path):
    both = pl.concat([OLD, published(count(50, city="aalst"))])
    sign_off(tmp_path, "2025", "gent", both, "Wij namen een dienst over.\n\nDaarom is er een breuk.")
    assert late(sign_offs(tmp_path, "2025"), both, ["aalst", "gent", "genk"]) == ["aalst"]
    assert late(sign_offs(tmp_path, "2025"), NEW, ["gent"]) == ["gent"]
    assert sign_offs(tmp_path, "2025")["gent"].words.startswith("Wij namen")


@pytest.mark.parametrize("words", ["x" * 2001, "85.07.30-033.28 kwam langs", "mail an.peeters@gent.be", "\x1b[31m"])
def test_words_that_are_too_long_or_name_somebody_are_refused(tmp_path, words):
    with pytest.raises(UsageRefused) as refused:
        sign_off(tmp_path, "2025", "gent", OLD, words)
    assert refused.value.code == "D-453"


@pytest.mark.parametrize("period", ["2014Q1", "2024", "2026-02"])
def test_a_period_without_any_figure_is_refused_whether_it_is_too_early_or_too_late(period):
    quality = figure(indicator="dq_timeliness", period="2026-03", value=3.0)
    with pytest.raises(UsageRefused) as refused:
        cut_to_period(sealed(count(120), quality), period)
    assert refused.value.code == "D-450"


def test_a_period_has_its_figures_and_the_quality_of_today():
    quality = figure(indicator="dq_timeliness", period="2025-12", value=3.0)
    left = cut_to_period(sealed(count(120, period="2024"), count(130), quality), "2024").frame
    assert set(zip(left["indicator"], left["period"], strict=True)) == {
        ("outflow_count", "2024"), ("dq_timeliness", "2025-12"),
    }  # fmt: skip


def test_nothing_is_released_while_new_definitions_wait_for_a_word(tmp_path, monkeypatch):
    adopt(tmp_path, "eerste run")
    monkeypatch.setattr("demad.publishing.definition_changes.definitions_hash", lambda: "another")
    with pytest.raises(UsageRefused) as refused:
        release(tmp_path, "2025")
    assert refused.value.code == "D-452"
    assert not (tmp_path / "publication").exists()
    adopt(tmp_path, "nagekeken")
    assert not definitions_need_approval(tmp_path)
