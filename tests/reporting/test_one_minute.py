"""What a manager takes from page one in a minute is what the published figures say, worked out here by itself."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import polars as pl
import pytest

from demad.benchmark import compare_cities
from demad.catalogue import CATALOGUE
from demad.reference.cities import breaks_of
from demad.reporting.blocks import Cards, Figure, Headline, Page, Questions, Strip
from demad.reporting.edition import Edition
from demad.reporting.readings import readings
from demad.reporting.themes.glance import CORE
from demad.reporting.themes.headline import FINDINGS, headline
from demad.reporting.words import has_words, words
from tests.figures import as_published


def _value(made: Edition, id: str, slug: str, period: str) -> float:
    return made.published.filter(
        variant="main", indicator=id, city=slug, period=period, breakdown="total"
    )["value"].item()  # fmt: skip


def _headline(page: Page) -> Headline:
    return next(block for block in page.sections[0].blocks if isinstance(block, Headline))


def _strip(page: Page) -> Strip:
    return next(block for block in page.sections[1].blocks if isinstance(block, Strip))


def _cards(page: Page) -> Cards:
    return next(block for block in page.sections[0].blocks if isinstance(block, Cards))


@pytest.mark.parametrize("slug", ["aalst", "gent"])
def test_how_many_people_and_how_many_more_or_fewer(made: Edition, pages: dict[str, Page], slug: str):
    now, before = (_value(made, "caseload_stock", slug, period) for period in ("2025-12", "2024-12"))
    said = _headline(pages[slug]).bullets[-1].text
    assert said.startswith(f"In december 2025 kregen {_dutch(now)} mensen een leefloon: ")
    if abs(now - before) >= max(10, 0.05 * before):
        more, sign = ("meer", "+") if now > before else ("minder", "−")
        share = f"{sign}{abs(now - before) / before * 100:.0f}%"
        assert f": {_dutch(abs(now - before))} {more} dan een jaar eerder ({share})." in said
    else:
        assert "ongeveer evenveel" in said


@pytest.mark.parametrize("slug", ["aalst", "gent"])
@pytest.mark.parametrize(("id", "place"), [("still_on_12m", 0), ("sustainable_activation_12m", 1), ("return_12m", 2)])
def test_how_many_of_a_hundred_and_the_median_of_the_others(
    made: Edition, pages: dict[str, Page], slug: str, id: str, place: int
):
    values = made.published.filter(variant="main", indicator=id, period="2025Q4", breakdown="total")
    middle = median(values.filter(city=city.slug)["value"].item() for city in made.cities if city.slug != slug)
    card = _cards(pages[slug]).items[place]
    said = card.text
    assert card.id == id
    assert f"{_value(made, id, slug, '2025Q4') * 100:.0f} op de 100 " in said
    assert said.endswith(f"De mediaan van de andere steden is {middle * 100:.0f}.")


@pytest.mark.parametrize("slug", ["aalst", "gent"])
def test_the_nine_are_there_with_the_verdict_of_the_comparison(made: Edition, pages: dict[str, Page], slug: str):
    rows = _strip(pages[slug]).rows
    assert tuple(row.id for row in rows) == CORE
    for row in rows:
        source = row.sources[0]
        judged = made.compared.filter(
            variant="main", indicator=row.id, city=slug, period=source.period, breakdown="total"
        )
        assert row.verdict == judged["mark"].item() or "unmarked"
        assert row.verdict_words == words(f"verdict_short.{judged['verdict'].item()}")


@pytest.mark.parametrize("slug", ["aalst", "gent"])
def test_the_headline_speaks_only_of_what_passed_the_test(made: Edition, pages: dict[str, Page], slug: str):
    found = _headline(pages[slug])
    said = " ".join((found.text, *(one.text for one in found.bullets)))
    newest = {id: max(made.compared.filter(indicator=id, variant="main", city=slug)["period"]) for id in FINDINGS}
    rows = [
        made.compared.filter(indicator=id, city=slug, period=period, breakdown="total") for id, period in newest.items()
    ]
    standing_out = [row for row in rows if row["verdict"].item().startswith(("clear_", "apart_"))]
    assert bool(standing_out) == ("staat vast dat" not in said)


def test_page_one_is_a_headline_one_chart_three_cards_and_three_questions(pages: dict[str, Page]):
    for page in pages.values():
        kinds = [type(block) for block in page.sections[0].blocks]
        assert kinds[:4] == [Headline, Figure, Cards, Questions]
        assert [block.id for block in page.sections[0].blocks if isinstance(block, Figure)] == ["stromen"]
        assert 1 <= len(next(block for block in page.sections[0].blocks if isinstance(block, Questions)).items) <= 3


def test_every_sentence_of_a_headline_that_claims_a_difference_names_its_figure(made: Edition, pages: dict[str, Page]):
    claims = [
        (page.slug, one)
        for page in pages.values()
        for one in (*_headline(page).said, *_headline(page).bullets)
        if "dan in de andere steden" in one.text
    ]
    assert len(claims) > len(pages)  # so that there is something to judge
    for slug, one in claims:
        source = one.sources[0]
        row = made.compared.filter(
            variant="main", indicator=source.indicator, city=slug, period=source.period, breakdown="total"
        ).row(0, named=True)
        assert row["verdict"].startswith(("clear_", "apart_"))
        assert row["verdict"].endswith("higher") == (" meer " in f" {one.text.lower()}")


def test_a_question_about_a_difference_is_asked_only_where_that_difference_is_real(
    made: Edition, pages: dict[str, Page]
):
    asked = {
        words(f"question.{id}_{side}"): (id, side)
        for id in FINDINGS
        for side in ("higher", "lower")
        if has_words(f"question.{id}_{side}")
    }
    found = [
        (slug, *asked[one.text])
        for slug, page in pages.items()
        for section in page.sections
        for block in section.blocks
        if isinstance(block, Questions)
        for one in block.items
        if one.text in asked
    ]
    assert len(found) > len(pages)
    for slug, id, side in found:
        rows = made.compared.filter(variant="main", indicator=id, city=slug, breakdown="total").sort("period")
        assert rows["verdict"][-1] in (f"clear_{side}", f"apart_{side}"), (slug, id)


def test_a_larger_rise_than_in_most_other_cities_is_larger_than_in_most_of_them(made: Edition):
    order = {card.slug: place for place, card in enumerate(made.cities)}
    moved = pl.col("indicator") == "caseload_change_yoy"
    apart = pl.col("city").replace_strict(order, default=6) * 0.03 - 0.18
    frame = made.figures.precise.with_columns(value=pl.when(moved).then(apart).otherwise("value"))
    compared = compare_cities(as_published(frame), CATALOGUE, breaks_of(None))["compared"]
    changed, told = replace(made, figures=as_published(frame), compared=compared), 0
    for slug in order:
        said = " ".join(one.text for one in headline(readings(changed, slug)).bullets)
        changes = {city.slug: _value(changed, "caseload_change_yoy", city.slug, "2025-12") for city in made.cities}
        own = changes.pop(slug)
        for word, side in (("stijging", 1), ("daling", -1)):
            beyond = sum(side * own > side * other for other in changes.values())
            told += f"{word} dan in de meeste andere steden" in said
            assert f"sterkere {word}" not in said or beyond > len(changes) / 2
            assert f"kleinere {word}" not in said or beyond < len(changes) / 2
    assert told >= 3


def test_what_is_called_common_moves_the_same_way_in_ten_of_thirteen_cities(made: Edition, pages: dict[str, Page]):
    up = sum(_value(made, "caseload_change_yoy", city.slug, "2025-12") > 0 for city in made.cities)
    down = sum(_value(made, "caseload_change_yoy", city.slug, "2025-12") < 0 for city in made.cities)
    common = {_headline(page).common for page in pages.values()}
    assert common == {words("headline.common_up") if up >= 10 else words("headline.common_down") if down >= 10 else ""}


def test_the_parts_of_the_inflow_never_add_up_to_more_than_the_whole(pages: dict[str, Page]):
    for page in pages.values():
        table = next(block for block in page.sections[0].blocks if isinstance(block, Figure)).table
        assert table.columns == (
            "Kwartaal",
            "Begonnen",
            "Na werkloosheid",
            "Na werk",
            "Andere herkomst",
            "Herkomst niet bekend",
            "Gestopt",
        )
        assert all(len(sources) == 6 for sources in table.sources)


def _dutch(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".")
