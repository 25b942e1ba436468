"""Reads our own TOML files, with a refusal a person can act on. Not here: what stands in them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from demad.errors import UsageRefused


def read_toml(path: Path) -> dict[str, Any]:
    """Contents of a TOML file; D-443 where it cannot be read as TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as fault:
        where = _in_dutch(str(fault))
    except UnicodeDecodeError:
        where = "geen UTF-8"
    except OSError:
        where = "niet leesbaar"
    raise UsageRefused(
        "D-443", f"{path.name} is geen geldig TOML-bestand ({where}).", "Verbeter het bestand."
    ) from None


def _in_dutch(fault: str) -> str:
    """Line and column of a fault, and what it is where a person would not guess it."""
    place = re.search(r"line (\d+), column (\d+)", fault)
    where = f"lijn {place[1]}, teken {place[2]}" if place else "het einde van het bestand"
    twice = re.search("overwrite|twice|declare", fault, re.IGNORECASE)
    return f"{where}: een sleutel of tabel staat er twee keer" if twice else where


def refuse_unknown_keys(found: Collection[str], known: Collection[str], *, where: str) -> None:
    """Raise D-440 for the first key that is not known, with the nearest known one."""
    for key in sorted(set(found) - set(known)):
        raise UsageRefused("D-440", f'{where}: onbekende sleutel "{key}".', did_you_mean(key, known))


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Dutch question with the nearest known word, else the list of known words."""
    near = get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    if near:
        return f'Bedoelde je "{near[0]}"?'
    return f"Kies uit: {', '.join(sorted(known))}."
