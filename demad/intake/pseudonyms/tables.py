"""Replace the numbers in tables that were read by pseudonyms, and keep the contract's columns only.

Runs only in the child process that reads (`reading.worker`): no number leaves its memory. Nothing it raises shows one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from demad.errors import DeliveryRefused, PrivacyRefused, UsageRefused
from demad.intake.contract.columns import columns_of
from demad.intake.contract.dataset_detection import dataset_of
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.days import as_days
from demad.intake.contract.values import as_text
from demad.intake.deliveries.key_change import in_sample
from demad.intake.privacy.guard import guard
from demad.intake.privacy.identifiers import kinds_in
from demad.intake.pseudonyms.headers import Roles, roles_of
from demad.intake.pseudonyms.keys import OWN_DOMAINS, Key
from demad.intake.pseudonyms.national_numbers import birth_year, first_numbers, numbers_in
from demad.intake.reading.dictionary_encoding import texts_of
from demad.intake.reading.places import locate_refusals
from demad.intake.reading.table import Reading, column_letters
from demad.records.erased_persons import erased_hash
from demad.reference.cities import City

UNREADABLE = "fout"
"""Stands where a cell could not be understood: no pseudonym, no date, no code, and not empty."""
INVALID_LIMIT = 0.25  # share of rows without a valid number above which the column holds something else
SAMPLE = 500  # persons of whom a change of key shows the old pseudonym
_PERSON, _YEAR = "persoon", "geboortejaar"


@dataclass(frozen=True, slots=True)
class Source:
    """One table of a file: the file's name, its reading, its dataset and its special columns."""

    label: str
    reading: Reading
    dataset: str
    roles: Roles


@dataclass(frozen=True, slots=True)
class Change:
    """A change of key: the keys before, the last one first, and the receiver's hashes of erased persons."""

    olds: tuple[Key, ...]
    erased: Set[str]


@dataclass
class _People:
    """Everybody in the files: the number that stands for each number, and the pseudonym of each of those."""

    first: Mapping[str, str]
    pseudonym: Callable[[str], str]
    known: dict[str, str] = field(default_factory=dict, repr=False)

    def of(self, numbers: pl.Series) -> pl.Series:
        """Pseudonyms of valid numbers; null stays null. A number is hashed once, however often it occurs."""
        distinct = numbers.unique().drop_nulls()
        for number in distinct:
            if number not in self.known:
                self.known[number] = self.pseudonym(self.first.get(number, number))
        found = [self.known[number] for number in distinct]
        return numbers.replace_strict(distinct, pl.Series(found, dtype=pl.String), default=None, return_dtype=pl.String)


def sources(labels: Sequence[str], read: Sequence[Sequence[Reading]], city: City) -> list[list[Source]]:
    """The tables of each file with what their columns are.

    Raises
    ------
    PrivacyRefused
        D-201: an identifier in a header, sheet name or file name.
    DemadError
        As `roles_of` and `dataset_of`.
    """
    found = []
    for label, readings in zip(labels, read, strict=True):
        with locate_refusals(label):
            found.append([_source(label, reading, city) for reading in readings])
    return found


def _source(label: str, reading: Reading, city: City) -> Source:
    for name in (label, reading.name, *reading.labels, *reading.columns):
        if any(True for _ in kinds_in(name)):
            raise PrivacyRefused(
                "D-201",
                "In een bestandsnaam, bladnaam of kop staat een persoonsgegeven.",
                "Geef het bestand, het blad of de kolom een andere naam.",
            )
    roles = roles_of(reading, city)
    renamed = {header: column for header, column in roles.settled.items() if column}
    gone = [*roles.dropped, *([roles.old] if roles.old else [])]
    gone += [column for column in renamed.values() if column in reading.columns and column not in renamed]
    shown = replace(reading, frame=reading.frame.head(0).drop(gone, strict=False).rename(renamed))
    return Source(label, reading, dataset_of(reading.name or label.rpartition(".")[0], shown, city), roles)


