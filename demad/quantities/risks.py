"""Quantities of the risk tables: at risk, exits, returns and take-up per step."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demad.quantities.groups import folded
from demad.tables.columns import CELL
from demad.tables.risk_quantities import (
    ACTIVATION,
    AFTER_ART60,
    AFTER_CARE,
    AFTER_CARE_RETURNS,
    AFTER_EXITS,
    APPLICATIONS,
    CASE_MIX,
    CASE_MIX_RETURNS,
    DURATIONS,
    GPMI_STARTS,
    RETURNS,
    TAKE_UP,
    TRACKED,
)
from demad.tables.schema import Table
from demad.tables.terms import ACTIVATION as ACTIVATING
from demad.tables.terms import CASCADE, EXIT_STATUSES, GAPS, REASONS

_CELL = list(CELL)
LONGEST_RETURN = 24
LONGEST_GPMI = 3
LONGEST_CARE_RETURN = 12
FIRST_RETURN = GAPS["main"] + 2
SHOWN_SUPPORTS = ("leefloon", "leefloon_or_equivalent", "gpmi", "any")


def durations(spell_risk: pl.DataFrame, folds: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Form DURATIONS from SPELL_RISK: exits for all reasons and for each published cause."""
    rows = spell_risk.with_columns(
        d=pl.sum_horizontal(f"d_{reason}" for reason in REASONS),
        d_activation=pl.sum_horizontal(f"d_{reason}" for reason in ACTIVATING),
    )
    return DURATIONS.check(folded(rows, folds, DURATIONS, [*_CELL, "period", "k"]))


def returns(return_risk: pl.DataFrame, folds: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Form RETURNS from RETURN_RISK, up to two years after the exit."""
    rows = return_risk.filter(pl.col("m") <= LONGEST_RETURN).with_columns(d="d_return")
    return RETURNS.check(folded(rows, folds, RETURNS, [*_CELL, "period", "m"]))


def take_up(care_leaver_risk: pl.DataFrame, folds: Mapping[str, Mapping[str, str]], *, detail: bool) -> pl.DataFrame:
    """Form TAKE_UP from CARE_LEAVER_RISK; of the steps of the cascade the totals alone.

    Parameters
    ----------
    detail
        Whether to add the separate forms of care, as ``zorgvorm_detail``, for the sum of all cities. Then there
        is no breakdown by age.
    """
    step = pl.col("support").is_in(CASCADE) & (pl.col("breakdown") == "total")
    shown = care_leaver_risk.filter(pl.col("support").is_in(SHOWN_SUPPORTS) | step)
    rows = shown.with_columns(d=pl.sum_horizontal("d_event", "d_moved", "d_death"))
    if detail:
        apart = rows.filter(breakdown="zorgvorm").with_columns(breakdown=pl.lit("zorgvorm_detail"))
        rows = pl.concat([rows.filter(pl.col("breakdown") != "age"), apart])
    return TAKE_UP.check(folded(rows, folds, TAKE_UP, TAKE_UP.key))


def tracked(tracking: pl.DataFrame) -> pl.DataFrame:
    """Form TRACKED from TRACKING: who started and who is still on are in DURATIONS, who left otherwise is the rest."""
    return _chosen(tracking, TRACKED)


def after_exits(after_exit_status: pl.DataFrame, folds: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Form AFTER_EXITS, each status as a group: who left is in RETURNS, and who has nothing is the rest.

    The first month in which somebody can be back is the third: who has a leefloon then came back by then, and that
    count is in RETURNS too.
    """
    rows = after_exit_status.unpivot(
        EXIT_STATUSES, index=["city", "period", "m"], variable_name="group", value_name="people"
    ).with_columns(variant=pl.lit("main"), breakdown=pl.lit("exit_status"))
    in_returns = (pl.col("m") == FIRST_RETURN) & (pl.col("group") == EXIT_STATUSES[0])
    return AFTER_EXITS.check(folded(rows.filter(~in_returns), folds, AFTER_EXITS, AFTER_EXITS.key))


def case_mix(case_mix_risk: pl.DataFrame) -> pl.DataFrame:
    """Form CASE_MIX, which is CASE_MIX_RISK."""
    return _chosen(case_mix_risk, CASE_MIX)


def case_mix_returns(case_mix_return: pl.DataFrame) -> pl.DataFrame:
    """Form CASE_MIX_RETURNS from CASE_MIX_RETURN."""
    return _chosen(case_mix_return.with_columns(d="d_return"), CASE_MIX_RETURNS)


def activation(activation_risk: pl.DataFrame) -> pl.DataFrame:
    """Form ACTIVATION from ACTIVATION_RISK."""
    return _chosen(activation_risk.with_columns(d=pl.col("d_activation") + pl.col("d_exit")), ACTIVATION)


def after_art60(after_art60_risk: pl.DataFrame) -> pl.DataFrame:
    """Form AFTER_ART60 from AFTER_ART60_RISK."""
    return _chosen(after_art60_risk.with_columns(d="d_return"), AFTER_ART60)


def applications(application_risk: pl.DataFrame) -> pl.DataFrame:
    """Form APPLICATIONS from APPLICATION_RISK."""
    rows = application_risk.with_columns(d=pl.col("d_decided") + pl.col("d_withdrawn"))
    return _chosen(rows, APPLICATIONS)


def after_care(care_leaver_spell_risk: pl.DataFrame) -> pl.DataFrame:
    """Form AFTER_CARE from CARE_LEAVER_SPELL_RISK."""
    return _chosen(care_leaver_spell_risk, AFTER_CARE)


def after_care_returns(care_leaver_return_risk: pl.DataFrame) -> pl.DataFrame:
    """Form AFTER_CARE_RETURNS from CARE_LEAVER_RETURN_RISK, up to a year after the exit."""
    rows = care_leaver_return_risk.filter(pl.col("m") <= LONGEST_CARE_RETURN)
    return _chosen(rows.with_columns(d="d_return"), AFTER_CARE_RETURNS)


def gpmi_starts(gpmi_start_risk: pl.DataFrame) -> pl.DataFrame:
    """Form GPMI_STARTS from GPMI_START_RISK, up to three months after the start."""
    rows = gpmi_start_risk.filter(pl.col("k") <= LONGEST_GPMI)
    return _chosen(rows.with_columns(d=pl.col("d_gpmi") + pl.col("d_exit")), GPMI_STARTS)


def _chosen(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    return table.check(rows.select(list(table.columns)).sort(table.key))
