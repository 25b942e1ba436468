"""What one check of this machine or root found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it passed, and what to do if not; ``absent``: something that may be missing, and is."""

    what: str
    good: bool
    todo: str = ""
    absent: bool = False
