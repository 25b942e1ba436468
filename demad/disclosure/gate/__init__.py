"""The gate: what an attacker could narrow of the protected counts, and which groups are hidden for it.

Independent of `demad.protection`: it reads rounded counts, and of offsets only what others can know of them.
"""

from demad.disclosure.gate.gate import Barred, gate
from demad.disclosure.gate.known import known_counts

__all__ = ["Barred", "gate", "known_counts"]
