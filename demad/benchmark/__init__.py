"""Compare a city with the others: median, funnel, rank interval, comparable cities. From published figures."""

from demad.benchmark.compare import compare
from demad.benchmark.comparison import compare_cities

__all__ = ["compare", "compare_cities"]
