"""The quantities of who is followed: at risk after so many months, and what happened then (`methods.md` section 3.6).

What a quantity is, and why none is the sum of two others: `tables.quantities`.
"""

from __future__ import annotations

import polars as pl

from demad.tables.columns import CELL, SERIES, TRANSITION_YEAR, counts_of
from demad.tables.schema import Column, Table

CAUSES = ("work", "activation", "other_benefit", "moved", "unknown")

DURATIONS = Table(
    "DURATIONS",
    (*CELL, "period", "k"),
    {
        **CELL,
        "period": Column(pl.String, "quarter of the transition (total) or year (breakdowns)"),
        "k": Column(pl.Int32, "paid months: 1..60; 61 stands for 61-120, 121 for 121 and more"),
        **counts_of(
            n="at risk of leaving after k paid months",
            d="exits of all reasons",
            **{f"d_{cause}": f"of which {cause}" for cause in CAUSES},
        ),
    },
)

TRACKED = Table(
    "TRACKED",
    ("city", "period", "elapsed"),
    {
        "city": CELL["city"],
        "period": Column(pl.String, "quarter of the start"),
        "elapsed": Column(pl.Int32, "months since the month of the start: 6, 12, 24"),
        **counts_of(back="left and back on benefit at that month", work="left, the last time to work"),
    },
)

RETURNS = Table(
    "RETURNS",
    (*CELL, "period", "m"),
    {
        **CELL,
        "period": Column(pl.String, "quarter of the exit (total) or year (breakdowns)"),
        "m": Column(pl.Int32, "months since the last covered month, 1..24"),
        **counts_of(
            n="exits still out and followed",
            d="came back in month m",
            exits="all exits of the cell, at m = 1",
            n_work="n of exits to work",
            d_work="d of exits to work",
            exits_work="exits to work, at m = 1",
            n_activation="n of exits to activation",
            d_activation="d of exits to activation",
            exits_activation="exits to activation, at m = 1",
        ),
    },
)

AFTER_EXITS = Table(
    "AFTER_EXITS",
    (*CELL, "period", "m"),
    {
        **CELL,
        "period": Column(pl.String, "calendar year of the exit"),
        "m": Column(pl.Int32, "months since the last covered month: 1, 3, 6, 12"),
        **counts_of(
            people="exits with this status in that month; nothing is what is left, and who has a leefloon at m = 3 is "
            "in RETURNS"
        ),
    },
)

TAKE_UP = Table(
    "TAKE_UP",
    ("city", "support", "breakdown", "group", "period", "m"),
    {
        "city": CELL["city"],
        "support": Column(pl.String, "type of support"),
        "breakdown": Column(pl.String, "total, age, sex, zorgvorm; zorgvorm_detail in protected tables"),
        "group": CELL["group"],
        "period": Column(pl.String, "year of month 0"),
        "m": Column(pl.Int32, "months since month 0, 0..24"),
        **counts_of(
            n="observed and without the event",
            d="first support, moved or died in month m",
            d_event="of which first month of support",
        ),
    },
)

CASE_MIX = Table(
    "CASE_MIX",
    (*SERIES, "period", "age", "household", "nationality", "band"),
    {
        **SERIES,
        "period": TRANSITION_YEAR,
        "age": Column(pl.String, "three bands: <25, 25-44, 45+"),
        "household": Column(pl.String, "1, 2, 3"),
        "nationality": Column(pl.String, "BE or other"),
        "band": Column(pl.String, "paid months: 1-3, 4-6, 7-12, 13-24, 25-36, 37-60, 61-120, 121+"),
        **counts_of(n="person-months at risk of leaving", d="exits", d_work="of which to work"),
    },
)

CASE_MIX_RETURNS = Table(
    "CASE_MIX_RETURNS",
    (*SERIES, "period", "age", "household", "nationality", "band"),
    {
        **SERIES,
        "period": Column(pl.String, "calendar year of the exit"),
        "age": Column(pl.String, "three bands: <25, 25-44, 45+"),
        "household": Column(pl.String, "1, 2, 3"),
        "nationality": Column(pl.String, "BE or other"),
        "band": Column(pl.String, "months since the exit: 1-3, 4-6, 7-12"),
        **counts_of(n="exit-months still out and followed", d="came back"),
    },
)

ACTIVATION = Table(
    "ACTIVATION",
    (*SERIES, "period", "k"),
    {
        **SERIES,
        "period": TRANSITION_YEAR,
        "k": Column(pl.Int32, "paid months, 1..24"),
        **counts_of(
            n="on benefit and not activated yet",
            d="activated, or left before",
            d_activation="of which activated: first month with art. 60, art. 61 or training",
        ),
    },
)

AFTER_ART60 = Table(
    "AFTER_ART60",
    ("city", "period", "m"),
    {
        "city": CELL["city"],
        "period": Column(pl.String, "calendar year in which the art. 60/61 ended"),
        "m": Column(pl.Int32, "months since its last month, 1..24"),
        **counts_of(n="still without leefloon and followed", d="leefloon again in month m"),
    },
)

APPLICATIONS = Table(
    "APPLICATIONS",
    ("city", "period", "day"),
    {
        "city": CELL["city"],
        "period": Column(pl.String, "calendar year of the application for a leefloon"),
        "day": Column(pl.Int32, "days since the application, 0..90"),
        **counts_of(
            n="followed and not decided before this day",
            d="decided or withdrawn on this day",
            d_decided="of which decided",
            known="all that were granted or refused, at day 0",
            refused="of which refused, at day 0",
        ),
    },
)

AFTER_CARE = Table(
    "AFTER_CARE",
    (*SERIES, "period", "k"),
    {
        **SERIES,
        "period": TRANSITION_YEAR,
        "k": Column(pl.Int32, "paid months, 1..36"),
        **counts_of(n="care leavers at risk of leaving the leefloon", d="exits"),
    },
)

AFTER_CARE_RETURNS = Table(
    "AFTER_CARE_RETURNS",
    (*SERIES, "period", "m"),
    {
        **SERIES,
        "period": Column(pl.String, "calendar year of the exit"),
        "m": Column(pl.Int32, "months since the last covered month, 1..12"),
        **counts_of(n="exits of care leavers still out and followed", d="leefloon again in month m"),
    },
)

GPMI_STARTS = Table(
    "GPMI_STARTS",
    ("city", "period", "k"),
    {
        "city": CELL["city"],
        "period": Column(pl.String, "calendar year in which the spell of main began"),
        "k": Column(pl.Int32, "months after the first month of the spell, 0..3"),
        **counts_of(
            n="on benefit and without a GPMI before",
            d="a GPMI, or left without one",
            d_gpmi="of which a GPMI",
        ),
    },
)
