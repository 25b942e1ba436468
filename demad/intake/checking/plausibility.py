"""Hold a delivery that deviates too far from the one in force or from the city's own counts."""

from __future__ import annotations

from collections.abc import Iterable

from demad.errors import DeliveryRefused
from demad.intake.checking.comparison import Line
from demad.intake.checking.states import FindingState


def hold_if_unlikely(lines: Iterable[Line]) -> None:
    """Raise if a line of the comparison exceeds its limit for holding.

    The limits are in `comparison`, so that `demad check` shows exactly what would hold a delivery.

    Raises
    ------
    DeliveryRefused
        D-240 rows, D-241 persons, D-242 pseudonyms, D-243 own counts, D-244 persons per month, D-245 shares.
    """
    for line in lines:
        if line.state is FindingState.HELD:
            raise _held(line)


def _held(line: Line) -> DeliveryRefused:
    match line.kind:
        case "rows":
            return _refused("D-240", "Het aantal rijen verschilt meer dan 40% van de vorige levering.")
        case "persons":
            return _refused("D-241", "Meer dan 40% van de personen van de vorige levering is verdwenen of nieuw.")
        case "overlap":
            return DeliveryRefused(
                "D-242",
                "De pseudoniemen zijn niet meer dezelfde als in de vorige levering.",
                "Is de sleutel veranderd, lever dan met demad deliver --key-change. Klopt het toch? Laat toe met demad "
                "accept en een reden.",
            )
        case "control":
            return _refused("D-243", "De eigen tellingen verschillen meer dan 10% van het extract.")
        case "stock":
            return _refused("D-244", "In een afgesloten maand telt deze levering meer dan 20% andere aantallen.")
        case _:
            return _refused("D-245", "Een verdeling verschoof meer dan 25 procentpunt sinds de vorige levering.")


def _refused(code: str, what: str) -> DeliveryRefused:
    return DeliveryRefused(code, what, "Klopt het toch? Laat toe met demad accept en een reden.")
