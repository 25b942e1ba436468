"""An indicator is whole: what is missing is named with the file, the line and what to add there.

`CONTRIBUTING.md` lists the same files. This runs in a second, before any other test says less clearly what is wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from demad.catalogue import CATALOGUE, Indicator, indicator
from demad.disclosure.policy import PRINTED
from demad.exports.swing_codes import new_codes, swing_codes
from demad.reporting.text_pages import theme_key
from demad.reporting.words import sentences
from demad.tables.terms import BREAKDOWNS

TOP = Path(__file__).resolve().parent.parent
ENTRIES = "demad/reference/catalogue.toml"
WORDS = ("label", "population", "formula", "numerator", "denominator", "interval", "worked_example")
SHORT = {"leefloon": "L", "jeugdhulp": "J", "steun": "S", "aanvragen": "A", "bevolking": "P", "controle": "C"}
DIRECTIONS = {1: "+", 0: "0", -1: "−"}


def missing(entry: Indicator, catalogue: tuple[Indicator, ...] = CATALOGUE) -> Iterator[str]:
    """What is not there yet for an indicator: file, line, and what to add."""
    before = catalogue[max(catalogue.index(entry) - 1, 0)].id
    yield from _entry(entry)
    rooms = {
        "demad/indicators/evaluation.py": ("demad/indicators", "def _all_series", "a function that gives its figures"),
        "tests/naive/figures.py": ("tests/naive", "def _figures_of", "its figures a second time, from docs/methods.md"),
    }
    for file, (room, place, what) in rooms.items():
        if not _names(room, entry.id):
            yield f'{file}:{_line(file, place)}: {what}, under the id "{entry.id}"'
    examples = "tests/indicators/test_worked_examples.py"
    if f'"{entry.id}"' not in _text(examples) and not _names(examples, entry.id):
        yield f'{examples}:{_line(examples, "EXAMPLES = {")}: "{entry.id}": Example(…), the sum of its worked_example'
    if entry.id in (codes := new_codes(swing_codes(), catalogue)):
        line = _text("demad/reference/swing_codes.toml").count("\n") + 1
        added = f'{entry.id} = "{codes[entry.id]}"'
        yield f"demad/reference/swing_codes.toml:{line}: {added} (python -m tests.freeze writes it)"
    methods = "docs/methods.md"
    if not re.search(rf"^\|[^|]*\b{entry.id}\b", _text(methods), re.MULTILINE):
        yield f"{methods}:{_line(methods, before, in_table=True) + 1}: {_row(entry)}"


def _entry(entry: Indicator) -> Iterator[str]:
    """What is wrong in the entry itself."""
    quoted = f'id = "{entry.id}"'
    at = f"{ENTRIES}:{_line(ENTRIES, quoted)}"
    english = entry.translated.get("en", {})
    dutch = [name for name in WORDS if not getattr(entry, name)]
    yield from (f"{at}: {name} is empty" for name in dutch)
    yield from (f'{at}: {name} = "…" under [indicator.en]' for name in WORDS if not english.get(name))
    if entry.unit not in PRINTED:
        yield f"{at}: no unit that we print; choose from {', '.join(PRINTED)}, or see CONTRIBUTING.md for a new one"
    unknown = set(entry.breakdowns) - set(BREAKDOWNS)
    yield from (f"{at}: no breakdown {name}; choose from {', '.join(BREAKDOWNS)}" for name in sorted(unknown))
    for language in ("nl", "en"):
        words = f"reports/words.{language}.toml"
        if (key := theme_key(entry.theme)) not in sentences(language)["indicator_theme"]:
            yield f'{words}:{_line(words, "[indicator_theme]")}: {key} = "…", the name of the theme'


def _names(room: str, id: str) -> bool:
    """Whether a string of the code is this id, also where a part of it is filled in."""
    top = TOP / room
    for path in [top] if top.is_file() else sorted(top.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value == id:
                return True
            if isinstance(node, ast.JoinedStr) and _filled_in(node, id):
                return True
    return False


def _filled_in(node: ast.JoinedStr, id: str) -> bool:
    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\d+" for part in node.values]
    return isinstance(node.values[0], ast.Constant) and re.fullmatch("".join(parts), id) is not None


def _row(entry: Indicator) -> str:
    """The row of an indicator in section 6 of the methods."""
    sources = ",".join(SHORT[name] for name in entry.source)
    cells = [entry.id, entry.label, entry.formula, entry.unit, "…", str(entry.window), DIRECTIONS[entry.direction]]
    return f"| {' | '.join([*cells, str(entry.min_n), ', '.join(entry.breakdowns) or '–', sources])} |"


def _line(file: str, text: str, *, in_table: bool = False) -> int:
    """The line, from 1, that holds a text first; 0 where none does."""
    lines = enumerate(_text(file).splitlines(), start=1)
    return next((number for number, line in lines if text in line and (not in_table or line.startswith("|"))), 0)


def _text(file: str) -> str:
    return (TOP / file).read_text(encoding="utf-8")


def test_every_indicator_is_whole():
    lacking = [line for entry in CATALOGUE for line in missing(entry)]
    assert not lacking, "\n" + "\n".join(lacking)


def test_of_a_new_indicator_every_missing_thing_is_named_with_file_and_line():
    new = replace(indicator("gpmi_share"), id="something_new", translated={})
    lines = list(missing(new, (*CATALOGUE, new)))
    files = [line.partition(": ")[0].rpartition(":") for line in lines]
    assert [file for file, _, _ in files] == [
        *["demad/reference/catalogue.toml"] * len(WORDS),
        "demad/indicators/evaluation.py",
        "tests/naive/figures.py",
        "tests/indicators/test_worked_examples.py",
        "demad/reference/swing_codes.toml",
        "docs/methods.md",
    ]
    assert all(int(line) > 0 for file, _, line in files if file != ENTRIES)
    next_code = new_codes(swing_codes(), [new])["something_new"]
    assert f'something_new = "{next_code}"' in lines[-2]
