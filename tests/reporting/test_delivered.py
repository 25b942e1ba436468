"""What a city delivered, as its report says it: what is in use, not what some figure could be computed from."""

from __future__ import annotations

from dataclasses import replace

from demad.reporting.readings import readings
from demad.reporting.themes.news import _sources
from tests.reporting.editions import DELIVERED, edition


def test_a_report_names_as_delivered_what_the_city_delivered():
    """Figures of data quality rest on every dataset: of a city with leefloon alone they are no proof of the others."""
    whole = edition(names={"gent": "Gent", "aalst": "Aalst"})
    alone = tuple(one for one in DELIVERED if one.dataset == "leefloon")
    cards = (whole.cities[0], replace(whole.cities[1], delivered=alone))
    told = [dict(_sources(readings(replace(whole, cities=cards), slug)).rows) for slug in ("gent", "aalst")]
    assert set(told[0].values()) == {"geleverd"}
    assert {source for source, state in told[1].items() if state == "geleverd"} == {"Leefloon"}
