"""Additive tables become the quantities that figures are computed from. Integers in, integers out, nothing rounded."""

from demad.quantities.exact import ExactTables, exact
from demad.quantities.formed import POOLED, QuantityTables, form

__all__ = ["POOLED", "ExactTables", "QuantityTables", "exact", "form"]
