"""The pages in a browser: accessible in light and dark, usable by keyboard and on a phone, without a network."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demad.reporting.edition import Edition

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
NEEDED = bool(os.environ.get("DEMAD_NEEDS_BROWSER"))
PAGES = (
    "index.html", "vergelijken.html", "definities.html", "brussel.html", "bruxelles.html", "bescherming.html",
    "schrijven.html", "toegankelijkheid.html",
    "cijfer/return_12m.html", "cijfer/caseload_stock.html", "gent/index.html", "turnhout/index.html",
)  # fmt: skip

pytestmark = [
    pytest.mark.skipif(BROWSER is None and not NEEDED, reason="geen Chromium op deze machine"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

# Chromium asks for names of its own at start; here no name exists.
_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
]  # fmt: skip


# What differs in the dark; for axe.
ONLY_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    assert BROWSER, "DEMAD_NEEDS_BROWSER is set, and there is no Chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=_QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    options = {"viewport": {"width": 1280, "height": 900}, "offline": True, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    yield page
    assert page.faults == []
    context.close()


def _open(tab: Any, site: Path, name: str) -> Any:
    page, _, choice = name.partition("#")
    tab.goto((site / page).as_uri() + (f"#{choice}" if choice else ""))
    return tab


@pytest.mark.parametrize("tab", [{"color_scheme": "dark"}], indirect=True, ids=["donker"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_enough_contrast_in_the_dark(tab: Any, site: Path, name: str):
    """Colours are all that differs from a light page; the long lane holds every rule against every page in the dark."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(_open(tab, site, name), options=ONLY_COLOURS).response
    assert [found["nodes"][0]["html"][:120] for found in results["violations"]] == []
    assert [found["id"] for found in results["passes"]] == ["color-contrast"]


@pytest.mark.parametrize("tab", [{"color_scheme": "light"}], indirect=True, ids=["licht"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_a_wide_screen_or_on_a_phone(tab: Any, site: Path, name: str):
    """Pages by turns on one of the two; the long lane holds every page on both."""
    from axe_playwright_python.sync_playwright import Axe

    tab.set_viewport_size({"width": (1280, 390)[PAGES.index(name) % 2], "height": 900})
    results = Axe().run(_open(tab, site, name)).response
    assert [(found["id"], found["nodes"][0]["html"][:120]) for found in results["violations"]] == []
    assert len(results["passes"]) > 15


@pytest.mark.slow
@pytest.mark.parametrize(
    "tab",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 900}}],
    indirect=True,
    ids=["licht", "donker", "telefoon"],
)
def test_axe_finds_nothing_on_any_page_of_a_whole_site(tab: Any, site: Path):
    """``DEMAD_SITE``: a preview or release to read instead of the site of the tests."""
    from axe_playwright_python.sync_playwright import Axe

    folder = Path(os.environ.get("DEMAD_SITE", site))
    found = {
        page.relative_to(folder).as_posix(): Axe().run(_open(tab, folder, str(page.relative_to(folder)))).response
        for page in sorted(folder.rglob("*.html"))
    }
    assert len(found) > 50
    assert {name: [one["id"] for one in said["violations"]] for name, said in found.items() if said["violations"]} == {}


