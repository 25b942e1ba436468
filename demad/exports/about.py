"""What every exported file says besides figures: whose they are, how they may be used, which areas they are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from demad.reference.cities import Target


@dataclass(frozen=True, slots=True)
class About:
    """Where the figures of a file come from.

    Parameters
    ----------
    publisher, contact, licence
        As printed on every page.
    licence_address, address
        Web addresses of the licence and of the published site; empty where there is none.
    doi
        The DOI of the data set, as 10.1234/abc; empty where there is none.
    version
        Of the software.
    label
        The release or preview as it is called on the pages; empty for a loose export.
    base, threshold, exact_stock
        Counts are rounded to multiples of the base, but for the people of a month where that stock is exact; smaller
        rounded counts than the threshold are not shown.
    """

    publisher: str = ""
    contact: str = ""
    licence: str = ""
    licence_address: str = ""
    address: str = ""
    doi: str = ""
    version: str = ""
    label: str = ""
    base: int = 5
    threshold: int = 10
    exact_stock: bool = True


@dataclass(frozen=True, slots=True)
class Areas:
    """NIS codes, names and targets by city, and what groups are called.

    Parameters
    ----------
    now
        The code in force.
    of_2024
        The codes of 2024 of what is now that city, where they are others: with several, the figure of each is unknown.
    names
        How the city is called.
    targets
        What it aims at, by indicator, for ORBA.
    groups
        How a group is called, by breakdown and group: ``sex:M``.
    """

    now: Mapping[str, str]
    of_2024: Mapping[str, Sequence[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, Mapping[str, Target]] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def then(self) -> dict[str, Sequence[str]]:
        """The codes of 2024 of every city."""
        return {city: self.of_2024.get(city, (code,)) for city, code in self.now.items()}
