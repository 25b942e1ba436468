"""What was released stays as it was; it changes only in a revision with a reason, and every figure is remembered."""

from __future__ import annotations

import polars as pl
import pytest

from demad.errors import UsageRefused
from demad.publishing import publication
from demad.publishing.definition_changes import adopt, waits_for_a_word
from demad.releases.changes import as_json, frozen
from demad.releases.ledger import ever_released, released_figures, remember
from demad.releases.signoff import late, sign_off, sign_offs
from demad.tables.figures import FIGURE_KEY, PUBLISHED_VALUE
from tests.figures import count


def published(*rows: dict) -> pl.DataFrame:
    return PUBLISHED_VALUE.check(pl.DataFrame(list(rows), schema=PUBLISHED_VALUE.schema)).sort(FIGURE_KEY)


OLD = published(count(120), count(40, breakdown="age", group="18-24"), count(80, breakdown="age", group="25-34"))
NEW = published(count(121), count(41, breakdown="age", group="18-24"), count(80, breakdown="age", group="25-34"))
LATER = count(30, period="2026")


def values(frame):
    return dict(zip(frame["group"], frame["value"], strict=True))


def test_a_late_correction_changes_nothing_that_was_released():
    found = frozen(NEW, OLD, revised=False)
    assert found.published.equals(OLD)
    assert found.changed.height == 2


def test_a_table_with_one_changed_figure_is_kept_whole_so_that_its_sums_hold():
    found = frozen(NEW, OLD, revised=False).published.filter(breakdown="age")
    assert values(found) == {"18-24": 40.0, "25-34": 80.0}


def test_a_revision_shows_the_new_figures_and_names_old_new_and_reason():
    found = frozen(NEW, OLD, revised=True)
    assert found.published.equals(NEW)
    told = as_json(found.changed, "late beslissingen")
    assert {(row["group"], row["before"], row["after"], row["reason"]) for row in told} == {
        ("total", 120.0, 121.0, "late beslissingen"),
        ("18-24", 40.0, 41.0, "late beslissingen"),
    }


def test_new_figures_come_beside_what_was_released():
    found = frozen(published(count(121), LATER), OLD, revised=False).published
    assert found.filter(breakdown="total")["value"].to_list() == [120.0, 30.0]


def test_a_released_figure_that_is_not_computed_any_more_stays():
    assert frozen(published(LATER), OLD, revised=True).published.height == 4


def test_the_ledger_keeps_every_value_a_figure_ever_had(tmp_path):
    remember(tmp_path, "2025-r1", OLD)
    remember(tmp_path, "2025-r2", NEW)
    assert released_figures(tmp_path).equals(NEW)
    totals = ever_released(tmp_path).filter(breakdown="total")
    assert list(zip(totals["release"], totals["value"], strict=True)) == [("2025-r1", 120.0), ("2025-r2", 121.0)]
    assert ever_released(tmp_path).height == 3 + 2


def test_a_release_whose_process_died_is_not_remembered_twice(tmp_path):
    remember(tmp_path, "2025-r1", NEW)
    remember(tmp_path, "2025-r1", OLD)
    assert released_figures(tmp_path).equals(OLD)


def test_who_did_not_sign_off_these_figures_is_named(tmp_path):
    both = pl.concat([OLD, published(count(50, city="aalst"))])
    sign_off(tmp_path, "2025", "gent", both, "Wij namen een dienst over.\n\nDaarom is er een breuk.")
    assert late(tmp_path, "2025", both, ["aalst", "gent", "genk"]) == ["aalst"]
    assert late(tmp_path, "2025", NEW, ["gent"]) == ["gent"]
    assert sign_offs(tmp_path, "2025")["gent"].words.startswith("Wij namen")


@pytest.mark.parametrize("words", ["x" * 2001, "85.07.30-033.28 kwam langs", "mail an.peeters@gent.be", "\x1b[31m"])
def test_words_that_are_too_long_or_name_somebody_are_refused(tmp_path, words):
    with pytest.raises(UsageRefused) as refused:
        sign_off(tmp_path, "2025", "gent", OLD, words)
    assert refused.value.code == "D-453"


def test_nothing_is_released_while_new_definitions_wait_for_a_word(tmp_path, monkeypatch):
    adopt(tmp_path, "eerste run")
    monkeypatch.setattr("demad.publishing.definition_changes.definitions_hash", lambda: "another")
    with pytest.raises(UsageRefused) as refused:
        publication.release(tmp_path, "2025")
    assert refused.value.code == "D-452"
    assert not (tmp_path / "publication").exists()
    adopt(tmp_path, "nagekeken")
    assert not waits_for_a_word(tmp_path)
