"""Count the additive tables of one shard: all that rests on persons."""

from __future__ import annotations

import polars as pl

from demad.counting.activation_risk import count_activation_risk, count_after_art60, count_care_leaver_spell_risk
from demad.counting.after_exit import count_after_exit
from demad.counting.application_risk import count_application_risk
from demad.counting.care_leaver_return import count_care_leaver_return
from demad.counting.care_leaver_risk import count_care_leaver_risk
from demad.counting.case_mix_return import count_case_mix_return
from demad.counting.case_mix_risk import count_case_mix_risk
from demad.counting.flow import count_flow
from demad.counting.gpmi_start import count_gpmi_start
from demad.counting.long_stay import count_long_stay
from demad.counting.origin_inflow import count_origin_inflow
from demad.counting.persons import count_art60_months, count_gpmi_year, count_year_persons
from demad.counting.return_risk import count_return_risk
from demad.counting.spell_risk import count_spell_risk
from demad.counting.stock import count_stock
from demad.counting.stock_elapsed import count_stock_elapsed
from demad.counting.ten_years import count_ten_years
from demad.counting.tracking import count_tracking
from demad.counting.triangle import count_triangle
from demad.counting.vintage import count_vintage
from demad.counting.years_on import count_years_on
from demad.histories.activation import activated_spells, after_art60, art60_runs
from demad.histories.after_exit import status_after_exit
from demad.histories.ages import by_age
from demad.histories.applications import followed_applications
from demad.histories.follow_up import exits, spells_after_care, take_up
from demad.histories.segments import covered, decided, person_numbers
from demad.histories.shards import Shard
from demad.histories.spells import build_spells
from demad.tables.counts import ADDITIVE, SPAN
from demad.tables.terms import GAPS

Tables = dict[str, pl.DataFrame]


def count_shard(shard: Shard) -> Tables:
    """Return the additive tables of a shard by name in lower case, and its SPAN.

    Segments and spells live no longer than this takes. A table whose dataset was not delivered has no rows, and SPAN
    records it, so that the figures are not computable instead of 0.

    Returns
    -------
    `tables.counts.ADDITIVE`, of which POPULATION is empty, and ``span``; they add up over the shards of a city.
    """
    city, observation = shard.city, shard.observation
    decisions, numbers = decided(shard.periods, observation), person_numbers(shard.periods)
    segments = covered(decisions)
    spells = build_spells(segments, decisions, observation)
    parts = {series: by_age(rows, gap=GAPS[series]) for series, rows in segments.items()}
    left = exits(spells, observation)
    after = status_after_exit(spells, segments, numbers, shard.supports, observation)
    stock = count_stock(parts, observation, city=city)
    return {
        **{table.name.lower(): table.empty() for table in ADDITIVE},
        "stock": stock,
        "flow": count_flow(spells, segments, observation, city=city),
        "origin_inflow": count_origin_inflow(spells, observation, city=city),
        "spell_risk": count_spell_risk(spells, observation, city=city),
        "tracking": count_tracking(spells, observation, city=city),
        "case_mix_risk": count_case_mix_risk(spells, city=city),
        "case_mix_return": count_case_mix_return(left, city=city),
        "return_risk": count_return_risk(left, city=city),
        "after_exit_status": count_after_exit(after, city=city),
        "vintage": count_vintage(stock, spells, observation, city=city),
        "stock_elapsed": count_stock_elapsed(parts["main"], observation, city=city),
        "year_persons": count_year_persons(parts, observation, city=city),
        "gpmi_year": count_gpmi_year(segments["main"], observation, city=city),
        "years_on": count_years_on(segments["main"], observation, city=city),
        "ten_years": count_ten_years(spells, segments["main"], observation, city=city),
        "gpmi_start_risk": count_gpmi_start(spells, segments["main"], observation, city=city),
        "long_stay": count_long_stay(spells, segments["main"], observation, city=city),
        **_of_leavers(shard, numbers, segments, spells),
        **_of_supports(shard, numbers, segments, spells),
        **_of_applications(shard),
        **_of_recorded(shard),
        "span": _span(shard),
    }


def _of_leavers(shard: Shard, numbers: pl.DataFrame, segments: Tables, spells: pl.DataFrame) -> Tables:
    if shard.leavers is None:
        return {}
    taken_up = take_up(
        shard.leavers,
        segments,
        numbers,
        shard.observation,
        spells=spells,
        supports=shard.supports,
        applications=shard.applications,
    )
    after_care = spells_after_care(spells, shard.leavers, numbers, shard.observation)
    return {
        "care_leaver_risk": count_care_leaver_risk(taken_up, city=shard.city),
        "care_leaver_spell_risk": count_care_leaver_spell_risk(after_care, city=shard.city),
        "care_leaver_return_risk": count_care_leaver_return(exits(after_care, shard.observation), city=shard.city),
    }


def _of_supports(shard: Shard, numbers: pl.DataFrame, segments: Tables, spells: pl.DataFrame) -> Tables:
    if shard.supports is None:
        return {}
    activated = activated_spells(spells, numbers, shard.supports, shard.observation)
    runs = art60_runs(shard.supports, shard.observation)
    after = after_art60(segments["main"], numbers, shard.supports, shard.observation)
    return {
        "activation_risk": count_activation_risk(activated, city=shard.city),
        "after_art60_risk": count_after_art60(after, city=shard.city),
        "art60_months": count_art60_months(runs, segments["wide"], numbers, shard.observation, city=shard.city),
    }


def _of_applications(shard: Shard) -> Tables:
    if shard.applications is None:
        return {}
    followed = followed_applications(shard.applications, shard.observation)
    return {"application_risk": count_application_risk(followed, city=shard.city)}


def _of_recorded(shard: Shard) -> Tables:
    if shard.recorded is None:
        return {}
    return {"triangle": count_triangle(shard.recorded, shard.observation, city=shard.city)}


def _span(shard: Shard) -> pl.DataFrame:
    row = {
        "city": shard.city,
        "first_month": shard.observation.first_month,
        "last_month": shard.observation.last_month,
        "full_history": shard.observation.full_history,
        "has_leavers": shard.leavers is not None,
        "has_supports": shard.supports is not None,
        "has_applications": shard.applications is not None,
        "population_estimated": False,
        "as_of": shard.observation.as_of,
        "days_to_made": None,
    }
    return SPAN.check(pl.DataFrame([row], schema=SPAN.schema))
