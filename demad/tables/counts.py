"""The additive tables (`methods.md` section 1.9): integers that can be summed over shards and cities.

Here: what is counted in a month or a year, and what a delivery is; who is followed month by month is in
`tables.risk_counts`. Groups are never crossed. The tables are confidential: only a release leaves the trusted zone.
"""

from __future__ import annotations

import polars as pl

from demad.tables import risk_counts
from demad.tables.columns import CELL, SERIES, counts_of
from demad.tables.schema import Column, Table
from demad.tables.terms import REASONS

STOCK = Table(
    "STOCK",
    (*CELL, "month"),
    {
        **CELL,
        "month": Column(pl.Int32, "month number, W..M"),
        **counts_of(
            stock="persons covered",
            gpmi="of which with a GPMI",
            elapsed_over_12="of which longer than 12 months in the spell, start known",
            elapsed_over_24="idem, 24 months",
            elapsed_over_60="idem, 60 months",
            start_unknown="of which in a left-censored spell",
        ),
    },
)

FLOW = Table(
    "FLOW",
    (*CELL, "month"),
    {
        **CELL,
        "month": Column(pl.Int32, "month number, W..O; strata frozen at the spell's first month"),
        **counts_of(
            active="spells running, bridged months included",
            bridged="of which not covered in the month itself",
            left_censored="spells whose start is unknown, in month max(start, W)",
            in_new="inflow without a covered month in the 24 before",
            in_return="inflow with one",
            in_unknown="inflow that the history cannot distinguish",
            in_from_other_law="of all inflow: the other law covered the month before",
            in_unemployment="of all inflow: after the end of an unemployment benefit",
            in_origin_known="of all inflow: origin filled in",
            **{f"out_{reason}": f"spells with last covered month here, ended by {reason}" for reason in REASONS},
            end_admin="ended administratively: no exit",
            end_law="went over to the other law: no exit",
        ),
    },
)

ORIGIN_INFLOW = Table(
    "ORIGIN_INFLOW",
    ("city", "variant", "period", "origin"),
    {
        "city": CELL["city"],
        "variant": Column(pl.String, "main, wide"),
        "period": Column(pl.String, "quarter of the spell's first month, within W..O"),
        "origin": Column(pl.String, "where the person came from; unknown where it was not filled in"),
        **counts_of(inflow="spells that begin"),
    },
)

YEAR_PERSONS = Table(
    "YEAR_PERSONS",
    (*CELL, "year"),
    {
        **CELL,
        "year": Column(pl.Int32, "calendar year, complete from W to M"),
        **counts_of(persons="distinct persons with a covered month; somebody in two cities counts twice in their sum"),
    },
)

GPMI_YEAR = Table(
    "GPMI_YEAR",
    ("city", "year"),
    {
        "city": CELL["city"],
        "year": Column(pl.Int32, "calendar year, complete from W to M"),
        **counts_of(with_gpmi="of the persons of YEAR_PERSONS (main): with a GPMI in a covered month of the year"),
    },
)

LONG_STAY = Table(
    "LONG_STAY",
    ("city", "year"),
    {
        "city": CELL["city"],
        "year": Column(pl.Int32, "calendar year, complete from W to O"),
        **counts_of(
            stayers="persons of STOCK in January (main) whose spell is longer than 24 months then",
            out="of which with an exit in the year, also if there is a return",
        ),
    },
)

ART60_MONTHS = Table(
    "ART60_MONTHS",
    ("city", "month"),
    {
        "city": CELL["city"],
        "month": Column(pl.Int32, "month number, W..M"),
        **counts_of(
            persons="persons in art. 60 or art. 61",
            apart="of which without a leefloon and without an equivalent one in that month",
        ),
    },
)

VINTAGE = Table(
    "VINTAGE",
    (*SERIES, "month"),
    {
        **SERIES,
        "month": Column(pl.Int32, "month number, W..M"),
        **counts_of(
            stock="persons covered, as this delivery tells it",
            inflow="spells that begin and whose start is known; nothing of it is certain after O",
            **{
                f"out_{reason}": f"spells that ended by {reason} as far as was recorded, to M - 1; after O not certain"
                for reason in REASONS
            },
        ),
    },
)

