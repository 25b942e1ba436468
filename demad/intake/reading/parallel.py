"""Process the columns of a large table in parallel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")
_AT_ONCE = 2
_LARGE = 1 << 17  # rows: below this, threads cost more than they gain


def map_parallel(work: Callable[[_Thing], _Result], things: Iterable[_Thing], *, rows: int) -> list[_Result]:
    """Return the results in the order of the things; if some fail, raise the exception of the first of them.

    Parameters
    ----------
    rows
        Number of rows of the table.
    """
    if rows < _LARGE:
        return [work(thing) for thing in things]
    with ThreadPoolExecutor(_AT_ONCE) as executor:
        return [*executor.map(work, things)]
