"""The files of a site: complete, carrying everything with them, linked only to what exists, small enough."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from demad.reporting.edition import Edition
from demad.reporting.site import write_city, write_index

LARGEST_PAGE = {"vergelijken.html": 1_200_000}
LARGEST_OTHER = 1_000_000
PAGE = ("index.html", "signalen.json", "signalen.xml")


def _pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_a_city_has_its_page_and_its_files_and_no_pictures(site: Path):
    assert {path.name for path in (site / "gent").iterdir()} == {*PAGE, "gent.pdf", "raad.pdf", "gent.xlsx"}


def test_pictures_are_made_on_demand_in_one_file_that_the_page_names(made: Edition, font_folder: Path, tmp_path: Path):
    write_city(tmp_path, made, "gent", font_folder=font_folder, formats=("html", "png"))
    assert {path.name for path in (tmp_path / "gent").iterdir()} == {*PAGE, "grafieken.zip"}
    assert 'href="grafieken.zip"' in (tmp_path / "gent" / "index.html").read_text(encoding="utf-8")
    with ZipFile(tmp_path / "gent" / "grafieken.zip") as packed:
        names = {Path(name).stem for name in packed.namelist()}
        assert len(names) > 20
        assert all(packed.read(f"{name}.{kind}") for name in names for kind in ("png", "svg", "csv"))


def test_every_page_carries_everything_and_asks_nothing_of_a_network(site: Path):
    for page in _pages(site):
        text = page.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), page.name
        assert "@import" not in text
        assert not re.search(r"url\((?!data:|#)", text), page.name
        assert not re.search(r"\son\w+=\"", text), page.name


def test_every_link_leads_somewhere(site: Path):
    later = {"cijfers.csv", "cijfers.parquet", "datapackage.json", "swing/data.csv"} | {
        "cijfers-excel.csv",
        "cijfers-excel-uitleg.csv",
        *("api/index.json", "catalogus.jsonld", "cijfers.pq"),
    }
    made_later = {path.name for path in site.iterdir() if path.is_dir()}
    lost = [
        (page.name, link)
        for page in _pages(site)
        for link in re.findall(r'href="([^"#]+)', page.read_text(encoding="utf-8"))
        if not link.startswith(("data:", "mailto:"))
        and link not in later
        and not (page.parent / link).exists()
        and (link.split("/")[0] in made_later or "/" not in link or link.startswith(".."))
    ]
    assert not lost


def test_every_link_within_a_page_has_its_place(site: Path):
    for page in _pages(site):
        text = page.read_text(encoding="utf-8")
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), page.name
        wanted = set(re.findall(r'href="#([\w-]+)"', re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)))
        assert wanted <= set(ids), page.name


def test_no_page_is_larger_than_a_megabyte(site: Path):
    sizes = {page.relative_to(site).as_posix(): page.stat().st_size for page in _pages(site)}
    assert {name: size for name, size in sizes.items() if size > LARGEST_PAGE.get(name, LARGEST_OTHER)} == {}


def test_every_chart_has_its_title_reading_line_text_table_and_files(site: Path):
    text = (site / "gent" / "index.html").read_text(encoding="utf-8")
    figures = re.findall(r"<figure class=\"chart.*?</figure>", text, flags=re.DOTALL)
    assert len(figures) > 20
    for figure in figures:
        assert re.search(r"<h3>[^<]{10,}</h3>", figure)
        assert "<strong>Lees:</strong>" in figure
        assert re.search(r'role="img" aria-label="[^"]{30,}"', figure)
        assert "<table" in figure
        assert all(f'data-save="{kind}"' in figure for kind in ("png", "svg", "csv"))


def test_an_indicator_has_a_page_and_brussels_has_one(site: Path, made: Edition):
    wanted = set(made.compared["indicator"].unique())
    assert {path.stem for path in (site / "cijfer").iterdir()} == wanted
    assert "VGC" in (site / "brussel.html").read_text(encoding="utf-8")


def test_the_page_for_brussels_is_in_french_too_with_its_terms(site: Path, made: Edition):
    french = (site / "bruxelles.html").read_text(encoding="utf-8")
    dutch = (site / "brussel.html").read_text(encoding="utf-8")
    assert '<html lang="fr-BE">' in french
    assert 'href="brussel.html"' in french
    assert 'href="bruxelles.html"' in dutch
    for term in ("revenu d&#39;intégration (leefloon)", "CPAS (OCMW)", "aide à la jeunesse (jeugdhulp)"):
        assert term in french
    rows = re.findall(r'<th scope="row">(.*?)</th>', french)
    assert len(rows) == len(re.findall(r'<th scope="row">', dutch))
    assert not set(rows) & set(re.findall(r'<th scope="row">(.*?)</th>', dutch))


def test_the_index_leads_to_the_cities_that_have_a_page(
    made: Edition, font_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("demad.reporting.site.indicators_with_page", lambda _: [])  # other tests are about those
    monkeypatch.setattr("demad.reporting.site.compare_page", lambda *_: "")
    (tmp_path / "gent").mkdir()
    (tmp_path / "gent" / "index.html").write_text("Gent", encoding="utf-8")
    write_index(tmp_path, made, font_folder=font_folder)
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([\w-]+)/index\.html"', index) == ["gent"]
    assert "Aalst" in index


def test_the_accessibility_statement_has_what_the_european_model_asks(site: Path, made: Edition):
    text = (site / "toegankelijkheid.html").read_text(encoding="utf-8")
    wanted = (
        "gedeeltelijk",
        "EN 301 549",
        "WCAG 2.2",
        "2016/2102",
        "2018/1523",
        "29 november 2026",
        "eigen beoordeling",
    )
    assert [part for part in (*wanted, made.contact, "Ombudsdienst") if part not in text] == []
