"""The reports of the cities and the site with them, in `<root>/preview/`."""

import dagster as dg
import polars as pl

from assets.partitions import CITIES, CITY_SLUGS
from assets.redaction import redacted
from assets.root import data_root
from demad.publishing import figures
from demad.publishing import site as pages

Tables = dict[str, pl.DataFrame]


@dg.asset(
    partitions_def=CITIES,
    group_name="rapport",
    kinds={"html"},
    backfill_policy=dg.BackfillPolicy.single_run(),
    io_manager_key="pages",
)
@redacted
def reports(context: dg.AssetExecutionContext, benchmark: Tables) -> None:
    """The report of each city; a page that fails is reported and does not stop the others."""
    edition = pages.edition(data_root(), figures.stored(data_root()), benchmark)
    folder = pages.staging_folder(data_root(), edition)
    failed = pages.write_city_pages(folder, edition, context.partition_keys)
    context.add_output_metadata({"reports": len(context.partition_keys) - len(failed)})
    pages.refuse_failed(failed)


@dg.asset(deps=[reports], group_name="rapport", kinds={"html"})
@redacted
def site(benchmark: Tables) -> Tables:
    """The index, the definitions and the files for other tools; then the preview is replaced as a whole.

    Reports of this edition that `reports` did not render are rendered here, so that the preview is complete even if
    only one report was requested.
    """
    root = data_root()
    edition = pages.edition(root, figures.stored(root), benchmark)
    folder = pages.staging_folder(root, edition)
    missing = [slug for slug in CITY_SLUGS if not (folder / slug / "index.html").exists()]
    failed = pages.write_city_pages(folder, edition, missing)
    pages.write_site(folder, edition, pages.codes_of(root))
    pages.show_preview(root, edition)
    pages.refuse_failed(failed)
    return {}
