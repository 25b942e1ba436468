"""Refuse a table whose dates were corrupted by software: day and month swapped, or shifted to the evening before.

Such an error affects a whole column, never single rows. Not detectable from the content, so not here: a column with
only days up to 12 in which all are swapped. `demad check` shows the range and the share of firsts of a month instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from demad.errors import DeliveryRefused
from demad.intake.contract.column_seen import ColumnSeen
from demad.reference.cities import City

_CHANCE = math.log(1e-6)  # log of the probability of coincidence below which a table is refused
_FEW, _SHARE = 8, 0.05  # dates in one notation: fewer, or a smaller share, are typing
_MOSTLY = 0.9
_MOSTLY_BESIDE_SHORT = 0.75  # a month of one digit is short; swapped dates of October to December are with the others
_TYPED = 3  # dates with the month first: fewer are typing errors
_TYPED_SHARE = 0.001
_LATE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class _Half:
    """A column of which one notation looks swapped: log probability of coincidence, and the dates per notation."""

    chance: float
    low: int
    high: int


def refuse_doubtful(seen: Sequence[ColumnSeen], dataset: str, city: City) -> None:
    """Raise if the dates of a table cannot be trusted.

    Raises
    ------
    DeliveryRefused
        D-158: day and month were swapped. D-159: datetimes without a zone are midnight in Brussels, written in UTC.
    """
    days = [column for column in seen if column.kind == "date"]
    month_first = [column for column in days if _is_month_first(column)]
    if month_first:
        count = sum(column.causes["month_first"] for column in month_first)
        raise _swapped(dataset, month_first, f"in {count} cellen staat de maand vóór de dag")
    halves = {column.name: half for column in days if (half := _half_swapped(column))}
    if sum(half.chance for half in halves.values()) < _CHANCE:
        low, high = sum(half.low for half in halves.values()), sum(half.high for half in halves.values())
        told = f"{low} datums hebben dag 12 of lager, {high} anders geschreven datums een dag boven 12"
        raise _swapped(dataset, [column for column in days if column.name in halves], told)
    late = [column for column in days if column.late >= _TYPED and column.late >= _LATE_SHARE * column.naive]
    if late and not city.naive_utc:
        raise DeliveryRefused(
            "D-159",
            f"De tijdstippen in {_names(late)} van {dataset} staan om 22 of 23 uur: middernacht in België, "
            "geschreven in UTC en dus een dag te vroeg.",
            "Exporteer datums zonder uur of met tijdzone. Zijn ze in UTC, zet dan in het stadsbestand onder [dates]: "
            'naive = "utc".',
        )


def _is_month_first(column: ColumnSeen) -> bool:
    count = column.causes.get("month_first", 0)
    return count >= _TYPED and count >= _TYPED_SHARE * column.rows


def _half_swapped(column: ColumnSeen) -> _Half | None:
    """How unlikely it is that a column has only days up to 12 in one notation, and days above 12 in the others.

    Firsts of a month are no evidence. The probability is hypergeometric: draw the dates of this notation from all dates
    and get none with a day above 12.
    """
    every = column.forms.values()
    low, high = sum(form.low for form in every), sum(form.high for form in every)
    found = []
    for name, form in column.forms.items():
        mostly = _MOSTLY_BESIDE_SHORT if name == "short" else _MOSTLY
        few = form.low < _FEW or form.low < _SHARE * (low + high)
        if form.high or few or high < mostly * (low + high - form.low):
            continue
        chance = _ways(low, form.low) - _ways(low + high, form.low)
        found.append(_Half(chance, form.rows, sum(one.rows for one in every) - form.rows))
    return min(found, key=lambda half: half.chance, default=None)


def _ways(things: int, chosen: int) -> float:
    """Logarithm of the binomial coefficient."""
    return math.lgamma(things + 1) - math.lgamma(chosen + 1) - math.lgamma(things - chosen + 1)


def _swapped(dataset: str, columns: Sequence[ColumnSeen], told: str) -> DeliveryRefused:
    return DeliveryRefused(
        "D-158",
        f"In {_names(columns)} van {dataset} zijn dag en maand verwisseld: {told}.",
        "Het bestand ging door een programma met een Amerikaanse instelling. Exporteer opnieuw, met datums zoals "
        "2026-09-30.",
    )


def _names(columns: Sequence[ColumnSeen]) -> str:
    return " en ".join(column.name for column in columns)
