"""What is said of bars follows from what is drawn."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from demad.reporting.themes.drawn import bars_said


@pytest.mark.parametrize(("ticks", "told"), [([None, 0.4], True), ([None, None], False), ([], False)])
def test_the_median_is_named_only_where_one_is_drawn(ticks: list[float | None], told: bool):
    city: Any = SimpleNamespace(name="Gent")
    assert ("mediaan" in bars_said(city, ticks)) is told
