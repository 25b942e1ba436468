"""The next step of `demad status` is what its first alert asks, and no run for a delivery that is not whole yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demad.intake.deliveries.ledger import Ledger, Outcome
from demad.notify.last_run import remember_run
from demad.notify.morning import state_of
from demad.notify.next_act import NOTHING, next_act
from demad.records import audit_trail

NOW = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
WHAT = "De levering begint later dan wat er al is."


def step(root: Path, now: datetime = NOW) -> str:
    return next_act(state_of(root, now=now)["alerts"], to_judge=1, waiting=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    remember_run(tmp_path, exit_status=0, failed=[], at=NOW - timedelta(hours=1))
    return tmp_path


def test_without_an_alert_only_a_whole_delivery_is_run():
    assert next_act([], to_judge=1, waiting=2) == "demad run"
    assert next_act([], to_judge=0, waiting=1).startswith("wacht tot de stad")
    assert next_act([], to_judge=0, waiting=0) == NOTHING


@pytest.mark.parametrize(
    ("state", "code", "asked"), [("held", "D-230", "demad accept"), ("refused", "D-225", "gent: ")]
)
def test_what_became_of_a_delivery_comes_before_another_run(root: Path, state: str, code: str, asked: str):
    assert step(root) == "demad run"
    Ledger(root).add(Outcome("gent", "levering-een", state, code, 3, WHAT, "Lever opnieuw."))
    assert step(root).startswith(asked)


def test_what_no_city_can_help_asks_for_the_doctor(root: Path):
    assert step(root, NOW + timedelta(days=3)) == "demad doctor"
    audit_trail.record(root, "adopted", {})
    (root / "audit" / "HEAD").write_bytes(b"half")
    assert step(root) == "demad doctor"
