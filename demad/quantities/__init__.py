"""Form the quantities for all figures from additive tables. Integers in, integers out, no rounding."""

from demad.quantities.exact import ExactTables, exact
from demad.quantities.formed import POOLED, QuantityTables, form

__all__ = ["POOLED", "ExactTables", "QuantityTables", "exact", "form"]
