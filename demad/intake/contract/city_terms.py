"""Check that a city file uses only columns and codes of the contract. Not here: its structure (`reference`)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from demad.errors import DeliveryRefused
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.words import EMPTY, KINDS, codes_of
from demad.intake.reading.table import plain
from demad.reference.cities import City
from demad.reference.city_files import line_of
from demad.reference.toml_files import read_toml

_Keys = tuple[str, ...]


def refuse_unknown_terms(city: City) -> None:
    """Raise if a city file names an unknown column or code, or gives one header two meanings.

    Raises
    ------
    DeliveryRefused
        D-155, with file, line and key, and the nearest column or code.
    """
    for keys, todo in _mistakes(city):
        where = _where(city, keys)
        table = ".".join(keys[:-1])
        raise DeliveryRefused("D-155", f'{where}: "{keys[-1]}" onder [{table}] kan niet.', todo)


def _mistakes(city: City) -> Iterator[tuple[_Keys, str]]:
    ignored = {plain(header) for header in city.ignore}
    for dataset, names in city.aliases.items():
        fields = DATASETS[dataset].fields
        meant: dict[str, str] = {}
        for header, column in names.items():
            keys = ("aliases", dataset, header)
            if column not in fields:
                yield keys, f"De kolom {column} bestaat niet. Bedoelt u {_near(column, fields)}?"
            if plain(header) in ignored:
                yield keys, "De kop staat ook onder ignore: haal ze daar weg, of schrap deze lijn."
            if meant.setdefault(plain(header), column) != column:
                yield keys, "Dezelfde kop staat er twee keer, voor twee kolommen."
    for dataset, columns in city.values.items():
        coded = {name: field for name, field in DATASETS[dataset].fields.items() if field.kind in KINDS}
        for column, words in columns.items():
            if column not in coded:
                yield ("values", dataset, column), f"Kies een kolom met codes: {', '.join(coded)}."
                continue
            codes = codes_of(column, coded[column])
            meant_by: dict[str, str] = {}
            for word, code in words.items():
                if meant_by.setdefault(word.strip().lower(), code) != code:
                    yield ("values", dataset, column, word), "Hetzelfde woord staat er twee keer, met twee codes."
                if code not in codes and code != EMPTY:
                    yield ("values", dataset, column, word), _choose(code, codes)


def _near(name: str, known: Iterable[str]) -> str:
    return difflib.get_close_matches(name, list(known), n=1, cutoff=0)[0]


def _choose(code: str, codes: Iterable[str]) -> str:
    return f"De code {code} bestaat niet. Bedoelt u {_near(code, codes)}? Kies uit: {', '.join(codes)}."


def _where(city: City, keys: _Keys) -> str:
    """The file and line of a key: in the city's own file if it is there, else in the shipped file."""
    for path in reversed(city.files):
        found: object = read_toml(path)
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        if found is not None:
            return f"cities/{path.name}, lijn {line_of(path.read_text(encoding='utf-8-sig'), keys)}"
    return f"Het stadsbestand van {city.name}"
