"""Realistic extracts for the thirteen cities, drawn from a model: no row stands for a real person.

The assumptions stand in ``profiles`` (cities), ``curves`` (chances and waves), ``persons`` (mix and
reasons) and ``care_leavers``; ``lives`` simulates, ``decisions`` cuts, ``registration`` adds the
faults of real life, ``frames`` makes the datasets and ``files`` writes them.
"""

from demad.synthetic.extracts import extracts
from demad.synthetic.files import write_extracts

__all__ = ["extracts", "write_extracts"]
