"""Do the tests see it when the statistics are wrong? ``python -m bench.mutants estimators counting``.

Every operator, comparison, whole number and truth value in the named packages is changed in turn, and the tests
of that package run against the changed file until one fails. What no test sees is printed: line, before, after.
A small runner of our own: each mutant is a fork that reads one file differently, so nothing on disk changes.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.machinery
import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 90
TESTS = {
    "estimators": (["tests/estimators/test_worked_out.py"], ["tests/estimators"]),
    "counting": (
        ["tests/counting/test_worked_out.py", "tests/counting/test_followed_worked_out.py"],
        ["tests/counting"],
        ["tests/test_engines_agree.py::test_every_count_of_every_table_is_that_of_the_naive_engine"],
    ),
}
_BINARY = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where, what stood there, what stands there now, and the whole changed source."""

    path: Path
    line: int
    before: str
    after: str
    source: str


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of one file, in order of place."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {id(node) for holder in ast.walk(tree) for node in _not_code(holder)}
    places = [place for place, node in enumerate(ast.walk(tree)) if id(node) not in skipped and _changed(node)]
    for place in places:
        other = copy.deepcopy(tree)
        node = list(ast.walk(other))[place]
        before = ast.unparse(node)
        changed = _changed(node)
        assert changed  # noqa: S101
        for name, value in changed.items():
            setattr(node, name, value)
        yield Mutant(path, node.lineno, before, ast.unparse(node), ast.unparse(other))  # pyright: ignore[reportAttributeAccessIssue]


def _not_code(node: ast.AST) -> list[ast.AST]:
    """Annotations and decorators: they say something, they do nothing."""
    said = [getattr(node, name, None) for name in ("annotation", "returns")]
    said += getattr(node, "decorator_list", [])
    return [part for given in said if isinstance(given, ast.AST) for part in ast.walk(given)]


def _changed(node: ast.AST) -> dict[str, object]:
    """The attributes to set on a node to make it another; nothing where there is nothing to change."""
    match node:
        case ast.BinOp(op=op) if type(op) in _BINARY:
            return {"op": _BINARY[type(op)]()}
        case ast.Compare(ops=[op, *rest]) if type(op) in _COMPARED:
            return {"ops": [_COMPARED[type(op)](), *rest]}
        case ast.BoolOp(op=op):
            return {"op": ast.Or() if isinstance(op, ast.And) else ast.And()}
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            return {"op": ast.UAdd()} if isinstance(node.op, ast.USub) else _without(node)
        case ast.Constant(value=bool()):
            return {"value": not node.value}
        case ast.Constant(value=int() | float()):
            return {"value": node.value + 1}
    return {}


def _without(node: ast.UnaryOp) -> dict[str, object]:
    """``not x`` and ``~x`` become a plain look at x: a not of a not."""
    return {"operand": ast.UnaryOp(node.op, node.operand)}


def is_killed(mutant: Mutant, tests: tuple[list[str], ...]) -> bool:
    """Whether a test fails, or nothing ends in time, where the file reads like the mutant."""
    child = os.fork()
    if child == 0:
        os._exit(_run(mutant, tests))
    started = time.monotonic()
    while time.monotonic() - started < SECONDS:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _run(mutant: Mutant, tests: tuple[list[str], ...]) -> int:
    read = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> object:
        if Path(loader.path) != mutant.path:
            return read(loader, name)
        return compile(mutant.source, str(mutant.path), "exec")

    importlib.machinery.SourceFileLoader.get_code = get_code  # pyright: ignore[reportAttributeAccessIssue]
    import pytest

    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "--hypothesis-seed=1"]
        loaded = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        return next((1 for part in tests if pytest.main([*options, *loaded, *part])), 0)


def main() -> None:
    """Print what survived of each file and the share that was killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="+", choices=list(TESTS))
    parser.add_argument("--only", default="", help="part of a file name")
    parser.add_argument("--every", type=int, default=1, help="only one in so many mutants")
    parser.add_argument("--quick", action="store_true", help="only the first tests of the package")
    given = parser.parse_args()
    # What takes long to read is read once, before the forks; nothing of demad is.
    for name in ("hypothesis.strategies", "numpy", "polars", "pytest", "scipy.stats"):
        importlib.import_module(name)

    total = killed = 0
    for package in given.packages:
        tests = TESTS[package][:1] if given.quick else TESTS[package]
        nothing = Mutant(Path(), 0, "", "", "")
        if is_killed(nothing, tests):
            raise SystemExit(f"the tests of {package} fail as they are")
        for path in sorted((ROOT / "demad" / package).glob("*.py")):
            if given.only not in path.name:
                continue
            results = [(mutant, is_killed(mutant, tests)) for mutant in list(mutants(path))[:: given.every]]
            total, killed = total + len(results), killed + sum(dead for _, dead in results)
            print(f"{path.relative_to(ROOT)}: {sum(dead for _, dead in results)} of {len(results)} killed", flush=True)
            for mutant, dead in results:
                if not dead:
                    print(f"  {mutant.line}: {mutant.before}  ->  {mutant.after}", flush=True)
    print(f"{killed} of {total} killed: {killed / max(total, 1):.1%}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    main()
