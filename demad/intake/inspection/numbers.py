"""Counts, shares and days as a Belgian reads them."""

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
    """One decimal, with a comma."""
    return f"{value:.1f}".replace(".", ",")


def whole(value: float) -> str:
    """A count, with a point for thousands."""
    return f"{value:,.0f}".replace(",", ".")


def percent(share: float) -> str:
    """A share, in whole percents."""
    return f"{share * 100:.0f}%"


def day(value: date) -> str:
    """A day as 30/09/2026."""
    return value.strftime("%d/%m/%Y")


def figure(line: Line, value: float | None) -> str:
    """A figure of a line of the comparison; a dash where there is none."""
    if value is None:
        return "–"
    return decimal(value * 100) + "%" if line.share else whole(value)


def change(line: Line) -> str:
    """How much a line of the comparison changed."""
    if line.change is None:
        return "–"
    sign = "+" if line.change > 0 else ""
    return sign + decimal(line.change * 100) + (" ptn" if line.share else "%")
