"""The table of error codes in `docs/beheer.md`, read from the code: ``python -m tests.error_codes`` rewrites it."""

import ast
import re
from pathlib import Path

from demad import errors

TOP = Path(__file__).resolve().parent.parent
GUIDE = TOP / "docs" / "beheer.md"
BEGIN, END = "<!-- foutcodes: begin -->", "<!-- foutcodes: einde -->"
_CODE = re.compile(r"D-\d{3}")
_SPOKEN = re.compile(r"(D-\d{3}): ([^\n]+)\n([^\n]+)")


def refusals() -> dict[str, tuple[str, str, str]]:
    """Exit status, what and what to do, per code, from every place where the code stands beside its text."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = _constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and len(node.args) > 1 and _CODE.fullmatch(_text(node.args[0], {})):
                code, *texts = [_text(argument, constants) for argument in node.args]
                found.setdefault(code, []).append((_status(node), texts[0], "".join(texts[1:2])))
            elif isinstance(node, ast.JoinedStr) and (spoken := _SPOKEN.match(_text(node, {}))):
                found.setdefault(spoken[1], []).append(("1", spoken[2], spoken[3]))
    return {code: _merged(found[code]) for code in sorted(found)}


def mentioned() -> set[str]:
    """Every code that stands anywhere in the code, but in an example of the format."""
    texts = (path.read_text(encoding="utf-8") for path in sources() if path.name != "errors.py")
    return {code for text in texts for code in _CODE.findall(text)}


def table() -> str:
    """The Markdown table of all codes."""
    rows = [f"| {code} | {' | '.join(cells)} |" for code, cells in refusals().items()]
    return "\n".join(["| code | status | wat | wat te doen |", "|---|---|---|---|", *rows])


def in_guide() -> str:
    """The table as the guide has it now."""
    return GUIDE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip()


def sources() -> list[Path]:
    """Python files that can refuse something."""
    return sorted([*(TOP / "demad").rglob("*.py"), *(TOP / "assets").rglob("*.py")])


def _constants(tree: ast.Module) -> dict[str, str]:
    """Texts that a module names at its top, such as what to do for a family of refusals."""
    return {
        node.targets[0].id: _text(node.value, {})
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _status(call: ast.Call) -> str:
    """Of the class that is called; a helper like `_held` makes a DeliveryRefused; an alert stops no command."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name == "Alert":
        return "melding"
    return str(getattr(errors, name, errors.DeliveryRefused).exit_status)


def _text(node: ast.expr, constants: dict[str, str]) -> str:
    """A string as the reader sees it, with an ellipsis for what is filled in; empty where it is computed."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return constants.get(node.id, "") if isinstance(node, ast.Name) else ""


def _merged(entries: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    """One row for a code that stands in several places."""
    columns = (dict.fromkeys(entry[place] for entry in entries if entry[place]) for place in range(3))
    status, what, todo = (" / ".join(column) for column in columns)
    return status, what, todo or "Staat bij de melding."


def main() -> None:
    """Put the table into the guide."""
    before, rest = GUIDE.read_text(encoding="utf-8").split(BEGIN)
    GUIDE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
