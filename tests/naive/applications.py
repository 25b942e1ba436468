"""Applications for a leefloon: days to the decision, and what was decided (methods.md section 7.7)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.naive.history import City, month_of, window_of, year_of

if TYPE_CHECKING:
    from tests.naive.tables import Counts

APPLICATION_COLUMNS = ("n", "d_decided", "d_withdrawn", "c", "known", "refused")
LAST_DAY = 90
GIVEN = ("toegekend", "geweigerd", "ingetrokken")


def applications_of(city: City) -> list[dict]:
    """The applications that stand: of a person, day and kind the last recorded; none later than ``as_of``."""
    last: dict[tuple, dict] = {}
    for row in city.aanvragen or []:
        last[row["persoon"], row["aangevraagd_op"], row["soort"] or "leefloon"] = row
    standing = []
    for row in last.values():
        decided, outcome = row["beslist_op"], row["uitkomst"]
        if decided is not None and decided > city.as_of:  # not known yet
            decided, outcome = None, "lopend"
        if row["aangevraagd_op"] > city.as_of or (decided is not None and decided < row["aangevraagd_op"]):
            continue
        standing.append({**row, "soort": row["soort"] or "leefloon", "beslist_op": decided, "uitkomst": outcome})
    return standing


def count_applications(table: Counts, city: City) -> None:
    """APPLICATION_RISK: applications for a leefloon, followed to the end of the settled month."""
    window = window_of(city)
    after = window.settled + 1
    until = min(city.as_of, date(after // 12, after % 12 + 1, 1) - timedelta(days=1))
    for row in applications_of(city):
        asked, decided, outcome = row["aangevraagd_op"], row["beslist_op"], row["uitkomst"]
        month = month_of(asked)
        if row["soort"] != "leefloon" or not window.first <= month <= window.settled or asked > until:
            continue
        place = (city.slug, year_of(month))
        undated = decided is None and outcome in GIVEN
        if undated or (decided is not None and decided <= until):
            if outcome in ("toegekend", "geweigerd"):
                table.add((*place, 0), "known")
            if outcome == "geweigerd":
                table.add((*place, 0), "refused")
        if undated:
            continue
        ended = decided is not None and decided <= until
        stop = ((decided if ended else until) - asked).days
        for day in range(min(stop, LAST_DAY) + 1):
            table.add((*place, day), "n")
        if stop <= LAST_DAY:
            column = "c" if not ended else "d_withdrawn" if outcome == "ingetrokken" else "d_decided"
            table.add((*place, stop), column)
