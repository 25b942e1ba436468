"""A path as somebody types it in a command that we propose, also on Windows. Not here: paths that are stored."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePath, PureWindowsPath

_PLAIN = re.compile(r"[\w.:\\/@+*?-]+")  # what no shell of Windows reads as anything else


def typed(path: PurePath) -> str:
    r"""A path between quotes where a shell would read it as more than one word, or as something else.

    On Windows these are double quotes, and a ``\`` at the end (``\\server\mijn map\``) stands twice: once, it would
    quote the quote.
    """
    text = str(path)
    if not isinstance(path, PureWindowsPath):
        return shlex.quote(text)
    if _PLAIN.fullmatch(text):
        return text
    ends = len(text) - len(text.rstrip("\\"))
    return '"' + text + "\\" * ends + '"'


def typed_files(folder: PurePath, pattern: str) -> str:
    """Files of a folder by a pattern: on Windows our program expands it, elsewhere the shell, outside the quotes."""
    if isinstance(folder, PureWindowsPath):
        return typed(folder / pattern)
    return f"{typed(folder)}/{pattern}"
