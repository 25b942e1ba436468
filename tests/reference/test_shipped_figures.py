"""Population estimates and policy events: complete, ordered, each with its source."""

from __future__ import annotations

import polars as pl
import pytest

from demad.reference.cities import load_cities
from demad.reference.events import policy_events
from demad.reference.population import SCHEMA, estimated_population


@pytest.mark.parametrize("slug", sorted(load_cities(None)))
def test_every_city_has_an_estimate_for_every_year_band_and_sex(slug: str) -> None:
    estimate = estimated_population(load_cities(None)[slug].nis)
    assert estimate.schema == SCHEMA
    assert estimate.height == 13 * 7 * 2
    assert estimate["aantal"].min() > 0


def test_the_estimate_adds_up_to_the_inhabitants_of_the_reference_year() -> None:
    gent = estimated_population("44021").filter(pl.col("jaar") == 2025)
    assert abs(gent["aantal"].sum() - 273_000) <= 10
    adults = gent.filter(pl.col("leeftijd_van").is_between(18, 64))
    assert abs(adults["aantal"].sum() - 179_000) <= 10


def test_an_unknown_nis_has_no_estimate() -> None:
    assert estimated_population("99999").is_empty()


def test_events_are_ordered_and_sourced() -> None:
    events = policy_events()
    assert [event.day for event in events] == sorted(event.day for event in events)
    assert all(event.source and event.label and event.text for event in events)
    days = {event.day.isoformat(): event.status for event in events}
    assert [day for day, status in days.items() if status != "in force"] == [
        "2020-03-18", "2022-03-04", "2023-01-01", "2026-07-01"
    ]  # fmt: skip
