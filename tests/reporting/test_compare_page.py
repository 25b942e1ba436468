"""The compare page in a browser: every view, by mouse, touch and keyboard; what it says is what is published."""

from __future__ import annotations

import csv
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from demad.catalogue import CATALOGUE
from demad.reporting.compare import compare_data
from demad.reporting.edition import Edition
from demad.reporting.words import figure
from tests.reporting.test_browser import BROWSER, NEEDED, ONLY_COLOURS, browser, tab

__all__ = ["browser", "tab"]
pytestmark = [
    pytest.mark.skipif(BROWSER is None and not NEEDED, reason="geen Chromium op deze machine"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
VIEWS = ("tabel", "grafiek", "tijd", "klein", "twee")


def _open(tab: Any, site: Path, choice: str = "", query: str = "") -> Any:
    tab.goto((site / "vergelijken.html").as_uri() + query + (f"#{choice}" if choice else ""))
    return tab


def test_a_city_in_the_address_is_chosen_as_query_and_as_hash(tab: Any, site: Path):
    assert _open(tab, site, query="?stad=turnhout").input_value("#stad") == "turnhout"
    assert "Turnhout" in tab.title()
    tab.goto("about:blank")
    assert _open(tab, site, "stad=gent", "?stad=turnhout").input_value("#stad") == "gent"


def test_the_title_follows_the_choice(tab: Any, site: Path):
    page = _open(tab, site, "indicator=return_12m&stad=gent")
    before = page.title()
    page.select_option("#indicator", "still_on_12m")
    assert before.startswith("Gent: Opnieuw een leefloon")
    assert page.title().startswith("Gent: Nog leefloon na een jaar")


def test_the_keyboard_alone_goes_through_tabs_and_reads_every_value_of_a_chart(tab: Any, site: Path):
    page = _open(tab, site, "indicator=return_12m&stad=gent")
    page.focus("#tab-tabel")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-grafiek"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "grafiek"
    heard = {page.get_attribute("#grafiek", "aria-valuetext")}
    page.keyboard.press("Home")
    for _ in range(13):
        heard.add(page.get_attribute("#grafiek", "aria-valuetext"))
        page.keyboard.press("ArrowDown")
    heard.add(page.get_attribute("#grafiek", "aria-valuetext"))
    assert len(heard) == 14
    assert page.is_visible("#grafiek .readout")
    assert all(re.match(r"[\w\- ]+, .+: ", said) for said in heard)


def test_the_course_is_read_along_and_across_by_arrows(tab: Any, site: Path):
    page = _open(tab, site, "indicator=return_12m&stad=gent&beeld=tijd")
    page.focus("#tijd")
    last = page.get_attribute("#tijd", "aria-valuetext")
    page.keyboard.press("ArrowLeft")
    before = page.get_attribute("#tijd", "aria-valuetext")
    page.keyboard.press("ArrowDown")
    other = page.get_attribute("#tijd", "aria-valuetext")
    assert last.startswith("Gent, ")
    assert before.startswith("Gent, ")
    assert before != last
    assert not other.startswith("Gent, ")
    assert other.split(", ")[1].split(":")[0] == before.split(", ")[1].split(":")[0]


@pytest.mark.parametrize("tab", [{"has_touch": True, "viewport": {"width": 390, "height": 800}}], indirect=True)
def test_a_tap_shows_the_value(tab: Any, site: Path):
    page = _open(tab, site, "indicator=return_12m&stad=gent&beeld=grafiek")
    assert not page.is_visible("#grafiek .readout")
    page.tap("#grafiek svg")
    assert re.search(r"\d+%", page.inner_text("#grafiek .readout"))


def test_a_pointer_shows_the_nearest_value(tab: Any, site: Path):
    page = _open(tab, site, "indicator=return_12m&stad=gent&beeld=tijd")
    page.hover("#tijd svg")
    assert re.search(r", .+: \d+%", page.inner_text("#tijd .readout"))


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_targets_of_24_pixels_text_of_12_and_no_sideways_scroll(
    tab: Any, site: Path, view: str, width: int
):
    tab.set_viewport_size({"width": width, "height": 900})
    page = _open(tab, site, f"indicator=return_12m&stad=gent&met=turnhout&beeld={view}")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(SMALL_TEXT) == []


SMALL_TARGETS = """[...document.querySelectorAll('main button, main select, main input, main summary, [role=slider]')]
  .filter(one => { const box = one.getBoundingClientRect(); return box.width && (box.width < 24 || box.height < 24) })
  .map(one => one.outerHTML.slice(0, 80))"""
SMALL_TEXT = """[...document.querySelectorAll('svg text')].filter(one => {
  if (!one.getBoundingClientRect().width) return false;
  const svg = one.ownerSVGElement, scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return parseFloat(getComputedStyle(one).fontSize) * scale < 11.99 }).map(one => one.textContent)"""


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 390),
        pytest.param("dark", 1280, marks=pytest.mark.slow),
        pytest.param("light", 1280, marks=pytest.mark.slow),
        pytest.param("dark", 390, marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing_in_any_view(tab: Any, site: Path, scheme: str, width: int):
    from axe_playwright_python.sync_playwright import Axe

    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size({"width": width, "height": 900})
    page = _open(tab, site, "indicator=return_12m&stad=gent&met=turnhout")
    found = []
    for view in VIEWS:
        page.click(f"#tab-{view}")
        said = Axe().run(page, **({"options": ONLY_COLOURS} if scheme == "dark" else {})).response
        found += [(view, one["id"], one["nodes"][0]["html"][:100]) for one in said["violations"]]
    assert found == []


def test_a_set_of_cities_can_be_chosen_and_comes_back(tab: Any, site: Path):
    page = _open(tab, site, "indicator=return_12m&stad=gent")
    page.click("details.which summary")
    page.uncheck("[name=steden][value=aalst]")
    names = page.locator("#rijen th").all_inner_texts()
    assert "Aalst" not in names
    assert len(names) == 13
    address = page.evaluate("location.hash")
    page.goto("about:blank")
    assert _open(tab, site, address[1:]).locator("#rijen th").all_inner_texts() == names
    page.click("details.which summary")
    page.click("#allesteden")
    assert page.locator("#rijen th").count() == 14


def test_two_cities_stand_side_by_side_for_every_figure(tab: Any, site: Path, made: Edition):
    page = _open(tab, site, "stad=turnhout&met=gent&beeld=twee")
    assert page.locator("#tweetabel thead th").all_inner_texts() == ["Indicator", "Turnhout", "Gent"]
    assert page.locator("#tweetabel tbody tr").count() == made.compared["indicator"].n_unique()


def test_the_first_group_of_a_breakdown_has_a_figure_where_any_has(tab: Any, site: Path):
    page = _open(tab, site, "stad=gent")
    options = page.locator("#indicator option").evaluate_all("all => all.map(one => one.value)")
    empty = []
    for id in options:
        page.select_option("#indicator", id)
        for kind in page.locator("#uitsplitsing option").evaluate_all("all => all.map(one => one.value)"):
            if page.is_enabled("#uitsplitsing"):
                page.select_option("#uitsplitsing", kind)
            chosen = page.locator("#groep option:checked").inner_text()
            if "niet getoond" in chosen and not all(
                "niet getoond" in one for one in page.locator("#groep option").all_inner_texts()
            ):
                empty.append((id, kind))
    assert empty == []


def test_the_link_is_copied(tab: Any, site: Path):
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = _open(tab, site, "indicator=return_12m&stad=gent&beeld=tijd")
    page.click("#link")
    page.wait_for_function("document.getElementById('gekopieerd').textContent !== ''")
    assert page.inner_text("#gekopieerd") == "De link is gekopieerd."
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("#" + page.evaluate("location.hash").lstrip("#"))
    assert "stad=gent" in copied


def test_what_is_seen_is_saved_as_svg_and_png_with_its_own_colours_and_letters(tab: Any, site: Path):
    page = _open(tab, site, "indicator=return_12m&stad=gent&beeld=grafiek")
    with page.expect_download() as waiting:
        page.click("#paneel-grafiek [data-save=svg]")
    svg = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert "Antwerpen" in svg
    assert "@font-face" in svg
    assert "var(--" not in svg
    with page.expect_download() as waiting:
        page.click("#paneel-grafiek [data-save=png]")
    content = Path(waiting.value.path()).read_bytes()
    width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    assert content.startswith(b"\x89PNG")
    assert min(width, height) > 800
    assert len(set(zlib.decompress(_pixels(content))[:: 4 * 997])) > 3


def _pixels(png: bytes) -> bytes:
    at, found = 8, b""
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        found += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return found


def test_a_chart_of_a_city_page_is_saved_from_the_page_itself(tab: Any, site: Path):
    tab.goto((site / "gent" / "index.html").as_uri())
    figure_ = tab.locator("figure.chart").first
    for kind, begins in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b"\xef\xbb\xbf")):
        with tab.expect_download() as waiting:
            figure_.locator(f"[data-save={kind}]").click()
        assert Path(waiting.value.path()).read_bytes().startswith(begins)
        assert waiting.value.suggested_filename.endswith(f".{kind}")


