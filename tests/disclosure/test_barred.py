"""What the gate hides of a group, no figure of everybody tells either."""

from __future__ import annotations

from itertools import count as counting

import polars as pl
import pytest

from demad.disclosure import Policy, publish
from demad.disclosure.gate import gate
from demad.indicators import evaluate
from demad.protection import pool, protect
from demad.protection.offsets import offset
from demad.records.secrets import Secret, seeded
from tests.indicators.by_hand import Tables, of_tables

DECEMBER = 2019 * 12 + 11


def with_offsets(cells: dict[str, int]) -> Secret:
    secrets = (seeded(f"barred {number}") for number in counting())
    return next(secret for secret in secrets if all(offset(secret, cell, 5) == of for cell, of in cells.items()))


def of_groups(breakdown: str, counts: dict[str, int]) -> Tables:
    groups = [{"breakdown": breakdown, "group": group, "stock": n} for group, n in counts.items()]
    rows = [{"stock": sum(counts.values())}, *groups]
    return of_tables(stock=[{"month": DECEMBER, **row} for row in rows])


@pytest.mark.parametrize(
    ("figure", "breakdown", "group", "counts"),
    [
        # Under offset 4 the 6 are shown as 10 and the 41 as 45, so at least 41: of the exact 47 at most 6.
        ("student_share", "student", "yes", {"yes": 6, "no": 41}),
        ("youth_share", "age", "<25", {"18-24": 6, "25-34": 41}),
    ],
)
def test_the_share_of_a_group_in_all_is_hidden_where_the_group_is_barred(
    figure: str, breakdown: str, group: str, counts: dict[str, int]
):
    names = ["yes", "no"] if breakdown == "student" else ["<25", "25-34"]
    secret = with_offsets({f"stocks|{breakdown}|{name}|2019": 4 for name in names})
    tables = pool([protect(of_groups(breakdown, counts), secret)])
    barred = gate(tables).groups
    assert ("gent", breakdown, group, "2019") in barred.rows()
    values = evaluate(tables)
    before, after = (publish(values, Policy(), hidden).frame for hidden in (None, barred))
    total = (pl.col("indicator") == figure) & (pl.col("breakdown") == "total") & (pl.col("variant") == "main")
    december = before.filter(total, pl.col("period") == "2019-12")
    assert december["numerator"].to_list() == [10, 10]  # of the city, and of all cities together
    assert after.filter(total, pl.col("period") == "2019-12")["status"].to_list() == ["suppressed", "suppressed"]
    others = before.filter(~total, pl.col("breakdown") == "total", pl.col("value").is_not_null())
    assert others.join(after, on=others.columns, how="anti", nulls_equal=True).is_empty()
