"""The stages of one city, from its delivery in force to its additive tables, with personal data."""

import dagster as dg
import polars as pl

from assets.checks import balance_check, balance_result, suite_checks, suite_results
from assets.partitions import CITIES
from assets.redaction import redacted
from assets.root import data_root
from demad.counting import count_city
from demad.errors import InputMissing
from demad.histories.periods import leavers, resolve_periods, supports
from demad.histories.spells import build_spells, covered_months
from demad.intake.deliveries.in_force import current_frames, days_to_made, in_force, quality
from demad.publishing.figures import protected_tables
from demad.reference.cities import load_cities
from demad.reference.population import estimated_population
from demad.tables.observation import Observation

Tables = dict[str, pl.DataFrame]


# The two assets with checks have no return annotation: with MaterializeResult, Dagster would expect no value.


def observation_of(city: str) -> Observation:
    """Observation window of the leefloon delivery in force of a city."""
    current = in_force(data_root(), city)
    if current is None or "leefloon" not in current.datasets:
        raise InputMissing("D-410", f"Voor {city} is geen levering in gebruik.", "Lever eerst met demad deliver.")
    dataset = current.datasets["leefloon"]
    return Observation(dataset.since, dataset.as_of, dataset.full_history)


delivery = dg.AssetSpec(
    "delivery",
    partitions_def=CITIES,
    group_name="stad",
    kinds={"file"},
    description="What a city puts in its inbox; `demad run` takes it in, whole or not at all.",
)


@dg.asset(
    deps=[delivery],
    partitions_def=CITIES,
    group_name="stad",
    kinds={"parquet"},
    check_specs=suite_checks("extract"),
    io_manager_key="accepted",
)
@redacted
def extract(
    context: dg.AssetExecutionContext,
):
    """The delivery in force: guarded, typed and validated rows, in order of recording."""
    city = context.partition_key
    observation_of(city)
    counts = quality(data_root(), city)
    accepted = {**current_frames(data_root(), city), "quality": counts}
    return dg.MaterializeResult(value=accepted, check_results=suite_results("extract", counts))


@dg.asset(partitions_def=CITIES, group_name="stad", kinds={"polars"})
@redacted
def periods(context: dg.AssetExecutionContext, extract: Tables) -> Tables:
    """Valid decisions: corrections resolved, rights without a day removed, words translated."""
    city = context.partition_key
    resolved, steps = resolve_periods(extract["leefloon"], observation_of(city))
    current = in_force(data_root(), city)
    kept = {"periods": resolved, "steps": steps}
    if "jeugdhulp" in extract and current:
        kept["leavers"] = leavers(extract["jeugdhulp"], current.datasets["jeugdhulp"].as_of)
    if "steun" in extract:
        kept["supports"] = supports(extract["steun"])
    kept["inhabitants"] = extract.get("bevolking", estimated_population(load_cities(data_root())[city].nis))
    return kept


@dg.asset(partitions_def=CITIES, group_name="stad", kinds={"polars"})
@redacted
def spells(context: dg.AssetExecutionContext, periods: Tables) -> Tables:
    """Covered months and the spells of the four variants, with how each began and ended."""
    observation = observation_of(context.partition_key)
    months = covered_months(periods["periods"], observation)
    return {"months": months, "spells": build_spells(months, periods["periods"], observation)}


@dg.asset(partitions_def=CITIES, group_name="stad", kinds={"polars"}, check_specs=[balance_check("tables")])
@redacted
def tables(context: dg.AssetExecutionContext, periods: Tables, spells: Tables):
    """The additive tables: small tables of integers. All later assets are without personal data."""
    current = in_force(data_root(), context.partition_key)
    counted = count_city(
        city=context.partition_key,
        periods=periods["periods"],
        months=spells["months"],
        spells=spells["spells"],
        leavers=periods.get("leavers"),
        supports=periods.get("supports"),
        observation=observation_of(context.partition_key),
        inhabitants=periods["inhabitants"],
        population_estimated=current is None or "bevolking" not in current.datasets,
        quality=quality(data_root(), context.partition_key),
        days_to_made=days_to_made(data_root(), context.partition_key),
    )
    return dg.MaterializeResult(value=counted, check_results=[balance_result("tables", counted)])


@dg.asset(partitions_def=CITIES, group_name="stad", kinds={"polars"})
@redacted
def protected(context: dg.AssetExecutionContext, tables: Tables) -> Tables:
    """The tables rounded with the secret of the city; everything published is computed from these."""
    return dict(protected_tables(data_root(), context.partition_key, tables).tables)
