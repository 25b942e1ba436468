"""What one check of this machine or root found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it passed, and what to do if not."""

    what: str
    good: bool
    todo: str = ""
