"""The additive tables of methods.md section 1.9, one loop per person, series and month.

A table is a dict: key tuple -> counts. The smaller tables are counted in files of their own.
"""

from __future__ import annotations

from demad.tables.terms import ACTIVATION, GAPS, REASONS, RETURN_REASONS, VARIANTS
from tests.naive.activation import (
    ACTIVATION_COLUMNS,
    AFTER_ART60_COLUMNS,
    ART60_COLUMNS,
    count_activation_risk,
    count_art60,
)
from tests.naive.after_exit import AFTER_EXIT_COLUMNS, count_after_exit
from tests.naive.applications import APPLICATION_COLUMNS, count_applications
from tests.naive.at_risk import Followed, followed
from tests.naive.case_mix import (
    CASE_MIX_COLUMNS,
    CASE_MIX_RETURN_COLUMNS,
    count_case_mix,
    count_case_mix_return,
)
from tests.naive.gpmi_start import GPMI_START_COLUMNS, count_gpmi_start
from tests.naive.history import (
    LAWS,
    LOOK_BACK,
    City,
    Spell,
    Window,
    attributes,
    covered_months,
    decisions_of,
    month_of,
    of_laws,
    quarter_of,
    rows_by_person,
    spells_of,
    window_of,
    year_of,
)
from tests.naive.leavers import (
    CARE_LEAVER_COLUMNS,
    CARE_LEAVER_RETURN_COLUMNS,
    CARE_LEAVER_SPELL_COLUMNS,
    count_leaver_returns,
    count_leaver_spells,
    count_leavers,
    leavers_of,
)
from tests.naive.long_stay import LONG_STAY_COLUMNS, count_long_stay
from tests.naive.population import POPULATION_COLUMNS, count_population
from tests.naive.supports import ACTIVATING, support_months
from tests.naive.ten_years import TEN_YEARS_COLUMNS, count_ten_years
from tests.naive.tracking import TRACKING_COLUMNS, count_tracking
from tests.naive.triangle import TRIANGLE_COLUMNS, count_triangle
from tests.naive.vintage import ELAPSED_COLUMNS, VINTAGE_COLUMNS, count_elapsed, count_vintage
from tests.naive.year_persons import GPMI_COLUMNS, YEAR_COLUMNS, count_gpmi_year, count_year_persons
from tests.naive.years_on import YEARS_ON_COLUMNS, count_years_on

WITH_BREAKDOWNS = ("main", "wide")
LAST_RETURN_MONTH = 36

COLUMNS = {
    "STOCK": ("stock", "gpmi", "elapsed_over_12", "elapsed_over_24", "elapsed_over_60", "start_unknown"),
    "FLOW": (
        "active",
        "bridged",
        "left_censored",
        "in_new",
        "in_return",
        "in_unknown",
        "in_from_other_law",
        "in_unemployment",
        "in_origin_known",
        *(f"out_{reason}" for reason in REASONS),
        "end_admin",
        "end_law",
    ),
    "ORIGIN_INFLOW": ("inflow",),
    "SPELL_RISK": ("n", "entries", *(f"d_{reason}" for reason in REASONS), "c"),
    "TRACKING": TRACKING_COLUMNS,
    "RETURN_RISK": (
        "n",
        "d_return",
        "c",
        "exits",
        "without_follow_up",
        "n_work",
        "d_work",
        "exits_work",
        "n_activation",
        "d_activation",
        "exits_activation",
    ),
    "AFTER_EXIT_STATUS": AFTER_EXIT_COLUMNS,
    "APPLICATION_RISK": APPLICATION_COLUMNS,
    "CARE_LEAVER_RISK": CARE_LEAVER_COLUMNS,
    "CASE_MIX_RISK": CASE_MIX_COLUMNS,
    "CASE_MIX_RETURN": CASE_MIX_RETURN_COLUMNS,
    "ACTIVATION_RISK": ACTIVATION_COLUMNS,
    "AFTER_ART60_RISK": AFTER_ART60_COLUMNS,
    "CARE_LEAVER_SPELL_RISK": CARE_LEAVER_SPELL_COLUMNS,
    "YEAR_PERSONS": YEAR_COLUMNS,
    "GPMI_YEAR": GPMI_COLUMNS,
    "LONG_STAY": LONG_STAY_COLUMNS,
    "ART60_MONTHS": ART60_COLUMNS,
    "VINTAGE": VINTAGE_COLUMNS,
    "STOCK_ELAPSED": ELAPSED_COLUMNS,
    "YEARS_ON": YEARS_ON_COLUMNS,
    "CARE_LEAVER_RETURN_RISK": CARE_LEAVER_RETURN_COLUMNS,
    "TEN_YEARS": TEN_YEARS_COLUMNS,
    "GPMI_START_RISK": GPMI_START_COLUMNS,
    "TRIANGLE": TRIANGLE_COLUMNS,
    "POPULATION": POPULATION_COLUMNS,
}


