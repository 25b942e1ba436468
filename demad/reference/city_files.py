"""Validate the structure of a city file; a mistake is refused with line and key. Not here: the meaning of keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from demad.errors import UsageRefused
from demad.reference.senders import wrong_sender
from demad.reference.stop_reasons import STOP_REASONS
from demad.reference.toml_files import did_you_mean, refuse_unknown_keys

KEYS = (
    *(
        "name",
        "nis",
        "first_day",
        "last_day",
        "nis_since",
        "old_nis",
        "breaks",
        "aliases",
        "values",
        "stop_reasons",
        "ignore",
    ),
    *("leefloon", "dates", "bundle", "orba", "pages", "files_per_worker"),
)
DATASETS = ("leefloon", "jeugdhulp", "steun", "bevolking", "controle")
NIS = re.compile(r"[0-9]{5}")
_PART = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_KEY = re.compile(rf"({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_Shape = Callable[[Any], str]
"""Returns in Dutch what a value should be; empty if it is valid."""


def refuse_mistakes(described: Mapping[str, Any], path: Path) -> None:
    """Raise if a city file contains an unknown key or an invalid value.

    Raises
    ------
    UsageRefused
        D-440: an unknown key, D-442: an invalid value; both with the line.
    """
    _refuse_unknown(described, KEYS, path)
    for table in ("aliases", "values"):
        if isinstance(described.get(table), Mapping):
            _refuse_unknown(described[table], DATASETS, path, table)
    for keys, value, shape in _values(described):
        if wrong := shape(value):
            raise mistake(path, keys, wrong)


def _refuse_unknown(found: Mapping[str, Any], known: tuple[str, ...], path: Path, *tables: str) -> None:
    for key in sorted(found.keys() - set(known)):
        where = [
            f"cities/{path.name}",
            f"lijn {line_of(path.read_text(encoding='utf-8-sig'), (*tables, key))}",
            *tables,
        ]
        refuse_unknown_keys([key], known, where=", ".join(where))


def mistake(path: Path, keys: tuple[str, ...], todo: str) -> UsageRefused:
    """The refusal of a key in a city file, with its line.

    Parameters
    ----------
    keys
        Path of the key: the names of its tables, and its own name.
    """
    line = line_of(path.read_text(encoding="utf-8-sig"), keys)
    place = f", lijn {line}" if line else ""
    table = f" onder [{'.'.join(keys[:-1])}]" if keys[:-1] else ""
    return UsageRefused("D-442", f'cities/{path.name}{place}: "{keys[-1]}"{table} is niet bruikbaar.', todo)


def line_of(text: str, keys: tuple[str, ...]) -> int:
    """Line number, from 1, of a key in TOML; else that of its table, else 0."""
    table: tuple[str, ...] = ()
    nearest = 0
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if header := re.match(r"\[+([^\[\]]+)\]", bare):
            table = _names(header[1])
            nearest = number if _begins(keys, table) or (_begins(table, keys) and not nearest) else nearest
        elif (name := _KEY.match(bare)) and _begins(keys, table + _names(name[1])):
            return number
    return nearest


def _begins(keys: tuple[str, ...], found: tuple[str, ...]) -> bool:
    return found == keys[: len(found)]


def _names(dotted: str) -> tuple[str, ...]:
    parts = re.findall(r""""([^"]*)"|'([^']*)'|([\w-]+)""", dotted)
    return tuple(next((part for part in each if part), "") for each in parts)


def _values(described: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any, _Shape]]:
    """Every key in the file, its value, and its validator."""
    shapes: dict[str, _Shape] = {
        "name": _name,
        "nis": _nis,
        **dict.fromkeys(("first_day", "last_day", "nis_since"), _day),
        "ignore": _headers,
        **dict.fromkeys(("old_nis", "aliases", "values", "stop_reasons", "leefloon", "dates"), _table),
        "breaks": _breaks,
        "bundle": wrong_sender,
        "orba": _table,
        "pages": _yes_or_no,
        "files_per_worker": _files,
    }
    yield from (((key,), described[key], shape) for key, shape in shapes.items() if key in described)
    for code, day in described.get("old_nis", {}).items():
        yield ("old_nis", code), code, _nis
        yield ("old_nis", code), day, _iso_day
    for word, code in described.get("stop_reasons", {}).items():
        yield ("stop_reasons", word), code, _reason
    for dataset, names in described.get("aliases", {}).items():
        yield ("aliases", dataset), names, _table
        yield from ((("aliases", dataset, name), column, _text) for name, column in names.items())
    for dataset, columns in described.get("values", {}).items():
        yield ("values", dataset), columns, _table
        for column, words in columns.items():
            yield ("values", dataset, column), words, _table
            yield from ((("values", dataset, column, word), code, _text) for word, code in words.items())
    orba = described.get("orba", {})
    yield from ((("orba", id), target, _goal) for id, target in orba.items()) if isinstance(orba, Mapping) else ()
    yield from _settings(described)


