"""Match headers of a file to likely columns, by name and by content. A person decides."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from demad.intake.contract.conform import judgement
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.days import as_days
from demad.intake.contract.values import as_text
from demad.intake.contract.words import KINDS
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.table import Reading, plain
from demad.reference.cities import City
from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml

LOOKED_AT = 5_000  # rows
_SURE, _SECOND, _ALIKE, _LIKELY = 0.95, 0.85, 0.72, 0.5
_NEARLY_ALL, _PART = 0.95, 0.3
_YEARS = (1915, 2015)  # birth years
_SAYS = {
    "gpmi_begin": ("gpmi", "piis"),
    "eerste_begin": ("eerst", "oorspronkelijk"),
    "beslist_op": ("beslis", "beslui", "comite"),
}
"""One of these a header must say to be near: a second "Begindatum" is the day of a right."""
_NEVER_SAYS = {
    "begin": ("gpmi", "piis", "eerst"),
    "einde": ("gpmi", "piis"),
    "gpmi_begin": ("eind", "stop", "verval", "tot"),
    "eerste_begin": ("gpmi", "piis", "laatst"),
    "beslist_op": ("begin", "start", "eind", "stop", "vorig", "gpmi"),
}
"""A header that says one of these is no other name of the column, however alike: "Einddatum GPMI" is no begin."""
_BY_CONTENT = ("nis", "wet", "geboortejaar", "geslacht", "nationaliteit", "categorie", "persoon", "stopreden", "gpmi")


@dataclass(frozen=True, slots=True)
class Matched:
    """Contract column per header, and the headers that were matched by their content alone."""

    columns: Mapping[str, str]
    by_content: frozenset[str] = frozenset()


@lru_cache(maxsize=1)
def header_words() -> Mapping[str, tuple[str, ...]]:
    """Names that software uses for each column, normalised by `plain`."""
    return {column: tuple(words) for column, words in read_toml(data_folder("reference") / "headers.toml").items()}


def likely_names(cities: Sequence[City]) -> set[str]:
    """Every header that a city or program uses for a contract column."""
    names = {name for dataset in DATASETS.values() for name in dataset.fields}
    names |= {word for words in header_words().values() for word in words}
    return names | {header for city in cities for aliases in city.aliases.values() for header in aliases}


def likely_dataset(reading: Reading, city: City, cities: Sequence[City]) -> str:
    """The dataset whose required columns are all found, then with most columns found; on a tie the first.

    A dataset with less than half of the columns that another one finds is not it: one with few required columns would
    be found in any file with persons and days.
    """
    found = {dataset: set(matched(reading, dataset, city, cities).columns.values()) for dataset in DATASETS}
    most = max(map(len, found.values()))

    def likely(dataset: str) -> tuple[bool, int]:
        whole = set(DATASETS[dataset].required) <= found[dataset] and 2 * len(found[dataset]) > most
        return whole, len(found[dataset])

    return max(found, key=likely)


def matched(reading: Reading, dataset: str, city: City, cities: Sequence[City]) -> Matched:
    """Match headers to the columns of a dataset: by name, unless the cells contradict it, else by content alone."""
    cells = _Cells(reading, dataset, city)
    names = _names(dataset, [city, *cities])
    pairs: list[tuple[float, float | None, str, str]] = []
    for column, meant in names.items():
        for header in reading.columns:
            likely = _near(header, column, meant)
            decides = likely >= _ALIKE or column in _BY_CONTENT  # only then its cells are looked at
            pairs.append((likely, cells.share(header, column) if decides else None, header, column))
    found: dict[str, str] = {}
    by_name = sorted(pairs, key=lambda pair: (-pair[0], -(pair[1] or 0)))
    for likely, share, header, column in by_name:
        if header not in found and column not in found.values() and _fits(likely, share, dataset, column):
            found[header] = column
    by_content = _by_content(cells, found, pairs)
    found |= by_content | _begin_and_end(cells, {**found, **by_content})
    return Matched({header: found[header] for header in reading.columns if header in found}, frozenset(by_content))


def likeness(header: str, meant: set[str]) -> float:
    """Similarity of a header to the nearest name of a column; 1 if equal."""
    name = plain(header)
    if name in meant:
        return 1.0
    found = 0.0
    for word in meant:
        found = max(found, difflib.SequenceMatcher(None, name, word).ratio())
        if len(word) >= 4 and word in name:
            found = max(found, 0.7 + 0.25 * len(word) / len(name))
    return min(found, 0.94)


def doubtful(reading: Reading, dataset: str, city: City, cities: Sequence[City], found: Matched) -> dict[str, str]:
    """Unknown headers that a person must decide on, each with a possible column or "".

    They are columns with dates, headers that resemble a column name, and headers with words of the codes of a column
    that was not found.
    """
    cells, names = _Cells(reading, dataset, city), _names(dataset, [city, *cities])
    open_ = [name for name in names if name not in found.columns.values()]
    doubts = {}
    for header in reading.columns:
        if header in found.columns:
            continue
        likely = {column: max(_near(header, column, names[column]), cells.part(header, column)) for column in open_}
        best = max(likely, key=lambda column: likely[column], default="")
        second = max((likeness(header, names[column]) for column in found.columns.values()), default=0.0)
        if best and likely[best] >= _ALIKE:
            doubts[header] = best
        elif cells.days(header) > _LIKELY or second >= _SECOND:
            doubts[header] = ""
    return doubts


def _names(dataset: str, cities: Sequence[City]) -> dict[str, set[str]]:
    names = {name: {plain(name), *header_words().get(name, ())} for name in DATASETS[dataset].fields}
    for city in reversed(cities):
        for header, column in city.aliases.get(dataset, {}).items():
            names[column].add(plain(header))
    return names


def _near(header: str, column: str, meant: set[str]) -> float:
    """Similarity of a header to the names of a column; 0 if it is none of them and does not say what it must."""
    likely, name = likeness(header, meant), plain(header)
    says = any(word in name for word in _SAYS.get(column, ("",)))
    contradicts = any(word in name for word in _NEVER_SAYS.get(column, ()))
    return likely if likely == 1 or (says and not contradicts) else 0.0


def _fits(likely: float, share: float | None, dataset: str, column: str) -> bool:
    """Whether a header may be a column; a city may have its own words for codes, so there a good name is enough."""
    if likely < _ALIKE:
        return False
    if share is None:
        return likely >= _SURE
    own_words = DATASETS[dataset].fields[column].kind in ("code", "stop_reason") and column not in ("wet", "soort")
    return share >= _LIKELY or (own_words and likely >= _SURE)


def _by_content(
    cells: _Cells, found: Mapping[str, str], pairs: Sequence[tuple[float, float | None, str, str]]
) -> dict[str, str]:
    """Columns that no header resembles, each with the only header whose cells nearly all fit it."""
    by_column: dict[str, list[str]] = {}
    for _, share, header, column in pairs:
        wanted = column in _BY_CONTENT and column not in found.values() and header not in found
        if wanted and share is not None and share >= _NEARLY_ALL and cells.content_decides(header, column):
            by_column.setdefault(column, []).append(header)
    chosen: dict[str, str] = {}
    for column in _BY_CONTENT:
        headers = [header for header in by_column.get(column, []) if header not in chosen]
        if len(headers) == 1:
            chosen[headers[0]] = column
    return chosen


def _begin_and_end(cells: _Cells, found: Mapping[str, str]) -> dict[str, str]:
    """Find begin and end: the two unnamed columns of dates of which one is never empty and never after the other."""
    wanted = [name for name in ("begin", "einde") if name in cells.fields and name not in found.values()]
    headers = [name for name in cells.reading.columns if name not in found and cells.days(name) > _LIKELY]
    if len(wanted) != 2 or len(headers) != 2:
        return {}
    for first, last in (headers, headers[::-1]):
        if cells.follows(first, last):
            return {first: "begin", last: "einde"}
    return {}


class _Cells:
    """The first rows of a reading, tested against each column."""

    def __init__(self, reading: Reading, dataset: str, city: City) -> None:
        self.reading, self._dataset, self._city = reading, dataset, city
        self.fields = DATASETS[dataset].fields
        self._rows = as_text_columns(reading.frame.head(LOOKED_AT))
        self._filled = {name: self._count(name) for name in reading.columns}
        self._shares: dict[tuple[str, str], float] = {}

    def _cells(self, header: str) -> pl.Series:
        return self._rows.get_column(header).alias("cell")

    def _count(self, header: str) -> int:
        cells = self._cells(header)
        return int(cells.to_frame().select(as_text("cell", cells.dtype).is_not_null().sum()).item())

    def share(self, header: str, column: str) -> float | None:
        """Share of the filled cells that fit a column; None if no cell is filled."""
        if not self._filled[header]:
            return None
        kind = self.fields[column].kind
        asked = header, kind if kind == "date" else column  # every column of dates is read alike
        if asked not in self._shares:
            self._shares[asked] = self._share(header, column)
        return self._shares[asked]

    def _share(self, header: str, column: str) -> float:
        judged = judgement(self._cells(header), self.reading, self._dataset, column, self._city)
        understood = judged["typed"]
        if column == "geboortejaar":
            understood = understood.filter(understood.is_between(*_YEARS))
        return understood.drop_nulls().len() / self._filled[header]

    def content_decides(self, header: str, column: str) -> bool:
        """Whether content alone may decide: several codes, or many distinct persons or years."""
        different = self._cells(header).drop_nulls().n_unique()
        if column == "persoon":
            marked = self._cells(header).cast(pl.String).str.contains(r"\d").sum()
            return different > 0.05 * self._rows.height and marked >= _LIKELY * self._filled[header]
        words = self._cells(header).cast(pl.String).str.contains(r"[A-Za-z]{2}").any()
        if column in ("categorie", "gpmi") or self.fields[column].kind in KINDS:
            return different >= 2 and (bool(words) or column in ("categorie", "geslacht"))
        return column == "nis" or different >= 5

    def part(self, header: str, column: str) -> float:
        """The weight of a good name if a large part of the cells are words of this column of codes; else 0."""
        if column not in _BY_CONTENT or self.fields[column].kind not in ("code", "stop_reason"):
            return 0.0
        share = self.share(header, column) or 0.0
        return _ALIKE if share >= _PART and self.content_decides(header, column) else 0.0

    def days(self, header: str) -> float:
        """Share of the filled cells that are dates."""
        days = as_days(self._cells(header))
        written = days.filter(pl.col("day").is_not_null() & ~pl.col("form").is_in(["serial", "compact"]))
        return written.height / self._filled[header] if self._filled[header] else 0.0

    def follows(self, first: str, last: str) -> bool:
        """Whether dates in the second column are hardly ever before those in the first, which is always filled."""
        days = pl.DataFrame({"first": as_days(self._cells(first))["day"], "last": as_days(self._cells(last))["day"]})
        both = days.drop_nulls()
        later = both.filter(pl.col("last") >= pl.col("first")).height
        filled = days["first"].null_count() <= 0.01 * days.height
        return filled and both.height > 0 and later >= _NEARLY_ALL * both.height
