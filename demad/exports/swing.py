"""The published figures as Stad in Cijfers (Swing) loads them: CSV with areas by NIS code.

`domain.md` section 6.1. Per cents are 0-100. A ratio of two published counts is a formula in Swing: its numerator and
denominator are loaded, and what Swing must then show stands in `controle.csv`. Medians and other estimates are no
ratio and are loaded as they are. Every area of a level has a row in every period; what is no number says why:

-99997 hidden by the supplier, -99999 unknown for this area (both block sums), -99998 never given by year (or by
quarter), -99996 not there yet in this period for any area.

An indicator whose code is not frozen yet is left out. What each code means: `swing_subjects`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from demad.catalogue import CATALOGUE
from demad.disclosure import PublishedFigures
from demad.exports.about import About, Areas
from demad.exports.figures import rows_of
from demad.exports.swing_codes import swing_codes
from demad.exports.swing_subjects import DENOMINATOR, NUMERATOR, Loaded, is_formula, subjects
from demad.exports.totals import totals
from demad.tables.kinds import ExactFigures
from demad.tables.terms import Status

LEVEL, LEVEL_2024 = "gemeente", "gemeente2024"
CENSORED, UNKNOWN, NOT_APPLICABLE, EMPTY = -99997, -99999, -99998, -99996
MOST_COLUMNS = 59
"""Swing takes fewer than sixty columns an upload."""
_PLACE = ("period", "geolevel", "geoitem")
_HUNDRED = ("share", "fraction")


def swing_files(figures: PublishedFigures | ExactFigures, areas: Areas, about: About) -> dict[str, bytes]:
    """Content by file name: values, numerators, denominators, what the formulas must give, and the subjects.

    Parameters
    ----------
    figures
        Published, or exact for the trusted zone; totals of the main series are written, by year and by quarter.
    areas
        Codes of the cities that are written.
    about
        For the subjects: publisher and protection.
    """
    rows = totals(rows_of(figures), areas.now)
    codes = swing_codes()
    given = set(rows["indicator"])
    entries = [entry for entry in CATALOGUE if entry.id in codes and entry.id in given]
    counted = {name: set(rows.filter(pl.col(name).is_not_null())["indicator"]) for name in ("numerator", "denominator")}
    ratios = {entry.id for entry in entries if is_formula(entry) and all(entry.id in ids for ids in counted.values())}
    chosen = {
        "data": ("value", "", [entry for entry in entries if entry.id not in ratios]),
        "tellers": ("numerator", NUMERATOR, [entry for entry in entries if entry.id in counted["numerator"]]),
        "noemers": ("denominator", DENOMINATOR, [entry for entry in entries if entry.id in counted["denominator"]]),
        "controle": ("value", "", [entry for entry in entries if entry.id in ratios]),
    }
    made = {}
    for name, (column, suffix, there) in chosen.items():
        wide = _wide(rows, column, {entry.id: codes[entry.id] + suffix for entry in there}, areas)
        made |= {f"{part}.csv": _csv(table) for part, table in _parts(name, wide)}
    loaded = Loaded(
        codes, counted["numerator"], counted["denominator"], ratios, _spans(rows), isinstance(figures, ExactFigures)
    )
    return {**made, "indicatoren.csv": _csv(subjects(loaded, about))}


def _wide(rows: pl.DataFrame, column: str, names: Mapping[str, str], areas: Areas) -> pl.DataFrame:
    """One row an area and period of both geographies, one column a code; no cell is empty."""
    cities = pl.DataFrame({"city": list(areas.now)}, schema={"city": pl.String})
    wide = rows.select("when").unique().join(cities, how="cross")
    for id, name in names.items():
        wide = _with_subject(wide, rows.filter(indicator=id), column, id, name)
    now = _at(wide, LEVEL, {city: (code,) for city, code in areas.now.items()})
    then = areas.then()
    apart = [city for city, codes in then.items() if len(codes) > 1]
    whole, nothing = ~pl.col("city").is_in(apart), [float(NOT_APPLICABLE), float(EMPTY)]
    unknown = wide.with_columns(
        pl.when(whole | pl.col(name).is_in(nothing)).then(pl.col(name)).otherwise(float(UNKNOWN)).alias(name)
        for name in names.values()
    )
    both = pl.concat([now, _at(unknown, LEVEL_2024, then)])
    return both.select(*_PLACE, *names.values()).sort(_PLACE)


def _with_subject(wide: pl.DataFrame, rows: pl.DataFrame, column: str, id: str, name: str) -> pl.DataFrame:
    """A column more: the figure, or why there is none."""
    times = 100 if column == "value" and _in_per_cent(id) else 1
    own = rows.select("when", "city", "status", number=(pl.col(column) * times).round(3).cast(pl.Float64))
    given = own["when"].unique().implode()
    kinds = own["when"].str.len_chars().unique().implode()
    why = (
        pl.when(pl.col("status") == Status.SUPPRESSED).then(CENSORED)
        .when(~pl.col("when").str.len_chars().is_in(kinds)).then(NOT_APPLICABLE)
        .when(~pl.col("when").is_in(given)).then(EMPTY)
        .otherwise(UNKNOWN)
    )  # fmt: skip
    joined = wide.join(own, on=["when", "city"], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("number", why.cast(pl.Float64)).alias(name)).drop("status", "number")


def _at(wide: pl.DataFrame, level: str, codes: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    places = [(city, code) for city, own in codes.items() for code in own]
    areas = pl.DataFrame(places, schema={"city": pl.String, "geoitem": pl.String}, orient="row")
    return wide.join(areas, on="city").with_columns(period="when", geolevel=pl.lit(level)).drop("when", "city")


def _parts(name: str, wide: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """The table in as many files as Swing takes columns: data, data-2 and so on."""
    names, size = wide.columns[len(_PLACE) :], MOST_COLUMNS - len(_PLACE)
    for number, first in enumerate(range(0, max(len(names), 1), size), start=1):
        yield name if number == 1 else f"{name}-{number}", wide.select(*_PLACE, *names[first : first + size])


def _spans(rows: pl.DataFrame) -> dict[str, tuple[str, str]]:
    """First and last period of Swing, by indicator: a year where it has years, else a quarter."""
    length = pl.col("when").str.len_chars()
    years = rows.filter(length == length.min().over("indicator"))
    spans = years.group_by("indicator").agg(first=pl.col("when").min(), last=pl.col("when").max())
    return {id: (first, last) for id, first, last in spans.iter_rows()}


def _in_per_cent(id: str) -> bool:
    return any(entry.id == id and entry.unit in _HUNDRED for entry in CATALOGUE)


def _csv(table: pl.DataFrame) -> bytes:
    """Semicolons and decimal points; a whole number has none."""
    plain = pl.selectors.float().cast(pl.String).str.strip_suffix(".0")
    return table.with_columns(plain).write_csv(separator=";").encode()
