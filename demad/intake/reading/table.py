"""A rectangle of cells becomes columns with a name: the header row, the totals, what stands aside. Not here: types."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.reading.dictionary_encoding import Texts, as_text_columns, texts_of

HEADER_WITHIN = 25
COLUMN_LIMIT = 500
CELL_LIMIT = 32_767  # letters in one cell, as in Excel
_BLANK = " \t\r\n\u00a0"
_SLICE = 500_000  # rows that stand in memory as text at once
_TOTAL = r"(?i)^\s*(sub|eind|algemeen\s+|groot)?\s*-?\s*(totaal|totalen|total|totals|som)\b"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file, sheet or member holds: columns in order (text or `coded` text, or the types a Parquet
    file brings).

    Parameters
    ----------
    notes
        Dutch, what was seen.
    labels
        Texts around the table that the guard looks at too: sheet names, names in an archive, metadata.
    name
        Of the sheet or member; empty where the file holds one table.
    numbers
        The row in the file of each row of the frame, counted as Excel does; empty: not known.
    aside
        Other sheets of the file: guarded, never used.
    source
        File, and sheet where it has several, as the city calls them.
    """

    frame: pl.DataFrame
    notes: tuple[str, ...]
    labels: tuple[str, ...] = ()
    name: str = ""
    numbers: pl.Series = field(default_factory=lambda: pl.Series("rij", [], dtype=pl.UInt32))
    aside: tuple[pl.DataFrame, ...] = ()
    source: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers as delivered, stripped."""
        return tuple(self.frame.columns)


def plain(name: str) -> str:
    """A header without case, accents, spaces and marks, so that ``Geboorte jaar`` is ``geboortejaar``."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in bare.lower() if letter.isalnum())


def hits(cells: Iterable[object], known: Collection[str]) -> int:
    """How many different known names stand in a row of cells."""
    return len({plain(str(cell)) for cell in cells if cell is not None} & set(known))


def named(frame: pl.DataFrame, headers: list[str]) -> pl.DataFrame:
    """The frame with these headers; columns without name and without content are layout and go.

    Raises
    ------
    DeliveryRefused
        D-110 a header twice, D-111 a column with content and no name, D-113 too many columns.
    """
    refuse_many_columns(len(headers))
    kept = []
    for place, header in enumerate(headers):
        if header.strip():
            kept.append(place)
        elif _filled(texts_of(frame.to_series(place)).each).any():
            raise DeliveryRefused("D-111", f"Kolom {place + 1} heeft geen naam.", "Geef ze een kop of verwijder ze.")
    names = [headers[place].strip() for place in kept]
    if len({plain(name) or name for name in names}) < len(names):
        raise DeliveryRefused("D-110", "Een kolom komt twee keer voor.", "Hou één van de twee.")
    return frame.select(frame.to_series(place).alias(headers[place].strip()) for place in kept)


def refuse_many_columns(count: int) -> None:
    """Raise D-113 for a header that no extract has."""
    if count > COLUMN_LIMIT:
        raise DeliveryRefused(
            "D-113",
            f"Het bestand heeft meer dan {COLUMN_LIMIT} kolommen.",
            "Lever alleen de kolommen van het sjabloon.",
        )


