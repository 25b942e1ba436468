"""Write extracts to files, plain or in typical formats of cities. Not here: the contents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from demad.histories.periods import resolve_periods
from demad.reference.cities import City, load_cities
from demad.synthetic.curves import AS_OF, SINCE
from demad.synthetic.extracts import extracts
from demad.synthetic.late import recorded_late
from demad.synthetic.layouts import LAYOUTS, PLAIN, Layout
from demad.synthetic.movers import with_movers
from demad.synthetic.numbers import numbers_of, with_numbers
from demad.synthetic.profiles import DEFAULT_PEOPLE
from demad.synthetic.signed import with_signed
from demad.synthetic.statements import statements
from demad.tables.months import month_label
from demad.tables.observation import Observation

# Fixed date in the properties of XLSX files, so that equal extracts give equal bytes.
MADE_ON = datetime(2026, 10, 9, tzinfo=UTC)
UNMAPPED_WORD = "zie dossier"


def write_extracts(
    out: Path,
    *,
    people: int = DEFAULT_PEOPLE,
    seed: int = 2026,
    messy: bool = False,
    cities: Collection[str] | None = None,
    equal_performance: bool = False,
    at_source: bool = False,
    months: int = 0,
    late: bool = False,
    signed: bool = False,
    common: bool = False,
) -> list[Path]:
    """Write ``out/<city>/<dataset>.csv`` for every city; return the files, in order.

    Parameters
    ----------
    out
        Folder; created if needed.
    messy
        Each city in its own format, with its own headers and words (CSV, XLSX or Parquet) instead of
        UTF-8 with ``;`` and the contract's columns and codes.
    at_source
        With national numbers of nobody in place of pseudonyms, as a city has them.
    months
        With ``at_source``: also the federal statements of so many months, up to the last.
    late
        With the day on which each decision was recorded, and without what comes in after the last day.
    signed
        With the day on which each GPMI was signed, where that is registered.
    common
        Under one key for all cities, with people who move between them.
    people, seed, cities, equal_performance
        As in ``extracts``.
    """
    known = load_cities(None)
    written = []
    drawn = extracts(people=people, seed=seed, cities=cities, equal_performance=equal_performance)
    for slug, datasets in with_movers(dict(drawn), since=SINCE).items() if common else drawn:
        folder = out / slug
        folder.mkdir(parents=True, exist_ok=True)
        if signed:
            datasets["leefloon"] = with_signed(datasets["leefloon"], slug, seed=seed)
        if late:
            datasets["leefloon"] = recorded_late(datasets["leefloon"], slug, seed=seed)
        people_of = numbers_of(datasets) if at_source else {}
        for dataset, frame in datasets.items():
            layout = LAYOUTS[slug] if messy else PLAIN
            delivered = in_own_words(frame, dataset, known[slug]) if messy else frame
            if at_source:
                headers = {column: header for header, column in known[slug].aliases.get(dataset, {}).items()}
                header = headers.get("persoon", "persoon") if messy else "persoon"
                delivered = with_numbers(delivered.rename({header: "persoon"}, strict=False), people_of)
            path = folder / f"{dataset}.{layout.suffix}"
            write_table(path, delivered, layout, title=f"Extract {dataset} {known[slug].name}")
            written.append(path)
        if months:
            written += _write_statements(folder, datasets["leefloon"], known[slug], people_of, months)
    return written


def _write_statements(
    folder: Path, leefloon: pl.DataFrame, city: City, people_of: Mapping[str, str], months: int
) -> list[Path]:
    periods, _ = resolve_periods(leefloon, Observation(SINCE, AS_OF, full_history=False))
    last = AS_OF.year * 12 + AS_OF.month - 1
    made = statements(periods, people_of, city.nis, first=last - months + 1, last=last)
    paths = [folder / f"maandstaat-{month_label(month)}.txt" for month in made]
    for path, content in zip(paths, made.values(), strict=True):
        path.write_bytes(content)
    return paths


def in_own_words(frame: pl.DataFrame, dataset: str, city: City) -> pl.DataFrame:
    """The same rows with the city's headers and words for stop reasons, and columns that it should not deliver.

    Columns that the city never fills are left out. A code without a word of the city stays a code, and ``U0`` becomes a
    word that the city's map does not know.
    """
    filled = [name for name in frame.columns if frame.height == 0 or frame[name].null_count() < frame.height]
    renamed = frame.select(filled)
    if "stopreden" in filled and city.stop_reasons:
        words = {code: word.capitalize() for word, code in list(city.stop_reasons.items())[::-1]}
        words["U0"] = UNMAPPED_WORD
        renamed = renamed.with_columns(pl.col("stopreden").replace(words))
    if dataset == "leefloon":
        team = pl.format("team {}", pl.int_range(pl.len()) % 7 + 1)
        renamed = renamed.with_columns(team.alias(name) for name in city.ignore)
    headers = {column: header for header, column in list(city.aliases.get(dataset, {}).items())[::-1]}
    return renamed.rename({column: header for column, header in headers.items() if column in filled})


def write_table(path: Path, frame: pl.DataFrame, layout: Layout, *, title: str) -> None:
    """Write one frame in a layout; ``title`` is above the header if the layout has titles."""
    shown = _shown(frame, layout)
    if layout.suffix == "parquet":
        shown.write_parquet(path, statistics=False)
    elif layout.suffix == "xlsx":
        _write_xlsx(path, shown, layout, title)
    else:
        path.write_bytes(_csv(shown, layout).encode(layout.encoding))


def _shown(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Dates, Booleans and empty cells as the layout writes them."""
    shown = frame
    if layout.day:
        shown = shown.with_columns(pl.col(pl.Date).dt.strftime(layout.day))
    if layout.yes:
        words = {"true": layout.yes, "false": layout.no}
        shown = shown.with_columns(pl.col(pl.Boolean).cast(pl.String).replace(words))
    if layout.empty:
        shown = shown.with_columns(pl.all().cast(pl.String).fill_null(layout.empty))
    return shown


def _csv(frame: pl.DataFrame, layout: Layout) -> str:
    text = frame.write_csv(separator=layout.separator, line_terminator="\r\n")
    if layout.total:
        text += "Totaal" + layout.separator * (frame.width - 1) + "\r\n"
    return text


def _write_xlsx(path: Path, frame: pl.DataFrame, layout: Layout, title: str) -> None:
    options = {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": MADE_ON.replace(tzinfo=None)})
        sheet = book.add_worksheet("Export")
        row = 0
        if layout.title:
            sheet.write(0, 0, title)
            sheet.write(1, 0, f"Toestand op {AS_OF:%d/%m/%Y}")
            row = 3
        sheet.write_row(row, 0, frame.columns)
        for place, name in enumerate(frame.columns):
            sheet.write_column(row + 1, place, frame[name].to_list())
        if layout.total:
            sheet.write(row + 1 + frame.height, 0, "Totaal")
