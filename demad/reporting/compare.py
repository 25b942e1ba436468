"""The compare page: every city, published indicator, period and group, as compact JSON and as a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
from markupsafe import Markup

from demad.catalogue import CATALOGUE, Indicator
from demad.reporting.blocks import Table
from demad.reporting.edition import CityCard, Edition
from demad.reporting.html import render, script
from demad.reporting.packed_series import LETTERS, PeriodLists, packed_series
from demad.reporting.text_pages import theme_words
from demad.reporting.words import breakdown_words, catalogue_words, figure, group_words, period_words, sentence, words
from demad.tables.terms import PUBLISHED_GROUPS

_GAPS = ("gap0", "gap3")
_POOL = "all"


def compare_page(edition: Edition, font_folder: Path) -> str:
    """`vergelijken.html`: a complete table without JavaScript, a choice with it."""
    return render(
        "compare.html.j2",
        edition,
        font_folder,
        table=newest_table(edition),
        data=_for_script(compare_data(edition)),
        scripts=(script("saving.js"), script("compare.js")),
    )


def newest_table(edition: Edition) -> Table:
    """One row an indicator, one column a city: the newest settled period of the totals."""
    cards = _cards(edition)
    rows = []
    for entry in CATALOGUE:
        found = _newest(edition, entry)
        if found is None:
            continue
        period, values = found
        cells = (_cell(values.get(card.slug), entry.unit) for card in cards)
        rows.append((catalogue_words(entry.id, "label"), period_words(period), *cells))
    columns = (words("columns.indicator"), words("compare.period"), *(card.name for card in cards))
    return Table(columns, tuple(rows), words("compare.caption"))


def _cell(row: dict[str, Any] | None, unit: str) -> str:
    if row is None:
        return "\u2013"
    return words("page.not_shown") if row["status"] == "suppressed" else figure(row["value"], unit)


def _newest(edition: Edition, entry: Indicator) -> tuple[str, dict[str, dict[str, Any]]] | None:
    rows = edition.compared_of(entry.id).filter(pl.col("status") != "provisional")
    rows = rows.filter(breakdown="total")
    if entry.unit == "spells":
        rows = rows.filter(pl.col("period").str.len_chars() == 4)
    period = rows["period"].max()
    if period is None:
        return None
    return str(period), {row["city"]: row for row in rows.filter(period=period).iter_rows(named=True)}


def compare_data(edition: Edition) -> dict[str, Any]:
    """Published values of the main series, every period and group, and of the other gaps where there are any.

    Numbers are whole: shares in tenths of a per cent, others in the unit's own smallest step (`d` digits). A series
    (`c`) has a list a city, in the order of the cities, empty where the city has none: values, statuses, verdicts,
    their reasons, lower and upper bounds, each a text in the order of the periods (`p`). A value is written as its
    difference from the one shown before it, the distance to the lower bound likewise, the distance to the upper
    bound as what it is more than that; empty where nothing is shown. Statuses, verdicts and reasons are a letter
    each, with how often it follows itself, or one letter for all where they are the same.
    """
    cards = _cards(edition)
    slugs = (*(card.slug for card in cards), _POOL)
    series = _series(edition, "main")
    periods = PeriodLists()
    used = {breakdown for kinds in series.values() for breakdown in kinds}
    packed = {
        id: {
            breakdown: {group: packed_series(rows, id, slugs, periods) for group, rows in groups.items()}
            for breakdown, groups in kinds.items()
        }
        for id, kinds in series.items()
    }
    gaps = {
        gap: {
            id: packed_series(kinds["total"]["total"], id, slugs, periods)
            for id, kinds in _series(edition, gap).items()
            if "total" in kinds
        }
        for gap in _GAPS
    }
    return {
        "cities": [[card.slug, card.name] for card in cards] + [[_POOL, words("compare.pool")]],
        "peers": _peers(edition),
        "indicators": [_described(entry) for entry in CATALOGUE if entry.id in series],
        "breakdowns": {
            key: {"label": breakdown_words(key), "groups": {group: group_words(key, group) for group in groups}}
            for key, groups in _groups(edition, used).items()
        },
        "series": packed,
        "gaps": gaps,
        "periods": periods.lists,
        "words": _spoken(),
    }


def _described(entry: Indicator) -> dict[str, Any]:
    return {
        "id": entry.id,
        "label": catalogue_words(entry.id, "label"),
        "unit": entry.unit,
        "theme": theme_words(entry.theme),
        "direction": entry.direction,
        "population": catalogue_words(entry.id, "population"),
        "example": catalogue_words(entry.id, "worked_example"),
    }


def _peers(edition: Edition) -> dict[str, list[str]]:
    """The cities that are alike, the most alike first, by city."""
    table = edition.tables.get("peers")
    found: dict[str, list[str]] = {}
    if table is not None:
        for row in table.sort("city", "place").iter_rows(named=True):
            found.setdefault(row["city"], []).append(row["peer"])
    return found


def _spoken() -> dict[str, Any]:
    """What the script says, by letter or by name."""
    verdicts, reasons = LETTERS["verdict"].items(), LETTERS["reason"].items()
    return {
        "status": {letter: words(f"compare.status_{name}") for name, letter in LETTERS["status"].items()},
        "verdict": {letter: words(f"verdict_short.{name}") for name, letter in verdicts},
        "rest": {letter: _rest(name) for name, letter in verdicts},
        "reason": {letter: words(f"unsaid.{_FEW.get(name, name)}") for name, letter in reasons},
        "locale": words("page.language"),
        "months_short": sentence("short.months"),
        "quarters": {str(one): sentence(f"short.quarter_{one}") for one in (1, 2, 3, 4)},
        **{key: sentence(f"compare.{key}") for key in _SAID},
    }


def _rest(verdict: str) -> str:
    kind = verdict.partition("_")[0]
    return "" if kind in ("unsaid", "none") else words(f"verdict_tail.{kind}")


_FEW = {"unknown_reasons": "unknown_reasons_few"}
_SAID = (
    "example", "said", "said_hidden", "middle", "middle_name", "between", "count", "csv_head", "months", "copied",
    "copy_failed", "all_cities", "some_cities", "hidden", "too_short", "two_title", "month_of", "year_of", "chart_read",
    "time_read", "provisional", "reader", "over_time",
)  # fmt: skip


def _cards(edition: Edition) -> list[CityCard]:
    return sorted(edition.cities, key=lambda card: card.name)


def _groups(edition: Edition, used: set[str]) -> dict[str, tuple[str, ...]]:
    """The breakdowns there are, each with its groups in the order of the contract."""
    pairs = edition.published.filter(variant="main").select("breakdown", "group").unique().rows()
    found: dict[str, tuple[str, ...]] = {}
    for breakdown in ("total", *(key for key in PUBLISHED_GROUPS if key != "total")):
        if breakdown in used:
            known = [group for key, group in pairs if key == breakdown]
            order = {group: place for place, group in enumerate(PUBLISHED_GROUPS.get(breakdown, ()))}
            found[breakdown] = tuple(sorted(known, key=lambda group: (order.get(group, 99), group)))
    return found


def _series(edition: Edition, variant: str) -> dict[str, dict[str, dict[str, pl.DataFrame]]]:
    """Rows by indicator, breakdown and group, with what the comparison says of each."""
    key = ["indicator", "city", "period", "breakdown", "group"]
    known = [entry.id for entry in CATALOGUE]
    main = edition.published.filter(pl.col("indicator").is_in(known), variant=variant)
    judged = edition.compared.filter(variant=variant).select(*key, "median_all", "verdict", "reason")
    beside = main.join(judged, on=key, how="left").sort(key)
    found: dict[str, dict[str, dict[str, pl.DataFrame]]] = {}
    for keys, rows in beside.partition_by("indicator", "breakdown", "group", as_dict=True, maintain_order=True).items():
        id, breakdown, group = (str(part) for part in keys)
        found.setdefault(id, {}).setdefault(breakdown, {})[group] = rows
    return found


def _for_script(data: dict[str, Any]) -> Markup:
    """JSON that no parser of HTML can take for markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(text)  # noqa: S704 - every mark of markup is escaped above
