"""A count with its noun in Dutch, as a command says it: one row, two rows. Not here: the words of pages."""

from __future__ import annotations


def several(count: int, one: str, many: str) -> str:
    """``1 rij`` of 1, else ``0 rijen``."""
    return f"{count} {one if count == 1 else many}"
