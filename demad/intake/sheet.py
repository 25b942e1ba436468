"""A rectangle of cells becomes columns with a name: the header row, the totals, what stands aside. Not here: types."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import polars as pl

from demad.errors import DeliveryRefused

HEADER_WITHIN = 25
COLUMN_LIMIT = 500
CELL_LIMIT = 32_767  # letters in one cell, as in Excel
_TOTAL = r"(?i)^\s*(sub|eind|algemeen\s+|groot)?\s*-?\s*(totaal|totalen|total|totals|som)\b"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file, sheet or member holds: columns in order (text, or the types a Parquet file brings).

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
        elif _filled(frame.to_series(place)):
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
    cells = [pl.col(name).str.strip_chars(" \t\r\n\u00a0") for name in frame.columns]
    cells = [pl.when(cell != "").then(cell) for cell in cells]
    judged = frame.select(
        first=pl.coalesce(cells),
        filled=pl.sum_horizontal(cell.is_not_null().cast(pl.UInt16) for cell in cells),
        longest=pl.max_horizontal(pl.all().str.len_bytes()),
    ).with_row_index("place")
    if (judged["longest"].max() or 0) > CELL_LIMIT:  # pyright: ignore[reportOperatorIssue]
        raise DeliveryRefused("D-114", "Een cel of regel is te lang.", "Controleer de aanhalingstekens in het bestand.")
    empty = pl.col("filled") == 0
    total = ~empty & pl.col("first").str.contains(_TOTAL)
    kinds = judged.select("place", "filled", "first", empty=empty, total=total)
    content = kinds.filter(~pl.col("empty") & ~pl.col("total"))
    sentence = (pl.col("filled") == 1) & pl.col("first").str.contains(r"\S\s+\S")
    body = content.filter(~sentence) if frame.width > 1 else content
    last = body["place"].max() if body.height else -1
    kept = content.filter(pl.col("place") <= last)["place"]  # pyright: ignore[reportArgumentType]
    if kept.is_empty():
        raise no_rows()
    totals = int(kinds["total"].sum())
    feet = content.height - kept.len()
    notes = [_counted(totals, "totaalrij", "totaalrijen")] if totals else []
    notes += [_counted(feet, "voetregel", "voetregels")] if feet else []
    numbers = (kept + first).cast(pl.UInt32).alias("rij")
    return (frame if kept.len() == frame.height else frame[kept]), numbers, tuple(notes)


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


def _filled(column: pl.Series) -> bool:
    return bool((column.drop_nulls().str.strip_chars() != "").any())