def pseudonymised(
    files: Sequence[Sequence[Source]], city: City, key: Key, change: Change | None = None
) -> tuple[list[list[Reading]], dict[str, Any]]:
    """The tables of each file in the contract's columns, with pseudonyms; and what to tell of it, in plain data.

    A number that is not valid becomes `UNREADABLE`, so that the checks count its row; nothing disappears.

    Raises
    ------
    DemadError
        D-265: a column of numbers holds something else, or there is none. D-268: the key of another city. D-269: a
        dataset that the key is not for. As `columns_of`, `first_numbers` and `guard`.
    """
    _refuse_other_key(files, city, key, change)
    tables = [[_numbers(source) for source in sources] for sources in files]
    first = first_numbers(pair for table in _every(tables) for pair in _changed(table))
    people = _People(first, key.pseudonyms())
    made = []
    for sources, numbered in zip(files, tables, strict=True):
        with locate_refusals(sources[0].label if sources else ""):
            made.append([_table(*pair, people, city) for pair in zip(sources, numbered, strict=True)])
    told: dict[str, Any] = {
        "city": key.city,
        "key_id": key.id,
        "approval": key.approval,
        "persons": len(set(people.known.values())),
    }
    if change is not None:
        told["change"] = _told_of_change(people, city, key, change)
    return made, told


def _refuse_other_key(files: Iterable[Iterable[Source]], city: City, key: Key, change: Change | None) -> None:
    for one in (key, *(change.olds if change else ())):
        if one.nis != city.nis:
            raise UsageRefused(
                "D-268", f"Deze sleutel is niet van {city.name}.", "Gebruik de sleutel van uw eigen stad."
            )
    if change is not None and key.id in {old.id for old in change.olds}:
        raise UsageRefused("D-268", "De oude en de nieuwe sleutel zijn dezelfde.", "Maak een nieuwe met demad keygen.")
    wanted = {source.dataset for sources in files for source in sources if _PERSON in DATASETS[source.dataset].fields}
    for dataset in sorted(wanted):
        if key.datasets and dataset not in key.datasets:
            own = next((name for name, datasets in OWN_DOMAINS.items() if dataset in datasets), dataset)
            raise UsageRefused(
                "D-269",
                f"Deze sleutel is voor het domein {key.domain}, niet voor {dataset}.",
                f"Gebruik een sleutel met --domain {own}. Mogen leefloon en jeugdhulp gekoppeld worden, maak er dan "
                "één voor beide: demad keygen --domain samen --approval VERWIJZING.",
            )


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Numbers of a table, per row: of the person now, of the person before, and whether the cell was filled."""

    now: pl.Series
    before: pl.Series
    invalid: int
    invalid_before: int
    filled: pl.Series


def _numbers(source: Source) -> _Numbered | None:
    """The numbers of a table; None for a dataset without persons."""
    if _PERSON not in DATASETS[source.dataset].fields:
        return None
    with locate_refusals(source.label):
        frame, roles = source.reading.frame, source.roles
        if roles.number is None:
            raise DeliveryRefused(
                "D-265",
                f"In {source.dataset} vinden we geen kolom met rijksregisternummers.",
                'Noem ze insz of rijksregisternummer, of zeg in het stadsbestand: "uw kop" = "persoon".',
            )
        now, filled = _numbers_of(frame[roles.number])
        empty = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
        before, filled_before = _numbers_of(frame[roles.old]) if roles.old else (empty, empty.is_not_null())
        taken = pl.select(pl.when(filled).then(now).otherwise(before)).to_series()
        known = filled | filled_before
        invalid = int((known & taken.is_null()).sum())
        if invalid > INVALID_LIMIT * int(known.sum()):
            raise DeliveryRefused(
                "D-265",
                f"In kolom {column_letters(source.reading.columns.index(roles.number) + 1)} zijn {invalid} van "
                f"{int(known.sum())} cellen geen geldig rijksregister- of BIS-nummer.",
                "Kijk na of dit de juiste kolom is. Staan er al pseudoniemen in, lever dan zonder --key.",
            )
        wrong_before = int((filled_before & before.is_null()).sum())
        return _Numbered(taken, before, invalid, wrong_before, known)


def _numbers_of(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Valid numbers per row, and whether each cell is filled; judged once per distinct text."""
    seen = texts_of(cells)
    judged = numbers_in(seen.each)
    filled = seen.each.alias("cell").to_frame().select(filled=as_text("cell", seen.each.dtype).is_not_null())["filled"]
    return _spread(seen.codes, judged), _spread(seen.codes, filled)


