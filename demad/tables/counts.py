"""The additive tables (`methods.md` section 1.9): integers that can be summed over shards and cities.

Groups are never crossed. The tables are confidential: only a release leaves the trusted zone.
"""

from __future__ import annotations

import polars as pl

from demad.tables.schema import Column, Table
from demad.tables.terms import REASONS

CELL = {
    "city": Column(pl.String, "slug; all: the pooled cities"),
    "variant": Column(pl.String, "main, wide, gap0, gap3"),
    "breakdown": Column(pl.String, "total or one stratum"),
    "group": Column(pl.String, "group within the breakdown"),
}


def counts_of(**meanings: str) -> dict[str, Column]:
    """Columns of counts (Int64, not null), given by name with their meanings."""
    return {name: Column(pl.Int64, meaning) for name, meaning in meanings.items()}


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

SPELL_RISK = Table(
    "SPELL_RISK",
    (*CELL, "period", "k"),
    {
        **CELL,
        "period": Column(pl.String, "quarter of the transition (total) or year (breakdowns)"),
        "k": Column(pl.Int32, "paid months: 1..60; 61 stands for 61-120, 121 for 121 and more"),
        **counts_of(
            n="at risk of leaving after k paid months",
            entries="late entries at k: first at risk at k + 1 (full history only)",
            **{f"d_{reason}": f"exits by {reason}" for reason in REASONS},
            c="censored after k",
        ),
    },
)

TRACKING = Table(
    "TRACKING",
    ("city", "period", "elapsed"),
    {
        "city": CELL["city"],
        "period": Column(pl.String, "quarter of the start; everybody who started in it can be seen at ``elapsed``"),
        "elapsed": Column(pl.Int32, "months since the month of the start: 6, 12, 24"),
        **counts_of(
            entries="spells of main that begin, start known",
            still_on="of which still running, without a break",
            back="of which ended, and the person is in a later one",
            work="of which the person is in none, and the last one ended by work",
            other="of which the person is in none, and the last one ended otherwise",
        ),
    },
)

AFTER_EXIT_STATUS = Table(
    "AFTER_EXIT_STATUS",
    ("city", "period", "m"),
    {
        "city": CELL["city"],
        "period": Column(pl.String, "calendar year of the exit, complete from W; every exit of it is seen at ``m``"),
        "m": Column(pl.Int32, "months since the last covered month: 1, 3, 6, 12"),
        **counts_of(
            exits="exits of main after which a return is possible",
            leefloon_again="of which with a leefloon in that month",
            equivalent="of which without one, and with an equivalent leefloon",
            art60="of which with neither, and in art. 60 or 61",
            other_support="of which with none of these, and with other support",
            nothing="of which with nothing; without delivered support: without leefloon or equivalent",
        ),
    },
)

RETURN_RISK = Table(
    "RETURN_RISK",
    (*CELL, "period", "m"),
    {
        **CELL,
        "period": Column(pl.String, "quarter of the exit (total) or year (breakdowns)"),
        "m": Column(pl.Int32, "months since the last covered month, 1..36"),
        **counts_of(
            n="exits still out and followed",
            d_return="came back in month m",
            c="follow-up ended after m",
            exits="all exits of the cell, at m = 1",
            without_follow_up="of which none could be followed, at m = 1",
            n_work="n of exits to work",
            d_work="d_return of exits to work",
            exits_work="exits to work, at m = 1",
            n_activation="n of exits to activation",
            d_activation="d_return of exits to activation",
            exits_activation="exits to activation, at m = 1",
        ),
    },
)

CARE_LEAVER_RISK = Table(
    "CARE_LEAVER_RISK",
    ("city", "support", "breakdown", "group", "period", "m"),
    {
        "city": CELL["city"],
        "support": Column(pl.String, "type of support"),
        "breakdown": Column(pl.String, "total, age, sex, zorgvorm"),
        "group": CELL["group"],
        "period": Column(pl.String, "year of month 0"),
        "m": Column(pl.Int32, "months since month 0, 0..24"),
        **counts_of(
            n="observed and without the event",
            d_event="first month of support",
            d_moved="moved",
            d_death="died",
            c="follow-up ended after m",
        ),
    },
)

_SERIES = {"city": CELL["city"], "variant": Column(pl.String, "main, wide")}
_YEAR = Column(pl.String, "calendar year of the transition")

