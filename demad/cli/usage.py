"""What is wrong with a command line, in Dutch and with a code. Not here: what a command itself refuses.

The parser of Typer is its own since 0.26 and was Click before; its errors are told apart by name, which both share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from demad.errors import UsageRefused

_BOUNDS = (
    (re.compile(r"greater than or equal to (-?\d+)|>=\s*(-?\d+)"), "minstens"),
    (re.compile(r"less than or equal to (-?\d+)|<=\s*(-?\d+)"), "hoogstens"),
)
_KINDS = (("integer", "een geheel getal"), ("number", "een getal"), ("float", "een getal"))


def usage_refusal(fault: Exception) -> UsageRefused | None:
    """The refusal (D-499) for a line that the parser does not understand; None for any other error.

    It names options and commands, which are ours, and never a value that somebody typed.
    """
    told = _TOLD.get(type(fault).__name__)
    if told is None:
        return None
    context = getattr(fault, "ctx", None)
    path = " ".join(("demad", *(context.command_path.split()[1:] if context else ())))
    return UsageRefused("D-499", told(fault), f"{path} --help toont wat er kan.")


def _missing(fault: Any) -> str:
    return f"{_name_of(fault)} ontbreekt."


def _unknown_option(fault: Any) -> str:
    said = re.fullmatch(r"--?[a-z][a-z-]*", fault.option_name)
    known = f" Bedoelt u {' of '.join(sorted(fault.possibilities))}?" if fault.possibilities else ""
    return f"De optie {fault.option_name if said else ''} bestaat hier niet.".replace("  ", " ") + known


def _wrong_value(fault: Any) -> str:
    for pattern, bound in _BOUNDS:
        if found := pattern.search(fault.message):
            return f"{_name_of(fault)} is {bound} {next(filter(None, found.groups()))}."
    kind = next((kind for word, kind in _KINDS if word in fault.message), "")
    return f"{_name_of(fault)} is {kind}." if kind else f"Deze waarde van {_name_of(fault)} kan niet."


def _without_value(fault: Any) -> str:
    return f"Na {fault.option_name} komt een waarde."


def _other(fault: Any) -> str:
    typed = re.search(r"No such command '(.*?)'", fault.message, re.DOTALL)
    if typed is None:
        return "Op deze regel staat te veel, of iets op een verkeerde plaats."
    near = get_close_matches(typed[1], _commands(fault.ctx))
    return "Dit commando bestaat niet." + (f" Bedoelt u {' of '.join(near)}?" if near else "")


def _commands(context: Any) -> Sequence[str]:
    return list(context.command.list_commands(context)) if context else []


def _name_of(fault: Any) -> str:
    """The option as it is typed, or what an argument is called."""
    param = fault.param
    if param is None:
        return "Een waarde"
    longest = max(getattr(param, "opts", ()) or (param.name or "",), key=len)
    return longest if longest.startswith("-") else longest.upper()


_TOLD = {
    "MissingParameter": _missing,
    "NoSuchOption": _unknown_option,
    "BadParameter": _wrong_value,
    "BadOptionUsage": _without_value,
    "BadArgumentUsage": _other,
    "NoSuchCommand": _other,
    "UsageError": _other,
}
