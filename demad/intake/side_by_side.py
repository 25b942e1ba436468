"""Work on several columns at once, where each alone would leave a processor idle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")
_AT_ONCE = 2


def each(work: Callable[[_Thing], _Result], things: Iterable[_Thing]) -> list[_Result]:
    """The results in the order of the things; what is raised is raised of the first thing it happened to."""
    with ThreadPoolExecutor(_AT_ONCE) as beside:
        return [*beside.map(work, things)]
