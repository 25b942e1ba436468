"""Replace the numbers in tables that were read by pseudonyms, and keep the contract's columns only.

Runs only in the child process that reads (`reading.worker`): no number leaves its memory. Nothing it raises shows one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from demad.errors import PrivacyRefused, UsageRefused
from demad.intake.contract.columns import columns_of
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.days import as_days
from demad.intake.contract.values import as_text
from demad.intake.privacy.guard import guard
from demad.intake.pseudonyms.keys import OWN_DOMAINS, Key
from demad.intake.pseudonyms.national_numbers import birth_years, first_numbers
from demad.intake.pseudonyms.numbered import Numbered, changed_in, numbers_of, spread
from demad.intake.pseudonyms.people import Change, People, told_of_change
from demad.intake.pseudonyms.sources import PERSON, Source
from demad.intake.reading.dictionary_encoding import texts_of
from demad.intake.reading.places import locate_refusals
from demad.intake.reading.table import Reading, column_letters
from demad.reference.cities import City

UNREADABLE = "fout"
"""Stands where a cell could not be understood: no pseudonym, no date, no code, and not empty."""
_YEAR = "geboortejaar"


def pseudonymised(
    files: Sequence[Sequence[Source]], city: City, key: Key, change: Change | None = None, *, proposing: bool = False
) -> tuple[list[list[Reading]], dict[str, Any]]:
    """The tables of each file in the contract's columns, with pseudonyms; and what to tell of it, in plain data.

    A number that is not valid becomes `UNREADABLE`, so that the checks count its row; nothing disappears.

    Parameters
    ----------
    proposing
        Keep also columns that are not of the contract, for a proposal of what they mean.

    Raises
    ------
    DemadError
        D-265: a column of numbers holds something else, or there is none. D-268: the key of another city. D-269: a
        dataset that the key is not for. As `columns_of`, `first_numbers` and `guard`.
    """
    _refuse_other_key(files, city, key, change)
    tables = [[numbers_of(source) for source in sources] for sources in files]
    first = first_numbers(pair for table in _every(tables) for pair in changed_in(table))
    people = People(first, key.pseudonyms_of)
    made = []
    for sources, numbered in zip(files, tables, strict=True):
        with locate_refusals(sources[0].label if sources else ""):
            pairs = zip(sources, numbered, strict=True)
            made.append([_table(*pair, people, city, proposing=proposing) for pair in pairs])
    told: dict[str, Any] = {
        "key_id": key.id,
        "approval": key.approval,
        "common": key.is_common,
        "persons": people.known["pseudonym"].n_unique(),
    }
    if change is not None:
        told["change"] = told_of_change(people, city, key, change)
    return made, told


def _refuse_other_key(files: Iterable[Iterable[Source]], city: City, key: Key, change: Change | None) -> None:
    for one in (key, *(change.olds if change else ())):
        if one.nis != city.nis and not one.is_common:
            raise UsageRefused(
                "D-268", f"Deze sleutel is niet van {city.name}.", "Gebruik de sleutel van uw eigen stad."
            )
    if change is not None and key.id in {old.id for old in change.olds}:
        raise UsageRefused("D-268", "De oude en de nieuwe sleutel zijn dezelfde.", "Maak een nieuwe met demad keygen.")
    wanted = {source.dataset for sources in files for source in sources if PERSON in DATASETS[source.dataset].fields}
    for dataset in sorted(wanted):
        if key.datasets and dataset not in key.datasets:
            own = next((name for name, datasets in OWN_DOMAINS.items() if dataset in datasets), dataset)
            raise UsageRefused(
                "D-269",
                f"Deze sleutel is voor het domein {key.domain}, niet voor {dataset}.",
                f"Gebruik een sleutel met --domain {own}. Mogen leefloon en jeugdhulp gekoppeld worden, maak er dan "
                "één voor beide: demad keygen --domain samen --approval VERWIJZING.",
            )


def _every(tables: Iterable[Iterable[Numbered | None]]) -> Iterator[Numbered]:
    return (table for sources in tables for table in sources if table is not None)


def _table(
    source: Source, numbered: Numbered | None, people: People, city: City, *, proposing: bool = False
) -> Reading:
    """One table in the contract's columns; for a proposal with those that nobody knows."""
    reading, roles, fields = source.reading, source.roles, DATASETS[source.dataset].fields
    frame, settled, notes = reading.frame, dict(roles.settled), []
    if numbered is not None and roles.number is not None:
        pseudonyms = people.of(numbered.now)
        marked = pl.select(
            pl.when(numbered.filled & pseudonyms.is_null()).then(pl.lit(UNREADABLE)).otherwise(pseudonyms)
        )
        frame = frame.with_columns(marked.to_series().alias(roles.number))
        if _YEAR in fields:
            frame, settled = _with_year(frame, settled, numbered.now, reading.days_later)
        notes += [f"nummers: {numbered.now.n_unique() - bool(numbered.now.null_count())}"]
        notes += [f"rijen zonder geldig nummer: {numbered.invalid}"] if numbered.invalid else []
        notes += [f"ongeldige oude nummers: {numbered.invalid_before}"] if numbered.invalid_before else []
    if roles.dropped:
        left = ", ".join(column_letters(reading.columns.index(header) + 1) for header in roles.dropped)
        notes += [f"weggelaten omdat ze personen aanwijzen: kolom {left}"]
    if proposing:
        found = _unsettled(frame, settled)
    else:
        found = columns_of(replace(reading, frame=frame), source.dataset, city, settled=settled)
    kept, numbers = frame.select(frame[header].alias(column) for column, header in found.items()), reading.numbers
    if numbered is not None:
        kept, numbers = _mixed(kept, numbers)
    if proposing:
        kept, emptied = _emptied(
            kept, reading, {column: header for column, header in found.items() if column == header}
        )
        notes += emptied
    made = replace(reading, frame=kept, numbers=numbers, notes=(*reading.notes, *notes), labels=(), aside=())
    guard(made, file_name=source.label, ignored=city.ignore if proposing else ())
    return made


