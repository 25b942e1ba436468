"""The stages of all cities together: indicators, disclosure, benchmark. Input is only tables of integers."""

import dagster as dg
import polars as pl

from assets.checks import check_results, check_specs
from assets.cities import protected, tables
from assets.redaction import redacted
from assets.root import data_root
from demad.publishing import common_stages as stages

Tables = dict[str, pl.DataFrame]


@dg.asset(
    deps=[tables],
    group_name="benchmark",
    kinds={"polars"},
    description="Elk cijfer van de catalogus, exact; blijft bij wie de gegevens beheert.",
)
@redacted
def indicators() -> Tables:
    """Every figure of the catalogue, exact, for the trusted zone."""
    return stages.indicators_of(data_root())


@dg.asset(
    deps=[protected],
    group_name="benchmark",
    kinds={"polars"},
    check_specs=check_specs("disclosure"),
    description="Elk cijfer dat getoond mag worden, alleen uit afgeronde tabellen. Op geen enkele stad wordt gewacht.",
)
@redacted
def disclosure():
    """Every figure that may be shown, from protected tables only; a late or refused city does not block the others."""
    made, findings = stages.disclosure_of(data_root())
    return dg.MaterializeResult(value=made, check_results=check_results("disclosure", findings))


@dg.asset(
    deps=[disclosure],
    group_name="benchmark",
    kinds={"polars"},
    description="Elke stad naast de andere: plaats, trechter, rangen, gelijkaardige steden. Uit getoonde cijfers.",
)
@redacted
def benchmark() -> Tables:
    """Comparison of cities: position, funnel, rank intervals, similar cities. From published figures."""
    return stages.benchmark_of(data_root())
