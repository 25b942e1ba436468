"""Full monthly amounts of the leefloon, by date and category."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts in EUR per month for categories 1, 2 and 3, from ``since`` on.

    ``verified`` is False if nobody checked the amount in a source: never publish it as a fact.
    """

    since: date
    by_category: tuple[float, float, float]
    verified: bool
    source: str


def benefit_amounts() -> tuple[Amounts, ...]:
    """Every known amount, oldest first; 2021-2022 are missing."""
    rows = read_toml(data_folder("reference") / "benefits.toml")["amount"]
    return tuple(
        Amounts(
            row["from"],
            (row["category_1"], row["category_2"], row["category_3"]),
            row["verified"],
            row["source"],
        )
        for row in sorted(rows, key=lambda row: row["from"])
    )
