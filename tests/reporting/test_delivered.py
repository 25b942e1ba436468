"""What a city delivered, as its report says it: what is in use, not what some figure could be computed from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from demad.disclosure import Policy
from demad.reporting.about_sheets import read_me
from demad.reporting.edition import Shipped
from demad.reporting.readings import readings
from demad.reporting.themes.certainty import how_rounded
from demad.reporting.themes.closing import _shipped
from demad.reporting.themes.news import _sources
from demad.reporting.words import speaking
from tests.reporting.editions import DELIVERED, edition


def test_a_report_names_as_delivered_what_the_city_delivered():
    """Figures of data quality rest on every dataset: of a city with leefloon alone they are no proof of the others."""
    whole = edition(names={"gent": "Gent", "aalst": "Aalst"})
    alone = tuple(one for one in DELIVERED if one.dataset == "leefloon")
    cards = (whole.cities[0], replace(whole.cities[1], delivered=alone))
    told = [dict(_sources(readings(replace(whole, cities=cards), slug)).rows) for slug in ("gent", "aalst")]
    assert set(told[0].values()) == {"geleverd"}
    assert {source for source, state in told[1].items() if state == "geleverd"} == {"Leefloon"}


@pytest.mark.parametrize(("base", "exact_stock"), [(5, True), (10, True), (10, False)])
def test_a_report_names_the_base_that_counts_are_rounded_to_and_what_is_exact(base: int, exact_stock: bool):
    """Also where the city rounded them itself, in a bundle: an installation that takes those rounds to ten."""
    policy = Policy(base=base, threshold=2 * base, exact_stock=exact_stock)
    whole = replace(edition(names={"gent": "Gent", "aalst": "Aalst"}), policy=policy)
    cards = (replace(whole.cities[0], shipped=Shipped(3)), replace(whole.cities[1], shipped=Shipped(4, "VO 2026/4")))
    made = replace(whole, cities=cards)
    for language, rounded, exact in (
        ("nl", f"afgerond op {base}", "per maand is exact"),
        ("en", f"rounded to {base}", "in a month is exact"),
    ):
        with speaking(language):
            workbook = " ".join(str(cell) for row in read_me(made, "gent", ()).rows for cell in row)
            for said in (" ".join(how_rounded(made)), workbook):
                assert rounded in said
                assert (exact in said) is exact_stock
            ours, theirs = (_shipped(readings(made, slug))[0] for slug in ("gent", "aalst"))
        assert rounded in ours
        assert "VO 2026/4" in theirs