class Counts:
    """One table while it is being counted; a row exists from the first thing counted in it, never for nothing."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self.rows: dict[tuple, dict[str, int]] = {}

    def add(self, key: tuple, column: str, amount: int = 1) -> None:
        """Count one more, or as many as there are."""
        if amount:
            self.rows.setdefault(key, dict.fromkeys(self.columns, 0))[column] += amount


def tables(city: City) -> dict[str, dict[tuple, dict[str, int]]]:
    """Every additive table of one city; no row is all zero."""
    counted = {name: Counts(columns) for name, columns in COLUMNS.items()}
    leefloon, steun, leavers = rows_by_person(city.leefloon), rows_by_person(city.steun or []), leavers_of(city)
    for person, rows in leefloon.items():
        _count_person(counted, city, rows, steun.get(person, []), leavers.get(person))
    for person, rows in steun.items():
        count_art60(counted, city, leefloon.get(person, []), rows)
    count_leavers(counted["CARE_LEAVER_RISK"], city)
    count_applications(counted["APPLICATION_RISK"], city)
    count_triangle(counted["TRIANGLE"], city, leefloon)
    count_population(counted["POPULATION"], city)
    return {name: table.rows for name, table in counted.items()}


def _count_person(
    counted: dict[str, Counts], city: City, rows: list[dict], steun: list[dict], leaver: dict | None
) -> None:
    """Everything that one person's leefloon counts for."""
    window = window_of(city)
    decisions = decisions_of(rows, city)
    activating = support_months(steun, ACTIVATING, city)
    for variant in VARIANTS:
        gap = GAPS[variant]
        place = (city.slug, variant)
        series = of_laws(decisions, LAWS[variant])
        months = covered_months(series)
        other_law = covered_months(of_laws(decisions, ("RMH",))) if variant != "wide" else set()
        for spell in spells_of(decisions, variant, gap, window):
            _count_flow(counted["FLOW"], place, spell, window, gap)
            _count_inflow(counted["FLOW"], place, spell, window, gap, months, other_law)
            if variant in WITH_BREAKDOWNS:
                _count_origin(counted["ORIGIN_INFLOW"], place, spell, window, gap)
            _count_return_risk(counted, place, spell, window, gap)
            risk = followed(spell, window, gap)
            if risk is not None:
                _count_spell_risk(counted["SPELL_RISK"], place, spell, risk)
            if variant not in WITH_BREAKDOWNS:
                continue
            _count_stock(counted["STOCK"], place, spell, series, window)
            count_vintage(counted["VINTAGE"], place, spell, window)
            if variant == "main":
                count_elapsed(counted["STOCK_ELAPSED"], place, spell, window)
            if risk is not None:
                count_case_mix(counted["CASE_MIX_RISK"], place, spell.at_start.strata, risk)
                if city.steun is not None:
                    count_activation_risk(counted["ACTIVATION_RISK"], place, risk, activating)
        if variant in WITH_BREAKDOWNS:
            count_year_persons(counted["YEAR_PERSONS"], place, series, window)
            if variant == "main":
                in_main = list(spells_of(decisions, variant, gap, window))
                count_tracking(counted["TRACKING"], city.slug, in_main, window, gap)
                count_after_exit(counted["AFTER_EXIT_STATUS"], city, in_main, decisions, steun, window)
                count_long_stay(counted["LONG_STAY"], city.slug, in_main, window)
                count_gpmi_year(counted["GPMI_YEAR"], city.slug, series, window)
                count_years_on(counted["YEARS_ON"], city.slug, months, window)
                count_ten_years(counted["TEN_YEARS"], city.slug, in_main, window)
                count_gpmi_start(counted["GPMI_START_RISK"], city.slug, in_main, series, window)
            if leaver is not None:
                count_leaver_spells(counted["CARE_LEAVER_SPELL_RISK"], city, variant, decisions, leaver)
                count_leaver_returns(counted["CARE_LEAVER_RETURN_RISK"], city, variant, decisions, leaver)


