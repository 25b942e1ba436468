"""The files of a site: complete, carrying everything with them, linked only to what exists, small enough."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

from demad.reporting.edition import Edition
from demad.reporting.site import write_city

LARGEST_PAGE = {"vergelijken.html": 1_200_000}
LARGEST_OTHER = 1_000_000


def _pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_a_city_has_its_page_and_its_files_and_no_pictures(site: Path):
    assert {path.name for path in (site / "gent").iterdir()} == {"index.html", "gent.pdf", "raad.pdf", "gent.xlsx"}


def test_pictures_are_made_on_demand_in_one_file_that_the_page_names(made: Edition, font_folder: Path, tmp_path: Path):
    write_city(tmp_path, made, "gent", font_folder=font_folder, formats=("html", "png"))
    assert {path.name for path in (tmp_path / "gent").iterdir()} == {"index.html", "grafieken.zip"}
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
    later = {"cijfers.zip", "cijfers.parquet"}
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
