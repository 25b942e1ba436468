"""What is expected of months that are not settled is for the city: a release prints none of it."""

from __future__ import annotations

import polars as pl

from demad.publishing import candidate
from demad.publishing.figures import stored
from demad.publishing.outlook import outlook
from demad.publishing.release import newest_quarter_of
from demad.tables.outlook import NOWCAST


def test_a_release_has_the_year_ahead_and_no_nowcast(root, monkeypatch):
    bands = dict.fromkeys(("low_80", "high_80", "low_95", "high_95"), 300.0)
    row = {"city": "aalst", "indicator": "caseload_stock", "period": "2026-08", "told": 301.0, "value": 305.0, **bands}
    row |= {"vintages": 12, "covered": 0.95, "status": "nowcast", "reason": ""}
    expected = pl.DataFrame([row], schema=NOWCAST.schema)
    real = outlook(root, stored(root))
    monkeypatch.setattr(candidate, "outlook", lambda *_: {**real, "nowcast": expected})
    period = newest_quarter_of(root)
    assert period
    tables = candidate.candidate_of(root, period).draft.tables
    assert tables["nowcast"].is_empty()
    assert tables["projection"].equals(real["projection"])