def _cells(variant: str, strata: dict[str, str]) -> list[tuple[str, str]]:
    """Breakdown and group of every cell somebody with these strata belongs to: never crossed."""
    if variant not in WITH_BREAKDOWNS:
        return [("total", "total")]
    return [("total", "total"), *strata.items()]


def _period(breakdown: str, month: int) -> str:
    return quarter_of(month) if breakdown == "total" else year_of(month)


def _count_stock(table: Counts, place: tuple, spell: Spell, series: list, window: Window) -> None:
    """Every covered month in W..M, with the month's own attributes."""
    for month in sorted(spell.covered):
        if not window.first <= month <= window.last:
            continue
        now = attributes(series, month)
        seen = ["stock"]
        if now.gpmi:
            seen.append("gpmi")
        if spell.left_censored:
            seen.append("start_unknown")
        else:
            seen += [f"elapsed_over_{limit}" for limit in (12, 24, 60) if month - spell.first + 1 > limit]
        for breakdown, group in _cells(place[1], now.strata):
            for column in seen:
                table.add((*place, breakdown, group, month), column)


def _count_flow(table: Counts, place: tuple, spell: Spell, window: Window, gap: int) -> None:
    """Running, bridged, start unknown, and how the spell ended; months W..O."""
    until = window.last_transition(gap)
    for breakdown, group in _cells(place[1], spell.at_start.strata):
        cell = (*place, breakdown, group)
        for month in range(spell.first, spell.last + 1):
            if window.first <= month <= until:
                table.add((*cell, month), "active")
                if month not in spell.covered:
                    table.add((*cell, month), "bridged")
        seen_first = max(spell.first, window.first)
        if spell.left_censored and seen_first <= until:
            table.add((*cell, seen_first), "left_censored")
        if window.first <= spell.last <= until:
            column = {"admin": "end_admin", "law_change": "end_law"}.get(spell.ending, f"out_{spell.ending}")
            table.add((*cell, spell.last), column)


def _count_inflow(
    table: Counts, place: tuple, spell: Spell, window: Window, gap: int, months: set[int], other_law: set[int]
) -> None:
    """Spells whose first covered month is in W..O and is their true start."""
    if spell.left_censored or not window.first <= spell.first <= window.last_transition(gap):
        return
    seen = [_inflow_kind(spell, window, months)]
    if spell.first - 1 in other_law:
        seen.append("in_from_other_law")
    if spell.at_start.herkomst == "einde_werkloosheid":
        seen.append("in_unemployment")
    if spell.at_start.herkomst is not None:
        seen.append("in_origin_known")
    for breakdown, group in _cells(place[1], spell.at_start.strata):
        for column in seen:
            table.add((*place, breakdown, group, spell.first), column)


