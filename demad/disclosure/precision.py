"""How figures are printed: as coarse as the policy says, and which denominators can stand beside them."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.disclosure.ground import Ground
from demad.disclosure.policy import COUNT_UNITS, PRINTED

_WITH_DENOMINATOR = (
    "caseload_rate",
    "inflow_rate",
    "outflow_rate",
    "outflow_oe",
    "outflow_work_oe",
    "youth_share",
    "gpmi_share",
    "outflow_unknown_share",
    "still_on_12m",
    "still_on_24m",
    "duration_median",
    "duration_rmst24",
    "cif_work_12m",
    "cif_activation_12m",
    "cif_other_benefit_12m",
    "cif_moved_12m",
    "caseload_change_yoy",
)
_AFTER_EXITS = (
    "return_6m",
    "return_12m",
    "return_24m",
    "sustainable_activation_12m",
    "sustainable_work_6m",
    "sustainable_work_12m",
    "sustainable_work_24m",
)
_PUBLIC = ("caseload_rate", "inflow_rate")
_STEPS = (0.1, 0.5, 1.0, 2.0, 5.0)
_NUMBERS = ("value", "low", "high", "denominator")


def printed(known: Ground, hidden: np.ndarray) -> pl.DataFrame:
    """Round, and null what is hidden or could be worked back; columns of PUBLISHED_VALUE and ``unit``."""
    rounded = [
        pl.coalesce(
            pl.when(pl.col("unit") == unit).then(pl.col(name).round(digits)) for unit, digits in PRINTED.items()
        )
        for name in ("value", "low", "high")
    ]
    coarse = _coarse_rates(known, hidden)
    frame = known.frame.with_columns(rounded).join(coarse, on="place", how="left", maintain_order="left")
    frame = frame.with_columns(
        value=pl.coalesce("coarse", "value"),
        low=pl.when(pl.col("coarse").is_null()).then("low"),
        high=pl.when(pl.col("coarse").is_null()).then("high"),
    )
    shown = ~pl.Series("hidden", hidden)
    return frame.with_columns(
        *(pl.when(shown).then(pl.col(name)).alias(name) for name in ("value", "low", "high")),
        # The numerator of a share would give away the count of a group that is hidden elsewhere.
        numerator=pl.when(
            shown & pl.col("unit").is_in(COUNT_UNITS) & (pl.col("indicator") != "caseload_year_mean")
        ).then("numerator"),
        denominator=pl.when(shown & pl.Series(_denominators(known, hidden))).then("denominator"),
        status=pl.when(~shown).then(pl.lit("suppressed")).otherwise("status"),
    )


def _denominators(known: Ground, hidden: np.ndarray) -> np.ndarray:
    """Whether a denominator may stand: inhabitants always, people only in totals that follow from shown counts."""
    frame = known.frame
    total = (pl.col("breakdown") == "total") & (pl.col("variant") == "main")
    allowed = pl.col("indicator").is_in(_PUBLIC) | (pl.col("indicator") == "dq_completeness")
    allowed = allowed | (total & pl.col("indicator").is_in(_WITH_DENOMINATOR))
    # Exits less those followed are the moved and the dead; over whole years the moved are shown.
    partial_year = ~pl.col("period").str.ends_with("Q4")
    allowed = allowed | (total & partial_year & pl.col("indicator").is_in(_AFTER_EXITS))
    flows = frame.filter(
        pl.col("indicator").is_in(["inflow_count", "outflow_count"]),
        pl.col("breakdown") == "total",
        ~pl.col("period").str.contains("-"),
    )
    cut = flows.filter(pl.Series(hidden[flows["place"].to_numpy()]))["city"].unique()
    people = ~pl.col("indicator").is_in(_PUBLIC) & pl.col("unit").is_in(["share", "months"])
    return frame.select(allowed & ~(people & pl.col("city").is_in(cut.implode()))).to_series().to_numpy()


def _coarse_rates(known: Ground, hidden: np.ndarray) -> pl.DataFrame:
    """Rates of 18 to 64 year-olds, rounded so that those younger and older cannot be found by subtraction.

    Returns ``place`` and ``coarse``: only where those are few, or hidden in the ages of that month.
    """
    cell = ["variant", "city", "period"]
    stock = known.frame.filter(indicator="caseload_stock")
    gone = pl.Series(hidden[stock["place"].to_numpy()])
    outside = stock.filter(gone, breakdown="age").filter(pl.col("group").is_in(["<18", "65+"]))
    rates = known.frame.filter(
        pl.col("indicator") == "caseload_rate", pl.col("breakdown") == "total", pl.col("value").is_not_null()
    ).join(stock.filter(breakdown="total").select(*cell, everybody="counted"), on=cell, how="inner")
    rates = rates.join(outside.select(*cell, aged=pl.lit(True)).unique(), on=cell, how="left")
    rest = pl.col("everybody") - pl.col("numerator")
    few = rest.is_between(1, known.threshold - 1) | (pl.col("aged").fill_null(False) & (rest > 0))
    rates = rates.filter(few)
    chosen = pl.lit(None, dtype=pl.Float64)
    for step in reversed(_STEPS):
        rate = (pl.col("value") / step).round() * step
        fewest, most = (
            (pl.col("everybody") - (rate + side * step / 2) * pl.col("denominator") / 1000) for side in (1, -1)
        )
        wide = (most >= known.threshold) & (most - fewest.clip(0) >= known.threshold)
        chosen = pl.when(wide).then(rate).otherwise(chosen)
    return rates.select("place", coarse=chosen.round(1).fill_null(float("nan")))
