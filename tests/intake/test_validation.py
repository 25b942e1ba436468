"""Great Expectations and our own expressions read the same suite: they must count the same rows, rule by rule."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from demad.intake.datasets import DATASETS
from demad.intake.rules import rejected, rules_of
from demad.intake.validation import great_expectations_counts, validate

AS_OF = date(2022, 12, 31)


def cells(dataset: str, name: str, count: int, chance: random.Random) -> list[object]:
    """Cells of a column: mostly likely values, some far outside what a rule allows, some empty."""
    field = DATASETS[dataset].fields[name]
    kinds = {
        "date": lambda: date(1960, 1, 1) + timedelta(days=chance.randrange(30_000)),
        "integer": lambda: chance.choice([0, 1, 5, 17, 40, 1850, 1899, 1990, 2002, 2021, 2022, 2023, 2100, -3]),
        "boolean": lambda: chance.random() < 0.5,
        "month": lambda: f"{chance.randrange(2015, 2025)}-{chance.randrange(1, 13):02d}",
        "nis": lambda: "44021",
        "pseudonym": lambda: f"p1-person-{chance.randrange(count)}",
        "stop_reason": lambda: chance.choice(field.codes),
        "code": lambda: chance.choice(field.codes),
    }
    return [None if chance.random() < 0.15 else kinds[field.kind]() for _ in range(count)]


def dirty(dataset: str, seed: int, count: int = 200) -> pl.DataFrame:
    chance = random.Random(seed)  # noqa: S311
    schema = DATASETS[dataset].table.schema
    columns = {"rij": list(range(1, count + 1))}
    columns |= {name: cells(dataset, name, count, chance) for name in DATASETS[dataset].fields}
    return pl.DataFrame(columns, schema=schema)


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("seed", range(3))
def test_both_count_the_same_rows_for_every_rule(dataset, seed):
    frame = dirty(dataset, seed)
    parameters = {"as_of": AS_OF, "as_of_year": AS_OF.year}
    ours = {rule.id: frame.select(rejected(rule, parameters).sum()).item() for rule in rules_of(dataset)}
    assert dict(great_expectations_counts(frame, dataset, as_of=AS_OF)) == ours
    assert sum(ours.values()) > 0


def test_a_file_of_mostly_impossible_years_is_refused_for_that_rule_alone():
    frame = pl.DataFrame(
        {
            "rij": range(1, 101),
            "nis": "44021",
            "persoon": [f"p1-person-{n}" for n in range(100)],
            "geboortejaar": [1700 if n < 90 else 2002 for n in range(100)],
            "einde_jeugdhulp": date(2021, 6, 30),
        }
    )
    table = DATASETS["jeugdhulp"].table
    frame = frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None).alias(name)).cast(dtype)
        for name, dtype in table.schema.items()
    )
    verdict = validate(frame, "jeugdhulp", as_of=AS_OF)
    assert verdict.refused
    assert {check.columns for check in verdict.checks if check.state == "refused"} == {("geboortejaar",)}
