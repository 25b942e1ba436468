"""Applications: which row stands, what is not known yet. What the rules say of odd ones: test_validation.py."""

from __future__ import annotations

from datetime import date

import polars as pl

from demad.histories.periods import applications
from demad.intake.contract.datasets import DATASETS
from demad.intake.inspection.codes import code_facts

AS_OF = date(2026, 9, 30)
SCHEMA = DATASETS["aanvragen"].table.schema


def given(*rows: tuple) -> pl.DataFrame:
    names = ("aangevraagd_op", "soort", "beslist_op", "uitkomst", "weigering")
    cells = [dict(zip(names, row, strict=False)) for row in rows]
    base = {"nis": "44021", "persoon": "p1-gent-0001"}
    return pl.DataFrame([{"rij": n, **base, **row} for n, row in enumerate(cells)], schema=SCHEMA)


def test_of_a_person_day_and_kind_the_last_row_stands_and_an_empty_kind_is_a_leefloon():
    asked = date(2026, 1, 5)
    made = applications(
        given(
            (asked, None, None, "lopend"),
            (asked, "leefloon", date(2026, 1, 29), "geweigerd"),
            (asked, "steun", None, None),
        ),
        AS_OF,
    )
    assert made.select("kind", "outcome", "decided_on").rows() == [
        ("leefloon", "refused", date(2026, 1, 29)),
        ("support", "unknown", None),
    ]


def test_a_decision_after_the_reference_date_is_not_known_and_one_before_the_application_cannot_be():
    made = applications(
        given(
            (date(2026, 9, 1), "leefloon", date(2026, 10, 5), "toegekend"),
            (date(2026, 3, 2), "leefloon", date(2026, 3, 1), "toegekend"),
            (date(2026, 10, 1), "leefloon", None, None),
        ),
        AS_OF,
    )
    assert made.select("applied_on", "outcome", "decided_on").rows() == [(date(2026, 9, 1), "pending", None)]


def test_the_kinds_of_an_application_are_told_apart_from_those_of_support():
    facts = code_facts("soort")
    assert {tuple(fact["datasets"]) for fact in facts} == {("steun",), ("aanvragen",)}
    assert [fact["code"] for fact in facts if fact["datasets"] == ["aanvragen"]] == [
        *("leefloon", "equivalent", "steun", "andere")
    ]
