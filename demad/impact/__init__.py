"""What changed in one city after a local measure, beside the other cities (`methods.md` section 4).

Published and protected figures in, an `Effect` out. An optional extra: `interrupted` needs statsmodels
(``demad[impact]``). Not here: the note that people read (`demad.reporting.effect_note`).
"""

from demad.impact.effect import Effect, Finding, measured_effect
from demad.impact.panel import MEASURES, Panel, panel_of

__all__ = ["MEASURES", "Effect", "Finding", "Panel", "measured_effect", "panel_of"]