def _spread(codes: pl.Series | None, judged: pl.Series) -> pl.Series:
    """Results per distinct text for every row; a `Texts` would give its own column back where nothing changed."""
    return judged if codes is None else judged.gather(codes)


def _every(tables: Iterable[Iterable[_Numbered | None]]) -> Iterator[_Numbered]:
    return (table for sources in tables for table in sources if table is not None)


def _changed(table: _Numbered) -> Iterator[tuple[str, str]]:
    pairs = pl.DataFrame({"old": table.before, "new": table.now}).drop_nulls().unique()
    yield from pairs.filter(pl.col("old") != pl.col("new")).iter_rows()


def _table(source: Source, numbered: _Numbered | None, people: _People, city: City) -> Reading:
    """One table in the contract's columns."""
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
    found = columns_of(replace(reading, frame=frame), source.dataset, city, settled=settled)
    kept, numbers = frame.select(frame[header].alias(column) for column, header in found.items()), reading.numbers
    if numbered is not None:
        kept, numbers = _mixed(kept, numbers)
    made = replace(reading, frame=kept, numbers=numbers, notes=(*reading.notes, *notes), labels=(), aside=())
    guard(made, file_name=source.label)
    return made


def _mixed(frame: pl.DataFrame, numbers: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Rows by pseudonym, those of a person in the order they had: sorted by number, a file tells who is older."""
    if not numbers.len():
        numbers = pl.int_range(2, frame.height + 2, dtype=pl.UInt32, eager=True).alias("rij")
    texts = frame[_PERSON].cast(pl.String)
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
        return frame.with_columns(_years(numbers).alias(_YEAR)), {**settled, _YEAR: _YEAR}
    seen = texts_of(frame[header])
    days = as_days(seen.each.alias("cell"), days_later=days_later)["day"].dt.year()
    written = seen.each.alias("cell").to_frame().select(year=as_text("cell", seen.each.dtype))["year"]
    plainly = written.str.extract(r"^((?:18|19|20)\d{2})$").cast(pl.Int32, strict=False)
    year = pl.select(pl.coalesce(plainly, days.cast(pl.Int32))).to_series()
    from_cell = _spread(seen.codes, year)
    if from_cell.null_count():
        from_cell = from_cell.zip_with(from_cell.is_not_null(), _years(numbers))
    return frame.with_columns(from_cell.alias(header)), settled


def _years(numbers: pl.Series) -> pl.Series:
    """Year of birth per row, from the number."""
    distinct = numbers.unique().drop_nulls()
    years = pl.Series([birth_year(number) for number in distinct], dtype=pl.Int32)
    return numbers.replace_strict(distinct, years, default=None, return_dtype=pl.Int32)


def _told_of_change(people: _People, city: City, key: Key, change: Change) -> dict[str, Any]:
    """What the receiver must know of a change of key, and nothing more.

    Of erased persons the hash of the old pseudonym with that of the new one. Of a sample of everybody the old
    pseudonym, sorted and without the new one: enough to see that the delivery is of the same people.
    """
    makers = [old.pseudonyms() for old in change.olds]
    carried: dict[str, str] = {}
    everybody: set[str] = set()
    for number, now in people.known.items():
        first = people.first.get(number, number)
        everybody.add(makers[0](first))
        for pseudonym in (make(one) for make in makers for one in {number, first}):
            if (listed := erased_hash(city.slug, pseudonym)) in change.erased:
                carried[listed] = erased_hash(city.slug, now)
    of = max(1, len(everybody) // SAMPLE)
    return {
        "city": city.slug,
        "from": change.olds[0].id,
        "to": key.id,
        "asked": sorted(change.erased),
        "carried": sorted(carried.items()),
        "of": of,
        "sample": sorted(pseudonym for pseudonym in everybody if in_sample(pseudonym, of)),
    }