CASE_MIX_RISK = Table(
    "CASE_MIX_RISK",
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

CASE_MIX_RETURN = Table(
    "CASE_MIX_RETURN",
    (*_SERIES, "period", "age", "household", "nationality", "band"),
    {
        **_SERIES,
        "period": Column(pl.String, "calendar year of the exit"),
        "age": Column(pl.String, "three bands: <25, 25-44, 45+"),
        "household": Column(pl.String, "1, 2, 3"),
        "nationality": Column(pl.String, "BE or other"),
        "band": Column(pl.String, "months since the exit: 1-3, 4-6, 7-12"),
        **counts_of(n="exit-months still out and followed", d_return="came back"),
    },
)

ACTIVATION_RISK = Table(
    "ACTIVATION_RISK",
    (*_SERIES, "period", "k"),
    {
        **_SERIES,
        "period": _YEAR,
        "k": Column(pl.Int32, "paid months, 1..24"),
        **counts_of(
            n="on benefit and not activated yet",
            d_activation="first month with art. 60, art. 61 or training",
            d_exit="left before",
            c="censored after k",
        ),
    },
)

AFTER_ART60_RISK = Table(
    "AFTER_ART60_RISK",
    ("city", "period", "m"),
    {
        "city": CELL["city"],
        "period": Column(pl.String, "calendar year in which the art. 60/61 ended"),
        "m": Column(pl.Int32, "months since its last month, 1..24"),
        **counts_of(
            n="still without leefloon and followed", d_return="leefloon again in month m", c="follow-up ended after m"
        ),
    },
)

APPLICATION_RISK = Table(
    "APPLICATION_RISK",
    ("city", "period", "day"),
    {
        "city": CELL["city"],
        "period": Column(pl.String, "calendar year of the application for a leefloon"),
        "day": Column(pl.Int32, "days since the application, 0..90"),
        **counts_of(
            n="followed and not decided before this day",
            d_decided="decided on this day",
            d_withdrawn="withdrawn on this day",
            c="last seen on this day, still open",
            known="all that were granted or refused, at day 0",
            refused="of which refused, at day 0",
        ),
    },
)

CARE_LEAVER_SPELL_RISK = Table(
    "CARE_LEAVER_SPELL_RISK",
    (*_SERIES, "period", "k"),
    {
        **_SERIES,
        "period": _YEAR,
        "k": Column(pl.Int32, "paid months, 1..36"),
        **counts_of(n="care leavers at risk of leaving the leefloon", d="exits", c="censored after k"),
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
    (*_SERIES, "month"),
    {
        **_SERIES,
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
    (*_SERIES, "month", "k"),
    {
        "city": CELL["city"],
        "variant": Column(pl.String, "main"),
        "month": Column(pl.Int32, "month number, W..M"),
        "k": Column(pl.Int32, "month of the spell: 1..60; 61 stands for 61-120, 121 for 121 and more"),
        **counts_of(stock="persons covered whose spell has a known start"),
    },
)

CARE_LEAVER_RETURN_RISK = Table(
    "CARE_LEAVER_RETURN_RISK",
    (*_SERIES, "period", "m"),
    {
        **_SERIES,
        "period": Column(pl.String, "calendar year of the exit"),
        "m": Column(pl.Int32, "months since the last covered month, 1..24"),
        **counts_of(
            n="exits of care leavers still out and followed",
            d_return="leefloon again in month m",
            c="follow-up ended after m",
        ),
    },
)

TRIANGLE = Table(
    "TRIANGLE",
    (*_SERIES, "month", "delay"),
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

GPMI_START_RISK = Table(
    "GPMI_START_RISK",
    ("city", "period", "k"),
    {
        "city": CELL["city"],
        "period": Column(pl.String, "calendar year in which the spell of main began, W to O, start known"),
        "k": Column(pl.Int32, "months after the first month of the spell, 0..12"),
        **counts_of(
            n="on benefit and without a GPMI before",
            d_gpmi="first month with a GPMI",
            d_exit="left after this month without one",
            c="last seen in this month without one",
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
    SPELL_RISK,
    TRACKING,
    CASE_MIX_RISK,
    CASE_MIX_RETURN,
    RETURN_RISK,
    AFTER_EXIT_STATUS,
    ACTIVATION_RISK,
    AFTER_ART60_RISK,
    APPLICATION_RISK,
    CARE_LEAVER_RISK,
    CARE_LEAVER_SPELL_RISK,
    YEAR_PERSONS,
    GPMI_YEAR,
    LONG_STAY,
    ART60_MONTHS,
    VINTAGE,
    STOCK_ELAPSED,
    YEARS_ON,
    GPMI_START_RISK,
    TEN_YEARS,
    CARE_LEAVER_RETURN_RISK,
    TRIANGLE,
    POPULATION,
)
COUNT_TABLES = (*ADDITIVE, QUALITY, SPAN)
