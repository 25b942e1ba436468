"""A city beside the others, fairly: position, funnel, rank interval, comparable cities. From published figures."""

from demad.benchmark.beside import beside
from demad.benchmark.compare import compare

__all__ = ["beside", "compare"]
