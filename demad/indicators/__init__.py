"""Quantities become indicator values. Only integer tables come in; people cannot even be named here."""

from demad.indicators.evaluation import evaluate

__all__ = ["evaluate"]
