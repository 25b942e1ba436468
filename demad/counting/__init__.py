"""Count people into additive tables: only small tables of integers leave this package."""

from demad.counting.city import count_city
from demad.counting.shard import count_shard

__all__ = ["count_city", "count_shard"]
