"""Where a city stands in every figure that has a good and a bad side, in one picture."""

from __future__ import annotations

from demad.catalogue import CATALOGUE, Indicator, indicator
from demad.reporting import charts, verdicts
from demad.reporting.blocks import Figure, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import filled_columns
from demad.reporting.words import between, catalogue_words, figure, period_words, words

_LEAST = 3
"""A picture of fewer figures says no more than their own charts."""
_FLAT = 1e-9


def spine(r: Readings) -> tuple[Figure, ...]:
    """Each figure as (value - median) / (p75 - p25), good to the right (`methods.md` section 2.5); nothing for too few.

    Left out: figures without a good side, those of the data themselves, and those that have no middle half.
    """
    rows = [row for entry in CATALOGUE if _asked(entry) and (row := r.latest(entry.id)) and _drawable(row)]
    if len(rows) < _LEAST:
        return ()
    themes = [indicator(row["indicator"]).theme for row in rows]
    begins = ["" if place and themes[place - 1] == theme else theme for place, theme in enumerate(themes)]
    bones = [_bone(row, theme_name(theme) if theme else "") for row, theme in zip(rows, begins, strict=True)]
    said = {name: words(f"short.{name}") for name in ("worse", "better")}
    svg, narrow = (
        charts.spine(bones, middle_name=words("short.middle"), width=width, **said)
        for width in (charts.WIDE, charts.HALF)
    )
    cells = tuple(
        (
            f"{catalogue_words(row['indicator'], 'label')}, {period_words(row['period'])}",
            figure(row["value"], indicator(row["indicator"]).unit),
            between(row["low"], row["high"], indicator(row["indicator"]).unit),
            figure(row["median"], indicator(row["indicator"]).unit),
            between(row["lower_quartile"], row["upper_quartile"], indicator(row["indicator"]).unit),
            verdicts.said(row),
        )
        for row in rows
    )
    columns = tuple(words(f"table.{name}") for name in ("indicator", "value", "between", "middle", "half", "verdict"))
    title = words("chart.spine", city=r.name)
    table = filled_columns(Table(columns, cells, title, tuple((r.source(row),) for row in rows)))
    alt = " ".join(
        words("alt.spine", label=catalogue_words(row["indicator"], "label"), side=_side(row), said=verdicts.said(row))
        for row in rows
    )
    return (
        Figure(
            "ruggengraat", title, words("chart.spine_sub"), svg, alt, words("chart.spine_read"), table, narrow=narrow
        ),
    )


def theme_name(theme: str) -> str:
    """A theme of the catalogue in words."""
    return words(f"indicator_theme.{theme.replace(' ', '_').replace('-', '_')}")


def _asked(entry: Indicator) -> bool:
    return bool(entry.direction) and not entry.id.startswith("dq_")


def _drawable(row: Row) -> bool:
    known = all(row[name] is not None for name in ("value", "median", "lower_quartile", "upper_quartile"))
    return known and row["verdict"] != "none" and row["upper_quartile"] - row["lower_quartile"] > _FLAT


def _bone(row: Row, block: str) -> charts.Bone:
    low, high = row["low"], row["high"]
    return charts.Bone(
        catalogue_words(row["indicator"], "label"),
        _place(row, row["value"]),
        None if low is None or high is None else (_place(row, low), _place(row, high)),
        (_place(row, row["lower_quartile"]), _place(row, row["upper_quartile"])),
        figure(row["value"], indicator(row["indicator"]).unit),
        row["mark"] or "",
        verdicts.is_open(row),
        block,
    )


def _place(row: Row, value: float) -> float:
    half = row["upper_quartile"] - row["lower_quartile"]
    return indicator(row["indicator"]).direction * (value - row["median"]) / half


def _side(row: Row) -> str:
    """On which side of the median the city is drawn, in words."""
    place = _place(row, row["value"])
    key = "at" if abs(place) < _FLAT else "right" if place > 0 else "left"
    return words(f"alt.spine_{key}")
