"""Blocking checks per city: suites on its extract, and consistency of its tables. Counts only."""

from collections.abc import Mapping

import dagster as dg
import polars as pl

from demad.intake.checking.rules import rules_of
from demad.intake.contract.datasets import DATASETS


def suite_checks(asset: str) -> list[dg.AssetCheckSpec]:
    """One blocking check for each dataset's Great Expectations suite."""
    return [
        dg.AssetCheckSpec(name=f"suite_{dataset}", asset=asset, blocking=True, description=f"De regels voor {dataset}.")
        for dataset in DATASETS
    ]


def suite_results(asset: str, quality: pl.DataFrame) -> list[dg.AssetCheckResult]:
    """The result of each suite at acceptance: whether a critical rule exceeded its limit."""
    return [_suite_result(asset, dataset, quality.filter(dataset=dataset)) for dataset in DATASETS]


def _suite_result(asset: str, dataset: str, counts: pl.DataFrame) -> dg.AssetCheckResult:
    limits = {rule.id: (rule.limit_share, rule.limit_rows) for rule in rules_of(dataset) if rule.severity == "critical"}
    judged = [row for row in counts.iter_rows(named=True) if row["check"] in limits]
    past = [
        row["check"]
        for row in judged
        if row["failed"] > max(limits[row["check"]][1], int(limits[row["check"]][0] * row["rows"]))
    ]
    metadata = {"regels": len(judged), "rijen": max((row["rows"] for row in judged), default=0)}
    return dg.AssetCheckResult(asset_key=asset, check_name=f"suite_{dataset}", passed=not past, metadata=metadata)


def balance_check(asset: str) -> dg.AssetCheckSpec:
    """Check that running spells minus bridged months equal the stock."""
    return dg.AssetCheckSpec(
        name="stand_sluit_aan", asset=asset, blocking=True, description="Lopend min overbrugd is de stand."
    )


def balance_result(asset: str, tables: Mapping[str, pl.DataFrame]) -> dg.AssetCheckResult:
    """Compare for every month and series in which both are counted."""
    flow, stock = (tables[name].filter(breakdown="total") for name in ("flow", "stock"))
    joined = flow.join(stock, on=["variant", "month"])
    broken = joined.filter(joined["active"] - joined["bridged"] != joined["stock"]).height
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name="stand_sluit_aan",
        passed=broken == 0,
        metadata={"maanden": joined.height, "afwijkingen": broken},
    )
