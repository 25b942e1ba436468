"""The projection of one city in one scenario, from what a root has stored. Not here: the sums (`demad.outlook`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.errors import InputMissing
from demad.outlook import projection
from demad.publishing.figures import policy, protected_by_city
from demad.reference.cities import city_of
from demad.reference.scenarios import Scenario, scenario_of
from demad.reporting.words import number, period_words, speaking, words


@dataclass(frozen=True, slots=True)
class Projected:
    """PROJECTION of one city in one scenario, and what a manager reads of it."""

    scenario: Scenario
    rows: pl.DataFrame
    said: str


def projected(root: Path, city: str, scenario: str, *, people: int = 0, files: int | None = None) -> Projected:
    """Project the caseload of a city for twelve months.

    Parameters
    ----------
    people
        How many people a wave is about, in this city.
    files
        Files per worker; None: as the city file says, if it does.

    Raises
    ------
    UsageRefused
        D-400: the city is not known. D-770 to D-772: as `scenario_of` and `demad.outlook.projection.drawn`.
    InputMissing
        D-773: there is no projection of this city; the message says why.
    """
    asked, chosen = city_of(city, root), scenario_of(scenario)
    cities, rules = protected_by_city(root), policy(root)
    if asked.slug not in cities:
        raise InputMissing("D-773", f"Voor {asked.name} zijn er nog geen cijfers.", "Voer demad run uit.")
    workers = {asked.slug: per} if (per := files or asked.files_per_worker) else {}
    found = projection(cities, (chosen,), least=rules.least_denominator, people=people, workers=workers)
    rows = found.filter(city=asked.slug)
    if rows["value"].null_count():
        why = words(f"ahead.none_{rows['reason'][0]}")
        raise InputMissing("D-773", f"Voor {asked.name} is er geen projectie.", why)
    with speaking("nl"):
        return Projected(chosen, rows, _said(rows, asked.name, chosen))


def _said(rows: pl.DataFrame, name: str, scenario: Scenario) -> str:
    """A line per quarter of the year ahead, with what it is and is not."""
    lines = [words("ahead.title", city=name, label=scenario.label)]
    for row in rows.sort("period").to_dicts()[2::3]:
        line = words(
            "ahead.line", period=period_words(row["period"]), value=number(row["value"]), low=number(row["low_95"]),
            high=number(row["high_95"]), here=number(row["of_here"]), come=number(row["of_inflow"]),
        )  # fmt: skip
        staff = words("ahead.staff", workers=number(row["workers"], 1)) if row["workers"] is not None else ""
        lines.append(f"{line} {staff}".rstrip())
    return "\n".join([*lines, words("ahead.how"), words("ahead.source", source=scenario.source)])
