"""Work on several columns of a large table at once, where one after the other leaves a processor idle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")
_AT_ONCE = 2
_LARGE = 1 << 17  # rows: in fewer, threads wait longer for each other than they work


def each(work: Callable[[_Thing], _Result], things: Iterable[_Thing], *, rows: int) -> list[_Result]:
    """The results in the order of the things; what is raised is raised of the first thing it happened to.

    Parameters
    ----------
    rows
        How many the table has.
    """
    if rows < _LARGE:
        return [work(thing) for thing in things]
    with ThreadPoolExecutor(_AT_ONCE) as beside:
        return [*beside.map(work, things)]
