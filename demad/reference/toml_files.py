"""Read our TOML files; errors become refusals with advice. Not here: the meaning of the contents."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from copy import deepcopy
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from demad.errors import UsageRefused


def read_toml(path: Path) -> dict[str, Any]:
    """Contents of a TOML file; D-443 if it is not valid TOML."""
    try:
        return deepcopy(_parsed(path.read_text(encoding="utf-8-sig")))
    except tomllib.TOMLDecodeError as fault:
        where = _in_dutch(str(fault))
    except UnicodeDecodeError:
        where = "geen UTF-8"
    except OSError:
        where = "niet leesbaar"
    raise UsageRefused(
        "D-443", f"{path.name} is geen geldig TOML-bestand ({where}).", "Verbeter het bestand."
    ) from None


@lru_cache(maxsize=64)
def _parsed(text: str) -> dict[str, Any]:
    """One command asks for the cities many times."""
    return tomllib.loads(text)


def _in_dutch(fault: str) -> str:
    """Line and column of a TOML error, with a Dutch explanation of errors that are hard to guess."""
    place = re.search(r"line (\d+), column (\d+)", fault)
    where = f"lijn {place[1]}, teken {place[2]}" if place else "het einde van het bestand"
    twice = re.search("overwrite|twice|declare", fault, re.IGNORECASE)
    return f"{where}: een sleutel of tabel staat er twee keer" if twice else where


def refuse_unknown_keys(found: Collection[str], known: Collection[str], *, where: str) -> None:
    """Raise D-440 for the first unknown key, with the nearest known one."""
    for key in sorted(set(found) - set(known)):
        raise UsageRefused("D-440", f'{where}: onbekende sleutel "{key}".', did_you_mean(key, known))


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Dutch question with the nearest known word, else the list of known words."""
    near = get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    if near:
        return f'Bedoelt u "{near[0]}"?'
    return f"Kies uit: {', '.join(sorted(known))}."
