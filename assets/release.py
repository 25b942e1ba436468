"""The stages of all cities together: indicators, disclosure, benchmark. Only integer tables come in."""

import dagster as dg
import polars as pl

from assets.cities import protected, tables
from assets.redaction import redacted
from assets.root import data_root
from demad.benchmark import beside
from demad.catalogue import CATALOGUE
from demad.publishing import figures

Tables = dict[str, pl.DataFrame]


@dg.asset(deps=[tables], group_name="benchmark", kinds={"polars"})
@redacted
def indicators() -> Tables:
    """Every figure of the catalogue, exact and at full precision, for the trusted zone."""
    return {"values": figures.exact_figures(data_root()).frame}


@dg.asset(deps=[protected], group_name="benchmark", kinds={"polars"})
@redacted
def disclosure(context: dg.AssetExecutionContext) -> Tables:
    """Every figure that may be shown, from protected tables alone; a late or refused city stops nobody."""
    published, barred = figures.computed(data_root())
    context.add_output_metadata({"hidden groups": barred.groups.height, "counts judged": barred.judged})
    return {"published": published.frame, "precise": published.precise, "barred": barred.groups}


@dg.asset(deps=[disclosure], group_name="benchmark", kinds={"polars"})
@redacted
def benchmark() -> Tables:
    """Each city beside the others: position, funnel, rank intervals, comparable cities. From published figures."""
    return beside(figures.stored(data_root()), CATALOGUE)