@pytest.mark.parametrize("tab", [{"viewport": {"width": 360, "height": 700}}], indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_a_phone_never_scrolls_sideways(tab: Any, site: Path, name: str):
    page = _open(tab, site, name)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("tab", [{"viewport": {"width": 320, "height": 256}}], indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_at_400_per_cent_a_page_never_scrolls_sideways_and_cuts_no_text(tab: Any, site: Path, name: str):
    """1280 by 1024 at 400 %. Tables and wide charts scroll in a place of their own, which the keyboard can reach."""
    page = _open(tab, site, name)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.evaluate(CUT_OFF) == []


CUT_OFF = """[...document.querySelectorAll('h1, h2, h3, p, li, td, th, button, summary, label, a')].filter(one => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const wide = one.scrollWidth > one.clientWidth + 1, high = one.scrollHeight > one.clientHeight + 1;
  return box.width && style.overflow === 'hidden' && (wide || high)
}).map(one => one.textContent.slice(0, 60))"""
LANDMARKS = """[...document.querySelectorAll('nav, main, header, footer, [role=region], section[aria-labelledby]')].map(
  one => one.tagName + ' ' + (one.getAttribute('aria-label') ||
    (document.getElementById(one.getAttribute('aria-labelledby')) || {}).textContent || ''))"""
SMALL = """[...document.querySelectorAll('a, button, select, input, summary')].filter(one => {
  const box = one.getBoundingClientRect(), parent = one.parentElement;
  const more = parent.textContent.trim().length - one.textContent.trim().length;
  const inline = parent.matches('p, li, dd, figcaption') && more > 12;
  return box.width && !one.matches('.skip') && !inline && (box.width < 24 || box.height < 24)
}).map(one => one.outerHTML.slice(0, 90))"""
TINY_TEXT = """[...document.querySelectorAll('svg text')].filter(one => {
  if (!one.getBoundingClientRect().width) return false;
  const svg = one.ownerSVGElement, scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return parseFloat(getComputedStyle(one).fontSize) * scale < 11.99 }).map(one => one.textContent)"""


@pytest.mark.parametrize("name", PAGES)
def test_no_two_landmarks_of_a_page_have_the_same_name(tab: Any, site: Path, name: str):
    found = _open(tab, site, name).evaluate(LANDMARKS)
    assert len(found) == len(set(found)) > 2


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_what_is_clicked_is_24_pixels_and_text_in_charts_12(tab: Any, site: Path, name: str, width: int):
    tab.set_viewport_size({"width": width, "height": 900})
    page = _open(tab, site, name)
    assert page.evaluate(SMALL) == []
    assert page.evaluate(TINY_TEXT) == []


def test_the_keyboard_goes_from_the_skip_link_through_the_page_in_reading_order(tab: Any, site: Path):
    page = _open(tab, site, "gent/index.html")
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(
            "(() => { const at = document.activeElement, box = at.getBoundingClientRect();"
            " return [at.className, Math.round(box.top + scrollY), getComputedStyle(at).outlineStyle] })()"
        ))  # fmt: skip
    assert stops[0][0] == "skip"
    tops = [top for _, top, _ in stops[1:]]
    assert all(after >= before - 40 for before, after in itertools.pairwise(tops) if after > 0 and before > 0)
    assert all(outline != "none" for _, _, outline in stops)


def test_every_table_has_headers_with_a_scope_and_a_name(tab: Any, site: Path):
    page = _open(tab, site, "gent/index.html")
    assert page.evaluate("[...document.querySelectorAll('table')].every(t => t.querySelector('thead th[scope=col]'))")
    assert page.evaluate("[...document.querySelectorAll('tbody tr')].every(r => r.querySelector('th[scope=row]'))")
    assert page.evaluate("[...document.querySelectorAll('th')].every(h => h.scope)")


def test_a_choice_of_figure_city_and_period_is_in_the_address_and_comes_back(tab: Any, site: Path):
    page = _open(tab, site, "vergelijken.html")
    page.select_option("#indicator", "return_12m")
    page.select_option("#uitsplitsing", "age")
    page.select_option("#groep", "25-34")
    page.select_option("#stad", "gent")
    said, address = page.inner_text("#zin"), page.evaluate("location.hash")
    assert "Gent" in said
    assert "groep=25-34" in address
    page.goto("about:blank")
    page.goto((site / "vergelijken.html").as_uri() + address)
    assert page.inner_text("#zin") == said


def test_periods_of_a_group_can_be_chosen_too(tab: Any, site: Path):
    page = _open(tab, site, "vergelijken.html")
    page.select_option("#indicator", "return_12m")
    page.select_option("#uitsplitsing", "age")
    assert page.locator("#periode option").count() == 2


def test_a_column_sorts_by_keyboard_and_says_so(tab: Any, site: Path):
    page = _open(tab, site, "vergelijken.html#indicator=return_12m")
    page.focus("[data-sort=cijfer] button")
    page.keyboard.press("Enter")
    head = page.locator("[data-sort=cijfer]")
    assert head.get_attribute("aria-sort") == "ascending"
    values = [
        float(text.rstrip("%").replace(",", "."))
        for text in page.locator("#rijen tr:not(.middle) td.value").all_inner_texts()
    ]
    assert values == sorted(values)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"


def test_the_chosen_table_is_saved_as_csv(tab: Any, site: Path):
    page = _open(tab, site, "vergelijken.html#indicator=return_12m")
    with page.expect_download() as waiting:
        page.click("#csv")
    lines = Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith('"Stad";"Indicator"')
    assert len(lines) == 15


def test_small_charts_of_all_cities_share_one_scale(tab: Any, site: Path):
    page = _open(tab, site, "vergelijken.html#indicator=return_12m")
    page.click("#tab-klein")
    assert page.locator("#veelvoud svg").count() == 14
    assert page.locator("#tabel").is_hidden()
    assert "beeld=klein" in page.evaluate("location.hash")


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_there_is_a_complete_table(tab: Any, site: Path, made: Edition):
    page = _open(tab, site, "vergelijken.html")
    assert page.locator("#kies").is_hidden()
    rows = page.locator("#alles-kop ~ .scroll tbody tr")
    assert rows.count() == made.compared["indicator"].n_unique()
