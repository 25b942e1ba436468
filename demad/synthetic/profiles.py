"""Assumptions about each city: level, case mix, true performance and quality of registration.

Nothing here is a finding about a real city: levels are the rounded estimates of ``domain.md``
section 4; all else is invented to give a benchmark something to detect. The *true*
multipliers are ``exits``, ``work``, ``returns`` and ``reach``; ``equal`` sets them all to one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Profile:
    """Assumptions about one city.

    Parameters
    ----------
    stock
        Persons with a leefloon per month around the end of 2025 (``domain.md`` section 4).
    students, newcomers
        Share of the leefloon stock of 2025.
    equivalent
        Stock with an equivalent leefloon, without Ukraine, per person with a leefloon.
    ukraine, reform
        Size of the wave of 2022 and of the inflow of 2026, relative to the mean city.
    leavers
        Young people per year who leave youth care (``domain.md`` section 3.4).
    unknown
        Share of stops without a usable reason.
    gaps
        Share of spells per year with one missing month for administrative reasons.
    origin_known
        Share of spells with ``herkomst`` filled in before 2026; 0: the city does not register it.
    exits, work, returns, reach
        True multipliers: monthly probability to exit; odds that an exit is to work; monthly probability to return;
        share of care leavers that start a leefloon.
    """

    stock: int
    students: float
    newcomers: float
    equivalent: float
    ukraine: float
    reform: float
    leavers: int
    unknown: float
    gaps: float
    origin_known: float
    exits: float
    work: float
    returns: float
    reach: float

    def equal(self) -> Profile:
        """The same city with the same true performance as every other city."""
        return replace(self, exits=1.0, work=1.0, returns=1.0, reach=1.0)


PROFILES = {
    #                    stock stud  newc  equi  ukr  ref  leav unkn  gaps  orig  exits work  ret   reach
    "aalst":        Profile(750, 0.13, 0.18, 0.07, 1.0, 1.1, 38, 0.17, 0.040, 0.75, 1.06, 1.10, 0.97, 1.05),
    "antwerpen":    Profile(9800, 0.13, 0.24, 0.09, 0.8, 1.0, 260, 0.14, 0.035, 0.80, 0.94, 0.95, 1.00, 0.95),
    "brugge":       Profile(950, 0.14, 0.19, 0.10, 1.6, 1.1, 55, 0.12, 0.030, 0.85, 1.10, 1.15, 0.92, 1.00),
    "genk":         Profile(700, 0.09, 0.17, 0.06, 0.8, 1.2, 34, 0.26, 0.045, 0.00, 0.90, 0.85, 1.08, 0.90),
    "gent":         Profile(5000, 0.16, 0.22, 0.08, 0.9, 0.9, 140, 0.11, 0.030, 0.90, 1.00, 1.05, 0.95, 1.10),
    "hasselt":      Profile(650, 0.17, 0.20, 0.07, 1.1, 1.0, 36, 0.20, 0.040, 0.60, 1.07, 1.00, 1.00, 1.00),
    "kortrijk":     Profile(750, 0.14, 0.21, 0.08, 1.1, 1.0, 40, 0.16, 0.035, 0.70, 1.18, 1.25, 0.88, 1.15),
    "leuven":       Profile(1200, 0.20, 0.23, 0.10, 1.2, 0.7, 50, 0.10, 0.030, 0.85, 1.05, 1.10, 0.90, 1.05),
    "mechelen":     Profile(850, 0.14, 0.26, 0.08, 0.9, 0.9, 50, 0.18, 0.040, 0.65, 1.12, 1.00, 0.96, 1.00),
    "oostende":     Profile(1250, 0.18, 0.16, 0.12, 1.3, 1.2, 42, 0.31, 0.050, 0.50, 0.86, 0.80, 1.15, 0.85),
    "roeselare":    Profile(430, 0.12, 0.20, 0.07, 1.1, 0.9, 30, 0.22, 0.035, 0.55, 1.15, 1.20, 0.90, 1.00),
    "sint-niklaas": Profile(800, 0.12, 0.24, 0.09, 0.9, 1.0, 40, 0.28, 0.045, 0.40, 0.96, 0.95, 1.05, 0.95),
    "turnhout":     Profile(500, 0.13, 0.21, 0.08, 1.0, 1.1, 32, 0.31, 0.045, 0.60, 0.98, 0.90, 1.10, 0.90),
}  # fmt: skip
TOTAL_STOCK = sum(profile.stock for profile in PROFILES.values())
DEFAULT_PEOPLE = 24_000