def test_a_saved_chart_of_a_figure_names_the_city_that_is_forward_and_no_other(tab: Any, site: Path):
    tab.goto((site / "cijfer" / "still_on_12m.html").as_uri() + "#gent")
    with tab.expect_download() as waiting:
        tab.click("#verloop-grafiek [data-save=svg]")
    svg = Path(waiting.value.path()).read_text(encoding="utf-8")
    found = re.findall(r"<text[^>]*visibility:\s*(\w+)[^>]*>(Gent|Aalst) ", svg)
    assert {name: seen for seen, name in found} == {"Gent": "visible", "Aalst": "hidden"}


def test_the_small_charts_have_their_table_with_a_column_a_city(tab: Any, site: Path):
    page = _open(tab, site, "indicator=return_12m&beeld=klein")
    heads = page.locator("#kleintabel thead th").all_text_contents()
    assert "Gent" in heads
    assert len(heads) == page.locator("#veelvoud [role=listitem]").count() + 1
    assert all(heads)


def test_no_cell_of_a_saved_table_looks_like_a_date(tab: Any, site: Path):
    page = _open(tab, site, "indicator=return_12m&uitsplitsing=prior_duration&groep=7-12")
    rows = []
    for button in ("#csv", "#paneel-tijd [data-save=csv]"):
        if "tijd" in button:
            page.click("#tab-tijd")
        with page.expect_download() as waiting:
            page.click(button)
        text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
        rows += [cell for row in csv.reader(text.splitlines(), delimiter=";") for cell in row]
    month = r"januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    assert [cell for cell in rows if re.fullmatch(rf"\d+[-/.]\d+([-/.]\d+)?|(?:{month}) \d+", cell)] == []


