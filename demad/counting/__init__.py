"""People become additive tables: everything that leaves here is a small integer table."""

from demad.counting.city import count_city

__all__ = ["count_city"]
