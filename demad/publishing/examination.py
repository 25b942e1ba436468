"""What must hold of tables, figures and pages before they go on, as counts. Not here: how Dagster shows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.catalogue import CATALOGUE
from demad.disclosure import Policy
from demad.disclosure.policy import COUNT_UNITS
from demad.intake.checking.rules import rules_of
from demad.intake.contract.datasets import DATASETS

LARGEST_PAGE = 1_500_000  # bytes: what opens from a memory stick without waiting
_PEOPLE_RATIOS = ("share", "months", "days")


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: its name, whether it holds, and counts that explain it."""

    name: str
    holds: bool
    counts: Mapping[str, int | float]


def city_findings(stage: str, made: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """What the checks of a stage of a city find; nothing for a stage without checks."""
    match stage:
        case "extract":
            return [suite_finding(dataset, made["quality"]) for dataset in DATASETS]
        case "tables":
            return [balance_finding(made)]
        case "protected":
            return [processed_finding(holds=True)]
        case _:
            return []


def processed_finding(*, holds: bool) -> Finding:
    """Whether the stages of a city were made from its delivery in force, to the last."""
    return Finding("verwerkt", holds, {})


def suite_finding(dataset: str, quality: pl.DataFrame) -> Finding:
    """Whether no critical rule of a dataset exceeded its limit at acceptance."""
    counted = quality.filter(dataset=dataset)
    limits = {rule.id: (rule.limit_share, rule.limit_rows) for rule in rules_of(dataset) if rule.severity == "critical"}
    judged = [row for row in counted.iter_rows(named=True) if row["check"] in limits]
    past = [row for row in judged if row["failed"] > _limit(row["rows"], *limits[row["check"]])]
    rows = max((row["rows"] for row in judged), default=0)
    return Finding(f"suite_{dataset}", not past, {"regels": len(judged), "rijen": rows})


def balance_finding(tables: Mapping[str, pl.DataFrame]) -> Finding:
    """Whether running spells less bridged months are the stock, in every month and series where both are counted."""
    flow, stock = (tables[name].filter(breakdown="total") for name in ("flow", "stock"))
    joined = flow.join(stock, on=["variant", "month"])
    broken = joined.filter(joined["active"] - joined["bridged"] != joined["stock"]).height
    return Finding("stand_sluit_aan", broken == 0, {"maanden": joined.height, "afwijkingen": broken})


def disclosure_findings(shown: pl.DataFrame, policy: Policy, *, judged: int, barred: int) -> list[Finding]:
    """Whether the gate judged; whether nothing below a threshold is shown; whether a city shows nothing at all.

    It reads what would be printed and repeats no rule of `demad/disclosure/hiding.py`, so that a mistake there is
    seen here.

    Parameters
    ----------
    shown
        PUBLISHED_VALUE.
    judged, barred
        How many counts the gate judged, and how many groups it hides.
    """
    people = shown.filter(~pl.col("indicator").str.starts_with("dq_"))
    small = people.filter(pl.col("value").is_not_null() & (_small_count(policy) | _small_denominator(policy))).height
    hidden = _hidden_by_city(people)
    shares = {f"verborgen {city}": round(share, 3) for city, share in hidden.select("city", "share").iter_rows()}
    return [
        Finding("poort_oordeelde", judged > 0 or people.is_empty(), {"aantallen": judged, "verborgen groepen": barred}),
        Finding("niets_te_klein", small == 0, {"getoond": people["value"].count(), "te klein": small}),
        Finding("elke_stad_toont_iets", hidden.filter(share=1.0).is_empty(), shares),
    ]


def page_findings(folder: Path, cities: Collection[str], failed: Collection[str] = ()) -> list[Finding]:
    """Whether every city with figures has its page, and whether pages and files have a plausible size.

    Parameters
    ----------
    folder
        A site: a folder per city.
    cities
        The cities with figures.
    failed
        Those whose report failed, also if a part of it was written.
    """
    pages = {city: folder / city / "index.html" for city in cities}
    there = {city: path.stat().st_size for city, path in pages.items() if path.exists() and city not in failed}
    files = [folder / city / f"{city}.{kind}" for city in there for kind in ("pdf", "xlsx")]
    lacking = sum(not path.exists() or path.stat().st_size == 0 for path in files)
    largest = max(there.values(), default=0)
    counts = {"steden": len(pages), "pagina's": len(there)}
    return [
        Finding("elke_stad_haar_pagina", len(there) == len(pages), counts),
        Finding("grootte", largest <= LARGEST_PAGE, {"grootste pagina (bytes)": largest}),
        Finding("pdf_en_werkmap", not lacking, {"bestanden": len(files), "ontbreken": lacking}),
    ]


def _limit(rows: int, share: float, least: int) -> int:
    return max(least, int(share * rows))


def _small_count(policy: Policy) -> pl.Expr:
    """Counts below the threshold; a balance counts nobody."""
    counts = [entry.id for entry in CATALOGUE if entry.unit in COUNT_UNITS and entry.id != "net_flow"]
    return pl.col("indicator").is_in(counts) & (pl.col("value") < policy.threshold)


def _small_denominator(policy: Policy) -> pl.Expr:
    """Shares and durations of fewer people than the least denominator."""
    ratios = [entry.id for entry in CATALOGUE if entry.unit in _PEOPLE_RATIOS]
    return pl.col("indicator").is_in(ratios) & (pl.col("denominator") < policy.least_denominator).fill_null(False)


def _hidden_by_city(people: pl.DataFrame) -> pl.DataFrame:
    """``city`` and ``share`` of the computed figures that is hidden, a row per city with a figure."""
    computed = people.filter(pl.col("status") != "not_computable")
    hidden = (pl.col("status") == "suppressed").mean()
    return computed.group_by("city").agg(share=hidden).sort("city")
