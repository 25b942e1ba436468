"""Compute indicator values from quantities. Input is only tables of integers, never personal data."""

from demad.indicators.evaluation import evaluate

__all__ = ["evaluate"]
