"""The published quantities, from which every figure is computed, exact or protected (`methods.md` section 3.6).

A published quantity is a count that a figure shows or uses: all exits, exits to work, people with a known start. It
is formed from the additive tables before rounding, so that protection rounds the quantity itself and never a sum or
difference of rounded parts. Exact and protected quantities have the same columns; only their groups differ
(`terms.GROUPS` or `terms.PUBLISHED_GROUPS`).

Within one table no quantity is the sum of two others: rounded with one offset, three such counts would reveal part
of it. The number of returning people follows as the inflow with known history minus new people.

Here: those of a month or a year. Not here: those of who is followed (`tables.risk_quantities`), forming quantities
(`demad.quantities`) and rounding them (`demad.protection`).
"""

from __future__ import annotations

import polars as pl

from demad.tables import risk_quantities
from demad.tables.columns import CELL, counts_of
from demad.tables.counts import POPULATION, QUALITY, SPAN
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
    risk_quantities.DURATIONS,
    risk_quantities.TRACKED,
    risk_quantities.RETURNS,
    risk_quantities.AFTER_EXITS,
    risk_quantities.TAKE_UP,
    risk_quantities.CASE_MIX,
    risk_quantities.CASE_MIX_RETURNS,
    risk_quantities.ACTIVATION,
    risk_quantities.AFTER_ART60,
    risk_quantities.APPLICATIONS,
    risk_quantities.AFTER_CARE,
    ART60,
    YEARS_ON,
    risk_quantities.GPMI_STARTS,
    DECADES,
    risk_quantities.AFTER_CARE_RETURNS,
)
QUANTITIES = (*COUNTED, POPULATION, QUALITY, SPAN)
