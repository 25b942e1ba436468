"""The bands of the federal GPMI subsidy: points by share, as announced. Not here: the share of a city."""

from __future__ import annotations

from dataclasses import dataclass

from demad.reference.events import Sureness
from demad.reference.places import data_folder
from demad.reference.toml_files import read_toml


@dataclass(frozen=True, slots=True)
class Band:
    """From which share (0 to 1) how many points."""

    least: float
    points: float


@dataclass(frozen=True, slots=True)
class GpmiBands:
    """The bands from low to high, the first year they hold for, their source and how sure they are."""

    bands: tuple[Band, ...]
    from_year: int
    source: str
    status: Sureness

    def of(self, part: int, whole: int) -> Band:
        """The band of ``part`` out of ``whole`` people; the border itself is in the higher band."""
        return next(band for band in reversed(self.bands) if part >= band.least * whole)

    def next(self, part: int, whole: int) -> Band | None:
        """The band above it; None in the highest."""
        return next((band for band in self.bands if band.least > self.of(part, whole).least), None)


def gpmi_bands() -> GpmiBands:
    """The bands of `gpmi_bands.toml`."""
    written = read_toml(data_folder("reference") / "gpmi_bands.toml")
    bands = tuple(Band(row["least"], row["points"]) for row in written["band"])
    return GpmiBands(bands, written["from_year"], written["source"], Sureness(written["status"]))
