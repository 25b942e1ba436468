"""Read the content rules of `expectations/`, and give for each the expression that rejects rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from demad.errors import DemadError
from demad.reference.places import data_folder


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation of a suite: type, arguments, severity and the message for the city.

    ``name`` is Dutch, for readers; ``id`` is the key of its quality figures.
    """

    id: str
    name: str
    type: str
    arguments: Mapping[str, object]
    severity: str
    why: str
    todo: str
    keep: bool
    limit_share: float
    limit_rows: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the rule reads."""
        return tuple(str(self.arguments[name]) for name in ("column", "column_A", "column_B") if name in self.arguments)

    @property
    def only_null(self) -> bool:
        """Whether the rule only requires that cells are filled."""
        return self.type == "expect_column_values_to_not_be_null"


def suite(dataset: str) -> dict[str, Any]:
    """The suite of one dataset, in the JSON format of Great Expectations."""
    return json.loads((data_folder("expectations") / f"{dataset}.json").read_text(encoding="utf-8"))


def rules_of(dataset: str) -> tuple[Rule, ...]:
    """The rules of one dataset, in order."""
    return tuple(_rule(number, written) for number, written in enumerate(suite(dataset)["expectations"], start=1))


def rejected(rule: Rule, parameters: Mapping[str, object]) -> pl.Expr:
    """Boolean expression: whether a row breaks the rule. Null breaks only the rule that forbids null."""
    given = {name: _value(value, parameters) for name, value in rule.arguments.items()}
    column = pl.col(rule.columns[0])
    match rule.type:
        case "expect_column_values_to_not_be_null":
            broken = column.is_null()
        case "expect_column_values_to_be_between":
            low, high = given.get("min_value"), given.get("max_value")
            broken = pl.lit(False)
            if low is not None:
                broken = broken | (column < pl.lit(low))
            if high is not None:
                broken = broken | (column > pl.lit(high))
        case "expect_column_pair_values_a_to_be_greater_than_b":
            broken = pl.col(str(given["column_A"])) < pl.col(str(given["column_B"]))
        case "expect_column_values_to_not_be_in_set":
            broken = column.is_in(list(given["value_set"]))  # pyright: ignore[reportArgumentType]
        case _:
            raise DemadError("D-300", f"Regeltype {rule.type} kennen we niet.", "Verbeter de suite in expectations/.")
    return broken.fill_null(False)


def _rule(number: int, written: dict[str, Any]) -> Rule:
    meta, arguments = written["meta"], written["kwargs"]
    name = written["type"].removeprefix("expect_").replace("column_values_to_", "").replace("column_pair_values_", "")
    target = arguments.get("column") or arguments.get("column_A")
    return Rule(
        f"{number:02d}_{target}_{name}",
        meta["name"],
        written["type"],
        arguments,
        written.get("severity", "critical"),
        meta["why"],
        meta["todo"],
        meta.get("keep", False),
        meta.get("limit_share", 0.0),
        meta.get("limit_rows", 0),
    )


def _value(value: object, parameters: Mapping[str, object]) -> object:
    return parameters[value["$PARAMETER"]] if isinstance(value, dict) else value
