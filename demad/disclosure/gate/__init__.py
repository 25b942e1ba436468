"""The gate: what an attacker could narrow of the protected counts, and which groups are hidden for it.

Independent of `demad.protection`: it reads rounded counts and never an offset or an exact count.
"""

from demad.disclosure.gate.gate import Barred, gate
from demad.disclosure.gate.known import known_counts

__all__ = ["Barred", "gate", "known_counts"]
