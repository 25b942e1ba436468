"""The compare page: every city, published indicator, period and group, as compact JSON and as a table."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from markupsafe import Markup

from demad.catalogue import CATALOGUE, Indicator
from demad.reference.places import data_folder
from demad.reporting.blocks import Table
from demad.reporting.edition import CityCard, Edition
from demad.reporting.html import render
from demad.reporting.text_pages import theme_words
from demad.reporting.words import breakdown_words, catalogue_words, figure, group_words, period_words, sentence, words
from demad.tables.terms import PUBLISHED_GROUPS

_HUNDRED = {"share", "fraction"}
_LETTERS = {
    "status": {
        "ok": "o", "low_n": "l", "provisional": "p", "suppressed": "s", "not_computable": "n", "not_comparable": "c",
    },
    "verdict": {
        "clear_higher": "A", "clear_lower": "B", "apart_higher": "C", "apart_lower": "D", "maybe_higher": "E",
        "maybe_lower": "F", "nearly": "G", "chance": "H", "unsaid": "U", "none": "N",
    },
    "reason": {
        "few_people": "p", "few_cities": "c", "unknown_reasons": "u", "case_mix": "m", "suppressed": "s",
        "not_computable": "n", "not_comparable": "x",
    },
}  # fmt: skip
_POOL = "all"


@dataclass(frozen=True, slots=True)
class _Names:
    """Places of the cities in every array, the pool last."""

    slugs: tuple[str, ...]


def compare_page(edition: Edition, font_folder: Path) -> str:
    """`vergelijken.html`: a complete table without JavaScript, a choice with it."""
    script = (data_folder("reports") / "compare.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return render(
        "compare.html.j2",
        edition,
        font_folder,
        table=newest_table(edition),
        data=_for_script(compare_data(edition)),
        script=Markup(script),  # noqa: S704 - our own file
        script_hash=digest,
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
    rows = edition.compared.filter(pl.col("status") != "provisional", variant="main", indicator=entry.id)
    rows = rows.filter(breakdown="total")
    if entry.unit == "spells":
        rows = rows.filter(pl.col("period").str.len_chars() == 4)
    period = rows["period"].max()
    if period is None:
        return None
    return str(period), {row["city"]: row for row in rows.filter(period=period).iter_rows(named=True)}


def compare_data(edition: Edition) -> dict[str, Any]:
    """Published values of the main series, every period and group.

    Shares are written as per cents. A city's cells of one series are arrays in the order of its periods;
    status, verdict and its reason are one letter each, or one letter for all where they are the same; numbers are
    texts with commas, empty where a value is not shown.
    """
    cards = _cards(edition)
    names = _Names((*(card.slug for card in cards), _POOL))
    series = _series(edition)
    used = {breakdown for kinds in series.values() for breakdown in kinds}
    themes = {entry.theme: theme_words(entry.theme) for entry in CATALOGUE}
    return {
        "cities": [[card.slug, card.name] for card in cards] + [[_POOL, words("compare.pool")]],
        "indicators": [
            {
                "id": entry.id,
                "label": catalogue_words(entry.id, "label"),
                "unit": entry.unit,
                "theme": themes[entry.theme],
                "direction": entry.direction,
                "population": catalogue_words(entry.id, "population"),
                "example": catalogue_words(entry.id, "worked_example"),
            }
            for entry in CATALOGUE
            if entry.id in series
        ],
        "breakdowns": {
            key: {"label": breakdown_words(key), "groups": {group: group_words(key, group) for group in groups}}
            for key, groups in _groups(edition, used).items()
        },
        "series": {
            id: {
                breakdown: {group: _packed(rows, id, names) for group, rows in groups.items()}
                for breakdown, groups in kinds.items()
            }
            for id, kinds in series.items()
        },
        "words": _spoken(),
    }


def _spoken() -> dict[str, Any]:
    """What the script says, by letter or by name."""
    verdicts, reasons = _LETTERS["verdict"].items(), _LETTERS["reason"].items()
    return {
        "status": {letter: words(f"compare.status_{name}") for name, letter in _LETTERS["status"].items()},
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
_SAID = ("example", "said", "said_hidden", "middle", "between", "count", "csv_head", "months")


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


def _series(edition: Edition) -> dict[str, dict[str, dict[str, pl.DataFrame]]]:
    """Rows by indicator, breakdown and group, with what the comparison says of each."""
    key = ["indicator", "city", "period", "breakdown", "group"]
    known = [entry.id for entry in CATALOGUE]
    main = edition.published.filter(pl.col("indicator").is_in(known), variant="main")
    judged = edition.compared.filter(variant="main").select(*key, "median_all", "verdict", "reason")
    beside = main.join(judged, on=key, how="left").sort(key)
    found: dict[str, dict[str, dict[str, pl.DataFrame]]] = {}
    for keys, rows in beside.partition_by("indicator", "breakdown", "group", as_dict=True, maintain_order=True).items():
        id, breakdown, group = (str(part) for part in keys)
        found.setdefault(id, {}).setdefault(breakdown, {})[group] = rows
    return found


def _packed(rows: pl.DataFrame, id: str, names: _Names) -> dict[str, Any]:
    """One series of all cities: periods once, then arrays and letters by city in that order."""
    unit = next(entry.unit for entry in CATALOGUE if entry.id == id)
    periods = sorted(set(rows["period"]), key=lambda period: (len(period), period))
    place = {period: number for number, period in enumerate(periods)}
    scale = 100 if unit in _HUNDRED else 1
    empty: list[float | int | None] = [None] * len(periods)
    packed: dict[str, Any] = {"p": periods, "m": list(empty), "c": {}}
    of_city: dict[str, list[dict[str, Any]]] = {}  # rows are looked at once: a filter for each city is slow
    for row in rows.iter_rows(named=True):
        of_city.setdefault(row["city"], []).append(row)
    for slug in names.slugs:
        if slug not in of_city:
            continue
        numbers = {name: list(empty) for name in ("value", "low", "high")}
        letters = {name: ["-"] * len(periods) for name in _LETTERS}
        for row in of_city[slug]:
            at = place[row["period"]]
            for name, values in numbers.items():
                values[at] = _short(row[name], scale)
            for name, text in letters.items():
                text[at] = _LETTERS[name].get(row[name], "-")
            if row["median_all"] is not None:
                packed["m"][at] = _short(row["median_all"], scale)
        city: dict[str, Any] = {"v": _joined(numbers["value"]), "s": _letters(letters["status"])}
        if any(low is not None for low in numbers["low"]):
            city |= {"l": _joined(numbers["low"]), "h": _joined(numbers["high"])}
        if slug != _POOL:
            city |= {"o": _letters(letters["verdict"]), "w": _letters(letters["reason"])}
        packed["c"][slug] = city
    return {**packed, "m": _joined(packed["m"])}


def _joined(values: list[float | int | None]) -> str:
    """Numbers with commas between them, nothing for what is not shown; nothing at all where none is."""
    if all(value is None for value in values):
        return ""
    return ",".join("" if value is None else str(value) for value in values)


def _letters(found: list[str]) -> str:
    return found[0] if len(set(found)) == 1 else "".join(found)


def _short(value: float | None, scale: int) -> float | int | None:
    if value is None:
        return None
    rounded = round(value * scale, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def _for_script(data: dict[str, Any]) -> Markup:
    """JSON that no parser of HTML can take for markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(text)  # noqa: S704 - every mark of markup is escaped above