STOCK_ELAPSED = Table(
    "STOCK_ELAPSED",
    (*SERIES, "month", "k"),
    {
        "city": CELL["city"],
        "variant": Column(pl.String, "main"),
        "month": Column(pl.Int32, "month number, W..M"),
        "k": Column(pl.Int32, "month of the spell: 1..60; 61 stands for 61-120, 121 for 121 and more"),
        **counts_of(stock="persons covered whose spell has a known start"),
    },
)

TRIANGLE = Table(
    "TRIANGLE",
    (*SERIES, "month", "delay"),
    {
        "city": CELL["city"],
        "variant": Column(pl.String, "main"),
        "month": Column(pl.Int32, "month number, the 38 months to M, from W on"),
        "delay": Column(pl.Int32, "months after its end by which it is told: 0..6; 6 stands for 6 and more"),
        **counts_of(
            stock="persons covered, by the decisions recorded until then",
            starts="spells that begin, start known",
            ends="exits for any of the ten reasons, to the month before that in which it is told",
            undone="exits that were told before then and do not stand any more",
        ),
    },
)

TEN_YEARS = Table(
    "TEN_YEARS",
    ("city", "year"),
    {
        "city": CELL["city"],
        "year": Column(pl.Int32, "last of ten calendar years within W..M, or of all of them where there are fewer"),
        **counts_of(
            persons="distinct persons with a covered month of main in these years",
            returned="of which with an exit and the return after it in these years",
        ),
    },
)

YEARS_ON = Table(
    "YEARS_ON",
    ("city", "year", "band"),
    {
        "city": CELL["city"],
        "year": Column(pl.Int32, "calendar year whose December, and the 59 months before it, can be seen"),
        "band": Column(pl.String, "covered months among these sixty: 1-6, 7-12, 13-24, 25-48, 49-60"),
        **counts_of(persons="of the stock of December (main)"),
    },
)

POPULATION = Table(
    "POPULATION",
    ("city", "breakdown", "group", "year"),
    {
        "city": CELL["city"],
        "breakdown": Column(pl.String, "total, age or sex"),
        "group": CELL["group"],
        "year": Column(pl.Int32, "on 1 January of"),
        **counts_of(persons="inhabitants of 18 to 64"),
    },
)

QUALITY = Table(
    "QUALITY",
    ("city", "delivery", "dataset", "check"),
    {
        "city": CELL["city"],
        "delivery": Column(pl.String, "delivery id"),
        "dataset": Column(pl.String, "leefloon, jeugdhulp, steun, aanvragen, bevolking, controle"),
        "check": Column(pl.String, "rule of the suite or step of the rules"),
        **counts_of(rows="rows judged", failed="rows that did not satisfy it"),
    },
)

SPAN = Table(
    "SPAN",
    ("city",),
    {
        "city": CELL["city"],
        "first_month": Column(pl.Int32, "W"),
        "last_month": Column(pl.Int32, "M"),
        "full_history": Column(pl.Boolean, "every decision ever is in the delivery"),
        "has_leavers": Column(pl.Boolean, "youth-care leavers were delivered"),
        "has_supports": Column(pl.Boolean, "other support was delivered"),
        "has_applications": Column(pl.Boolean, "applications were delivered"),
        "population_estimated": Column(pl.Boolean, "inhabitants are the shipped estimates"),
        "as_of": Column(pl.Date, "newest day of the leefloon delivery in force"),
        "days_to_made": Column(pl.Int32, "days from as_of to the day that delivery was made", nullable=True),
    },
)

ADDITIVE = (
    STOCK,
    FLOW,
    ORIGIN_INFLOW,
    risk_counts.SPELL_RISK,
    risk_counts.TRACKING,
    risk_counts.CASE_MIX_RISK,
    risk_counts.CASE_MIX_RETURN,
    risk_counts.RETURN_RISK,
    risk_counts.AFTER_EXIT_STATUS,
    risk_counts.ACTIVATION_RISK,
    risk_counts.AFTER_ART60_RISK,
    risk_counts.APPLICATION_RISK,
    risk_counts.CARE_LEAVER_RISK,
    risk_counts.CARE_LEAVER_SPELL_RISK,
    YEAR_PERSONS,
    GPMI_YEAR,
    LONG_STAY,
    ART60_MONTHS,
    VINTAGE,
    STOCK_ELAPSED,
    YEARS_ON,
    risk_counts.GPMI_START_RISK,
    TEN_YEARS,
    risk_counts.CARE_LEAVER_RETURN_RISK,
    TRIANGLE,
    POPULATION,
)
COUNT_TABLES = (*ADDITIVE, QUALITY, SPAN)
