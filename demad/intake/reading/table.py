"""Find the header row, name the columns, and collect unused sheets. Not here: types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.reading.dictionary_encoding import texts_of

HEADER_WITHIN = 25
COLUMN_LIMIT = 500
_NAMES = 3
CELL_LIMIT = 32_767  # characters in one cell, as in Excel
BLANK = " \t\r\n\u00a0\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class Reading:
    """The contents of a file, sheet or archive member: columns in order, as text, encoded text, or Parquet types.

    Parameters
    ----------
    notes
        Dutch notes on what the reader noticed.
    labels
        Texts outside the table that the guard must examine: sheet names, names in an archive, metadata.
    name
        Name of the sheet or member; empty if the file holds one table.
    numbers
        Row number in the file per row of the frame, as Excel numbers them; empty: unknown.
    aside
        Unused sheets of the file: guarded, otherwise ignored.
    source
        File, and sheet if it has several, as the city calls them.
    file
        Only the file, as the city calls it.
    days_later
        Days to add to a number that represents a date: 1,462 in a workbook that counts from 1904.
    """

    frame: pl.DataFrame
    notes: tuple[str, ...]
    labels: tuple[str, ...] = ()
    name: str = ""
    numbers: pl.Series = field(default_factory=lambda: pl.Series("rij", [], dtype=pl.UInt32))
    aside: tuple[pl.DataFrame, ...] = ()
    source: str = ""
    file: str = ""
    days_later: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """Delivered headers, stripped."""
        return tuple(self.frame.columns)


def plain(name: str) -> str:
    """Normalise a header: remove case, accents, spaces and punctuation; ``Geboorte jaar`` becomes ``geboortejaar``."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in bare.lower() if letter.isalnum())


class Known(frozenset[str]):
    """Names that a header may contain, normalised by `plain`; with ``guess``, unknown names may form a header too."""

    guess: bool

    def __new__(cls, names: Iterable[str] = (), *, guess: bool = False) -> Known:
        """The names, deduplicated."""
        known = super().__new__(cls, names)
        known.guess = guess
        return known


def hits(cells: Iterable[object], known: Collection[str]) -> int:
    """Number of distinct known names in a row of cells."""
    return len({plain(str(cell)) for cell in cells if cell is not None} & set(known))


def could_be_header(cells: Sequence[object], known: Collection[str]) -> bool:
    """Whether a row without known names may still be a header.

    Only with ``guess``, and if it holds at least three distinct names that start with a letter.
    """
    if not getattr(known, "guess", False):
        return False
    names = [str(cell).strip(BLANK) for cell in cells if cell is not None and str(cell).strip(BLANK)]
    wordy = all(re.match(r"[^\W\d_]", name) and not re.fullmatch(r"(?i)[a-z]+[-_]?\d{3,}.*", name) for name in names)
    return len(names) >= _NAMES and len(set(names)) == len(names) and wordy


def named(frame: pl.DataFrame, headers: list[str]) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the frame with these headers, and a description of what was dropped.

    Columns without a name and without content are dropped; so is a first or last column that only numbers the rows, as
    statistical software writes it.

    Raises
    ------
    DeliveryRefused
        D-110: a header occurs twice, D-111: a column with content but no name, D-113: too many columns.
    """
    refuse_many_columns(len(headers))
    names = [header.strip(BLANK) for header in headers]
    notes = []
    for place, name in enumerate(names):
        cells = frame.to_series(place)
        if name or not filled(texts_of(cells).each).any():
            continue
        where = f"{place + 1} ({column_letters(place + 1)})"
        if place not in (0, len(names) - 1) or not _numbers_rows(cells):
            raise DeliveryRefused("D-111", f"Kolom {where} heeft geen naam.", "Geef ze een kop of verwijder ze.")
        notes.append(f"kolom {where} zonder naam overgeslagen: ze nummert de rijen")
    kept = [place for place, name in enumerate(names) if name]
    _refuse_twice([names[place] for place in kept], kept)
    return frame.select(frame.to_series(place).alias(names[place]) for place in kept), tuple(notes)


def _numbers_rows(cells: pl.Series) -> bool:
    """Whether a column counts up from 0 or 1."""
    numbers = stripped(texts_of(cells).spread(texts_of(cells).each).cast(pl.String))
    numbers = numbers.filter(filled(numbers)).cast(pl.Int64, strict=False)
    if not numbers.len() or numbers.null_count() or numbers[0] not in (0, 1):
        return False
    return bool((numbers.diff().drop_nulls() == 1).all())


def _refuse_twice(names: list[str], places: list[int]) -> None:
    seen: dict[str, int] = {}
    for name, place in zip(names, places, strict=True):
        first = seen.setdefault(plain(name) or name, place)
        if first != place:
            raise DeliveryRefused(
                "D-110",
                f"Een kolom komt twee keer voor: {column_letters(first + 1)} en {column_letters(place + 1)}.",
                "Hou één van de twee.",
            )


def column_letters(place: int) -> str:
    """Spreadsheet name of a column: 1 is A, 27 is AA."""
    text = ""
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def refuse_many_columns(count: int) -> None:
    """Raise D-113 if a header has too many columns."""
    if count > COLUMN_LIMIT:
        raise DeliveryRefused(
            "D-113",
            f"Het bestand heeft meer dan {COLUMN_LIMIT} kolommen.",
            "Lever alleen de kolommen van het sjabloon.",
        )


def no_rows() -> DeliveryRefused:
    """The refusal of a table without rows."""
    return DeliveryRefused(
        "D-102",
        "Het bestand bevat geen enkele rij.",
        "Maak de export opnieuw. Is er echt niets, laat het bestand dan weg.",
    )


def no_header() -> DeliveryRefused:
    """The refusal of a table without a recognisable header."""
    return DeliveryRefused(
        "D-109",
        "We vinden geen kopregel met bekende kolommen.",
        "Vergelijk met demad template leefloon, of laat demad init de koppen vertalen.",
    )


def damaged(kind: str) -> DeliveryRefused:
    """The refusal of a file that its format's library cannot read."""
    return DeliveryRefused("D-103", f"Dit {kind}-bestand is beschadigd of onvolledig.", "Maak de export opnieuw.")


def filled(cells: pl.Series) -> pl.Series:
    """Whether each cell is filled; false for null."""
    return (stripped(cells) != "").fill_null(value=False)


def stripped(cells: pl.Series) -> pl.Series:
    """Strip blanks from cells."""
    return cells.str.strip_chars(BLANK)
