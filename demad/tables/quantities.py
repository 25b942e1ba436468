"""The published quantities, from which every figure is computed, exact or protected (`methods.md` section 3.6).

A published quantity is a count that a figure shows or uses: all exits, exits to work, people with a known start. It
is formed from the additive tables before rounding, so that protection rounds the quantity itself and never a sum or
difference of rounded parts. Exact and protected quantities have the same columns; only their groups differ
(`terms.GROUPS` or `terms.PUBLISHED_GROUPS`).

Within one table no quantity is the sum of two others: rounded with one offset, three such counts would reveal part
of it. The number of returning people follows as the inflow with known history minus new people.

Not here: forming quantities (`demad.quantities`) and rounding them (`demad.protection`).
"""

from __future__ import annotations

import polars as pl

from demad.tables.counts import CELL, POPULATION, QUALITY, SPAN, counts_of
from demad.tables.schema import Column, Table

STOCKS = Table(
    "STOCKS",
    (*CELL, "month"),
    {
        **CELL,
        "month": Column(pl.Int32, "month number; groups in December only"),
        **counts_of(
            stock="persons covered",
            working_age="of which 18 to 64 years old; by household, nationality, sex or study: everybody",
            young="of which young: 18 to 24; in protected tables everybody under 25",
            student="of which students",
            student_known="of which it is known whether they study",
            gpmi="of which with a GPMI",
            over_two_years="of which longer than 24 months in the spell, start known",
            start_known="of which in a spell whose start is known",
        ),
    },
)

YEARS = Table(
    "YEARS",
    (*CELL, "year"),
    {
        **CELL,
        "year": Column(pl.Int32, "calendar year"),
        **counts_of(
            persons="distinct persons with a covered month in the year",
            person_months="sum of the twelve stocks of the year",
        ),
    },
)

GPMI_YEARS = Table(
    "GPMI_YEARS",
    ("city", "year"),
    {
        "city": CELL["city"],
        "year": Column(pl.Int32, "calendar year"),
        **counts_of(with_gpmi="of the persons of the year (YEARS, main): with a GPMI in a covered month of it"),
    },
)

LONG_STAYERS = Table(
    "LONG_STAYERS",
    ("city", "year"),
    {
        "city": CELL["city"],
        "year": Column(pl.Int32, "calendar year"),
        **counts_of(out="of those over two years in January (STOCKS, main): with an exit in the year"),
    },
)

FLOWS = Table(
    "FLOWS",
    (*CELL, "period"),
    {
        **CELL,
        "period": Column(pl.String, "month (exact totals only), quarter (totals) or year (groups)"),
        **counts_of(
            inflow="spells that begin",
            inflow_working_age="of which by somebody of 18 to 64",
            in_new="of which new",
            in_new_or_return="of which it is known whether they are new",
            in_unemployment="of which after the end of an unemployment benefit",
            in_origin_known="of which the origin is known",
            outflow="spells that end, for any of the ten reasons",
            out_unknown="of which for an unknown reason",
        ),
    },
)

ORIGINS = Table(
    "ORIGINS",
    (*CELL, "period"),
    {
        **CELL,
        "period": Column(pl.String, "quarter"),
        **counts_of(
            inflow="spells that begin, by origin; total: those of a known origin other than the end of unemployment"
        ),
    },
)

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

_SERIES = {"city": CELL["city"], "variant": Column(pl.String, "main, wide")}
_YEAR = Column(pl.String, "calendar year of the transition")

CASE_MIX = Table(
    "CASE_MIX",
    (*_SERIES, "period", "age", "household", "nationality", "band"),
    {
        **_SERIES,
        "period": _YEAR,
        "age": Column(pl.String, "three bands: <25, 25-44, 45+"),
        "household": Column(pl.String, "1, 2, 3"),
        "nationality": Column(pl.String, "BE or other"),
        "band": Column(pl.String, "paid months: 1-3, 4-6, 7-12, 13-24, 25-36, 37-60, 61-120, 121+"),
        **counts_of(n="person-months at risk of leaving", d="exits", d_work="of which to work"),
    },
)

CASE_MIX_RETURNS = Table(
    "CASE_MIX_RETURNS",
    (*_SERIES, "period", "age", "household", "nationality", "band"),
    {
        **_SERIES,
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
    (*_SERIES, "period", "k"),
    {
        **_SERIES,
        "period": _YEAR,
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
    (*_SERIES, "period", "k"),
    {
        **_SERIES,
        "period": _YEAR,
        "k": Column(pl.Int32, "paid months, 1..36"),
        **counts_of(n="care leavers at risk of leaving the leefloon", d="exits"),
    },
)

ART60 = Table(
    "ART60",
    ("city", "month"),
    {
        "city": CELL["city"],
        "month": Column(pl.Int32, "month number"),
        **counts_of(
            persons="persons in art. 60 or art. 61", apart="of which without a leefloon or an equivalent one then"
        ),
    },
)

AFTER_CARE_RETURNS = Table(
    "AFTER_CARE_RETURNS",
    (*_SERIES, "period", "m"),
    {
        **_SERIES,
        "period": Column(pl.String, "calendar year of the exit"),
        "m": Column(pl.Int32, "months since the last covered month, 1..12"),
        **counts_of(n="exits of care leavers still out and followed", d="leefloon again in month m"),
    },
)

DECADES = Table(
    "DECADES",
    ("city", "year"),
    {
        "city": CELL["city"],
        "year": Column(pl.Int32, "last of ten calendar years, or of all that there are"),
        **counts_of(
            persons="distinct persons with a covered month in these years",
            returned="of which left and came back in these years",
        ),
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

YEARS_ON = Table(
    "YEARS_ON",
    ("city", "year", "band"),
    {
        "city": CELL["city"],
        "year": Column(pl.Int32, "calendar year"),
        "band": Column(pl.String, "covered months among the sixty that end in December; 25-48 is what is left"),
        **counts_of(persons="of the stock of December (main)"),
    },
)

COUNTED = (
    STOCKS,
    YEARS,
    GPMI_YEARS,
    LONG_STAYERS,
    FLOWS,
    ORIGINS,
    DURATIONS,
    TRACKED,
    RETURNS,
    AFTER_EXITS,
    TAKE_UP,
    CASE_MIX,
    CASE_MIX_RETURNS,
    ACTIVATION,
    AFTER_ART60,
    APPLICATIONS,
    AFTER_CARE,
    ART60,
    YEARS_ON,
    GPMI_STARTS,
    DECADES,
    AFTER_CARE_RETURNS,
)
QUANTITIES = (*COUNTED, POPULATION, QUALITY, SPAN)
