"""What a city's report costs: processor time and bytes. Slow: ``pytest -m slow tests/reporting/test_budget.py -s``."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from demad.reporting.chart_files import chart_files
from demad.reporting.council import council_page
from demad.reporting.edition import Edition
from demad.reporting.html import render_page
from demad.reporting.pdf import city_pdf, council_pdf
from demad.reporting.view import city_page
from demad.reporting.workbook import city_workbook

LARGEST_PAGE = 1_000_000


def _seconds(make: Callable[[], object]) -> tuple[float, object]:
    before = time.process_time()
    made = make()
    return time.process_time() - before, made


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["mechelen", "roeselare", "sint-niklaas"])
def test_a_city_costs_three_seconds_without_its_png_files_and_six_with(made: Edition, font_folder: Path, slug: str):
    render_page(city_page(made, "gent"), made, font_folder)
    spent: dict[str, float] = {}
    spent["view"], page = _seconds(lambda: city_page(made, slug))
    spent["html"], html = _seconds(lambda: render_page(page, made, font_folder))  # pyright: ignore[reportArgumentType]
    spent["pdf"], pdf = _seconds(lambda: city_pdf(page, made.look, font_folder))  # pyright: ignore[reportArgumentType]
    spent["raad"], _ = _seconds(lambda: council_pdf(council_page(page, made.contact), made.look, font_folder))  # pyright: ignore[reportArgumentType]
    spent["xlsx"], xlsx = _seconds(lambda: city_workbook(made, slug))
    without = sum(spent.values())
    spent["charts"], charts = _seconds(lambda: chart_files(page, made.look, font_folder))  # pyright: ignore[reportArgumentType]
    sizes = {"html": len(html.encode()), "pdf": len(pdf), "xlsx": len(xlsx), "charts": sum(map(len, charts.values()))}  # pyright: ignore[reportAttributeAccessIssue, reportArgumentType]
    print(slug, {name: round(seconds, 2) for name, seconds in spent.items()}, sizes)
    assert without <= 3
    assert sum(spent.values()) <= 6
    assert sizes["html"] <= LARGEST_PAGE
