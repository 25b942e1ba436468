"""ACTIVATION_RISK, AFTER_ART60_RISK and ART60_MONTHS: into art. 60/61 or training, in it, and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.naive.at_risk import Followed
from tests.naive.history import City, Window, covered_months, decisions_of, of_laws, runs, window_of, year_of
from tests.naive.supports import ART60, runs_on, support_months

if TYPE_CHECKING:
    from tests.naive.tables import Counts

ACTIVATION_COLUMNS = ("n", "d_activation", "d_exit", "c")
AFTER_ART60_COLUMNS = ("n", "d_return", "c")
ART60_COLUMNS = ("persons", "apart")
LAST_STEP = 24


def count_activation_risk(table: Counts, place: tuple[str, str], risk: Followed, activating: set[int]) -> None:
    """At risk until the first month with activation; activation goes before an exit in the same month."""
    activated = next((k for k in range(1, risk.horizon + 1) if risk.month(k) in activating), None)
    if activated is not None and activated <= risk.entry:
        return
    stop = risk.horizon if activated is None else activated
    for k in range(risk.entry + 1, min(stop, LAST_STEP) + 1):
        table.add((*place, year_of(risk.month(k)), k), "n")
    if stop <= LAST_STEP:
        exit_or_censored = "c" if risk.reason is None else "d_exit"
        column = exit_or_censored if activated is None else "d_activation"
        table.add((*place, year_of(risk.month(stop)), stop), column)


def count_art60(tables: dict[str, Counts], city: City, leefloon: list[dict], steun: list[dict]) -> None:
    """One person: the months in art. 60/61 and what followed on each episode."""
    window = window_of(city)
    months = support_months(steun, ART60, city)
    either = covered_months(decisions_of(leefloon, city))
    for month in months:
        if window.first <= month <= window.last:
            tables["ART60_MONTHS"].add((city.slug, month), "persons")
            if month not in either:
                tables["ART60_MONTHS"].add((city.slug, month), "apart")
    rmi = covered_months(of_laws(decisions_of(leefloon, city), ("RMI",)))
    for episode in runs(months, 0):
        if not runs_on(steun, ART60, episode[-1], city):
            _count_after(tables["AFTER_ART60_RISK"], city.slug, episode[-1], rmi, window)


def _count_after(table: Counts, slug: str, last: int, rmi: set[int], window: Window) -> None:
    if not window.first <= last <= window.settled:
        return
    period = year_of(last)
    for m in range(1, min(LAST_STEP, window.settled - last) + 1):
        table.add((slug, period, m), "n")
        if last + m in rmi:
            table.add((slug, period, m), "d_return")
            return
    if 1 <= window.settled - last <= LAST_STEP:
        table.add((slug, period, window.settled - last), "c")
