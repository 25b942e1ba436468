"""Editions that go wrong elsewhere: nothing shown, no youth data, one city, a name full of markup."""

from __future__ import annotations

import io
import re
from pathlib import Path

import fastexcel
import pypdf
import pytest

from demad.reference.places import data_folder
from demad.reporting.blocks import Figure, Headline, Note, Page, Table
from demad.reporting.chart_files import chart_files, table_csv
from demad.reporting.council import council_page
from demad.reporting.edition import Edition, Revision
from demad.reporting.fonts import characters
from demad.reporting.html import render_page
from demad.reporting.indicator_pages import indicators_with_page
from demad.reporting.pdf import city_pdf, council_pdf
from demad.reporting.site import write_city, write_index
from demad.reporting.view import city_page
from demad.reporting.workbook import city_workbook
from tests import lanes
from tests.reporting.editions import NAMES, edition

NASTY = "Ω漢😀\u200b\u202e <script>alert(1)</script> $x^2$ {{ 7*7 }} #set text & \"a' = \\u"
LONG = "Sint-Jansbergen $ < {{ # & aan de Grote Nete en Kleine Demer"
YOUTH = ("careleaver_count", "careleaver_leefloon_0m", "careleaver_leefloon_12m", "careleaver_any_support_6m",
         "careleaver_gpmi_6m", "careleaver_known_12m", "careleaver_applied_12m", "careleaver_kept_12m",
         "careleaver_still_on_24m")  # fmt: skip


def _everything(made: Edition, slug: str, font_folder: Path) -> tuple[Page, str, pypdf.PdfReader]:
    page = city_page(made, slug)
    html = render_page(page, made, font_folder)
    assert (
        len(pypdf.PdfReader(io.BytesIO(council_pdf(council_page(page, made.contact), made.look, font_folder))).pages)
        == 1
    )
    assert fastexcel.read_excel(city_workbook(made, slug)).sheet_names[0] == "Leesmij"
    assert chart_files(page, made.look, font_folder) or not any(
        isinstance(block, Figure) for section in page.sections for block in section.blocks
    )
    return page, html, pypdf.PdfReader(io.BytesIO(city_pdf(page, made.look, font_folder)))


def test_a_report_where_every_cell_is_suppressed_says_why_everywhere(font_folder: Path):
    made = edition(all_hidden=True)
    page, html, pdf = _everything(made, "gent", font_folder)
    notes = [block.text for section in page.sections for block in section.blocks if isinstance(block, Note)]
    assert len(notes) >= 15
    assert all("niet" in note or "te weinig" in note for note in notes)
    headline = page.sections[0].blocks[0]
    assert isinstance(headline, Headline)
    assert headline.text == "Voor Gent zijn er nog te weinig cijfers om iets te besluiten."
    assert headline.bullets == ()
    assert html.count("te weinig mensen") > 20
    assert not re.search(r">\s*\d+%", html)
    assert len(pdf.pages) >= 2


def test_a_city_without_youth_data_keeps_its_theme_and_says_why(font_folder: Path):
    made = edition(hidden=YOUTH)
    page, html, _ = _everything(made, "gent", font_folder)
    theme = next(section for section in page.sections if section.id == "jeugd")
    assert not [block for block in theme.blocks if isinstance(block, Figure)]
    assert 'id="jeugd"' in html
    assert "Jongeren die de jeugdhulp verlieten: Niet getoond" in html


def test_a_single_city_is_compared_with_nobody(font_folder: Path):
    made = edition(names={"gent": "Gent"})
    _, html, _ = _everything(made, "gent", font_folder)
    assert "Te weinig steden" in html or "te weinig steden" in html
    assert "Gunstig" not in html
    assert "Aandachtspunt" not in html


@pytest.fixture(scope="module")
def nasty(font_folder: Path) -> Edition:
    assert font_folder
    return edition(
        names={**NAMES, "gent": LONG},
        label=NASTY,
        contact=NASTY,
        version=NASTY,
        software=NASTY,
        inputs={"gent": NASTY},
        revisions=(Revision("gent", "return_12m", "2025Q4", 0.2, 0.21, NASTY),),
        explanations={"gent": f"{NASTY}\n\nTweede alinea {NASTY}"},
    )


def test_markup_in_every_text_stays_text_and_a_name_of_sixty_characters_is_whole_on_charts_and_in_the_title(
    nasty: Edition, font_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert len(LONG) == 60
    page, html, pdf = _everything(nasty, "gent", font_folder)
    shown = lanes.sampled(indicators_with_page(nasty), every=10)  # one template draws them all
    monkeypatch.setattr("demad.reporting.site.indicators_with_page", lambda _: shown)
    write_index(tmp_path, nasty, font_folder=font_folder)
    for text in (html, *(path.read_text(encoding="utf-8") for path in sorted(tmp_path.rglob("*.html")))):
        assert "<script>alert" not in text
        assert "49" not in re.findall(r"\{\{|\b49\b(?=\s*#set)", text)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; $x^2$ {{ 7*7 }} #set text &amp;" in html
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "{{ 7*7 }}" in text
    assert "$x^2$" in text
    assert page.name == LONG
    drawn = [block.svg for section in page.sections for block in section.blocks if isinstance(block, Figure)]
    assert any("Sint-Jansbergen $ &lt; {{ # &amp;" in svg for svg in drawn)
    assert not any("<script" in svg for svg in drawn)
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@a", "\tb", "\rc"])
def test_a_cell_that_excel_would_run_gets_a_quote(text: str):
    assert f"'{text}".encode() in table_csv(Table(("Stad",), ((text,),))) or text[0] in "\r"


def test_a_page_that_breaks_leaves_what_was_there(
    tmp_path: Path, font_folder: Path, made: Edition, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "gent").mkdir()
    (tmp_path / "gent" / "index.html").write_text("vorige", encoding="utf-8")
    monkeypatch.setattr("demad.reporting.site.render_page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_city(tmp_path, made, "gent", font_folder=font_folder)
    assert (tmp_path / "gent" / "index.html").read_text(encoding="utf-8") == "vorige"


def test_every_mark_of_a_verdict_can_be_written_in_the_pdf(font_folder: Path):
    marks = set(re.findall(r'"(.)"', (data_folder("reports") / "blocks.typ").read_text(encoding="utf-8")))
    assert {"▲", "◆"} <= marks
    assert marks <= characters(font_folder)
