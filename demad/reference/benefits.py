"""Full monthly amounts of the leefloon by day and category."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts in EUR a month for categories 1, 2 and 3 from ``since`` on.

    ``verified`` is False where nobody has read the amount in a source: never print it as a fact.
    """

    since: date
    by_category: tuple[float, float, float]
    verified: bool
    source: str


def benefit_amounts() -> tuple[Amounts, ...]:
    """Every known amount, oldest first; the table has holes (2021-2022)."""
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
