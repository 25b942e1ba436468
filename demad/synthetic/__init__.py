"""Realistic extracts for the thirteen cities, drawn from a model: no row stands for a real person.

The assumptions are in ``profiles`` (cities), ``curves`` (hazards and waves), ``persons`` (case mix and reasons)
and ``care_leavers``. ``lives`` simulates spells, ``decisions`` splits them into decisions, ``registration`` adds
typical data errors, ``frames`` makes the datasets and ``files`` writes them; ``movers`` makes people of two cities one.
"""

from demad.synthetic.extracts import extracts
from demad.synthetic.files import write_extracts

__all__ = ["extracts", "write_extracts"]
