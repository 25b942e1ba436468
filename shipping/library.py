"""The pages of the library: every public function and class with its docstring, a page per room (griffe reads them)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def library_pages(top: Path) -> dict[str, str]:
    """Markdown by file name: a page per room of `demad`, and `README.md` that names them.

    Raises
    ------
    SystemExit
        A docstring tells of a parameter that is not there, or not as numpydoc writes.
    """
    import griffe  # pyright: ignore[reportMissingImports]

    wrong = _Warnings()
    logging.getLogger("griffe").addHandler(wrong)
    package = griffe.load("demad", search_paths=[str(top)], docstring_parser="numpy", allow_inspection=False)
    rooms = {name: member for name, member in sorted(package.members.items()) if _is_room(member)}
    pages = {f"{name}.md": "\n".join(_room(member)) + "\n" for name, member in rooms.items()}
    if wrong.told:
        sys.exit("\n".join(wrong.told))
    index = ["# Library", "", "Public functions and classes of `demad`, from their docstrings.", ""]
    index += [f"- [`demad.{name}`]({name}.md): {_first(member)}" for name, member in rooms.items()]
    return {"README.md": "\n".join(index) + "\n", **pages}


class _Warnings(logging.Handler):
    """Keeps what griffe warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


def _is_room(member: Any) -> bool:
    return not member.is_alias and member.is_module and not member.name.startswith("_") and member.name != "cli"


def _room(module: Any) -> Iterator[str]:
    yield f"# `{module.path}`"
    yield ""
    yield _text(module)
    yield ""
    for one in _modules(module):
        found = [member for member in one.members.values() if _is_public(member)]
        if found and one is not module:
            yield f"## `{one.path}`"
            yield ""
            yield _text(one)
            yield ""
        for member in found:
            yield from _member(member)


def _modules(module: Any) -> Iterator[Any]:
    yield module
    for member in module.members.values():
        if not member.is_alias and member.is_module and not member.name.startswith("_"):
            yield from _modules(member)


def _is_public(member: Any) -> bool:
    return (
        not member.is_alias
        and not member.name.startswith("_")
        and (member.is_function or member.is_class)
        and member.docstring is not None
    )


def _member(member: Any) -> Iterator[str]:
    name = f"{member.name}{_signature(member)}" if member.is_function else f"class {member.name}"
    yield f"### {member.name} {{#{member.path}}}"
    yield ""
    yield "```python"
    yield name
    yield "```"
    yield ""
    for section in member.docstring.parsed:
        yield from _section(section)
    if member.is_class:
        for inner in member.members.values():
            if _is_public(inner):
                yield f"`{inner.name}{_signature(inner) if inner.is_function else ''}`: {_first(inner)}"
                yield ""


def _signature(function: Any) -> str:
    given = [part for part in function.parameters if part.name not in ("self", "cls")]
    told = ", ".join(f"{part.name}: {part.annotation}" if part.annotation else part.name for part in given)
    return f"({told})" + (f" -> {function.returns}" if function.returns else "")


def _section(section: Any) -> Iterator[str]:
    kind = section.kind.value
    if kind == "text":
        yield _plain(section.value)
        yield ""
    elif kind in ("parameters", "returns", "yields", "raises", "attributes"):
        yield f"**{kind.capitalize()}**"
        yield ""
        for entry in section.value:
            label = getattr(entry, "name", "") or str(entry.annotation or "")
            yield f"- `{label}`: {_plain(' '.join(entry.description.split()))}"
        yield ""


def _text(member: Any) -> str:
    return _plain(member.docstring.value) if member.docstring else ""


def _first(member: Any) -> str:
    return _plain(member.docstring.value.strip().split("\n\n")[0].replace("\n", " ")) if member.docstring else ""


def _plain(text: str) -> str:
    """Docstrings quote code with two backticks; a sign of HTML outside it is a sign."""
    parts = text.replace("``", "`").split("`")
    return "`".join(part if place % 2 else part.replace("<", "&lt;") for place, part in enumerate(parts))
