"""The structure of the code in figures: ``python -m bench.structure [FOLDER]``, this checkout where none is given.

Rooms are the parts of ``demad`` one level down, and ``assets``. An arrow is an import of one module by another. The
order of the rooms is that of the layers in ``pyproject.toml``; an arrow up goes against it.
"""

from __future__ import annotations

import ast
import statistics
import sys
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGES = ("demad", "assets")


def modules(folder: Path) -> dict[str, Path]:
    """Every module by its name; a package is named without ``__init__``."""
    found = {}
    for package in PACKAGES:
        for path in sorted((folder / package).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def arrows(known: Mapping[str, Path]) -> set[tuple[str, str]]:
    """Imports within the project, those inside functions included, as (importing, imported)."""
    trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in known.items()}
    return {
        (name, imported)
        for name, tree in trees.items()
        for node in ast.walk(tree)
        for imported in _imported(node, known)
        if imported != name
    }


def _imported(node: ast.AST, known: Mapping[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in known)
    if isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            inside = f"{node.module}.{alias.name}"
            yield from (name for name in [inside if inside in known else node.module] if name in known)


def room(module: str) -> str:
    """The room of a module."""
    parts = module.split(".")
    return parts[1] if parts[0] == "demad" and len(parts) > 1 else parts[0]


def has_cycle(pairs: set[tuple[str, str]]) -> bool:
    """Whether the arrows make a circle."""
    after: dict[str, set[str]] = {}
    for start, end in pairs:
        after.setdefault(start, set()).add(end)
    try:
        _ = TopologicalSorter(after).prepare()
    except CycleError:
        return True
    return False


def upward(between: set[tuple[str, str]], folder: Path) -> list[tuple[str, str]]:
    """Arrows between rooms that go up in the layers."""
    contracts = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    height = {name.strip(): number for number, layer in enumerate(layers) for name in layer.split("|")}
    return sorted(
        (start, end) for start, end in between if start in height and end in height and height[start] > height[end]
    )


def lengths(known: Mapping[str, Path]) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Lines of every file and of every function, shortest first."""
    files, functions = [], []
    for name, path in known.items():
        text = path.read_text(encoding="utf-8")
        files.append((len(text.splitlines()), name))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                functions.append(((node.end_lineno or node.lineno) - node.lineno + 1, f"{name}.{node.name}"))
    return sorted(files), sorted(functions)


def main() -> None:
    """Print one line a figure."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    known = modules(folder)
    pairs = arrows(known)
    between = {(room(start), room(end)) for start, end in pairs if room(start) != room(end)}
    print("rooms", len({room(name) for name in known}), " modules", len(known))
    print("arrows between modules", len(pairs), " between rooms", len(between))
    print(
        "circles of modules", has_cycle(pairs), " of rooms", has_cycle(between), " arrows up", upward(between, folder)
    )
    for what, found in zip(("file", "function"), lengths(known), strict=True):
        print(what, "median", statistics.median(lines for lines, _ in found), "lines, longest", found[-1])


if __name__ == "__main__":
    main()