ORIGINS = {
    "eerste": "first",
    "werk": "work",
    "einde_werkloosheid": "unemployment_ended",
    "andere_uitkering": "other_benefit",
    "ander_ocmw": "other_ocmw",
    "jeugdhulp": "youth_care",
    "andere": "other",
    None: "unknown",
}


def _count_origin(table: Counts, place: tuple, spell: Spell, window: Window, gap: int) -> None:
    """The same starts, by the quarter they fall in and where the person came from."""
    if spell.left_censored or not window.first <= spell.first <= window.last_transition(gap):
        return
    table.add((*place, quarter_of(spell.first), ORIGINS[spell.at_start.herkomst]), "inflow")


def _inflow_kind(spell: Spell, window: Window, months: set[int]) -> str:
    eerste_begin = spell.at_start.eerste_begin
    if eerste_begin is not None and month_of(eerste_begin) == spell.first:
        return "in_new"
    if any(month in months for month in range(spell.first - LOOK_BACK, spell.first)):
        return "in_return"
    if window.full_history or spell.first - LOOK_BACK >= window.first:
        return "in_new"
    return "in_unknown"


def _count_spell_risk(table: Counts, place: tuple, spell: Spell, risk: Followed) -> None:
    """At risk of leaving after k paid months for e < k <= K (section 1.2)."""
    for breakdown, group in _cells(place[1], spell.at_start.strata):
        cell = (*place, breakdown, group)
        if risk.entry > 0:
            table.add((*cell, _period(breakdown, risk.month(risk.entry)), _paid_months(risk.entry)), "entries")
        for k in risk.steps:
            table.add((*cell, _period(breakdown, risk.month(k)), _paid_months(k)), "n")
        closing = (*cell, _period(breakdown, risk.month(risk.horizon)), _paid_months(risk.horizon))
        table.add(closing, "c" if risk.reason is None else f"d_{risk.reason}")


def _paid_months(k: int) -> int:
    """1..60 as they are; 61 stands for 61-120, 121 for more."""
    if k <= 60:
        return k
    return 61 if k <= 120 else 121


def _count_return_risk(counted: dict[str, Counts], place: tuple, spell: Spell, window: Window, gap: int) -> None:
    """The clock of an exit: back in month m, or followed to M - L (section 1.5)."""
    if not window.first <= spell.last <= window.last_transition(gap) or spell.ending not in RETURN_REASONS:
        return
    kinds = [""]
    if spell.ending == "work":
        kinds.append("_work")
    if spell.ending in ACTIVATION:
        kinds.append("_activation")
    returned = spell.next_first is not None and spell.next_first <= window.settled
    followed = (spell.next_first if returned else window.settled) - spell.last
    table, strata = counted["RETURN_RISK"], spell.at_start.strata
    cells = _cells(place[1], strata)
    if place[1] in WITH_BREAKDOWNS:
        case_mix = counted["CASE_MIX_RETURN"]
        count_case_mix_return(case_mix, place, strata, spell.last, followed, returned=returned)
        cells += [("reason", spell.ending), ("prior_duration", _prior_duration(spell))]
    for breakdown, group in cells:
        cell = (*place, breakdown, group, _period(breakdown, spell.last))
        for kind in kinds:
            table.add((*cell, 1), f"exits{kind}")
            for m in range(1, min(followed, LAST_RETURN_MONTH) + 1):
                table.add((*cell, m), f"n{kind}")
            if returned and followed <= LAST_RETURN_MONTH:
                table.add((*cell, followed), f"d{kind or '_return'}")
        if followed <= 0:
            table.add((*cell, 1), "without_follow_up")
        elif not returned and followed <= LAST_RETURN_MONTH:
            table.add((*cell, followed), "c")


def _prior_duration(spell: Spell) -> str:
    if spell.left_censored:
        return "unknown"
    for band, upper in (("0-6", 6), ("7-12", 12), ("13-24", 24)):
        if spell.duration <= upper:
            return band
    return "25+"
