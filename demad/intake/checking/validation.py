"""Validate a dataset with Great Expectations. The only module that imports it (and pandas).

Counts only: an allow-list selects what is read from a result; no row values and no Data Docs are kept. A city without
``demad[rules]`` counts the same rules with our own expressions, and the receiver always asks Great Expectations.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from demad.errors import DemadError
from demad.intake.checking.derived import with_derived
from demad.intake.checking.rules import Rule, rejected, rules_of, suite
from demad.intake.checking.states import FindingState
from demad.reference.extras import missing

_CHUNK = 1_000_000  # rows that Great Expectations gets at once


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one rule: how many rows were checked and how many broke it."""

    dataset: str
    rule: str
    name: str
    severity: str
    why: str
    todo: str
    columns: tuple[str, ...]
    rows: int
    failed: int
    limit: int
    keep: bool = False

    @property
    def state(self) -> FindingState:
        """Any state but held; a rule that keeps its rows gives at most a warning within its limit."""
        if not self.failed or self.severity == "info":
            return FindingState.GOOD
        if self.severity == "warning":
            return FindingState.WARNING if self.failed > self.limit else FindingState.GOOD
        if self.failed > self.limit:
            return FindingState.REFUSED
        return FindingState.WARNING if self.keep else FindingState.SET_ASIDE


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a suite: every check, the accepted rows, and the rows set aside with the rule they broke."""

    checks: tuple[Check, ...]
    accepted: pl.DataFrame
    set_aside: pl.DataFrame
    refused: bool


def validate(
    frame: pl.DataFrame,
    dataset: str,
    *,
    as_of: date,
    unreadable: Mapping[str, pl.Series] | None = None,
    left_out: Mapping[str, int] | None = None,
) -> Verdict:
    """Validate the rows of one dataset.

    A critical rule sets rows aside up to its limit (a share of the rows, with a small minimum); above the limit the
    dataset is refused. A rule with ``keep`` counts and limits the broken rows but does not set them aside: a row that
    ends before it begins can be the correction that annuls another.

    Parameters
    ----------
    frame
        Typed by `contract.conform`.
    as_of
        Newest day of the delivery.
    unreadable
        Per date column: rows with text that is not a date.
    left_out
        Per date column: number of rows that the city set aside for that reason. They were not delivered, but count.

    Returns
    -------
    Verdict; also ``refused`` if no row is left.
    """
    rules = rules_of(dataset)
    judged = with_derived(frame, dataset, as_of=as_of, unreadable=unreadable)
    count = great_expectations_counts if judged_by_great_expectations() else own_counts
    counted = count(judged, dataset, as_of=as_of)
    absent = {f"{name}_onleesbaar": rows for name, rows in (left_out or {}).items()}
    checks = tuple(_check(dataset, rule, frame.height, counted[rule.id], absent) for rule in rules)
    aside = set_aside(frame, dataset, as_of=as_of, unreadable=unreadable)
    accepted = frame.join(aside, on="rij", how="anti") if aside.height else frame
    refused = any(check.state is FindingState.REFUSED for check in checks) or (frame.height > 0 and accepted.is_empty())
    return Verdict(checks, accepted, aside, refused)


def set_aside(
    frame: pl.DataFrame, dataset: str, *, as_of: date, unreadable: Mapping[str, pl.Series] | None = None
) -> pl.DataFrame:
    """``rij`` and ``rule``: the rows that break a critical rule, each with the first rule it breaks.

    Parameters
    ----------
    frame
        Typed by `contract.conform`, with or without the columns of `derived`.
    """
    removing = [rule for rule in rules_of(dataset) if rule.severity == "critical" and not rule.keep]
    seen = {name for rule in removing for name in rule.columns} - {*frame.columns}
    rows = with_derived(frame, dataset, as_of=as_of, only=seen, unreadable=unreadable) if seen else frame
    broken = pl.coalesce(pl.when(rejected(rule, _parameters(as_of))).then(pl.lit(rule.id)) for rule in removing)
    return rows.lazy().select("rij", rule=broken).filter(pl.col("rule").is_not_null()).collect()


def _check(dataset: str, rule: Rule, rows: int, failed: int, absent: Mapping[str, int]) -> Check:
    without = absent.get(rule.columns[0], 0)
    rows, failed = rows + without, failed + without
    tolerated = 1 - float(str(rule.arguments.get("mostly", 1.0)))
    share = rule.limit_share if rule.severity == "critical" else tolerated
    limit = max(rule.limit_rows, int(share * rows))
    return Check(
        dataset, rule.id, rule.name, rule.severity, rule.why, rule.todo, rule.columns, rows, failed, limit, rule.keep
    )


def _parameters(as_of: date) -> dict[str, Any]:
    return {"as_of": as_of, "as_of_year": as_of.year}


def judged_by_great_expectations() -> bool:
    """Whether Great Expectations counts here, and not our own expressions of the same rules."""
    return not missing("rules")


def own_counts(frame: pl.DataFrame, dataset: str, *, as_of: date) -> Mapping[str, int]:
    """Rows that break each rule according to our own expressions, by rule id.

    Parameters
    ----------
    frame
        Typed rows, with the columns of `derived`.
    """
    counts = [rejected(rule, _parameters(as_of)).sum().alias(rule.id) for rule in rules_of(dataset)]
    return frame.select(counts).row(0, named=True)


def great_expectations_counts(frame: pl.DataFrame, dataset: str, *, as_of: date) -> Mapping[str, int]:
    """Rows that break each rule according to Great Expectations, by rule id; computed in chunks.

    Dates are passed as numbers, and pseudonyms only as filled or not: pandas gets no personal data.

    Parameters
    ----------
    frame
        Typed rows, with the columns of `derived`.

    Raises
    ------
    DemadError
        D-301: a rule could not be evaluated, or was skipped.
    """
    rules = rules_of(dataset)
    columns = sorted({name for rule in rules for name in rule.columns})
    judged = {name for rule in rules if not rule.only_null for name in rule.columns}
    schema = frame.schema
    narrow = frame.select(_cheap(name, schema[name], judged=name in judged) for name in columns)
    counts = dict.fromkeys((rule.id for rule in rules), 0)
    for chunk in narrow.iter_slices(_CHUNK) if narrow.height else [narrow]:
        for rule, broken in _chunk_counts(chunk, dataset, as_of).items():
            counts[rule] += broken
    return counts


def _cheap(name: str, dtype: pl.DataType, *, judged: bool) -> pl.Expr:
    """A column as Great Expectations gets it; if no rule reads its values, only whether each cell is filled."""
    if not judged:
        return pl.when(pl.col(name).is_not_null()).then(pl.lit(1, dtype=pl.Int8)).alias(name)
    if dtype == pl.Date:
        return pl.col(name).cast(pl.Int32)
    return pl.col(name).cast(pl.Int64) if dtype.is_integer() else pl.col(name)  # else it checks cell by cell


def _in_pandas(chunk: pl.DataFrame) -> Any:
    """Keep codes categorical and nullable flags Boolean: pandas would make them object columns and check each cell."""
    flags = [name for name, dtype in chunk.schema.items() if dtype == pl.Boolean]
    return chunk.to_pandas().astype(dict.fromkeys(flags, "boolean"))


def _chunk_counts(chunk: pl.DataFrame, dataset: str, as_of: date) -> dict[str, int]:
    parameters = {**_parameters(as_of), "as_of": (as_of - date(1970, 1, 1)).days}
    try:
        with _quietly():
            outcome = _definition(dataset).run(
                batch_parameters={"dataframe": _in_pandas(chunk)},
                expectation_parameters=parameters,
                result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
            )
        results = list(outcome.results)
    except Exception:
        raise DemadError(
            "D-301", f"De controle van {dataset} liep vast.", "Meld dit; er ging niets verloren."
        ) from None
    counts = {}
    for result in results:  # in arbitrary order, so the rule id comes from the result itself
        rule = str(result.expectation_config.meta["rule"])
        if result.exception_info and result.exception_info.get("raised_exception"):
            raise DemadError("D-301", f"Regel {rule} van {dataset} liep vast.", "Meld dit; er ging niets verloren.")
        counts[rule] = int(result.result.get("unexpected_count") or 0)
    if counts.keys() != {rule.id for rule in rules_of(dataset)}:
        raise DemadError("D-301", f"De controle van {dataset} is onvolledig.", "Meld dit; er ging niets verloren.")
    return counts


@lru_cache(maxsize=8)
def _definition(dataset: str) -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # pyright: ignore[reportAttributeAccessIssue]
    source = context.data_sources.add_pandas(dataset)
    batch = source.add_dataframe_asset(dataset).add_batch_definition_whole_dataframe(dataset)
    expectations = [
        {**written, "meta": {**written["meta"], "rule": rule.id}}
        for rule, written in zip(rules_of(dataset), suite(dataset)["expectations"], strict=True)
    ]
    added = context.suites.add(gx.ExpectationSuite(name=dataset, expectations=expectations))  # pyright: ignore[reportArgumentType]
    return gx.ValidationDefinition(name=dataset, data=batch, suite=added)


@contextlib.contextmanager
def _quietly() -> Any:
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
