"""Count people into additive tables: only small tables of integers leave this package."""

from demad.counting.city import count_city

__all__ = ["count_city"]
