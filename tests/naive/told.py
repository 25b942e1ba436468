"""What a city never tells (methods.md 1.4): of 30 exits no reason, or of 30 people in a month never a GPMI."""

from __future__ import annotations

from collections.abc import Mapping

Rows = Mapping[tuple, Mapping[str, int]]
ENOUGH = 30
MAIN_TOTAL = ("main", "total", "total")
BY_REASON = {
    "cif_work_12m",
    "cif_activation_12m",
    "cif_other_benefit_12m",
    "cif_moved_12m",
    "sustainable_work_6m",
    "sustainable_work_12m",
    "sustainable_work_24m",
    "sustainable_activation_12m",
    "sustainable_outflow_12m",
    "sustainable_from_entry_24m",
    "outflow_work_oe",
}
BY_GPMI = {"gpmi_share", "gpmi_year_share", "gpmi_start_3m", "careleaver_gpmi_6m"}


def tells_no_reasons(flows: Rows) -> bool:
    """Whether all exits of its quarters, 30 at least, have an unknown reason."""
    quarters = [row for key, row in flows.items() if key[:3] == MAIN_TOTAL and "Q" in key[3]]
    exits = sum(row["outflow"] for row in quarters)
    unknown = sum(row["out_unknown"] for row in quarters)
    return exits >= ENOUGH and unknown >= exits


def tells_no_projects(stocks: Rows) -> bool:
    """Whether nobody ever had a GPMI, where some month had 30 people."""
    months = [row for key, row in stocks.items() if key[:3] == MAIN_TOTAL]
    return any(row["stock"] >= ENOUGH for row in months) and all(row["gpmi"] == 0 for row in months)


def is_untold(key: tuple, *, no_reasons: bool, no_projects: bool) -> bool:
    """Whether a figure (variant, indicator, city, period, breakdown, group) rests on what is never told."""
    rests_on_reason = key[1] in BY_REASON or key[4] in ("reason", "start_status")
    return (no_reasons and rests_on_reason) or (no_projects and key[1] in BY_GPMI and not rests_on_reason)
