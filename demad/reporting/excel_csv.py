"""All published figures as a Belgian Excel opens them by a double click: headers and labels in words, real dates.

Nothing in it looks like a date that is none: a group such as 7-12 is written in words, a period as "maand juni 2026",
and the day a period ends is a column of its own.
"""

from __future__ import annotations

import calendar
import csv
import io
from collections.abc import Callable, Iterable
from datetime import date

import polars as pl

from demad.catalogue import CATALOGUE, indicator
from demad.reporting.edition import Edition
from demad.reporting.words import breakdown_words, catalogue_words, group_words, has_words, period_words, words
from demad.tables.figures import FIGURE_KEY

STATUSES = ("ok", "low_n", "provisional", "suppressed", "not_computable", "not_comparable")
_VARIANTS = ("main", "wide", "gap0", "gap3")
_POOL = "all"
_COLUMNS = (
    "series", "indicator", "code", "city", "period", "until", "breakdown", "group", "value", "low", "high", "numerator",
    "denominator", "unit", "status", "version",
)  # fmt: skip
_COUNTED = ("value", "low", "high", "numerator", "denominator")


def excel_csv(edition: Edition) -> bytes:
    """UTF-8 with BOM, semicolons, decimal commas, dd/mm/yyyy; one row a figure, in the order of `cijfers.csv`."""
    figures = edition.published.sort(FIGURE_KEY)
    names = {_POOL: words("compare.pool"), **{card.slug: card.name for card in edition.cities}}
    pairs = figures.select("breakdown", "group").unique().rows()
    said = {
        "series": _said(figures, "variant", lambda one: words(f"workbook.series_{one}")),
        "indicator": _said(figures, "indicator", lambda one: catalogue_words(one, "label")),
        "code": pl.col("indicator"),
        "city": _said(figures, "city", lambda slug: names.get(slug, slug)),
        "period": _said(figures, "period", spoken_period),
        "until": _said(figures, "period", lambda period: f"{last_day(period):%d/%m/%Y}"),
        "breakdown": _said(figures, "breakdown", breakdown_words),
        "group": pl.concat_str("breakdown", "group", separator="\t").replace_strict(
            {f"{breakdown}\t{group}": group_words(breakdown, group) for breakdown, group in pairs},
            return_dtype=pl.String,
        ),
        **{name: pl.col(name) for name in _COUNTED},
        "unit": _said(figures, "indicator", lambda one: unit_words(indicator(one).unit)),
        "status": _said(figures, "status", lambda status: words(f"workbook.status_{status}")),
        "version": pl.col("definition"),
    }
    shown = figures.select(**{words(f"workbook.column_{name}"): said[name] for name in _COLUMNS})
    return shown.write_csv(separator=";", include_bom=True, decimal_comma=True, line_terminator="\r\n").encode()


def explanation(edition: Edition) -> bytes:
    """What each column, series, status and figure means: the companion of the file."""
    lines = [(words("workbook.subject"), words("workbook.name"), words("workbook.says"))]
    lines += [
        (words("workbook.about_column"), words(f"workbook.column_{name}"), words(f"workbook.column_{name}_says"))
        for name in _COLUMNS
    ]
    lines += [
        (words("workbook.about_series"), words(f"workbook.series_{one}"), words(f"workbook.series_{one}_says"))
        for one in _VARIANTS
    ]
    lines += [(words("workbook.about_status"), name, says) for name, says in status_words(edition)]
    lines += [
        (
            words("workbook.about_figure"),
            catalogue_words(entry.id, "label"),
            f"{catalogue_words(entry.id, 'population')} {catalogue_words(entry.id, 'formula')}",
        )
        for entry in CATALOGUE
    ]
    return _written(lines)


def status_words(edition: Edition) -> list[tuple[str, str]]:
    """Each status as it is written, and what it means."""
    return [
        (words(f"workbook.status_{one}"), words(f"workbook.status_{one}_says", threshold=edition.threshold))
        for one in STATUSES
    ]


def spoken_period(period: str) -> str:
    """A period that Excel leaves as it is: maand juni 2026, 2de kwartaal 2026, jaar 2026."""
    if "Q" in period:
        return period_words(period)
    kind = "month" if "-" in period else "year"
    return words(f"workbook.{kind}_of", period=period_words(period))


def last_day(period: str) -> date:
    """The day on which a period ends."""
    year = int(period[:4])
    month = int(period[-1]) * 3 if "Q" in period else int(period[5:]) if "-" in period else 12
    return date(year, month, calendar.monthrange(year, month)[1])


def unit_words(unit: str) -> str:
    """A unit of the catalogue in words."""
    key = f"workbook.unit_{unit.replace(' ', '_').replace('%', 'percent')}"
    return words(key) if has_words(key) else unit


def _said(figures: pl.DataFrame, name: str, say: Callable[[str], str]) -> pl.Expr:
    return pl.col(name).replace_strict({one: say(one) for one in figures[name].unique()}, return_dtype=pl.String)


def _written(lines: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