def _unsettled(frame: pl.DataFrame, settled: Mapping[str, str | None]) -> dict[str, str]:
    """The header behind each column that travels, under the name that it has; special columns under the contract's."""
    known = {column: header for header, column in settled.items() if column}
    return {**known, **{header: header for header in frame.columns if header not in {*settled, *known}}}


def _emptied(kept: pl.DataFrame, reading: Reading, found: Mapping[str, str]) -> tuple[pl.DataFrame, list[str]]:
    """The table without the cells of columns that point at persons: a proposal needs their headers, no more."""
    notes = []
    for column, header in found.items():
        try:
            guard(replace(reading, frame=kept.select(column), labels=(), aside=()), file_name="")
        except PrivacyRefused as refusal:
            where = column_letters(reading.columns.index(header) + 1)
            why = " ".join(refusal.what.rstrip(".").split()[2:])  # after "Kolom 1"
            notes.append(f"leeg gelezen: kolom {where}, want ze {why}")
            kept = kept.with_columns(pl.lit(None, pl.String).alias(column))
    return kept, notes


def _mixed(frame: pl.DataFrame, numbers: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Rows by pseudonym, those of a person in the order they had: sorted by number, a file tells who is older."""
    if not numbers.len():
        numbers = pl.int_range(2, frame.height + 2, dtype=pl.UInt32, eager=True).alias("rij")
    texts = frame[PERSON].cast(pl.String)
    order = pl.DataFrame({"person": texts, "place": pl.int_range(frame.height, eager=True)}).sort("person", "place")[
        "place"
    ]
    return frame[order], numbers.gather(order)


def _with_year(
    frame: pl.DataFrame, settled: dict[str, str | None], numbers: pl.Series, days_later: int
) -> tuple[pl.DataFrame, dict[str, str | None]]:
    """Year of birth from the cell, a day or a year; from the number where the cell or the column has none."""
    header = next((name for name, column in settled.items() if column == _YEAR), None)
    if header is None:
        return frame.with_columns(birth_years(numbers).alias(_YEAR)), {**settled, _YEAR: _YEAR}
    seen = texts_of(frame[header])
    days = as_days(seen.each.alias("cell"), days_later=days_later)["day"].dt.year()
    written = seen.each.alias("cell").to_frame().select(year=as_text("cell", seen.each.dtype))["year"]
    plainly = written.str.extract(r"^((?:18|19|20)\d{2})$").cast(pl.Int32, strict=False)
    year = pl.select(pl.coalesce(plainly, days.cast(pl.Int32))).to_series()
    from_cell = spread(seen.codes, year)
    if from_cell.null_count():
        from_cell = from_cell.zip_with(from_cell.is_not_null(), birth_years(numbers))
    return frame.with_columns(from_cell.alias(header)), settled