def _settings(described: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any, _Shape]]:
    known = {"leefloon": {"no_end_column": _yes_or_no}, "dates": {"naive": _utc}}
    for table, shapes in known.items():
        for key, value in described.get(table, {}).items():
            yield (table, key), value, shapes.get(key, partial(_no_key, key, shapes))


def _no_key(key: str, known: Mapping[str, _Shape], _: object) -> str:
    return did_you_mean(key, known)


def _table(value: object) -> str:
    if isinstance(value, list):
        return "Dit is een lijst: zet ze bovenaan het bestand, vóór de eerste regel met [ ]."
    return "" if isinstance(value, Mapping) else "Schrijf er een tabel van: [naam] op een eigen lijn."


def _goal(value: object) -> str:
    if not isinstance(value, Mapping) or type(value.get("target")) not in (int, float):
        return "Schrijf [orba.<code van de indicator>] en daaronder target = 20."
    if unknown := sorted(value.keys() - {"target", "year", "better"}):
        return f'"{unknown[0]}" kan hier niet: kies uit target, year, better.'
    if type(value.get("year", 2030)) is not int or value.get("better", "lower") not in ("higher", "lower"):
        return 'year is een jaartal, better is "higher" of "lower".'
    return ""


def _text(value: object) -> str:
    if isinstance(value, list):
        return "Dit is een lijst: zet ze bovenaan het bestand, vóór de eerste regel met [ ]."
    return "" if isinstance(value, str) else 'Schrijf de waarde tussen aanhalingstekens: "…".'


def _name(value: object) -> str:
    return (
        "" if isinstance(value, str) and value.strip() else 'Vul de naam van de stad in, tussen aanhalingstekens: "…".'
    )


def _nis(value: object) -> str:
    good = isinstance(value, str) and NIS.fullmatch(value)
    return "" if good else 'Schrijf vijf cijfers tussen aanhalingstekens, bv. "44021".'


def _iso_day(value: object) -> str:
    try:
        date.fromisoformat(value)  # pyright: ignore[reportArgumentType]
    except (TypeError, ValueError):
        return 'Schrijf de laatste dag tussen aanhalingstekens, bv. "2024-12-31".'
    return ""


def _day(value: object) -> str:
    return "" if type(value) is date else "Schrijf een dag zonder aanhalingstekens, bv. 2026-12-31."


def _reason(value: object) -> str:
    return "" if isinstance(value, str) and value in STOP_REASONS else f"Kies uit: {', '.join(STOP_REASONS)}."


def _headers(value: object) -> str:
    good = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return "" if good else 'Schrijf een lijst van koppen: ["kop een", "kop twee"].'


def _breaks(value: object) -> str:
    entries = value if isinstance(value, list) else [None]
    good = all(
        isinstance(entry, Mapping) and type(entry.get("date")) is date and isinstance(entry.get("text"), str)
        for entry in entries
    )
    return "" if good else 'Schrijf per breuk [[breaks]] met date = 2025-01-01 en text = "…".'


def _files(value: object) -> str:
    good = type(value) is int and 1 <= value <= 1000
    return "" if good else "Schrijf een geheel getal van 1 tot 1000: zoveel dossiers heeft een medewerker."


def _yes_or_no(value: object) -> str:
    return "" if isinstance(value, bool) else "Schrijf true of false."


def _utc(value: object) -> str:
    return "" if value == "utc" else 'Alleen "utc" kan: tijdstippen zonder zone zijn in UTC.'
