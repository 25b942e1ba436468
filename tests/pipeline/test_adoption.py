"""A version that counts differently changes no figure until a person lets it in; going back works the same way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from assets.run import adopt_definitions, run
from demad import indicators
from demad.notify.morning import state_of
from demad.operations.run_result import RunResult
from demad.protection import ProtectedTables
from demad.publishing import definition_changes, freshness, shadow_run
from demad.quantities import ExactTables
from demad.records import audit_trail
from demad.reference.fingerprint import definitions_hash
from demad.store import Store, file_hash
from demad.tables.kinds import ExactFigures, ProtectedFigures

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("plain_site")]


@contextmanager
def another_version() -> Iterator[None]:
    """Inside, this is a version that counts a day more before a delivery came.

    It patches for itself: undoing what a test patched would undo its plain pages too, and draw every page.
    """
    evaluate = indicators.evaluate

    def counting_more(tables: ExactTables | ProtectedTables) -> ExactFigures | ProtectedFigures:
        made = evaluate(tables)
        days = pl.col("indicator") == "dq_timeliness"
        later = pl.when(days).then(pl.col("value") + 1).otherwise("value").alias("value")
        return type(made)(made.frame.with_columns(later))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indicators, "evaluate", counting_more)
        for module in (definition_changes, freshness, shadow_run):
            patch.setattr(module, "definitions_hash", lambda: "another")
        yield


def pages(root: Path) -> dict[str, str]:
    return {str(path): file_hash(path) for path in sorted((root / "preview").rglob("*")) if path.is_file()}


def figures(root: Path) -> list[str | None]:
    return [Store(root).current(name) for name in ("indicators", "disclosure", "benchmark")]


def alerts(root: Path) -> list[str]:
    return [alert["code"] for alert in state_of(root)["alerts"]]


def test_new_definitions_wait_for_a_word_and_the_way_back_is_the_same(root, deliver):
    before, shown, made_by = figures(root), pages(root), definitions_hash()
    assert adopt_definitions(root, "") == ()
    with another_version():
        deliver(root, "turnhout", revision=1, days_later=1)
        waiting = run(root)
        assert waiting.failed == ()  # names the stage and its code
        assert ([outcome.state for outcome in waiting.outcomes], waiting.exit_status) == (["accepted"], 0)
        assert waiting.waits
        assert (figures(root), pages(root)) == (before, shown)
        assert alerts(root) == ["D-481"]
        differences = adopt_definitions(root, "")
        assert not isinstance(differences, RunResult)
        told = {entry.indicator: entry for entry in differences}
        assert told["dq_timeliness"].changed > 0
        assert run(root).failed == ()
        assert figures(root) == before
        adopt_definitions(root, "nagerekend en goed")
        assert alerts(root) == []
        assert figures(root)[0] != before[0]
        newer = Store(root).read("indicators", "values")

    run(root)
    assert Store(root).read("indicators", "values").equals(newer)
    assert alerts(root) == ["D-481"]
    adopt_definitions(root, "toch terug")
    assert alerts(root) == []
    assert not Store(root).read("indicators", "values").equals(newer)
    entries = [entry["facts"] for entry in audit_trail.entries(root) if entry["act"] == "adopted"]
    assert [entry["to"] for entry in entries] == [made_by, "another", made_by]
    assert audit_trail.verify(root).holds
