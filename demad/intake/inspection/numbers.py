"""Format counts, shares and dates the Belgian way."""

from __future__ import annotations

from datetime import date

from demad.intake.checking.comparison import Line

STATES = {
    "refused": "geweigerd",
    "set_aside": "opzijgezet",
    "warning": "let op",
    "held": "aangehouden",
    "good": "gewoon",
}


def decimal(value: float) -> str:
    """A number with one decimal and a decimal comma."""
    return f"{value:.1f}".replace(".", ",")


def whole(value: float) -> str:
    """A count with points between thousands."""
    return f"{value:,.0f}".replace(",", ".")


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return f"{share * 100:.0f}%"


def day(value: date) -> str:
    """A date as 30/09/2026."""
    return value.strftime("%d/%m/%Y")


def figure(line: Line, value: float | None) -> str:
    """A figure of the comparison; a dash for None."""
    if value is None:
        return "–"
    return decimal(value * 100) + "%" if line.share else whole(value)


def change(line: Line) -> str:
    """The change of a line of the comparison."""
    if line.change is None:
        return "–"
    sign = "+" if line.change > 0 else ""
    return sign + decimal(line.change * 100) + (" ptn" if line.share else "%")
