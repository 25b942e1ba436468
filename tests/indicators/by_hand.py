"""Small cities by hand: people with a few decisions, or the tables themselves where a case is about many."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from demad.indicators import evaluate
from demad.quantities import exact
from demad.tables.counts import ADDITIVE, QUALITY, SPAN
from tests.naive import City
from tests.test_engines_agree import fast_tables

SINCE, AS_OF = date(2015, 1, 1), date(2020, 12, 31)  # cut history: W = 2015-01, M - L = 2020-11, O = 2020-09
Tables = dict[str, pl.DataFrame]


def first(month: str) -> date:
    """The first day of ``2018-03``."""
    year, number = month.split("-")
    return date(int(year), int(number), 1)


def last(month: str, months: int = 1) -> date:
    """The last day of the month that is the last of so many from ``month`` on."""
    day = first(month)
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def leefloon(person: str, month: str, months: int | None = None, reason: str | None = None, **other: object) -> dict:
    """A leefloon of so many months from ``month`` on; without a number it still runs."""
    return {
        "persoon": f"p1-hand-{person}",
        "wet": "RMI",
        "begin": first(month),
        "einde": None if months is None else last(month, months),
        "categorie": 2,
        "geboortejaar": 1990,
        "geslacht": None,
        "nationaliteit": None,
        "student": None,
        "gpmi": None,
        "schorsing": None,
        "stopreden": reason,
        "eerste_begin": None,
        "herkomst": None,
    } | other


def steun(person: str, kind: str, month: str, months: int) -> dict:
    """Other support of so many months."""
    return {"persoon": f"p1-hand-{person}", "soort": kind, "begin": first(month), "einde": last(month, months)}


def leaver(person: str, month: str, born: int = 2000) -> dict:
    """Somebody who left youth care in this month."""
    return {
        "persoon": f"p1-hand-{person}",
        "geboortejaar": born,
        "einde_jeugdhulp": first(month),
        "geslacht": None,
        "zorgvorm": None,
        "gevolgd_tot": None,
        "einde_gevolgd": None,
    }


def applied(person: str, day: date, waited: int | None, outcome: str | None) -> dict:
    """An application for a leefloon that was decided after so many days."""
    decided = None if waited is None else day + timedelta(days=waited)
    return {
        "persoon": f"p1-hand-{person}",
        "aangevraagd_op": day,
        "soort": None,
        "beslist_op": decided,
        "uitkomst": outcome,
        "weigering": None,
    }


def of_people(
    rows: list[dict],
    jeugdhulp: list[dict] | None = None,
    supports: list[dict] | None = None,
    applications: list[dict] | None = None,
) -> Tables:
    """The tables of a city with these people."""
    return fast_tables(City("gent", SINCE, AS_OF, False, rows, jeugdhulp, supports, aanvragen=applications))


def of_tables(slug: str = "gent", **rows: list[dict]) -> Tables:
    """The tables of a city from rows by hand; a count that is not given is 0."""
    common = {"city": slug, "variant": "main", "breakdown": "total", "group": "total", "delivery": "d", "dataset": "l"}
    span = {
        "city": slug,
        "first_month": 2015 * 12,
        "last_month": 2020 * 12 + 11,
        "full_history": False,
        "has_leavers": True,
        "has_supports": True,
        "has_applications": True,
        "population_estimated": False,
        "as_of": AS_OF,
        "days_to_made": 5,
    }
    frames = {
        table.name.lower(): pl.DataFrame(
            [
                {name: given.get(name, common.get(name, 0)) for name in table.schema}
                for given in rows.get(table.name.lower(), [])
            ],
            schema=table.schema,
        )
        for table in (*ADDITIVE, QUALITY)
    }
    return {**frames, "span": pl.DataFrame([span], schema=SPAN.schema)}


def values(*cities: Tables, elsewhere: pl.DataFrame | None = None) -> pl.DataFrame:
    """Every exact figure of the cities and their pool; ``elsewhere``: ELSEWHERE, where they share a key."""
    return evaluate(exact(cities, elsewhere)).frame


def sharing(rows: list[dict], elsewhere: list[dict]) -> list[City]:
    """Gent with these rows, and four cities under the same pseudonym key, of which Brugge has the other rows."""
    others = {slug: [leefloon("nobody", "2015-01")] for slug in ("aalst", "genk", "leuven")}
    cities = {"gent": rows, "brugge": elsewhere, **others}
    return [City(slug, SINCE, AS_OF, False, of_city, None, None) for slug, of_city in sorted(cities.items())]


def every_month(first_month: str, months: int, **counts: object) -> list[dict]:
    """The same counts in so many months."""
    day = first(first_month)
    start = day.year * 12 + day.month - 1
    return [{"month": month, **counts} for month in range(start, start + months)]
