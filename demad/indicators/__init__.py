"""Additive tables become indicator values. Only integer tables come in; people cannot even be named here."""

from demad.indicators.adjusted import adjusted
from demad.indicators.evaluation import evaluate
from demad.indicators.pooling import pool

__all__ = ["adjusted", "evaluate", "pool"]
