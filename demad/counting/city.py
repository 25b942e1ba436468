"""All additive tables of one city, from its people."""

from __future__ import annotations

import polars as pl

from demad.counting.care_leaver_risk import count_care_leaver_risk
from demad.counting.flow import count_flow
from demad.counting.return_risk import count_return_risk
from demad.counting.spell_risk import count_spell_risk
from demad.counting.stock import count_stock
from demad.follow_up import exits, take_up
from demad.tables.counts import CARE_LEAVER_RISK, SPAN
from demad.tables.observation import Observation
from demad.tables.people import SUPPORT


def count_city(
    *,
    city: str,
    periods: pl.DataFrame,
    months: pl.DataFrame,
    spells: pl.DataFrame,
    leavers: pl.DataFrame | None,
    supports: pl.DataFrame | None,
    observation: Observation,
) -> dict[str, pl.DataFrame]:
    """Return every additive table of one city, by its name in lower case.

    Parameters
    ----------
    periods, months, spells
        PERIOD, MONTH and SPELL of the city.
    leavers, supports
        LEAVER and SUPPORT; None where the city did not deliver them: a city without leavers gets no
        CARE_LEAVER_RISK rows and ``has_leavers`` false, so that its take-up is not computable, never 0.

    Returns
    -------
    ``stock``, ``flow``, ``spell_risk``, ``return_risk``, ``care_leaver_risk`` and ``span``.
    """
    taken_up = CARE_LEAVER_RISK.empty()
    if leavers is not None:
        other = supports if supports is not None else SUPPORT.empty()
        taken_up = count_care_leaver_risk(take_up(leavers, months, periods, other, observation), city=city)
    return {
        "stock": count_stock(months, observation, city=city),
        "flow": count_flow(spells, months, observation, city=city),
        "spell_risk": count_spell_risk(spells, observation, city=city),
        "return_risk": count_return_risk(exits(spells, observation), city=city),
        "care_leaver_risk": taken_up,
        "span": _span(city, observation, has_leavers=leavers is not None),
    }


def _span(city: str, observation: Observation, *, has_leavers: bool) -> pl.DataFrame:
    row = {
        "city": [city],
        "first_month": [observation.first_month],
        "last_month": [observation.last_month],
        "full_history": [observation.full_history],
        "has_leavers": [has_leavers],
        "as_of": [observation.as_of],
    }
    return SPAN.check(pl.DataFrame(row, schema=SPAN.schema))
