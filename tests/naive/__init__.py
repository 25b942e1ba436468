"""The naive engine: the figures of methods.md worked out person by person and month by month, exact and protected.

Written from methods.md alone, with the standard library and exact fractions, so that the fast engine has
something to be wrong against. It reads no file, knows no storage and imports nothing of demad but its word
lists. It is slow on purpose.
"""

from __future__ import annotations

from tests.naive.figures import figures
from tests.naive.history import City
from tests.naive.tables import tables

__all__ = ["City", "figures", "tables"]
