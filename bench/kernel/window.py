"""The window of the measured decisions: that of the synthetic cities."""

from __future__ import annotations

from demad.synthetic.curves import AS_OF, SINCE
from demad.tables.observation import Observation

WINDOW = Observation(SINCE, AS_OF, full_history=False)
FIRST, LAST, SETTLED = WINDOW.first_month, WINDOW.last_month, WINDOW.settled_month
__all__ = ["AS_OF", "FIRST", "LAST", "SETTLED", "WINDOW"]
