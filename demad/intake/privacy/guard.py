"""Refuse a delivery that contains an identifier. Messages give the column and the number of rows, never a value."""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl

from demad.errors import PrivacyRefused
from demad.intake.privacy.identifiers import kinds_in
from demad.intake.privacy.person_names import fill_a_column, names_in
from demad.intake.reading.dictionary_encoding import Texts, is_coded, texts_of
from demad.intake.reading.parallel import map_parallel
from demad.intake.reading.table import Reading, plain

# A fast and broad filter: text that does not match cannot hold an identifier; `kinds_in` examines what matches. It
# also treats the separators \x1c to \x1f as blanks.
_SEP = r"[\s\x1c-\x1f._/\-\x{2010}-\x{2015}\x{b7}*,]{0,3}"
_CANDIDATE = (
    rf"@|\d(?:{_SEP}\d){{10}}|^\W*\d{{8,10}}(?:[.,]0+)?\W*$|\d[.,]\d{{5,10}}[eE]\+?\d|(?:^|[^A-Za-z0-9])\(?0[1-9]\d{{0,2}}\)?[\s\x1c-\x1f./\-]{{1,3}}\d{{2,3}}"
    r"|(?:^|[^A-Za-z0-9])04\d{8}|\+\d|(?:^|[^A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ .\-]?[A-Za-z0-9]){11}|[Bb][Ee]\d{14}"
)
# A header names an identifier if it contains a long word, or is or has as a part one of the short words.
_LONG_WORDS = (
    "rijksregister", "nationaalnummer", "nationalnumber", "voornaam", "achternaam", "familienaam", "bisnummer",
    "emailadres", "telefoon", "gsmnummer", "rekeningnummer", "geboortedatum", "straatnaam", "huisnummer",
)  # fmt: skip
_SHORT_WORDS = ("insz", "rrn", "rrnr", "niss", "nrn", "iban", "nn", "bis", "email", "gsm")
_CHECKED = ("rijksregisternummer", "rekeningnummer")  # kinds with a check digit
_FEW_ROWS, _FEW_SHARE = 3, 0.01
_TODO = (
    "Haal het weg aan de bron, pseudonimiseer opnieuw en lever opnieuw. Uw bestand is niet gewijzigd; onze kopie is "
    "vernietigd."
)


def guard(reading: Reading, *, file_name: str, ignored: Collection[str] = ()) -> None:
    """Raise if a reading contains a national number, account, e-mail address, phone number or name.

    Every text and integer is examined, and also headers, sheet names and the file name. One hit is enough: contract
    pseudonyms start with a letter and so cannot look like an identifier. Names have no check digit: a column counts as
    names only if it holds several different ones.

    Parameters
    ----------
    reading
        The table as read, before anything is stored.
    file_name
        Name of the delivered file.
    ignored
        Columns that the city drops: refused if their header names an identifier, or identifiers fill a share of them.

    Raises
    ------
    PrivacyRefused
        D-200: in a column (position, kind, rows), D-201: in a header, sheet name or file name, D-202: a header
        that names an identifier.
    """
    for place, name in enumerate((file_name, *reading.labels, *reading.columns)):
        if any(True for _ in kinds_in(name)):
            where = "bestandsnaam" if place == 0 else "kop of bladnaam"
            raise PrivacyRefused("D-201", f"In een {where} staat een persoonsgegeven.", _TODO)
    dropped = {plain(name) for name in ignored}

    def look(place: int) -> None:
        name = reading.columns[place]
        if names_an_identifier(name):
            raise PrivacyRefused("D-202", f"Kolom {place + 1} heet naar een identificatie van personen.", _TODO)
        _guard_column(reading.frame.to_series(place), f"Kolom {place + 1}", dropped=plain(name) in dropped)

    map_parallel(look, range(len(reading.columns)), rows=reading.frame.height)
    for sheet in reading.aside:
        for place, column in enumerate(sheet.iter_columns(), start=1):
            _guard_column(column, f"Kolom {place} van een ander blad", dropped=True, checked_refuse=True)


def names_an_identifier(header: str) -> bool:
    """Whether a header says that its column identifies persons, such as ``INSZ`` or ``voornaam``."""
    words = [plain(word) for word in re.split(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])", header)]
    return any(word in plain(header) for word in _LONG_WORDS) or any(
        word in _SHORT_WORDS for word in (*words, plain(header))
    )


def _guard_column(column: pl.Series, where: str, *, dropped: bool, checked_refuse: bool = False) -> None:
    """Raise if a column holds identifiers; a dropped column only if they fill a share of it."""
    texts = _texts(column.alias("cell"))  # a column may have any name, even *
    if texts is None:
        return
    seen = texts_of(texts)
    found: dict[str, list[str]] = {}
    for text in seen.each.filter(seen.each.str.contains(_CANDIDATE)).unique():
        for kind in set(kinds_in(text)):
            found.setdefault(kind, []).append(text)
    rows = {kind: _rows(seen, words) for kind, words in found.items()}
    height = texts.len() - texts.null_count()
    few = max(_FEW_ROWS, _FEW_SHARE * height)
    if dropped:
        rows = {kind: count for kind, count in rows.items() if count >= few or (checked_refuse and kind in _CHECKED)}
    elif column.dtype == pl.String or is_coded(column.dtype):
        rows["naam van een persoon"] = _rows_with_names(seen, height)
    told = [f"{kind} in {count} {'rij' if count == 1 else 'rijen'}" for kind, count in sorted(rows.items()) if count]
    if told:
        raise PrivacyRefused("D-200", f"{where} bevat persoonsgegevens: {', '.join(told)}.", _TODO)


def _rows_with_names(seen: Texts, height: int) -> int:
    """Rows with a person's name if the column is a column of names; else 0."""
    names = names_in(seen.each)
    if names.is_empty():
        return 0
    matched = seen.spread(seen.each).filter(seen.spread(seen.each.is_in(names.implode())))
    return matched.len() if fill_a_column(matched.n_unique(), matched.len(), height) else 0


def _rows(seen: Texts, texts: list[str]) -> int:
    """Number of rows with one of these texts."""
    return int(seen.spread(seen.each.is_in(texts)).sum()) if len(texts) else 0


def _texts(column: pl.Series) -> pl.Series | None:
    """The texts of a column that could hold an identifier; None if its type cannot."""
    if column.dtype == pl.String or is_coded(column.dtype):
        return column
    if column.dtype.is_integer() or column.dtype.is_float():
        numbers = column.drop_nulls().cast(pl.Float64)
        large = numbers.filter((numbers.abs() >= 10**7) & (numbers.abs() < 10**12))
        return large.cast(pl.Int64, strict=False).drop_nulls().cast(pl.String)
    return None
