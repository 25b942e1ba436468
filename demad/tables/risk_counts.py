"""The additive tables of who is followed: at risk after so many months, what happened then, where they are by then.

Month by month since a start, an exit or an application (`methods.md` section 1.9). Not here: what is counted in a month
or a year (`tables.counts`).
"""

from __future__ import annotations

import polars as pl

from demad.tables.columns import CELL, SERIES, TRANSITION_YEAR, counts_of
from demad.tables.schema import Column, Table
from demad.tables.terms import REASONS

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

CASE_MIX_RISK = Table(
    "CASE_MIX_RISK",
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

CASE_MIX_RETURN = Table(
    "CASE_MIX_RETURN",
    (*SERIES, "period", "age", "household", "nationality", "band"),
    {
        **SERIES,
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
    (*SERIES, "period", "k"),
    {
        **SERIES,
        "period": TRANSITION_YEAR,
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
    (*SERIES, "period", "k"),
    {
        **SERIES,
        "period": TRANSITION_YEAR,
        "k": Column(pl.Int32, "paid months, 1..36"),
        **counts_of(n="care leavers at risk of leaving the leefloon", d="exits", c="censored after k"),
    },
)

CARE_LEAVER_RETURN_RISK = Table(
    "CARE_LEAVER_RETURN_RISK",
    (*SERIES, "period", "m"),
    {
        **SERIES,
        "period": Column(pl.String, "calendar year of the exit"),
        "m": Column(pl.Int32, "months since the last covered month, 1..24"),
        **counts_of(
            n="exits of care leavers still out and followed",
            d_return="leefloon again in month m",
            c="follow-up ended after m",
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
