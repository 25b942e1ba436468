"""Refuses a delivery that holds an identifier. Says which column and how many rows, never what it saw."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from demad.errors import PrivacyRefused
from demad.intake.identifiers import kinds_in
from demad.intake.sheet import Reading, plain

# Quick and wide: what it passes over cannot hold an identifier, what it keeps is judged by `kinds_in`.
_SEP = r"[\s._/\-\x{2010}-\x{2015}\x{b7}*,]{0,3}"
_CANDIDATE = (
    rf"@|\d(?:{_SEP}\d){{10}}|^\W*\d{{8,10}}(?:[.,]0+)?\W*$|\d[eE]\+?\d|(?:^|\W)\(?0[1-9]\d?\)?[\s./\-]{{1,3}}\d{{2,3}}"
    r"|(?:^|\W)04\d{8}|\+\d|(?:^|[^A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ .\-]?[A-Za-z0-9]){11}|[Bb][Ee]\d{14}"
)
_HEADER_WORDS = (
    "insz",
    "rijksregister",
    "rrn",
    "niss",
    "nationaalnummer",
    "voornaam",
    "achternaam",
    "familienaam",
    "nationalnumber",
    "nrn",
    "bisnummer",
    "emailadres",
    "telefoon",
    "gsmnummer",
    "iban",
    "rekeningnummer",
    "geboortedatum",
    "straatnaam",
)


def guard(reading: Reading, *, file_name: str, ignored: Collection[str] = ()) -> None:
    """Raise where a national number, account, e-mail address or phone number stands in a reading.

    Every text and whole number is looked at, also the headers, sheet names and the file name. One hit is
    enough: the pseudonyms of the contract begin with a letter, so they can never look like one.

    Parameters
    ----------
    reading
        As read, before anything is stored.
    file_name
        Of the delivered file.
    ignored
        Columns the city drops: only their header is looked at.

    Raises
    ------
    PrivacyRefused
        D-200 in a column (position, kind, rows), D-201 in a header, sheet or file name, D-202 a header that
        names an identifier.
    """
    for place, name in enumerate((file_name, *reading.labels, *reading.columns)):
        if any(True for _ in kinds_in(name)):
            where = "bestandsnaam" if place == 0 else "kop of bladnaam"
            raise PrivacyRefused("D-201", f"In een {where} staat een persoonsgegeven.", _TODO)
    dropped = {plain(name) for name in ignored}
    for place, name in enumerate(reading.columns, start=1):
        if plain(name) in dropped:
            continue
        if any(word in plain(name) for word in _HEADER_WORDS):
            raise PrivacyRefused("D-202", f"Kolom {place} heet naar een identificatie van personen.", _TODO)
        _guard_column(reading.frame.to_series(place - 1), f"Kolom {place}")
    for sheet in reading.aside:
        for place, column in enumerate(sheet.iter_columns(), start=1):
            _guard_column(column, f"Kolom {place} van een ander blad")


_TODO = "Haal het weg aan de bron, pseudonimiseer opnieuw en lever opnieuw. De kopie is vernietigd."


def _guard_column(column: pl.Series, where: str) -> None:
    texts = _texts(column)
    if texts is None:
        return
    suspects = texts.filter(texts.str.contains(_CANDIDATE)).value_counts(name="rows")
    found: dict[str, int] = {}
    for text, rows in suspects.iter_rows():
        for kind in set(kinds_in(text)):
            found[kind] = found.get(kind, 0) + rows
    if found:
        what = ", ".join(f"{kind} in {rows} rijen" for kind, rows in sorted(found.items()))
        raise PrivacyRefused("D-200", f"{where} bevat persoonsgegevens: {what}.", _TODO)


def _texts(column: pl.Series) -> pl.Series | None:
    """The texts that could hold an identifier; None where the type cannot."""
    if column.dtype == pl.String:
        return column.drop_nulls()
    if column.dtype.is_integer() or column.dtype.is_float():
        numbers = column.drop_nulls().cast(pl.Float64)
        large = numbers.filter((numbers.abs() >= 10**7) & (numbers.abs() < 10**12))
        return large.cast(pl.Int64, strict=False).drop_nulls().cast(pl.String)
    return None
