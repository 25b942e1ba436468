"""The months that are not settled and the months ahead, from protected tables alone."""

from demad.outlook.nowcast import nowcast
from demad.outlook.projection import projection
from demad.outlook.record import forecast_record

__all__ = ["forecast_record", "nowcast", "projection"]
