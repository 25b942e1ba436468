"""The stages of all cities together: indicators, disclosure, benchmark. Input is only tables of integers."""

import dagster as dg
import polars as pl

from assets.cities import protected, tables
from assets.redaction import redacted
from assets.root import data_root
from demad.benchmark import beside
from demad.catalogue import CATALOGUE
from demad.publishing import figures
from demad.reference.cities import breaks_of

Tables = dict[str, pl.DataFrame]


@dg.asset(deps=[tables], group_name="benchmark", kinds={"polars"})
@redacted
def indicators() -> Tables:
    """Every figure of the catalogue, exact, for the trusted zone."""
    return {"values": figures.exact_figures(data_root()).frame}


@dg.asset(deps=[protected], group_name="benchmark", kinds={"polars"})
@redacted
def disclosure(context: dg.AssetExecutionContext) -> Tables:
    """Every figure that may be shown, from protected tables only; a late or refused city does not block the others."""
    published, barred = figures.computed(data_root())
    context.add_output_metadata({"hidden groups": barred.groups.height, "counts judged": barred.judged})
    made = {"published": published.frame, "precise": published.precise, "yardsticks": published.yardsticks}
    return {**made, "profiles": published.profiles, "barred": barred.groups}


@dg.asset(deps=[disclosure], group_name="benchmark", kinds={"polars"})
@redacted
def benchmark() -> Tables:
    """Comparison of cities: position, funnel, rank intervals, similar cities. From published figures."""
    return beside(figures.stored(data_root()), CATALOGUE, breaks_of(data_root()))
