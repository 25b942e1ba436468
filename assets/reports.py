"""The reports of the cities and the site around them, in `<root>/preview/`."""

import dagster as dg
import polars as pl

from assets.partitions import CITIES
from assets.redaction import redacted
from assets.root import data_root
from demad import publication

Tables = dict[str, pl.DataFrame]


@dg.asset(
    partitions_def=CITIES,
    group_name="rapport",
    kinds={"html"},
    backfill_policy=dg.BackfillPolicy.single_run(),
    io_manager_key="nothing",
)
@redacted
def reports(context: dg.AssetExecutionContext, disclosure: Tables, benchmark: Tables) -> None:
    """The report of each city; a page that fails is named and never stops the others."""
    edition = publication.edition(data_root(), disclosure["published"], benchmark["compared"])
    failed = publication.write_city_pages(publication.stage(data_root()), edition, context.partition_keys)
    context.add_output_metadata({"reports": len(context.partition_keys) - len(failed)})
    if failed:
        raise dg.Failure(f"Geen rapport voor: {', '.join(failed)}", allow_retries=False)


@dg.asset(deps=[reports], group_name="rapport", kinds={"html"}, io_manager_key="nothing")
@redacted
def site(disclosure: Tables, benchmark: Tables) -> None:
    """The index, the definitions and the files for other tools; the preview changes over as a whole."""
    edition = publication.edition(data_root(), disclosure["published"], benchmark["compared"])
    publication.write_site(publication.stage(data_root()), edition)
    publication.show_preview(data_root())