def test_numbers_are_written_as_in_the_reports(tab: Any, site: Path, made: Edition):
    """Every indicator: the value in the table of the page is the published one, in the format of the reports."""
    page = _open(tab, site, "stad=gent")
    wrong = []
    for entry in CATALOGUE:
        page.evaluate(f"location.hash = 'indicator={entry.id}&stad=gent'")
        page.wait_for_function(f"document.getElementById('indicator').value === '{entry.id}'")
        period = page.input_value("#periode")
        row = made.published.filter(
            variant="main", indicator=entry.id, city="gent", period=period, breakdown="total"
        ).row(0, named=True)
        said = page.locator("#rijen tr", has=page.locator("th", has_text="Gent")).locator(".value").inner_text()
        if said != figure(row["value"], entry.unit):
            wrong.append((entry.id, said, figure(row["value"], entry.unit)))
    assert wrong == []


@pytest.mark.parametrize("tab", [{"viewport": {"width": 320, "height": 256}}], indirect=True)
@pytest.mark.parametrize("view", VIEWS)
def test_at_400_per_cent_nothing_is_lost(tab: Any, site: Path, view: str):
    """1280 by 1024 at 400 % is 320 by 256: no sideways scroll of the page, every control and verdict still there."""
    page = _open(tab, site, f"indicator=return_12m&stad=gent&met=turnhout&beeld={view}")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    for control in ("#indicator", "#periode", "#stad", "#met", f"#tab-{view}", "#csv", "#link"):
        assert page.is_visible(control), control
    if view == "tabel":
        assert (
            page.locator("#rijen .verdict strong:visible").count() == page.locator("#rijen .verdict strong").count() > 3
        )


def test_the_data_of_the_page_give_back_every_published_figure(made: Edition):
    """Reads the packed numbers as the script does, without its code."""
    data = compare_data(made)
    cities = [slug for slug, _ in data["cities"]]
    published = {
        (row["indicator"], row["breakdown"], row["group"], row["city"], row["period"]): row
        for row in made.published.filter(variant="main").iter_rows(named=True)
    }
    seen = 0
    units = {entry.id: entry.unit for entry in CATALOGUE}
    for id, kinds in json.loads(json.dumps(data["series"])).items():
        scale = 100 if units[id] in ("share", "fraction") else 1
        for breakdown, groups in kinds.items():
            for group, found in groups.items():
                periods = data["periods"][found["p"]]
                for slug, city in zip(cities, found["c"], strict=True):
                    if not city:
                        continue
                    for at, (value, low, high) in enumerate(_unpacked(city, len(periods), found["d"])):
                        row = published.get((id, breakdown, group, slug, periods[at]))
                        for name, said in (("value", value), ("low", low), ("high", high)):
                            wanted = row[name] if row else None
                            if name != "value" and (row is None or row["value"] is None):
                                continue
                            assert (said is None) == (wanted is None)
                            if said is not None and wanted is not None:
                                assert said == pytest.approx(wanted * scale, abs=0.5 * 10 ** -found["d"] + 1e-9)
                                seen += 1
    assert seen > 10_000


def _unpacked(city: list[str], length: int, digits: int) -> list[tuple[float | None, ...]]:
    def read(text: str) -> list[int | None]:
        return [None if one == "" else int(one) for one in text.split(",")] if text else [None] * length

    def summed(text: str) -> list[int | None]:
        total, found = 0, []
        for one in read(text):
            total += one or 0
            found.append(None if one is None else total)
        return found

    made = []
    for value, down, more in zip(summed(city[0]), summed(city[4]), read(city[5]), strict=True):
        low = None if value is None or down is None else value - down
        high = None if value is None or down is None or more is None else value + down + more
        made.append(tuple(None if one is None else one / 10**digits for one in (value, low, high)))
    return made
