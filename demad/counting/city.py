"""Count all additive tables of one city."""

from __future__ import annotations

import polars as pl

from demad.counting.activation_risk import count_activation_risk, count_after_art60, count_care_leaver_spell_risk
from demad.counting.care_leaver_risk import count_care_leaver_risk
from demad.counting.case_mix_return import count_case_mix_return
from demad.counting.case_mix_risk import count_case_mix_risk
from demad.counting.flow import count_flow
from demad.counting.origin_inflow import count_origin_inflow
from demad.counting.persons import count_art60_months, count_population, count_year_persons
from demad.counting.return_risk import count_return_risk
from demad.counting.spell_risk import count_spell_risk
from demad.counting.stock import count_stock
from demad.histories.activation import activated_spells, after_art60, art60_months
from demad.histories.follow_up import exits, spells_after_care, take_up
from demad.tables.counts import ADDITIVE, QUALITY, SPAN
from demad.tables.observation import Observation


def count_city(
    *,
    city: str,
    periods: pl.DataFrame,
    months: pl.DataFrame,
    spells: pl.DataFrame,
    leavers: pl.DataFrame | None,
    supports: pl.DataFrame | None,
    observation: Observation,
    inhabitants: pl.DataFrame | None = None,
    population_estimated: bool = False,
    quality: pl.DataFrame | None = None,
    days_to_made: int | None = None,
) -> dict[str, pl.DataFrame]:
    """Return every additive table of one city, by name in lower case.

    Parameters
    ----------
    periods, months, spells
        PERIOD, MONTH and SPELL of the city.
    leavers, supports
        LEAVER and SUPPORT; None if the city did not deliver them. The tables that need them then have no rows, and SPAN
        records it, so that the figures are not computable instead of 0.
    inhabitants
        Dataset ``bevolking``, delivered or shipped (``population_estimated``); None if there is neither.
    quality, days_to_made
        QUALITY of the data in force, and the days from ``as_of`` to the day the delivery was made.

    Returns
    -------
    `tables.counts.ADDITIVE`, ``quality`` and ``span``.
    """
    tables = {table.name.lower(): table.empty() for table in ADDITIVE}
    left = exits(spells, observation)
    tables |= {
        "stock": count_stock(months, observation, city=city),
        "flow": count_flow(spells, months, observation, city=city),
        "origin_inflow": count_origin_inflow(spells, observation, city=city),
        "spell_risk": count_spell_risk(spells, observation, city=city),
        "case_mix_risk": count_case_mix_risk(spells, city=city),
        "case_mix_return": count_case_mix_return(left, city=city),
        "return_risk": count_return_risk(left, city=city),
        "year_persons": count_year_persons(months, observation, city=city),
    }
    if leavers is not None:
        taken_up = take_up(leavers, months, periods, supports, observation)
        tables["care_leaver_risk"] = count_care_leaver_risk(taken_up, city=city)
        after_care = spells_after_care(spells, leavers, periods, observation)
        tables["care_leaver_spell_risk"] = count_care_leaver_spell_risk(after_care, city=city)
    if supports is not None:
        activated = activated_spells(spells, periods, supports, observation)
        tables["activation_risk"] = count_activation_risk(activated, city=city)
        tables["after_art60_risk"] = count_after_art60(after_art60(months, periods, supports, observation), city=city)
        tables["art60_months"] = count_art60_months(art60_months(supports, observation), city=city)
    if inhabitants is not None:
        tables["population"] = count_population(inhabitants, city=city)
    tables["quality"] = QUALITY.empty() if quality is None else quality.sort(QUALITY.key)
    facts = {
        "days_to_made": days_to_made,
        "has_leavers": leavers is not None,
        "has_supports": supports is not None,
        "population_estimated": population_estimated,
    }
    return {**tables, "span": _span(city, observation, facts)}


def _span(city: str, observation: Observation, facts: dict[str, bool | int | None]) -> pl.DataFrame:
    row = {
        "city": [city],
        "first_month": [observation.first_month],
        "last_month": [observation.last_month],
        "full_history": [observation.full_history],
        "as_of": [observation.as_of],
        **{name: [fact] for name, fact in facts.items()},
    }
    return SPAN.check(pl.DataFrame(row, schema=SPAN.schema))
