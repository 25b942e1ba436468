"""Separate data rows from layout: totals, footers, empty rows and repeated headers are dropped."""

from __future__ import annotations

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.reading.dictionary_encoding import Texts, as_text_columns, texts_of
from demad.intake.reading.table import BLANK, CELL_LIMIT, filled, no_rows, stripped

_SLICE = 500_000  # rows that are in memory as text at once
_TOTAL = r"(?i)^\s*(sub|eind|algemeen\s+|groot)?\s*-?\s*(totaal|totalen|total|totals|som)\b"
_HINT = r"(?i)^sep=.?$"
_NAMES = 3  # column names in a row that make it a header


def rows_of(frame: pl.DataFrame, first: int) -> tuple[pl.DataFrame, pl.Series, tuple[str, ...]]:
    """Return the data rows, their row numbers, and a description of what was dropped.

    ``first`` is the number of the first row.

    Layout is: a row whose first filled cell begins with Totaal, an empty row, a sentence below the table, and a header
    within the table with the titles above it (from concatenated files).

    Raises
    ------
    DeliveryRefused
        D-102: no rows left, D-114: a cell longer than Excel allows, D-122: a header within the table with its columns
        in another order.
    """
    if not frame.width or frame.is_empty():
        raise no_rows()
    texts = [texts_of(column) for column in frame.iter_columns()]
    if any((text.each.str.len_bytes().max() or 0) > CELL_LIMIT for text in texts):  # pyright: ignore[reportOperatorIssue]
        raise DeliveryRefused("D-114", "Een cel of regel is te lang.", "Controleer de aanhalingstekens in het bestand.")
    judged = _judged(frame, texts[:2])
    if judged.is_empty():
        return frame, pl.int_range(first, first + frame.height, dtype=pl.UInt32, eager=True).alias("rij"), ()
    _refuse_other_headers(judged, first)
    judged = _with_titles(judged)
    places = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    layout = pl.col("layout") | pl.col("title")
    dropped = judged.filter(layout)["place"]
    last = frame.height - 1
    body = ~places.is_in(judged.filter(layout | pl.col("sentence"))["place"].implode())
    if not body[-1]:
        kept_places = body.arg_true()
        last = -1 if kept_places.is_empty() else int(kept_places[-1])
    kept = ~places.is_in(dropped.implode()) & (places.cast(pl.Int64) <= last)
    if not kept.any():
        raise no_rows()
    numbers = (places.filter(kept) + first).cast(pl.UInt32).alias("rij")
    return (frame if kept.all() else frame.filter(kept)), numbers, _notes(judged, last)


def _judged(frame: pl.DataFrame, begins: list[Texts]) -> pl.DataFrame:
    """Classify the rows that may be layout.

    Of those, one of the first two cells is empty or a column name, or begins with Totaal.

    Returns ``place``, ``layout`` (empty, total or header), ``total``, ``sentence`` (one cell of several words),
    ``header`` (each cell names its own column) and ``other`` (a header in another order).
    """
    names = [name.lower() for name in frame.columns]
    odd = [text.places(~filled(text.each)) for text in begins]
    odd += [text.places(stripped(text.each).str.to_lowercase().is_in(names)) for text in begins]
    odd.append(begins[0].places(stripped(begins[0].each).str.contains(_TOTAL)))
    places = pl.concat(odd).unique().sort()
    suspect = frame[places]
    suspect.columns = [f"c{place}" for place in range(frame.width)]  # a delivered name may be * or place
    suspect = suspect.with_columns(place=places.cast(pl.UInt32))
    parts = suspect.iter_slices(_SLICE) if suspect.height else [suspect]
    return pl.concat(_layout(as_text_columns(some), names) for some in parts)


def _layout(suspect: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    bare = [pl.col(name).str.strip_chars(BLANK) for name in suspect.columns[:-1]]
    cells = [pl.when(cell != "").then(cell) for cell in bare]
    own = [cell.str.to_lowercase() == name for cell, name in zip(cells, names, strict=True)]
    rows = suspect.select(
        "place",
        first=pl.coalesce(cells),
        filled=pl.sum_horizontal(cell.is_not_null().cast(pl.UInt16) for cell in cells),
        named=pl.sum_horizontal(cell.str.to_lowercase().is_in(names).cast(pl.UInt16) for cell in cells),
        own=pl.sum_horizontal(same.fill_null(value=False).cast(pl.UInt16) for same in own),
    )
    one = pl.col("filled") == 1
    total = ((pl.col("filled") > 0) & pl.col("first").str.contains(_TOTAL)).fill_null(value=False)
    hint = one & pl.col("first").str.contains(_HINT).fill_null(value=False)
    several = (pl.col("named") >= min(_NAMES, len(names))) & (pl.col("named") * 2 > pl.col("filled"))
    header = several & (pl.col("own") == pl.col("filled"))
    return rows.select(
        "place",
        layout=(pl.col("filled") == 0) | total | hint | header,
        total=total,
        sentence=(one & pl.col("first").str.contains(r"\S\s+\S") & (len(cells) > 1)).fill_null(value=False),
        header=header,
        other=several & ~header,
    )


def _refuse_other_headers(judged: pl.DataFrame, first: int) -> None:
    others = judged.filter("other")["place"]
    if others.len():
        raise DeliveryRefused(
            "D-122",
            f"Op lijn {int(others[0]) + first} staat opnieuw een kopregel, met de kolommen in een andere volgorde.",
            "Het lijken bestanden die onder elkaar geplakt zijn: lever ze apart.",
        )


def _with_titles(judged: pl.DataFrame) -> pl.DataFrame:
    """Add ``title``: a sentence directly above a repeated header, or above other layout directly above that header."""
    soft = judged.filter(pl.col("layout") | pl.col("sentence"))
    runs = soft.with_columns(run=pl.col("place").cast(pl.Int64) - pl.int_range(pl.len()))
    below = pl.col("header").cast(pl.UInt8).cum_max(reverse=True).over("run") == 1
    titles = runs.filter(pl.col("sentence") & below)["place"]
    return judged.with_columns(title=pl.col("place").is_in(titles.implode()))


def _notes(judged: pl.DataFrame, last: int) -> tuple[str, ...]:
    feet = judged.filter(~pl.col("layout") & ~pl.col("title") & (pl.col("place").cast(pl.Int64) > last)).height
    counts = (
        (int(judged["total"].sum()), "totaalrij", "totaalrijen"),
        (feet, "voetregel", "voetregels"),
        (int(judged["header"].sum()), "herhaalde kopregel", "herhaalde kopregels"),
        (int(judged["title"].sum()), "titelregel", "titelregels"),
    )
    return tuple(f"{count} {one if count == 1 else many} overgeslagen" for count, one, many in counts if count)