def rows_of(frame: pl.DataFrame, first: int) -> tuple[pl.DataFrame, pl.Series, tuple[str, ...]]:
    """Rows with people in them, their row numbers (``first`` is the number of the first), and what was skipped.

    Rows whose first filled cell begins with Totaal, empty rows, and sentences below the table are layout.

    Raises
    ------
    DeliveryRefused
        D-102 no row is left, D-114 a cell longer than Excel can hold.
    """
    if not frame.width or frame.is_empty():
        raise no_rows()
    texts = [texts_of(column) for column in frame.iter_columns()]
    if any((text.each.str.len_bytes().max() or 0) > CELL_LIMIT for text in texts):  # pyright: ignore[reportOperatorIssue]
        raise DeliveryRefused("D-114", "Een cel of regel is te lang.", "Controleer de aanhalingstekens in het bestand.")
    judged = _judged(frame, texts[:2])
    if judged.is_empty():
        return frame, pl.int_range(first, first + frame.height, dtype=pl.UInt32, eager=True).alias("rij"), ()
    places = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    dropped = judged.filter("layout")["place"]
    last = frame.height - 1
    body = ~places.is_in(judged.filter(pl.col("layout") | pl.col("sentence"))["place"].implode())
    if not body[-1]:
        filled = body.arg_true()
        last = -1 if filled.is_empty() else int(filled[-1])
    kept = ~places.is_in(dropped.implode()) & (places.cast(pl.Int64) <= last)
    if not kept.any():
        raise no_rows()
    totals = int(judged["total"].sum())
    feet = judged.filter(~pl.col("layout") & (pl.col("place").cast(pl.Int64) > last)).height
    notes = [_counted(totals, "totaalrij", "totaalrijen")] if totals else []
    notes += [_counted(feet, "voetregel", "voetregels")] if feet else []
    numbers = (places.filter(kept) + first).cast(pl.UInt32).alias("rij")
    return (frame if kept.all() else frame.filter(kept)), numbers, tuple(notes)


def _judged(frame: pl.DataFrame, begins: list[Texts]) -> pl.DataFrame:
    """``place``, ``layout`` (empty or total), ``total`` and ``sentence`` (one cell of several words) of the rows
    that may be no row of data: those of which one of the first two cells is empty, or that begin with Totaal.
    """
    odd = [text.places(~_filled(text.each)) for text in begins]
    odd.append(begins[0].places(_stripped(begins[0].each).str.contains(_TOTAL)))
    places = pl.concat(odd).unique().sort()
    suspect = frame[places]
    suspect.columns = [f"c{place}" for place in range(frame.width)]  # one may be called * or place
    suspect = suspect.with_columns(place=places.cast(pl.UInt32))
    return pl.concat(
        _layout(as_text_columns(some)) for some in (suspect.iter_slices(_SLICE) if suspect.height else [suspect])
    )


def _layout(suspect: pl.DataFrame) -> pl.DataFrame:
    cells = [pl.col(name).str.strip_chars(_BLANK) for name in suspect.columns[:-1]]
    cells = [pl.when(cell != "").then(cell) for cell in cells]
    rows = suspect.select(
        "place",
        first=pl.coalesce(cells),
        filled=pl.sum_horizontal(cell.is_not_null().cast(pl.UInt16) for cell in cells),
    )
    total = (pl.col("filled") > 0) & pl.col("first").str.contains(_TOTAL)
    sentence = (pl.col("filled") == 1) & pl.col("first").str.contains(r"\S\s+\S") & (len(cells) > 1)
    return rows.select(
        "place",
        layout=((pl.col("filled") == 0) | total).fill_null(value=False),
        total=total.fill_null(value=False),
        sentence=sentence.fill_null(value=False),
    )


def no_rows() -> DeliveryRefused:
    """The refusal of a table without rows."""
    return DeliveryRefused("D-102", "Het bestand bevat geen enkele rij.", "Maak de export opnieuw.")


def no_header() -> DeliveryRefused:
    """The refusal of a table of which no row looks like a header."""
    return DeliveryRefused(
        "D-109", "We vinden geen kopregel met bekende kolommen.", "Vergelijk met demad template leefloon."
    )


def damaged(kind: str) -> DeliveryRefused:
    """The refusal of a file that its own format cannot read."""
    return DeliveryRefused("D-103", f"Dit {kind}-bestand is beschadigd of onvolledig.", "Maak de export opnieuw.")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many} overgeslagen"


def _filled(cells: pl.Series) -> pl.Series:
    return (_stripped(cells) != "").fill_null(value=False)


def _stripped(cells: pl.Series) -> pl.Series:
    return cells.str.strip_chars(_BLANK)
