"""The additive tables (`methods.md` section 1.9): integers that add up over shards and cities.

Groups are never crossed. They are confidential all the same: only the release leaves the trusted zone.
"""

from __future__ import annotations

import polars as pl

from demad.tables.schema import Column, Table
from demad.tables.terms import REASONS

_CELL = {
    "city": Column(pl.String, "slug; all: the pooled cities"),
    "variant": Column(pl.String, "main, wide, gap0, gap3"),
    "breakdown": Column(pl.String, "total or one stratum"),
    "group": Column(pl.String, "group within the breakdown"),
}


def _counts(**meanings: str) -> dict[str, Column]:
    return {name: Column(pl.Int64, meaning) for name, meaning in meanings.items()}


STOCK = Table(
    "STOCK",
    (*_CELL, "month"),
    {
        **_CELL,
        "month": Column(pl.Int32, "month number, W..M"),
        **_counts(
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
    (*_CELL, "month"),
    {
        **_CELL,
        "month": Column(pl.Int32, "month number, W..O; strata frozen at the spell's first month"),
        **_counts(
            active="spells running, bridged months included",
            bridged="of which not covered in the month itself",
            left_censored="spells whose start is unknown, in month max(start, W)",
            in_new="inflow without a covered month in the 24 before",
            in_return="inflow with one",
            in_unknown="inflow that the history cannot tell apart",
            in_from_other_law="of all inflow: the other law covered the month before",
            in_unemployment="of all inflow: after the end of an unemployment benefit",
            in_origin_known="of all inflow: origin filled in",
            **{f"out_{reason}": f"spells with last covered month here, ended by {reason}" for reason in REASONS},
            end_admin="ended administratively: no exit",
            end_law="went over to the other law: no exit",
        ),
    },
)

SPELL_RISK = Table(
    "SPELL_RISK",
    (*_CELL, "period", "k"),
    {
        **_CELL,
        "period": Column(pl.String, "quarter of the transition (total) or year (breakdowns)"),
        "k": Column(pl.Int32, "paid months: 1..60; 61 stands for 61-120, 121 for 121 and more"),
        **_counts(
            n="at risk of leaving after k paid months",
            entries="late entries at k: first at risk at k + 1 (full history only)",
            **{f"d_{reason}": f"exits by {reason}" for reason in REASONS},
            c="censored after k",
        ),
    },
)

RETURN_RISK = Table(
    "RETURN_RISK",
    (*_CELL, "period", "m"),
    {
        **_CELL,
        "period": Column(pl.String, "quarter of the exit (total) or year (breakdowns)"),
        "m": Column(pl.Int32, "months since the last covered month, 1..36"),
        **_counts(
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
        "city": _CELL["city"],
        "support": Column(pl.String, "type of support"),
        "breakdown": Column(pl.String, "total, age, sex, zorgvorm"),
        "group": _CELL["group"],
        "period": Column(pl.String, "year of month 0"),
        "m": Column(pl.Int32, "months since month 0, 0..24"),
        **_counts(
            n="observed and without the event",
            d_event="first month of support",
            d_moved="moved",
            d_death="died",
            c="follow-up ended after m",
        ),
    },
)

QUALITY = Table(
    "QUALITY",
    ("city", "delivery", "dataset", "check"),
    {
        "city": _CELL["city"],
        "delivery": Column(pl.String, "delivery id"),
        "dataset": Column(pl.String, "leefloon, jeugdhulp, steun, bevolking, controle"),
        "check": Column(pl.String, "rule of the suite or step of the rules"),
        **_counts(rows="rows judged", failed="rows that did not satisfy it"),
    },
)

SPAN = Table(
    "SPAN",
    ("city",),
    {
        "city": _CELL["city"],
        "first_month": Column(pl.Int32, "W"),
        "last_month": Column(pl.Int32, "M"),
        "full_history": Column(pl.Boolean, "every decision ever is in the delivery"),
        "has_leavers": Column(pl.Boolean, "youth-care leavers were delivered"),
        "as_of": Column(pl.Date, "newest day of the leefloon delivery in force"),
    },
)

COUNT_TABLES = (STOCK, FLOW, SPELL_RISK, RETURN_RISK, CARE_LEAVER_RISK, QUALITY, SPAN)
